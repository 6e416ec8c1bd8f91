import re
from pathlib import Path
from random import Random

import numpy as np
import pytest

from modsvc.classifier.encoder import Encoder
from modsvc.classifier.wordpiece import WordPiece
from modsvc.core.identity import ALIKE
from modsvc.core.text import normalise
from tests.classifier.encoders import PIECES, network
from training.data import load_corpus
from training.encoder.folder import write
from training.encoder.identities import SENTENCES, are_named, exchange, sentences
from training.encoder.rows import (
    JUDGED,
    OWN,
    SPANS,
    Example,
    Marked,
    epoch,
    examples,
    join,
    load_spans,
)
from training.own import load_own
from training.sets import HEADS
from training.splits import side_of

CASES = Path(__file__).parents[2] / "training" / "cases"
OPTIONS = {
    "max_pieces": 9,
    "exchanged": 0.5,
    "sentences": 50,
    "joined": 0,
    "joined_words": 40,
    "share": {},
}


@pytest.fixture(scope="module")
def wordpiece():
    return WordPiece(list(PIECES))


def test_a_sex_becomes_the_other_of_its_form_throughout_and_all_else_stays():
    text = "the women met a muslim man and women ran as zzz does"
    chance = Random(3)

    found = {tuple(exchange(text.split(), chance)) for _ in range(100)}

    assert {(words[1], words[5]) for words in found} == {
        (women, man) for women in ("women", "men") for man in ("woman", "man")
    }
    for words in found:
        assert words[1] == words[7]
        assert (words[2:5], words[8:]) == (("met", "a", "muslim"), ("ran", "as", "zzz", "does"))


def test_names_of_a_sex_are_told_from_all_other_words():
    assert are_named(["some", "women", "here"])
    assert not are_named(["some", "kurdish", "word"])


def test_short_sentences_have_a_group_in_every_slot_and_are_of_both_kinds():
    found = list(sentences(500, Random(1)))

    assert {unfair for _, unfair in found} == {True, False}
    assert not any("{" in text or "}" in text for text, _ in found)


def test_a_word_is_marked_if_half_of_it_as_sent_is(wordpiece):
    raw = "You f.o.o.l, you kind"
    marked = Marked(raw, frozenset(range(4, 11)) | {17})

    reading = normalise(raw)
    words = [word.text for word in wordpiece.words(reading.text)]

    assert [
        word for word, mark in zip(words, marked.marks(reading, wordpiece), strict=True) if mark
    ] == ["fool"]


def test_marks_and_shares_are_used_of_the_side_that_is_fitted_on_alone(labelled, wordpiece):
    corpus = load_corpus(labelled)
    found = examples(corpus, labelled, wordpiece)

    judged = [example for example in found if example.source == JUDGED]
    marked = [example for example in judged if example.marks is not None and any(example.marks)]
    assert len(corpus["fit"]) < len(found) <= len(corpus["fit"]) + len(load_own())
    assert {example.targets[HEADS.index("civil")] for example in judged} == {0.25, 0.75}
    assert 0 < len(marked) < len(judged)
    assert all(side_of(row_id) == "fit" for row_id in corpus["fit"].of(JUDGED).ids)
    assert not load_spans(labelled).keys() & load_spans(labelled, "test").keys()


def test_an_epoch_is_the_same_each_time_and_unlike_the_next(labelled, wordpiece):
    comments = examples(load_corpus(labelled), labelled, wordpiece)

    first, again, second = (
        epoch(comments, wordpiece, OPTIONS, n) for n in ("1-1-0", "1-1-0", "1-1-1")
    )

    pieces = [[row.pieces for row in rows] for rows in (first, again, second)]
    assert pieces[0] == pieces[1] != pieces[2]
    assert len(first) == len(comments) + 50


def test_what_is_seen_of_a_text_begins_and_ends_as_in_serving_and_is_cut(labelled, wordpiece):
    rows = epoch(examples(load_corpus(labelled), labelled, wordpiece), wordpiece, OPTIONS, "0")

    assert max(len(row.pieces) for row in rows) == 9
    assert all(row.pieces[0] == wordpiece.start for row in rows)
    assert all(row.pieces[-1] == wordpiece.end for row in rows)
    assert all(len(row.pieces) == len(row.marks) for row in rows)


def test_an_epoch_takes_the_share_of_a_set_that_it_shall(labelled, wordpiece):
    comments = examples(load_corpus(labelled), labelled, wordpiece)
    options = {**OPTIONS, "share": {JUDGED: 0.0}}

    rows = epoch(comments, wordpiece, options, "0")

    assert JUDGED not in {row.source for row in rows}


def test_an_epoch_sees_some_rows_more_than_once(labelled, wordpiece):
    comments = examples(load_corpus(labelled), labelled, wordpiece)
    options = {**OPTIONS, "share": {OWN: 2.0}, "sentences": 0}

    rows = epoch(comments, wordpiece, options, "0")

    own = sum(example.source == OWN for example in comments)
    assert len(rows) == len(comments) + own


def of(words, marks=None, source=OWN, **known):
    """A comment all of whose heads are 0 but those that are given."""
    targets = np.array([known.get(head, 0.0) for head in HEADS])
    return Example(source, tuple(words.split()), targets, marks)


def test_what_is_wrong_in_one_comment_is_wrong_in_several_joined():
    kind, nasty = of("how kind", (0.0, 0.0)), of("you fool", (0.0, 1.0), JUDGED, insult=1.0)

    joined = join([kind, nasty, kind], 20)

    assert joined.words == ("how", "kind", ".", "you", "fool", ".", "how", "kind")
    assert joined.marks == (0, 0, 0, 0, 1, 0, 0, 0)
    assert joined.source == JUDGED
    assert joined.targets.tolist() == nasty.targets.tolist()
    assert not joined.is_fair()


def test_of_words_that_nobody_looked_at_nothing_is_said_when_they_are_joined():
    joined = join([of("you fool !", insult=1.0), of("how kind", (0.0, 0.0))], 20)

    assert joined.words == ("you", "fool", "!", "how", "kind")
    assert np.isnan(joined.marks[:3]).all()
    assert joined.marks[3:] == (0.0, 0.0)


def test_what_may_be_in_one_part_may_be_in_the_whole():
    coarse = of("damn fine", (0.0, 0.0), obscene=np.nan)

    fair, nasty = join([coarse, of("how kind")], 20), join([coarse, of("you", obscene=1.0)], 20)

    obscene = HEADS.index("obscene")
    assert np.isnan(fair.targets[obscene])
    assert (np.nansum(fair.targets), nasty.targets[obscene]) == (0, 1)


def test_what_would_be_too_long_is_left_out_but_never_what_is_wrong():
    fair, nasty = of("so it goes here", (0.0,) * 4), of("you fool", insult=1.0)

    assert join([fair, nasty, fair], 6).words == ("so", "it", "goes", "here", ".", "you", "fool")
    assert join([fair, nasty], 3).words == ("you", "fool")


def test_half_of_what_is_joined_is_fair_and_all_of_it_short(labelled, wordpiece):
    comments = examples(load_corpus(labelled), labelled, wordpiece)
    options = {**OPTIONS, "sentences": 0, "max_pieces": 400, "share": {}}
    plain = epoch(comments, wordpiece, options, "0")

    rows = epoch(comments, wordpiece, {**options, "joined": 60}, "0")[-60:]

    assert len(plain) == len(comments)
    assert sum(not np.nansum(row.targets) for row in rows) == 30
    assert all(len(row.pieces) > 3 for row in rows)


def test_sentences_that_differ_by_the_group_alone_are_taken_once(labelled, wordpiece):
    found = examples(load_corpus(labelled), labelled, wordpiece)

    own = [
        tuple(ALIKE.get(word, word) for word in example.words)
        for example in found
        if example.source == OWN
    ]
    assert len(own) > 3_000
    assert len(set(own)) == len(own)


def test_short_fair_sentences_have_no_label_and_the_unfair_ones_attack(labelled, wordpiece):
    rows = [row for row in epoch([], wordpiece, OPTIONS, "0") if row.source == OWN]

    kinds = {tuple(np.nan_to_num(row.targets, nan=-1)) for row in rows}
    assert kinds == {(0.0,) * 9, (1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 0.0, 1.0, 1.0)}


def test_the_folder_is_one_that_the_service_opens(labelled, tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    (base / "vocab.txt").write_text("\n".join([*PIECES, ""]), encoding="utf-8")
    (base / "model.safetensors").write_bytes(b"published")
    params_file = tmp_path / "params.toml"
    params_file.write_text("seed = 1\n", encoding="utf-8")
    pieces = {piece: (*logits, *[0] * 7) for piece, logits in PIECES.items()}

    pin = write(
        tmp_path / "tiny-1",
        network(pieces, len(HEADS)),
        vocabulary=base / "vocab.txt",
        params_file=params_file,
        params={"version": "tiny-1", "network": {"n_frozen": 1}},
        data=labelled,
        n_rows=10,
        n_checkpoints=2,
        figures={"toxicity": 0.75},
    )

    encoder = Encoder.open(tmp_path / "tiny-1", expected_sha256=pin)
    assert (encoder.version, encoder.heads) == ("tiny-1", HEADS)
    assert encoder.logits(["you fool"])[0, 0] == 4
    card = (tmp_path / "tiny-1" / "card.md").read_text(encoding="utf-8")
    assert "| toxicity | 0.7500 |" in card
    assert all(name in card for name in ("jigsaw_train", SPANS, "CC0 1.0", "Apache-2.0"))


def test_no_sentence_of_ours_is_one_that_we_are_tested_on():
    tested = {
        re.sub(r"\W+", " ", text).strip().lower()
        for file in CASES.glob("*.toml")
        for text in re.findall(r'"([^"\n]+)"', file.read_text(encoding="utf-8"))
    }
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    ours = {
        re.sub(r"\W+", " ", line.split(": ", 1)[1]).strip().lower()
        for line in lines
        if line and not line.startswith("#")
    }

    assert len(tested) > 100
    assert not tested & ours
