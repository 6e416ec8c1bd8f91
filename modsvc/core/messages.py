"""What each signal says to a person, in one sentence."""

from __future__ import annotations

from modsvc.core.faults import FAULTS
from modsvc.core.signals import Signal

MESSAGES: dict[str, str] = {
    "toxicity": "Reads as rude or disrespectful.",
    "severe_toxicity": "Reads as very hateful or aggressive.",
    "obscene": "Reads as obscene.",
    "threat": "Reads as a threat.",
    "insult": "Reads as an insult.",
    "identity_attack": "Reads as an attack on people for what they are.",
    "spam": "Reads as spam.",
    "bias.unstable": "Would be rejected ({label}), but not if it named other people.",
    "language.unscored": "Is not, or not all, in a language the classifier knows ({language}).",
    "words.banned": "Uses words this site does not print ({count} marked).",
    "words.suspect": "Uses words this site wants to look at ({count} marked).",
    "patterns.held": "Is what this site wants to look at: {names}.",
    "patterns.rejected": "Is what this site does not print: {names}.",
    "expressions.held": "Is what this site wants to look at: {names}.",
    "expressions.rejected": "Is what this site does not print: {names}.",
    "links.too_many": "Has {count} links; {allowed} are allowed.",
    "links.banned": "Links to a domain this site bans ({count} marked).",
    "links.not_allowed": "Links to a domain this site has not allowed ({count} marked).",
    "links.shortener": "Hides where a link leads behind a shortener ({count} marked).",
    "links.look_alike": "Links to a domain that looks like another ({count} marked).",
    "length.too_long": "Has {count} characters; {allowed} are allowed.",
    "length.too_short": "Has {count} letters or digits; at least {asked} are asked for.",
    "shouting": "Is written mostly in capitals.",
    "text.invisible": "Hides {count} invisible characters.",
    "text.direction": "Changes the direction of writing {count} times.",
    "text.zalgo": "Piles up to {count} marks on a letter; {allowed} are allowed.",
    "text.emoji": "Has {count} emoji; {allowed} are allowed.",
    "personal.email": "Tells an e-mail address ({count} marked).",
    "personal.phone": "Tells what looks like a telephone number ({count} marked).",
    "personal.card": "Tells the number of a payment card ({count} marked).",
    "personal.address": "Tells a street and a number ({count} marked).",
    "author.new": "Is by an author who is new here ({days} days, {approved} comments approved).",
    "author.rejections": "Is by an author of whose last {of} comments {count} were rejected.",
    "author.too_fast": "Is the author's comment no. {count} in a {within}; {allowed} are allowed.",
    "article.too_fast": "Is no. {count} under its article in a {within}; {allowed} are allowed.",
    "address.too_fast": "Is no. {count} from its address in a {within}; {allowed} are allowed.",
    "repeats.author": "Says what the author has said {count} times lately.",
    "repeats.others": "Says what others have said {count} times lately.",
    "repeats.rejected": "Says what was rejected lately.",
    "reports.many": "Was reported by {count} readers.",
    "article.premoderated": "Is under an article whose comments are all read first.",
    "article.closed": "Is under an article that is closed to comments.",
    "language.not_accepted": "Is in a language this site does not print ({language}).",
    "rule.failed": "The rule {rule} could not run, so it was not checked.",
    "moderator.approved": "A moderator approved it.",
    "moderator.released": "A moderator released it with others like it, and read some of them.",
    "moderator.abuse": "A moderator found it abusive.",
    "moderator.hate": "A moderator found it hateful.",
    "moderator.threat": "A moderator found it threatening.",
    "moderator.spam": "A moderator found it to be spam.",
    "moderator.off_topic": "A moderator found it off topic.",
    "moderator.unlawful": "A moderator found it unlawful.",
    "moderator.undone": "A moderator took back what they had decided.",
    "moderator.other": "A moderator decided against it.",
    "imported.approved": "Was approved in {source}.",
    "imported.held": "Was held in {source}.",
    "imported.rejected": "Was rejected in {source}.",
    "imported.spam": "Was found to be spam in {source}.",
}
# The same of one alone, where one is said otherwise than many.
OF_ONE: dict[str, str] = {
    "links.too_many": "Has a link; {allowed} are allowed.",
    "text.invisible": "Hides an invisible character.",
    "text.direction": "Changes the direction of writing once.",
    "repeats.author": "Says what the author has said once lately.",
    "repeats.others": "Says what somebody else has said lately.",
    "reports.many": "Was reported by a reader.",
}
# What the context did to a label's score; said after the label's sentence.
CONTEXT: dict[str, str] = {
    "quoted": "Judged without what it quotes ({quoted}).",
    "topic": "Judged without words that are the article's topic ({topic}).",
    "reply": "Weighs more because it speaks to the person it answers.",
}


def message(signal: Signal) -> str:
    """Say in a sentence or two what the signal noticed."""
    return " ".join(sentences(signal)).format_map(signal.detail)


def sentences(signal: Signal) -> list[str]:
    """Give the sentences that say it, with places for what the signal's detail tells."""
    sentence = MESSAGES.get(signal.code) or FAULTS[signal.code]
    if signal.detail.get("count") == 1:
        sentence = OF_ONE.get(signal.code, sentence)
    return [sentence, *(CONTEXT[key] for key in CONTEXT if key in signal.detail)]
