"""Our own sentences: those that are fitted on are well formed, and none is part of a test."""

import re
import tomllib
from itertools import chain

import numpy as np
import pytest

from modsvc.core.lexicon import Lexicon
from training.casebook import FOLDER, ORDINARY, TEMPLATES, CaseInvalid, load_cases, load_pairs
from training.own import (
    ADVERTS,
    ENDINGS,
    FAIR,
    OWN,
    PAIRED,
    SAME_WORDS,
    THEMES,
    load_adverts,
    load_fair,
    load_harmless,
    load_own,
    load_theme,
)
from training.sets import HEADS
from training.slots import GROUPS, fill_in_turn

SHARED_WORDS = 5


def runs(text):
    """All stretches of five words, slots left out."""
    words = re.findall(r"[\w']+", re.sub(r"\{\w+\}", " ", text.lower().replace("’", "'")))
    return {tuple(words[i : i + SHARED_WORDS]) for i in range(len(words) - SHARED_WORDS + 1)}


def fitted_on():
    for path in FAIR:
        yield from path.read_text(encoding="utf-8").splitlines()
    for path in THEMES:
        for kind in tomllib.loads(path.read_text(encoding="utf-8")).values():
            yield from kind["sentences"]
    for path in ADVERTS:
        yield from chain.from_iterable(tomllib.loads(path.read_text(encoding="utf-8")).values())


def endings(texts):
    """The endings of all domains, those of files on a page left out."""
    domain = re.compile(r"(?<![\w./-])(?:https?://)?(?:[\w-]+\.)+([a-z]{2,})")
    return [ending for text in texts for ending in domain.findall(text)]


def asked_about():
    for case in load_cases():
        yield case.id, case.text
    for pair in load_pairs():
        yield from ((pair.id, text) for text in (pair.body, pair.title, pair.article, pair.parent))
    for name in (TEMPLATES, ORDINARY):
        lists = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
        yield from ((kind, text) for kind, texts in lists.items() for text in texts)


def test_no_case_shares_five_words_in_a_row_with_what_is_fitted_on():
    fitted = set(chain.from_iterable(map(runs, fitted_on())))

    shared = {where: found for where, text in asked_about() if (found := runs(text) & fitted)}

    assert len(fitted) > 3_000
    assert shared == {}


@pytest.mark.parametrize("path", FAIR, ids=lambda path: path.stem)
def test_fair_comments_are_no_abuse_and_say_nothing_of_spam(path):
    rows = load_fair(path)

    assert len(rows) >= 300
    assert np.nansum(rows.targets) == 0
    assert np.isnan(rows.target("spam")).all()
    assert not rows.natural.any()


def test_what_a_model_of_words_learns_from_pairs_is_fair_and_has_no_word_of_abuse():
    word = re.compile(r"\bidiots?\b", re.IGNORECASE)
    fair = [row for row in zip(*fields(load_own()), strict=True) if row[2] == 0]

    harmless = load_harmless(Lexicon(["kind"], {"idiot": 1, "idiots": 1}))

    assert set(harmless.sources) == set(PAIRED) - {f"{stem}.toml" for stem in SAME_WORDS}
    assert (harmless.verdicts == 0).all()
    assert np.nansum(harmless.targets) == 0
    assert not any(map(word.search, harmless.texts))
    assert any(source in PAIRED and word.search(text) for source, text, _ in fair)
    assert len(harmless) > 0.8 * sum(source in PAIRED for source, _, _ in fair)


def fields(rows):
    return rows.sources, rows.texts, rows.verdicts


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
def test_abuse_has_its_labels_and_fair_speech_has_none(path):
    rows = load_theme(path)

    abusive = rows.verdicts == 1
    assert (rows.target("toxicity") == abusive).all()
    assert np.nansum(rows.targets[~abusive]) == 0
    assert (rows.target("spam") == 0).all()


def test_of_coarse_words_at_nobody_it_is_not_said_that_they_are_none():
    rows = [load_theme(path) for path in THEMES]

    unknown = [np.isnan(part.target("obscene")) & (part.verdicts == 0) for part in rows]
    assert sum(map(np.sum, unknown)) > 200


@pytest.mark.parametrize("path", ADVERTS, ids=lambda path: path.stem)
def test_adverts_are_spam_and_what_looks_like_them_is_nothing(path):
    rows = load_adverts(path)

    adverts = rows.target("spam") == 1
    others = [i for i, head in enumerate(HEADS) if head != "spam"]
    assert 150 <= adverts.sum() <= len(rows) - 100
    assert np.isnan(rows.targets[np.ix_(adverts, others)]).all()
    assert (rows.targets[~adverts] == 0).all()
    assert (rows.verdicts == adverts).all()


@pytest.mark.parametrize("path", ADVERTS, ids=lambda path: path.stem)
def test_domains_are_nobodys_in_the_file_and_have_usual_endings_when_read(path):
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    texts = load_adverts(path).texts

    assert set(endings(chain(*written.values()))) == {"example"}
    assert set(endings(texts[: len(written["adverts"])])) == set(ENDINGS)
    assert set(endings(texts[len(written["adverts"]) :])) <= set(ENDINGS)


def test_no_slot_is_left_open_and_no_sentence_stands_twice():
    rows = load_own()

    assert not any(re.search(r"[{}]|^# ", text) for text in rows.texts)
    assert len(set(rows.texts)) == len(rows) == len(set(rows.ids))
    assert set(rows.sources) == set(OWN)
    assert rows.targets.shape == (len(rows), len(HEADS))


def test_groups_take_turns_so_that_all_are_named_equally_often():
    templates = [f"{n} {{people}} came" for n in range(len(GROUPS))]

    filled = list(fill_in_turn(templates, 3))

    named = [sum(f" {group.people} " in text for text in filled) for group in GROUPS]
    assert len(filled) == 3 * len(GROUPS)
    assert min(named) == 3


def test_a_sentence_without_a_slot_is_read_once():
    assert list(fill_in_turn(["It rains."], 5)) == ["It rains."]


@pytest.mark.parametrize(
    ("name", "template", "filled"),
    [
        ("faith: Jewish", "{people} met {person}.", "Jews met a Jew."),
        ("people: Israeli", "a {adjective} baker and {person}", "An Israeli baker and an Israeli"),
        ("people: French", "An {adjective} one; {people}", "A French one; French people"),
        ("disability: deaf", "{people} and {person}", "Deaf people and a deaf person"),
        ("colour: Black", "{people}, {person}", "Black people, a Black person"),
        ("migration: refugee", "an {adjective} family of {people}", "A refugee family of refugees"),
    ],
)
def test_a_slot_agrees_with_its_sentence(name, template, filled):
    [group] = [group for group in GROUPS if group.name == name]

    assert group.fill(template) == filled


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[a]\nlabels = ["insult"]\n', "a: needs labels and sentences"),
        ('[a]\nlabels = []\nsentences = []\nnote = ""\n', "and nothing else"),
        ('[a]\nlabels = []\nunknown = ["spam"]\nsentences = ["x"]\n', "'spam' is no kind"),
        ('[a]\nlabels = ["rudeness"]\nsentences = ["x"]\n', "a: 'rudeness' is no kind of abuse"),
        ('[a]\nlabels = ["spam"]\nsentences = ["x"]\n', "a: 'spam' is no kind of abuse"),
        ("a = 1\n", "a: needs labels and sentences"),
        ('[a]\nlabels = ""\nsentences = ["x"]\n', "labels and unknown are lists"),
        ('[a]\nlabels = []\nsentences = "hello"\n', "a: is no list of sentences"),
        ("[a]\nlabels = []\nsentences = []\n", "a: is no list of sentences"),
        ('[a]\nlabels = []\nsentences = [" "]\n', "is blank"),
        ('[a]\nlabels = []\nsentences = ["{poeple} came"]\n', "unknown slot"),
        ("a =\n", "cannot be read"),
    ],
)
def test_a_malformed_file_is_refused_with_its_reason(tmp_path, content, message):
    path = tmp_path / "theme.toml"
    path.write_text(content)

    with pytest.raises(CaseInvalid, match=message):
        load_theme(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('adverts = ["x"]\n', "needs adverts and ordinary"),
        ('adverts = ["x"]\nordinary = ["y"]\nscams = ["z"]\n', "and nothing else"),
        ('adverts = ["x"]\nordinary = "y"\n', "ordinary: is no list of sentences"),
        ('adverts = [1]\nordinary = ["y"]\n', "adverts: is no list of sentences"),
        ("adverts =\n", "cannot be read"),
    ],
)
def test_a_malformed_file_of_adverts_is_refused_with_its_reason(tmp_path, content, message):
    path = tmp_path / "spam.toml"
    path.write_text(content)

    with pytest.raises(CaseInvalid, match=message):
        load_adverts(path)
