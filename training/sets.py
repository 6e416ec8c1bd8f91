"""The labelled sets: where each is had, under which licence, and what its columns mean here.

The sets' definitions differ, so they are not pooled: each fills heads of its own. `civil` and
`hate` are no labels that are served; they lend the labels what their sets know (see `mixing` in
params.toml).

A set that may not be shipped is never fitted on, weights, idf, calibration and thresholds included,
unless whoever trains asks for it by name (`fit --also NAME`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from modsvc.core.labels import LABELS

# What is fitted: the labels, and two heads that only help them.
HEADS = (*LABELS, "civil", "hate")

_WIKIPEDIA_LICENCE = "comments CC BY-SA 3.0 (Wikipedia), annotations CC0"
_WIKIPEDIA_OFFICIAL = "Kaggle, competition jigsaw-toxic-comment-classification-challenge, train.csv"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """One file of labelled comments.

    `columns` maps heads to the file's columns of 0 and 1; `given` holds heads that are the same for
    all its rows. `verdict` names the column that says whether a moderator would act, by the set's
    own definition; None where nobody has judged. A set that may be shipped and is not `fitted` is
    left out by choice, and `note` says why.
    """

    name: str
    about: str
    official: str
    licence: str
    attribution: str
    may_ship: bool
    columns: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    verdict: str | None = "label"
    fitted: bool = True
    natural: bool = False  # A random sample, so that its rates may be calibrated to.
    note: str = ""

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
        "Wikipedia talk pages, the toxic label alone, as a mirror cleaned them",
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
        columns={"civil": "label"},
        given=_NO_ADVERTS,
    ),
    LabelledSet(
        "toxic_spans_train",
        "a part of the same comments, with the words that made them toxic",
        "GitHub, ipavlopoulos/toxic_spans, SemEval2021/data/",
        "CC0 1.0",
        "Civil Comments; Pavlopoulos et al., SemEval-2021 Task 5, Toxic Spans Detection",
        may_ship=True,
        fitted=False,
        note="fits the tagger of words, not the scores",
    ),
    LabelledSet(
        "edos_sexism_train",
        "posts on Reddit and Gab: sexist",
        "GitHub, rewire-online/edos, data/",
        "CC0 1.0",
        "Kirk et al., SemEval-2023 Task 10, Explainable Detection of Online Sexism",
        may_ship=True,
        columns={"hate": "label"},
        given=_NO_ADVERTS,
    ),
    LabelledSet(
        "stormfront_sentences",
        "sentences of a white-supremacist forum: hateful",
        "GitHub, Vicomtech/hate-speech-dataset",
        "CC BY-SA 3.0 ES",
        "de Gibert et al., 2018, Hate Speech Dataset from a White Supremacy Forum",
        may_ship=True,
        columns={"hate": "label"},
        given=_NO_ADVERTS,
    ),
    LabelledSet(
        "hatemojibuild_train",
        "short posts with emoji, written to fool a model: hateful",
        "GitHub, HannahKirk/Hatemoji, HatemojiBuild/",
        "CC BY 4.0",
        "Kirk et al., NAACL 2022, Hatemoji",
        may_ship=True,
        columns={"hate": "label"},
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
        "davidson_tweets",
        "tweets found by hate words: offensive or hateful",
        "GitHub, t-davidson/hate-speech-and-offensive-language, data/",
        "MIT",
        "Davidson et al., ICWSM 2017",
        may_ship=True,
        columns={"civil": "label"},
        fitted=False,
        note="known to teach that African-American English is offensive",
    ),
    LabelledSet(
        "ucc_news_train",
        "comments on the Globe and Mail's site: hostile or antagonising",
        "GitHub, conversationai/unhealthy-conversations, corpus/",
        "CC BY-NC-SA 4.0",
        "Price et al., 2020, Six Attributes of Unhealthy Conversations",
        may_ship=False,
        columns={"civil": "label"},
    ),
    LabelledSet(
        "insults_train",
        "comments on news sites, blogs and forums: insults, another part",
        "Kaggle, competition detecting-insults-in-social-commentary, train.csv",
        "unknown",
        "Impermium, 2012",
        may_ship=False,
        columns={"civil": "label"},
    ),
    LabelledSet(
        "insults_test_public",
        "comments on news sites, blogs and forums: insults",
        "Kaggle, competition detecting-insults-in-social-commentary, test_with_solutions.csv",
        "unknown",
        "Impermium, 2012",
        may_ship=False,
        columns={"civil": "label"},
    ),
    LabelledSet(
        "olid_train",
        "tweets: offensive",
        "Zampieri et al., 2019, OLID",
        "unknown",
        "Zampieri et al., NAACL 2019",
        may_ship=False,
        columns={"civil": "label"},
    ),
    LabelledSet(
        "wiki_context_gn",
        "Wikipedia talk pages at the natural rate: toxic",
        "GitHub, ipavlopoulos/context_toxicity, data/CAT_LARGE/gn.csv",
        "Apache-2.0, comments CC BY-SA 3.0",
        "Pavlopoulos et al., ACL 2020, Toxicity Detection: Does Context Really Matter?",
        may_ship=True,
        columns={"toxicity": "label"},
        fitted=False,
        natural=True,
        note="kept as a test: it carries Perspective's score on each row",
    ),
    LabelledSet(
        "reddit_advertising_train",
        "comments on Reddit: against the rule on adverts",
        "Kaggle, competition Jigsaw - Agile Community Rules Classification, train.csv",
        "unknown",
        "Jigsaw, 2025",
        may_ship=False,
        columns={"spam": "label"},
    ),
    LabelledSet(
        "news_comments_unlabelled",
        "ordinary comments on the Globe and Mail's site",
        "GitHub, conversationai/unhealthy-conversations, corpus/train.csv",
        "CC BY-NC-SA 4.0",
        "Price et al., 2020",
        may_ship=False,
        verdict=None,
    ),
    LabelledSet(
        "reddit_israel_palestine_unlabelled",
        "comments of autumn 2023, many on the war in Gaza",
        "GitHub, dalfonso75/reddit-emotion-analysis-israel-palestine, data/sampled_data.csv",
        "unknown",
        "Reddit's users",
        may_ship=False,
        verdict=None,
    ),
)
TRAINING = tuple(s for s in SETS if s.may_ship and s.fitted)
TESTS = tuple(s for s in SETS if not (s.may_ship and s.fitted) and s.name != "toxic_spans_train")


def chosen(also: Collection[str] = ()) -> tuple[LabelledSet, ...]:
    """Return the sets to fit on: those of TRAINING, and any others asked for by name.

    Raises
    ------
    ValueError
        A name is unknown, or its set has nothing that a head could learn.
    """
    others = {s.name: s for s in SETS if s not in TRAINING}
    for name in also:
        if name not in others or not others[name].columns:
            known = ", ".join(name for name, s in others.items() if s.columns)
            raise ValueError(f"--also {name}: no such set to fit on; there are {known}")
    return (*TRAINING, *(others[name] for name in dict.fromkeys(also)))
