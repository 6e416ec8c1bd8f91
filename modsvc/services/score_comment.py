"""Score comments and keep nothing of them: what other systems' protocols mostly ask for."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from modsvc.core.comment import Comment
from modsvc.core.decision import Action, Decision
from modsvc.core.faults import place
from modsvc.core.screening import Scorer, score_many, screen_many
from modsvc.core.signals import Span
from modsvc.core.text import normalise
from modsvc.services.policies import Policies

log = logging.getLogger(__name__)


class ScoreComment:
    """Judges as `ScreenComment` does, and stores nothing.

    Parameters
    ----------
    scorer : Scorer or None
        None when there is no model: nothing has scores then.
    """

    def __init__(self, *, scorer: Scorer | None, policies: Policies) -> None:
        self._scorer, self._policies = scorer, policies

    @property
    def version(self) -> str | None:
        """The versions of the stages that judge; None when there is no model."""
        return self._scorer.version if self._scorer else None

    def __call__(self, site: str, comments: Sequence[Comment]) -> list[Decision]:
        """Say what a site's policy makes of comments, in their order; no reason points at words.

        Nothing is known of them but what they say.
        """
        policy = self._policies.of(site).policy
        return screen_many(comments, scorer=self._scorer, policy=policy, explain=False)

    def scores(self, site: str, comments: Sequence[Comment]) -> list[Mapping[str, float]]:
        """Give the comments' scores alone; they are empty for one that cannot be scored."""
        return score_many(comments, scorer=self._scorer, policy=self._policies.of(site).policy)

    def action_for(self, site: str, label: str, score: float) -> Action:
        """Say what a site's policy calls for where a label has a score."""
        policy = self._policies.of(site).policy
        if self._scorer is not None:
            policy = policy.for_stages(self._scorer.stages)
        return policy.bands[label].action(score)

    def words(self, comment: Comment, label: str) -> tuple[Span, ...]:
        """Give the words of the body that made a label likely; none where they cannot be told."""
        if self._scorer is None:
            return ()
        try:
            reading = normalise(comment.body, self._scorer.lexicon)
            return self._scorer.explain(reading, label)
        except Exception as error:  # noqa: BLE001  The score stands without them.
            log.error("classifier.explain_failed: %s", place(error))
            return ()

    def language(self, comment: Comment) -> str | None:
        """Name the language that a comment cannot be scored for; None if that is not the reason."""
        if self._scorer is None:
            return None
        try:
            reading = normalise(comment.body, self._scorer.lexicon)
            return self._scorer.unscored_language(reading, comment.language)
        except Exception as error:  # noqa: BLE001  It has no scores, whatever the reason.
            log.error("language.failed: %s", place(error))
            return None
