"""What an expression may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modsvc.core.labels import LABELS
from modsvc.core.sentence import Sentence

NUMBER, WHOLE, TEXT, YES_OR_NO = TYPES = ("number", "whole number", "text", "yes or no")


@dataclass(frozen=True, slots=True)
class Variable:
    """A fact: its type, one of TYPES, and a sentence that says to an editor what it means."""

    type: str
    meaning: str


VARIABLES: Mapping[str, Variable] = {
    **{
        f"score.{label}": Variable(
            NUMBER,
            Sentence(
                "How sure the classifier is, from 0 to 1: {meaning}", meaning=Sentence(meaning)
            ),
        )
        for label, meaning in LABELS.items()
    },
    "links": Variable(WHOLE, "Links in the comment."),
    "chars": Variable(WHOLE, "Characters of the comment."),
    "words": Variable(WHOLE, "Words of the comment."),
    "letters": Variable(WHOLE, "Letters of the comment, in any script."),
    "emoji": Variable(WHOLE, "Emoji in the comment."),
    "capitals": Variable(NUMBER, "The share of capitals among its letters, from 0 to 1."),
    "language": Variable(TEXT, 'The language it is written in, such as "en".'),
    "is_reply": Variable(YES_OR_NO, "Whether it answers another comment."),
    "is_edit": Variable(YES_OR_NO, "Whether it was judged before, with another text."),
    "author.age_days": Variable(WHOLE, "Whole days since its author joined or was first seen."),
    "author.comments": Variable(WHOLE, "The author's newest comments, up to a hundred."),
    "author.approved": Variable(WHOLE, "How many of those stand approved."),
    "author.rejected": Variable(WHOLE, "How many of those stand rejected."),
    "author.approval_rate": Variable(
        NUMBER,
        "The share of approved ones among those decided, from 0 to 1, careful where few are.",
    ),
    "author.is_trusted": Variable(YES_OR_NO, "Whether the author is trusted."),
    "author.last_minute": Variable(WHOLE, "Comments the author sent in the minute before."),
    "author.last_hour": Variable(WHOLE, "Comments the author sent in the hour before."),
    "author.repeats": Variable(WHOLE, "How often the author lately said nearly the same."),
    "others.repeats": Variable(WHOLE, "How often others lately said nearly the same."),
    "article.id": Variable(TEXT, "The article, by the site's own name for it."),
    "article.section": Variable(TEXT, "The section the article stands in."),
    "article.mode": Variable(
        TEXT, 'How the article is moderated: "normal", "strict", "premoderate" or "closed".'
    ),
    "article.last_minute": Variable(WHOLE, "Comments under the article in the minute before."),
    "address.last_minute": Variable(WHOLE, "Comments from the same address in the minute before."),
    "address.last_hour": Variable(WHOLE, "Comments from the same address in the hour before."),
    "reports": Variable(WHOLE, "Readers who reported the comment."),
}
