"""The labelled sets: where each is had, under which licence, and what its columns mean here.

A set that may not be shipped is never fitted on in any way; `training.data.load_training` cannot
even name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_WIKIPEDIA_LICENCE = "comments CC BY-SA 3.0 (Wikipedia), annotations CC0"
_WIKIPEDIA_OFFICIAL = "Kaggle, competition jigsaw-toxic-comment-classification-challenge, train.csv"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """One file of labelled comments.

    `columns` maps our labels to the file's columns of 0 and 1; `given` holds labels that are the
    same for all its rows. A set without either is only looked at, `verdict` naming its column of 0
    and 1 if it has one.
    """

    name: str
    about: str
    official: str
    licence: str
    attribution: str
    may_ship: bool
    columns: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    verdict: str | None = None
    natural: bool = False  # A random sample, so that its rates may be calibrated to.

    @property
    def file_name(self) -> str:
        """The file's name in the data folder."""
        return f"{self.name}.csv.gz"


_SIX = {
    "toxicity": "toxic",
    "severe_toxicity": "severe_toxic",
    "obscene": "obscene",
    "threat": "threat",
    "insult": "insult",
    "identity_attack": "identity_hate",
}
_WIKIPEDIA = (
    "Comments by Wikipedia's editors; labels by Jigsaw and Google, Toxic Comment Classification"
    " Challenge, 2018"
)
_NO_ADVERTS = {"spam": 0.0}  # Ordinary comments; the few adverts among them cost little.

SETS: tuple[LabelledSet, ...] = (
    LabelledSet(
        "jigsaw_train",
        "Wikipedia talk pages, a random sample",
        _WIKIPEDIA_OFFICIAL,
        _WIKIPEDIA_LICENCE,
        _WIKIPEDIA,
        may_ship=True,
        columns=_SIX,
        given=_NO_ADVERTS,
        natural=True,
    ),
    LabelledSet(
        "jigsaw_train_extra",
        "Wikipedia talk pages, rich in abuse",
        _WIKIPEDIA_OFFICIAL,
        _WIKIPEDIA_LICENCE,
        _WIKIPEDIA,
        may_ship=True,
        columns=_SIX,
    ),
    LabelledSet(
        "jigsaw_train_toxic_only",
        "Wikipedia talk pages, the toxic label alone",
        _WIKIPEDIA_OFFICIAL,
        _WIKIPEDIA_LICENCE,
        _WIKIPEDIA,
        may_ship=True,
        columns={"toxicity": "toxic"},
    ),
    LabelledSet(
        "civil_spans_posts",
        "comments on news sites, read as free of adverts",
        "GitHub, ipavlopoulos/toxic_spans, data/",
        "CC0 1.0",
        "Civil Comments; Pavlopoulos et al., ACL 2022, From the Detection of Toxic Spans in Online"
        " Discussions to the Analysis of Toxic-to-Civil Transfer",
        may_ship=True,
        given=_NO_ADVERTS,
    ),
    LabelledSet(
        "youtube_spam_train",
        "comments under three music videos",
        "UCI Machine Learning Repository, YouTube Spam Collection",
        "CC BY 4.0",
        "Alberto, Lochter and Almeida, TubeSpam, ICMLA 2015",
        may_ship=True,
        columns={"spam": "label"},
    ),
    LabelledSet(
        "ucc_news_train",
        "comments on the Globe and Mail's site: hostile or antagonising",
        "GitHub, conversationai/unhealthy-conversations, corpus/",
        "CC BY-NC-SA 4.0",
        "Price et al., 2020, Six Attributes of Unhealthy Conversations",
        may_ship=False,
        verdict="label",
    ),
    LabelledSet(
        "insults_test_public",
        "comments on news sites, blogs and forums: insults",
        "Kaggle, competition detecting-insults-in-social-commentary, test_with_solutions.csv",
        "unknown",
        "Impermium, 2012",
        may_ship=False,
        verdict="label",
    ),
    LabelledSet(
        "olid_train",
        "tweets: offensive",
        "Zampieri et al., 2019, OLID",
        "unknown",
        "Zampieri et al., NAACL 2019",
        may_ship=False,
        verdict="label",
    ),
    LabelledSet(
        "wiki_context_gn",
        "Wikipedia talk pages at the natural rate: toxic",
        "GitHub, ipavlopoulos/context_toxicity, data/CAT_LARGE/gn.csv",
        "Apache-2.0, comments CC BY-SA",
        "Pavlopoulos et al., ACL 2020, Toxicity Detection: Does Context Really Matter?",
        may_ship=False,
        verdict="label",
    ),
    LabelledSet(
        "news_comments_unlabelled",
        "ordinary comments on the Globe and Mail's site",
        "GitHub, conversationai/unhealthy-conversations, corpus/train.csv",
        "CC BY-NC-SA 4.0",
        "Price et al., 2020",
        may_ship=False,
    ),
    LabelledSet(
        "reddit_israel_palestine_unlabelled",
        "comments of autumn 2023, many on the war in Gaza",
        "GitHub, dalfonso75/reddit-emotion-analysis-israel-palestine, data/sampled_data.csv",
        "unknown",
        "Reddit's users",
        may_ship=False,
    ),
)
TRAINING = tuple(s for s in SETS if s.may_ship)
TESTS = tuple(s for s in SETS if not s.may_ship)
