"""What an editor calls the signals and the limits: a name, and a sentence of meaning."""

from __future__ import annotations

from collections.abc import Mapping

from modsvc.core.faults import FAULTS
from modsvc.core.labels import LABELS

LABEL_NAMES: Mapping[str, str] = {
    "toxicity": "Toxicity",
    "severe_toxicity": "Severe toxicity",
    "obscene": "Coarse language",
    "threat": "Threats",
    "insult": "Insults",
    "identity_attack": "Attacks on who people are",
    "spam": "Spam",
}

# Every other signal, in the groups that the form shows.
GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Words": {
        "words.banned": ("Banned words", "A word or phrase that is not printed."),
        "words.suspect": ("Suspect words", "A word or phrase that somebody should look at."),
        "patterns.held": ("Patterns to hold", "One of the patterns below whose action is hold."),
        "patterns.rejected": (
            "Patterns to reject",
            "One of the patterns below whose action is reject.",
        ),
        "expressions.held": (
            "Conditions to hold",
            "One of the conditions below whose action is hold.",
        ),
        "expressions.rejected": (
            "Conditions to reject",
            "One of the conditions below whose action is reject.",
        ),
    },
    "Links": {
        "links.too_many": ("Many links", "More links than the limit below."),
        "links.banned": ("Banned domains", "A link to a domain of the banned ones below."),
        "links.not_allowed": (
            "Domains not allowed",
            "A link elsewhere than to the allowed domains below, if any are listed.",
        ),
        "links.shortener": ("Shortened links", "A link that hides where it leads."),
        "links.look_alike": (
            "Look-alike domains",
            "A link to a domain made to look like a protected one.",
        ),
    },
    "Form": {
        "length.too_long": ("Too long", "More characters than the limit below."),
        "length.too_short": ("Too short", "Fewer letters and digits than the limit below."),
        "shouting": ("Shouting", "Written in capitals; the strength is their share."),
        "text.invisible": ("Invisible characters", "Characters that nobody sees."),
        "text.direction": ("Changes of direction", "Marks that turn the direction of writing."),
        "text.zalgo": ("Piled-up marks", "Letters under so many marks that nobody can read them."),
        "text.emoji": ("Floods of emoji", "More emoji than the limit below."),
    },
    "Personal data": {
        "personal.email": ("E-mail addresses", "An e-mail address of anybody."),
        "personal.phone": ("Telephone numbers", "What looks like a telephone number."),
        "personal.card": ("Card numbers", "The number of a payment card."),
        "personal.address": ("Street addresses", "A street with a number."),
    },
    "Authors": {
        "author.new": ("New authors", "The author is new here, by the limits below."),
        "author.rejections": (
            "Authors often rejected",
            "The strength is the share of the author's newest comments that were rejected.",
        ),
    },
    "Repeats and floods": {
        "author.too_fast": ("One author, too fast", "More than a person writes, by the limits."),
        "article.too_fast": ("Crowded article", "More than an article gets, by the limits."),
        "address.too_fast": ("Crowded address", "More than one address sends, by the limits."),
        "repeats.author": ("Repeats itself", "The author lately said nearly the same."),
        "repeats.others": ("Said by others", "Others lately said nearly the same."),
        "repeats.rejected": ("Rejected before", "Nearly the same was lately rejected."),
        "reports.many": ("Reported by readers", "More reports than the limit below."),
    },
    "Articles": {
        "article.premoderated": (
            "Articles read first",
            "The site wants all comments under the article read first.",
        ),
        "article.closed": ("Closed articles", "The article takes no comments any more."),
    },
    "Language": {
        "language.unscored": (
            "Unknown language",
            "In a language that the classifier does not know, so nobody has looked for abuse.",
        ),
        "language.not_accepted": (
            "Language not accepted",
            "In none of the accepted languages below, if any are listed.",
        ),
        "bias.unstable": (
            "Judged by who is named",
            "It would be rejected, but not if other people were named in it.",
        ),
    },
}
# Of these the strength has degrees, as that of the classifier's labels has.
BY_DEGREES = (*LABELS, "shouting", "author.rejections")
FAULT_NAMES: Mapping[str, str] = {
    "classifier.unavailable": "No classifier",
    "second_look.failed": "No second look",
    "history.unavailable": "No history",
    "policy.unavailable": "No policy",
    "rule.failed": "A rule failed",
    "text.unreadable": "Unreadable text",
}

# A limit's name, and what it counts in.
LIMIT_NAMES: Mapping[str, tuple[str, str]] = {
    "max_links": ("Links allowed in a comment", "links"),
    "min_letters": ("Letters and digits needed", "characters"),
    "max_chars": ("Longest comment", "characters"),
    "shouting_share": ("Share of capitals that is shouting", "from 0 to 1"),
    "shouting_min_letters": ("Letters needed to call it shouting", "letters"),
    "max_invisible": ("Invisible characters allowed", "characters"),
    "max_direction_marks": ("Changes of direction allowed", "marks"),
    "max_stacked_marks": ("Marks allowed on one letter", "marks"),
    "max_emoji": ("Emoji allowed in a comment", "emoji"),
    "new_author_days": ("An author is new for", "days"),
    "new_author_comments": ("And until printed", "times"),
    "max_author_minute": ("One author in a minute", "comments"),
    "max_author_hour": ("One author in an hour", "comments"),
    "max_article_minute": ("One article in a minute", "comments"),
    "max_address_minute": ("One address in a minute", "comments"),
    "max_address_hour": ("One address in an hour", "comments"),
    "repeat_similarity": ("Likeness that counts as the same", "from 0 to 1"),
    "repeat_hours": ("Repeats count for", "hours"),
    "repeat_min_words": ("Words needed to count what others said", "words"),
    "max_author_repeats": ("Repeats allowed to an author", "times"),
    "max_others_repeats": ("Repeats allowed among authors", "times"),
    "max_reports": ("Reports borne", "reports"),
    "rule_budget_ms": ("Time one rule may take", "milliseconds"),
}
# Single numbers of other tables.
NUMBER_NAMES: Mapping[str, tuple[str, str]] = {
    "context.reply_odds": ("Insults in answers weigh more, by", "times the odds"),
    "queue.promised_minutes": ("A held comment is looked at within", "minutes"),
    "queue.doubt": ("Sooner where scores leave it open, by up to", "from 0 to 1"),
    "queue.reach": ("Sooner where many wait for it, by up to", "from 0 to 1"),
    "queue.busy_article": ("Many wait under an article with", "comments a minute"),
    "queue.second_looks": ("Moderators' decisions looked at twice", "from 0 to 1"),
    "queue.samples": ("The policy's decisions looked at", "from 0 to 1"),
    "trust.prior_comments": ("A record begins with", "comments"),
    "trust.prior_rate": ("Of which were approved", "from 0 to 1"),
    "trust.earned_rate": ("Trust is earned from", "from 0 to 1"),
}
LIST_NAMES: Mapping[str, tuple[str, str]] = {
    "words.banned": ("Words never printed", "One word or phrase a line."),
    "words.suspect": ("Words to look at", "One word or phrase a line."),
    "links.allowed": ("Allowed domains", "One a line; if any stand here, all others stop."),
    "links.banned": ("Banned domains", "One a line, such as news.example."),
    "links.shorteners": ("Link shorteners", "One a line."),
    "links.protected": ("Protected domains", "One a line; look-alikes of them are found."),
    "languages.accepted": (
        "Accepted languages",
        "One code a line, such as en or he; empty accepts any.",
    ),
    "queue.hidden": (
        "Hidden from moderators",
        "Until they have decided, or asked: author, or nothing.",
    ),
    "trust.staff": ("Staff", "One author's id a line: those who write for the site itself."),
}


def name_of(code: str) -> str:
    """Give the plain name of a signal."""
    return _NAMES.get(code, code)


def title(value: str) -> str | None:
    """Give the plain name of a value of the form, such as `limits.max_links`; None for others."""
    table, _, key = value.partition(".")
    if table in ("bands", "bands_alone"):
        return _NAMES.get(key)
    for names in (NUMBER_NAMES, LIST_NAMES):
        if value in names:
            return names[value][0]
    return LIMIT_NAMES[key][0] if table == "limits" and key in LIMIT_NAMES else None


_NAMES = {
    **LABEL_NAMES,
    **FAULT_NAMES,
    **{code: name for group in GROUPS.values() for code, (name, _) in group.items()},
}
MEANINGS: Mapping[str, str] = {
    **LABELS,
    **FAULTS,
    **{code: meaning for group in GROUPS.values() for code, (_, meaning) in group.items()},
}
