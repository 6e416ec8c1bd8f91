"""Judging for whoever asks by another system's protocol: kept or forgotten, as the key wants it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from modsvc.core.comment import Comment
from modsvc.core.decision import Decision
from modsvc.store.sites import Key


def judge(key: Key, comments: Sequence[Comment], *, may_keep: bool = True) -> list[Decision]:
    """Say what is decided on comments, in their order.

    They become comments of the site, with cases where they are held, if the key keeps comments and
    the request lets it.

    Raises
    ------
    StoreError
        They could not be kept; nothing was decided.
    """
    modsvc = current_app.extensions["modsvc"]
    if key.answering.keeps_comments and may_keep:
        return [outcome.judged for outcome in modsvc.screen_comment.many(key.site, comments)]
    decisions: list[Decision] = modsvc.score_comment(key.site, comments)
    return decisions
