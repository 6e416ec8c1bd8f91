"""What an editor calls the signals and the limits: a name, and a sentence of meaning."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from modsvc.core.faults import FAULTS
from modsvc.core.labels import LABELS

LABEL_NAMES: Mapping[str, str] = {
    "toxicity": _("Toxicity"),
    "severe_toxicity": _("Severe toxicity"),
    "obscene": _("Coarse language"),
    "threat": _("Threats"),
    "insult": _("Insults"),
    "identity_attack": _("Attacks on who people are"),
    "spam": _("Spam"),
}

# Every other signal, in the groups that the form shows.
GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    _("Words"): {
        "words.banned": (_("Banned words"), _("A word or phrase that is not printed.")),
        "words.suspect": (_("Suspect words"), _("A word or phrase that somebody should look at.")),
        "patterns.held": (
            _("Patterns to hold"),
            _("One of the patterns below whose action is hold."),
        ),
        "patterns.rejected": (
            _("Patterns to reject"),
            _("One of the patterns below whose action is reject."),
        ),
        "expressions.held": (
            _("Conditions to hold"),
            _("One of the conditions below whose action is hold."),
        ),
        "expressions.rejected": (
            _("Conditions to reject"),
            _("One of the conditions below whose action is reject."),
        ),
    },
    _("Links"): {
        "links.too_many": (_("Many links"), _("More links than the limit below.")),
        "links.banned": (_("Banned domains"), _("A link to a domain of the banned ones below.")),
        "links.not_allowed": (
            _("Domains not allowed"),
            _("A link elsewhere than to the allowed domains below, if any are listed."),
        ),
        "links.shortener": (_("Shortened links"), _("A link that hides where it leads.")),
        "links.look_alike": (
            _("Look-alike domains"),
            _("A link to a domain made to look like a protected one."),
        ),
    },
    lazy_pgettext("of a comment", "Form"): {
        "length.too_long": (_("Too long"), _("More characters than the limit below.")),
        "length.too_short": (_("Too short"), _("Fewer letters and digits than the limit below.")),
        "shouting": (_("Shouting"), _("Written in capitals; the strength is their share.")),
        "text.invisible": (_("Invisible characters"), _("Characters that nobody sees.")),
        "text.direction": (
            _("Changes of direction"),
            _("Marks that turn the direction of writing."),
        ),
        "text.zalgo": (
            _("Piled-up marks"),
            _("Letters under so many marks that nobody can read them."),
        ),
        "text.emoji": (_("Floods of emoji"), _("More emoji than the limit below.")),
    },
    _("Personal data"): {
        "personal.email": (_("E-mail addresses"), _("An e-mail address of anybody.")),
        "personal.phone": (_("Telephone numbers"), _("What looks like a telephone number.")),
        "personal.card": (_("Card numbers"), _("The number of a payment card.")),
        "personal.address": (_("Street addresses"), _("A street with a number.")),
    },
    _("Authors"): {
        "author.new": (_("New authors"), _("The author is new here, by the limits below.")),
        "author.rejections": (
            _("Authors often rejected"),
            _("The strength is the share of the author's newest comments that were rejected."),
        ),
    },
    _("Repeats and floods"): {
        "author.too_fast": (
            _("One author, too fast"),
            _("More than a person writes, by the limits."),
        ),
        "article.too_fast": (_("Crowded article"), _("More than an article gets, by the limits.")),
        "address.too_fast": (
            _("Crowded address"),
            _("More than one address sends, by the limits."),
        ),
        "repeats.author": (_("Repeats itself"), _("The author lately said nearly the same.")),
        "repeats.others": (_("Said by others"), _("Others lately said nearly the same.")),
        "repeats.rejected": (_("Rejected before"), _("Nearly the same was lately rejected.")),
        "reports.many": (_("Reported by readers"), _("More reports than the limit below.")),
    },
    _("Articles"): {
        "article.premoderated": (
            _("Articles read first"),
            _("The site wants all comments under the article read first."),
        ),
        "article.closed": (_("Closed articles"), _("The article takes no comments any more.")),
    },
    _("Language"): {
        "language.unscored": (
            _("Unknown language"),
            _("In a language that the classifier does not know, so nobody has looked for abuse."),
        ),
        "language.not_accepted": (
            _("Language not accepted"),
            _("In none of the accepted languages below, if any are listed."),
        ),
        "bias.unstable": (
            _("Judged by who is named"),
            _("It would be rejected, but not if other people were named in it."),
        ),
    },
}
# Of these the strength has degrees, as that of the classifier's labels has.
BY_DEGREES = (*LABELS, "shouting", "author.rejections")
FAULT_NAMES: Mapping[str, str] = {
    "classifier.unavailable": _("No classifier"),
    "second_look.failed": _("No second look"),
    "history.unavailable": _("No history"),
    "policy.unavailable": _("No policy"),
    "rule.failed": _("A rule failed"),
    "text.unreadable": _("Unreadable text"),
}

# A limit's name, and what it counts in.
LIMIT_NAMES: Mapping[str, tuple[str, str]] = {
    "max_links": (_("Links allowed in a comment"), _("links")),
    "min_letters": (_("Letters and digits needed"), _("characters")),
    "max_chars": (_("Longest comment"), _("characters")),
    "shouting_share": (_("Share of capitals that is shouting"), _("from 0 to 1")),
    "shouting_min_letters": (_("Letters needed to call it shouting"), _("letters")),
    "max_invisible": (_("Invisible characters allowed"), _("characters")),
    "max_direction_marks": (_("Changes of direction allowed"), _("marks")),
    "max_stacked_marks": (_("Marks allowed on one letter"), _("marks")),
    "max_emoji": (_("Emoji allowed in a comment"), _("emoji")),
    "new_author_days": (_("An author is new for"), _("days")),
    "new_author_comments": (_("And until printed"), _("times")),
    "max_author_minute": (_("One author in a minute"), _("comments")),
    "max_author_hour": (_("One author in an hour"), _("comments")),
    "max_article_minute": (_("One article in a minute"), _("comments")),
    "max_address_minute": (_("One address in a minute"), _("comments")),
    "max_address_hour": (_("One address in an hour"), _("comments")),
    "repeat_similarity": (_("Likeness that counts as the same"), _("from 0 to 1")),
    "repeat_hours": (_("Repeats count for"), _("hours")),
    "repeat_min_words": (_("Words needed to count what others said"), _("words")),
    "max_author_repeats": (_("Repeats allowed to an author"), _("times")),
    "max_others_repeats": (_("Repeats allowed among authors"), _("times")),
    "max_reports": (_("Reports borne"), _("reports")),
    "rule_budget_ms": (_("Time one rule may take"), _("milliseconds")),
}
# Single numbers of other tables.
NUMBER_NAMES: Mapping[str, tuple[str, str]] = {
    "context.reply_odds": (_("Insults in answers weigh more, by"), _("times the odds")),
    "queue.promised_minutes": (_("A held comment is looked at within"), _("minutes")),
    "queue.doubt": (_("Sooner where scores leave it open, by up to"), _("from 0 to 1")),
    "queue.reach": (_("Sooner where many wait for it, by up to"), _("from 0 to 1")),
    "queue.busy_article": (_("Many wait under an article with"), _("comments a minute")),
    "queue.second_looks": (_("Moderators' decisions looked at twice"), _("from 0 to 1")),
    "queue.samples": (_("The policy's decisions looked at"), _("from 0 to 1")),
    "trust.prior_comments": (_("A record begins with"), _("comments")),
    "trust.prior_rate": (_("Of which were approved"), _("from 0 to 1")),
    "trust.earned_rate": (_("Trust is earned from"), _("from 0 to 1")),
}
LIST_NAMES: Mapping[str, tuple[str, str]] = {
    "words.banned": (_("Words never printed"), _("One word or phrase a line.")),
    "words.suspect": (_("Words to look at"), _("One word or phrase a line.")),
    "links.allowed": (_("Allowed domains"), _("One a line; if any stand here, all others stop.")),
    "links.banned": (_("Banned domains"), _("One a line, such as news.example.")),
    "links.shorteners": (_("Link shorteners"), _("One a line.")),
    "links.protected": (_("Protected domains"), _("One a line; look-alikes of them are found.")),
    "languages.accepted": (
        _("Accepted languages"),
        _("One code a line, such as en or he; empty accepts any."),
    ),
    "queue.hidden": (
        _("Hidden from moderators"),
        _("Until they have decided, or asked: author, or nothing."),
    ),
    "trust.staff": (_("Staff"), _("One author's id a line: those who write for the site itself.")),
}


def name_of(code: str) -> str:
    """Give the plain name of a signal."""
    return str(_NAMES.get(code, code))


def title(value: str) -> str | None:
    """Give the plain name of a value of the form, such as `limits.max_links`; None for others."""
    table, _, key = value.partition(".")
    if table in ("bands", "bands_alone"):
        return str(_NAMES[key]) if key in _NAMES else None
    for names in (NUMBER_NAMES, LIST_NAMES):
        if value in names:
            return str(names[value][0])
    return str(LIMIT_NAMES[key][0]) if table == "limits" and key in LIMIT_NAMES else None


_NAMES = {
    **LABEL_NAMES,
    **FAULT_NAMES,
    **{code: name for group in GROUPS.values() for code, (name, _) in group.items()},
}
MEANINGS: Mapping[str, str] = {
    **{code: _(meaning) for code, meaning in {**LABELS, **FAULTS}.items()},
    **{code: meaning for group in GROUPS.values() for code, (_, meaning) in group.items()},
}
