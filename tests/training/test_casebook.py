import pytest

from training.casebook import (
    CaseInvalid,
    among_others,
    is_kept,
    load_about,
    load_cases,
    load_pairs,
)

FUNCTION = '[rude]\nabout = "Rude."\nabusive = true\nlabels = ["insult"]\n'
PAIRS = '[quoting]\nabout = "Quoting."\nabusive = false\n'


def sizes(cases):
    """For each function how many cases it has, and how many of them are kept."""
    found = {}
    for case in cases:
        n, kept = found.get(case.id.partition("/")[0], (0, 0))
        found[case.id.partition("/")[0]] = n + 1, kept + case.kept
    return found


def test_every_function_has_at_least_thirty_cases_and_half_of_them_are_kept():
    found = sizes(load_cases())

    assert len(found) == 22
    assert all(n >= 30 and 2 * kept == n for n, kept in found.values())


def test_there_are_at_least_forty_pairs_of_context_and_half_of_each_kind_are_kept():
    found = sizes(load_pairs())

    assert sum(n for n, _ in found.values()) >= 40
    assert all(2 * kept == n for n, kept in found.values())


def test_abuse_and_fair_speech_are_in_balance_and_of_many_lengths():
    cases = load_cases()
    lengths = [len(case.text.split()) for case in cases]

    assert 0.4 < sum(case.abusive for case in cases) / len(cases) < 0.6
    assert min(lengths) <= 5
    assert max(lengths) >= 45
    assert len({case.text.lower() for case in cases}) == len(cases)


def test_every_function_says_what_it_is_about():
    about = load_about()

    assert about.keys() == sizes(load_cases()).keys() | sizes(load_pairs()).keys()
    assert len(set(about.values())) == len(about)


def test_one_of_each_two_neighbours_is_kept_and_it_is_not_always_the_same_one():
    kept = [is_kept(f"rude/{number:02}") for number in range(1, 41)]

    assert all(first != second for first, second in zip(kept[::2], kept[1::2], strict=True))
    assert 0 < sum(kept[::2]) < 20


def test_a_case_among_others_is_the_same_with_a_sentence_before_and_after_it():
    cases = load_cases()

    found = among_others(cases)

    assert [(case.id, case.abusive) for case in found] == [(c.id, c.abusive) for c in cases]
    assert all(c.text in case.text for case, c in zip(found, cases, strict=True))
    around = {case.text.replace(c.text, "|") for case, c in zip(found, cases, strict=True)}
    assert len(around) >= 56
    assert not any(text.startswith("|") or text.endswith(("|", "|.")) for text in around)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('before = ["x"]\n', "needs before and after"),
        ('before = ["x"]\nafter = []\n', "after: is no list"),
        ('before = [" "]\nafter = ["x"]\n', "before: needs a text"),
    ],
)
def test_malformed_ordinary_sentences_are_refused(tmp_path, content, message):
    (file := tmp_path / "ordinary.toml").write_text(content)

    with pytest.raises(CaseInvalid, match=message):
        among_others([], file)


def test_a_case_is_read_with_its_function_and_labels(tmp_path):
    (tmp_path / "a.toml").write_text(FUNCTION + '[rude.cases]\n01 = "Such a fool."\n')

    [case] = load_cases(tmp_path)

    assert (case.id, case.text, case.abusive, case.labels) == (
        "rude/01",
        "Such a fool.",
        True,
        ("insult",),
    )
    assert case.comment.body == "Such a fool."


def test_a_pair_is_the_same_comment_with_and_without_its_context(tmp_path):
    path = tmp_path / "context.toml"
    path.write_text(
        PAIRS
        + '[quoting.pairs.01]\narticle = { title = "T", body = "B" }\nparent = "P"\nbody = "C"\n'
    )

    [pair] = load_pairs(path)

    assert pair.in_context.article.title == "T"
    assert pair.in_context.article.body == "B"
    assert pair.in_context.parent.body == "P"
    assert pair.in_context.body == pair.by_itself.body == "C"
    assert pair.by_itself.parent is None
    assert pair.by_itself.article.title == ""
    assert pair.alone is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[rude.cases]\n01 = "x"\n', "rude: needs a sentence 'about'"),
        (FUNCTION, "rude: has no cases"),
        (FUNCTION + "[rude.cases]\n", "rude: has no cases"),
        (FUNCTION + '[rude.cases]\n01 = ""\n', "rude/01: needs a text"),
        (FUNCTION + "[rude.cases]\n01 = 1\n", "rude/01: needs a text"),
        (FUNCTION + '[rude.cases]\nfirst = "x"\n', "rude/first: is not numbered from 01"),
        (FUNCTION + '[rude.cases]\n00 = "x"\n', "rude/00: is not numbered from 01"),
        (FUNCTION + 'kept = true\n[rude.cases]\n01 = "x"\n', "rude: unknown field 'kept'"),
        (FUNCTION.replace("true", "1"), "rude: 'abusive' must be true or false"),
        (FUNCTION.replace("insult", "rudeness"), "rude: 'labels' must be a list of"),
        (FUNCTION.replace('"insult"', ""), "rude: labels belong to abusive functions"),
        (FUNCTION.replace("true", "false"), "rude: labels belong to abusive functions"),
        ("title = 1\n", "title: stands outside any function"),
        ('[rude.cases]\n01 = "x"\n01 = "y"\n', "cannot be read"),
    ],
)
def test_a_malformed_case_is_refused_with_file_id_and_reason(tmp_path, content, message):
    (tmp_path / "a.toml").write_text(content)

    with pytest.raises(CaseInvalid, match=r"a\.toml") as caught:
        load_cases(tmp_path)

    assert message in str(caught.value)


def test_a_function_that_stands_in_two_files_is_refused(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(FUNCTION + '[rude.cases]\n01 = "x"\n')

    with pytest.raises(CaseInvalid, match="rude/01: stands in two files"):
        load_cases(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PAIRS, "quoting: has no pairs"),
        (PAIRS + '[quoting.pairs]\n01 = "x"\n', "quoting/01: needs a body and its context"),
        (PAIRS + '[quoting.pairs.01]\nparent = "x"\n', "quoting/01: needs a text"),
        (PAIRS + '[quoting.pairs.01]\nbody = "x"\n', "quoting/01: needs an article or a parent"),
        (
            PAIRS + '[quoting.pairs.01]\nbody = "x"\nparent = "y"\nalone = 0\n',
            "quoting/01: 'alone' must be true or false",
        ),
        (
            PAIRS + '[quoting.pairs.01]\nbody = "x"\nparnt = "y"\n',
            "quoting/01: unknown field 'parnt'",
        ),
        (
            PAIRS + '[quoting.pairs.01]\nbody = "x"\narticle = { headline = "y" }\n',
            "quoting/01: unknown field 'headline'",
        ),
        (
            PAIRS + '[quoting.pairs.01]\nbody = "x"\narticle = "y"\n',
            "quoting/01: unknown field 'article'",
        ),
    ],
)
def test_a_malformed_pair_is_refused_with_file_id_and_reason(tmp_path, content, message):
    path = tmp_path / "context.toml"
    path.write_text(content)

    with pytest.raises(CaseInvalid, match=r"context\.toml") as caught:
        load_pairs(path)

    assert message in str(caught.value)
