"""Learn from what became of a site's comments how likely it is to reject the next one.

Moderators' decisions count, the policy's that nobody overturned, what was brought along, and what
other systems told of comments. Perspective calls such a score LIKELY_TO_REJECT.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np

from modsvc.classifier.site_model import N_WEIGHTS, Example, SiteModel, features, learn
from modsvc.core.comment import Comment
from modsvc.core.lexicon import Lexicon
from modsvc.core.text import normalise
from modsvc.store import labels, site_models, sites
from modsvc.store.db import Database
from modsvc.store.labels import Label
from modsvc.store.site_models import Learned
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

# The newest are learned from: what a site rejects changes, and so it takes seconds.
MAX_LABELS = 10_000
# Of each kind, and of those that the policy did not decide: with fewer the score says little, or
# nothing but what the policy says.
MIN_OF_EACH = MIN_OTHERS = 200
# Less than this tells too little to be said: .5 is a guess.
MIN_AUC = 0.7
# What was learned is learned anew when the labels have grown by this share.
GROWTH = 0.1
LOOK_EVERY_S = 600.0
REMEMBERED_S = 60.0
_WEIGHT = np.dtype("<f4")


@dataclass(frozen=True, slots=True)
class Enough:
    """How many labels there are of each kind, and whether they are enough to learn from."""

    approved: int
    rejected: int
    by_policy: int

    def __bool__(self) -> bool:
        others = self.approved + self.rejected - self.by_policy
        return min(self.approved, self.rejected) >= MIN_OF_EACH and others >= MIN_OTHERS


class LearnDecisions:
    """Learns of every site that has enough new labels; a job for `Background`."""

    def __init__(
        self,
        *,
        db: Database,
        writer: Writer,
        lexicon: Lexicon | None,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._writer, self._lexicon, self._now = db, writer, lexicon, now
        self._next_look = 0.0
        self._to_look_at: list[str] = []

    def __call__(self) -> bool:
        """Look at the next site, all of them every LOOK_EVERY_S, and say whether more are left.

        What fails for one is not tried again before its turn, and keeps no other waiting.

        Raises
        ------
        StoreError
            It is that site's turn again after a while.
        """
        if not self._to_look_at:
            if time.monotonic() < self._next_look:
                return False
            self._next_look = time.monotonic() + LOOK_EVERY_S
            with self._db.read() as db:
                self._to_look_at = [site.id for site in sites.list_sites(db)]
        if self._to_look_at:
            site = self._to_look_at.pop()
            if self.is_due(site):
                self.learn(site)
        return bool(self._to_look_at)

    def is_due(self, site: str) -> bool:
        """Say whether a site's labels have grown by enough since they were learned from."""
        with self._db.read() as db:
            extent, learned = labels.extent(db, site), site_models.get(db, site)
        if learned is None:
            return extent.position + extent.suggestion >= 2 * MIN_OF_EACH
        known = learned.n_approved + learned.n_rejected
        return extent.since(learned.extent) >= max(MIN_OF_EACH, GROWTH * known)

    def learn(self, site: str) -> tuple[Enough, Learned | None]:
        """Learn of a site, and give what there was to learn from; None if it was not enough.

        Raises
        ------
        NotFound
            There is no such site.
        StoreError
            Nothing was kept.
        """
        with self._db.read() as db:
            # Read first: what comes in between will count as new.
            extent = labels.extent(db, site)
            found = labels.of_site(db, site, MAX_LABELS)
        n_rejected = sum(label.rejected for label in found)
        by_policy = sum(label.by_policy for label in found)
        enough = Enough(len(found) - n_rejected, n_rejected, by_policy)
        if not enough:
            return enough, None
        examples = [self._example(label) for label in found]
        model = learn(examples, [label.rejected for label in found])
        learned = Learned(
            extent,
            model.n_approved,
            model.n_rejected,
            model.auc,
            model.weights.astype(_WEIGHT).tobytes(),
            self._now(),
        )
        self._writer.write(partial(site_models.put, site=site, learned=learned), order=site)
        log.info("site.learned: %s, %d comments, AUC %.3f", site, len(found), model.auc)
        return enough, learned

    def _example(self, label: Label) -> Example:
        return features(normalise(label.body, self._lexicon), label.scores)


class LikelyToReject:
    """Says how likely a site is to reject a comment; None where too little was learned of it.

    What was learned is looked up again after REMEMBERED_S.
    """

    def __init__(self, *, db: Database, lexicon: Lexicon | None) -> None:
        self._db, self._lexicon = db, lexicon
        self._known: dict[str, tuple[float, SiteModel | None]] = {}

    def __call__(self, site: str, comment: Comment, scores: Mapping[str, float]) -> float | None:
        """Give the probability that the site rejects a comment, which has these scores.

        Raises
        ------
        StoreUnavailable
            The database cannot be reached.
        """
        model = self._model(site)
        if model is None or not scores:
            return None
        return model(normalise(comment.body, self._lexicon), scores)

    def _model(self, site: str) -> SiteModel | None:
        at, model = self._known.get(site, (0.0, None))
        now = time.monotonic()
        if not at or now - at > REMEMBERED_S:
            with self._db.read() as db:
                learned = site_models.get(db, site)
            model = _model(learned) if learned else None
            self._known[site] = (now, model)
        return model


def _model(learned: Learned) -> SiteModel | None:
    weights = np.frombuffer(learned.weights, _WEIGHT)
    # Another version's weights are for other features.
    if weights.shape != (N_WEIGHTS,) or learned.auc < MIN_AUC:
        return None
    return SiteModel(weights, learned.auc, learned.n_approved, learned.n_rejected)
