"""The form's way into the document: what was changed is written, and nothing else is touched."""

from __future__ import annotations

import tomllib
from difflib import ndiff

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modsvc.app import DEFAULT_POLICY
from modsvc.core.policy import Limits
from modsvc.core.policy_document import CODES, read_policy
from modsvc.errors import PolicyInvalid
from modsvc.web.policy import form, naming, places, writing
from modsvc.web.policy.blueprint import Problem
from modsvc.web.policy.form import NoForm

DEFAULT = DEFAULT_POLICY.read_text(encoding="utf-8")
ROWS = """
[patterns]
# Said on the telephone.
"asks to call" = { match = '(call|ring) me', action = "hold", note = "Numbers in words." } # Ask Ruth.
b.c = { match = "x", action = "reject" }

[expressions]
"לינקים" = { when = "links >= 1", action = "hold" }
"""
# As other people write TOML.
ODD = """\
[bands]
toxicity.hold = 0.08  # dotted
links.too_many.hold = 1.0
links.banned = { hold = 1.0 }
[bands.insult]
# By the desk.
hold = 0.08
[limits]
max_links = 2 # two
[links]
banned = [ # Those of the spring.
  "a.example", # the worst
  "b.example",
]
"""


def written(document: str, **typed: str) -> str:
    return writing.write(document, DEFAULT, {n.replace("__", "."): t for n, t in typed.items()})


def lines(before: str, after: str) -> list[str]:
    """The lines that are gone and those that are new."""
    return [
        line.strip() for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "-+"
    ]


def with_rows() -> str:
    bare = DEFAULT.replace("\n[patterns]\n", "\n", 1).replace("\n[expressions]\n", "\n", 1)
    return bare.replace("\n[languages]\n", f"{ROWS}\n[languages]\n", 1)


@pytest.mark.parametrize("document", [DEFAULT, with_rows(), ODD, DEFAULT.replace("\n", "\r\n"), ""])
def test_what_nobody_touched_stays_to_the_byte(document: str):
    values = form.read(document, DEFAULT)
    as_sent = {name: text.replace("\n", "\r\n") for name, text in values.items()}

    assert writing.write(document, DEFAULT, values) == document
    assert writing.write(document, DEFAULT, as_sent) == document
    assert writing.write(document, DEFAULT, {}) == document


def test_the_form_has_every_code_limit_and_list_under_a_name():
    assert {*naming.MEANINGS} == set(CODES)
    assert all(naming.name_of(code) != code for code in CODES)
    assert set(naming.LIMIT_NAMES) == set(Limits.__dataclass_fields__)
    tables = tomllib.loads(DEFAULT)
    shown = set(form.read(DEFAULT, DEFAULT))
    for table in ("limits", "links", "words", "languages", "queue", "context"):
        assert {f"{table}.{key}" for key in tables[table]} <= shown


CHANGES = [
    ("bands.insult.hold", "0,05", ["- insult          = { hold = 0.08, reject = 0.5 }", "+ insult          = { hold = 0.05, reject = 0.5 }"]),
    ("bands.insult.hold", "", ["- insult          = { hold = 0.08, reject = 0.5 }", "+ insult          = { reject = 0.5 }"]),
    ("bands.toxicity.reject", "abc", ["- toxicity        = { hold = 0.08 }", '+ toxicity        = { hold = 0.08, reject = "abc" }']),
    ("bands.links.too_many", "pass", ['- "links.too_many"    = { hold = 1.0 }', '+ "links.too_many"    = {}']),
    ("bands.author.new", "reject", ['- "author.new"        = {}', '+ "author.new"        = { reject = 1.0 }']),
    ("bands_alone.spam.hold", "", ["- spam            = { hold = 0.285 }"]),
    ("bands_alone.threat.hold", ".2", ["+ threat = { hold = 0.2 }"]),
    ("limits.max_links", "1", ["- max_links = 2", "+ max_links = 1"]),
    ("limits.max_links", "two", ["- max_links = 2", '+ max_links = "two"']),
    ("links.banned", "bad.example\r\n רע.example \r\n\r\nbad.example", ["- banned = []", '+ banned = ["bad.example", "רע.example"]']),
    ("links.shorteners", "", None),
    ("trust.earned_rate", "0.9", ["- earned_rate = 0.95", "+ earned_rate = 0.9"]),
    ("queue.urgent", "threat", ['- urgent = ["threat", "severe_toxicity"]', '+ urgent = ["threat"]']),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), CHANGES)
def test_only_what_was_changed_is_written(name: str, text: str, expected: list[str] | None):
    typed = form.read(DEFAULT, DEFAULT) | {name: text}

    document = writing.write(DEFAULT, DEFAULT, typed)

    changed = lines(DEFAULT, document)
    assert changed == expected if expected is not None else changed
    # It is shown again as it was typed.
    again = form.read(document, DEFAULT)[name]
    assert not writing.only_changed({name: text}, {name: again}) or name.startswith("links.")
    assert writing.write(document, DEFAULT, form.read(document, DEFAULT)) == document


def test_a_list_keeps_its_comments_and_its_order():
    document = written(ODD, links__banned="b.example\nc.example")

    assert tomllib.loads(document)["links"]["banned"] == ["b.example", "c.example"]
    assert "# Those of the spring." in document


def test_rows_are_added_changed_renamed_and_taken_out():
    before = with_rows()
    typed = {
        **form.read(before, DEFAULT),
        "patterns.asks to call.name": "rings",
        "patterns.asks to call.note": "",
        "patterns.b.c.remove": "1",
        "expressions.לינקים.when": "links > 1",
        "new.patterns.name": "rings",
        "new.patterns.match": r"\bq\d",
        "new.patterns.action": "reject",
        "new.expressions.when": "emoji > 3",
        "new.expressions.action": "hold",
    }

    document = writing.write(before, DEFAULT, typed)

    tables = tomllib.loads(document)
    assert tables["patterns"] == {
        "rings": {"match": r"\bq\d", "action": "reject"},
        "rings (2)": {"match": "(call|ring) me", "action": "hold"},
    }
    assert tables["expressions"] == {
        "לינקים": {"when": "links > 1", "action": "hold"},
        "emoji > 3": {"when": "emoji > 3", "action": "hold"},
    }
    assert '# Said on the telephone.\n"rings (2)"' in document
    assert r"'\bq\d'" in document
    assert "# Ask Ruth." in document


def test_a_row_that_somebody_took_out_meanwhile_is_not_lost():
    typed = {
        "patterns.gone.name": "gone",
        "patterns.gone.match": "x",
        "patterns.gone.action": "hold",
    }

    document = writing.write(DEFAULT, DEFAULT, typed)

    assert tomllib.loads(document)["patterns"] == {"gone": {"match": "x", "action": "hold"}}


def test_a_document_of_an_older_version_is_shown_with_what_the_installation_says():
    older = DEFAULT.replace("max_reports = 2\n", "").replace(
        '"repeats.author"    = { hold = 1.0 }\n', ""
    )
    values = form.read(older, DEFAULT)

    assert (values["limits.max_reports"], values["bands.repeats.author"]) == ("2", "hold")
    document = written(older, limits__max_reports="5", bands__repeats__author="pass")

    policy = read_policy(document, fallback=DEFAULT)
    assert policy.limits.max_reports == 5
    assert policy.bands["repeats.author"].stops_from is None
    assert lines(older, document) == ['+ "repeats.author" = {}', "+ max_reports = 5"]


def test_other_ways_to_write_toml_are_written_as_they_are():
    document = writing.write(
        ODD,
        DEFAULT,
        {
            "bands.toxicity.hold": "0.2",
            "bands.links.too_many": "pass",
            "bands.links.banned": "reject",
            "bands.insult.hold": "0.1",
            "limits.max_links": "1",
        },
    )

    tables = tomllib.loads(document)
    assert tables["bands"]["toxicity"] == {"hold": 0.2}
    assert tables["bands"]["links"] == {"too_many": {}, "banned": {"reject": 1.0}}
    assert tables["bands"]["insult"] == {"hold": 0.1}
    for comment in ("# dotted", "# By the desk.", "# two", "# the worst"):
        assert comment in document


@pytest.mark.parametrize(
    "document", ["[bands", "bands = 3", "limits = []", "x = 1e999999\n[[limits]]", "a" * 9]
)
def test_what_is_too_broken_has_no_form(document: str):
    with pytest.raises(NoForm):
        form.read(document, DEFAULT)
    with pytest.raises(NoForm):
        writing.write(document, DEFAULT, {})


NAMES = sorted(form.read(with_rows(), DEFAULT))


@settings(max_examples=40)
@given(
    st.dictionaries(st.sampled_from(NAMES), st.one_of(st.text(max_size=30), st.floats(0, 1).map(str), st.sampled_from(["pass", "hold", "reject", "0.5", "3", "", "'", '"""', "\\", "a\nb"])), max_size=4),
)  # fmt: skip
def test_whatever_is_typed_the_document_stays_toml_and_all_else_stays(typed: dict[str, str]):
    before = with_rows()
    values = form.read(before, DEFAULT)

    document = writing.write(before, DEFAULT, typed)

    tables = tomllib.loads(document)
    assert set(tables) == set(tomllib.loads(before))
    after = form.read(document, DEFAULT)
    touched = {name.rpartition(".")[0] for name in typed}
    for name, value in values.items():
        if name not in typed and name.rpartition(".")[0] not in touched:
            assert after[name] == value
    comments = [line for line in before.splitlines() if line.startswith("#")]
    assert [line for line in document.splitlines() if line.startswith("#")] == comments


PLACES = [
    ("insult          = { hold = 0.08,", "insult = { hold = 5,", "bands.insult"),
    ("max_links = 2", "max_links = -1", "limits.max_links"),
    ('"adf.ly",', '"adf ly",', "links.shorteners"),
    ("accepted = []", 'accepted = ["english"]', "languages.accepted"),
    ('urgent = ["threat"', 'urgent = ["thret"', "queue.urgent"),
    ("reply_odds = 1.5", "reply_odds = 9", "context.reply_odds"),
    ("threat          = { hold = 0.05 }", "threat          = { hold = 5 }", None),
]


@pytest.mark.parametrize(("there", "instead", "value"), PLACES)
def test_a_mistake_is_shown_at_its_place(there: str, instead: str, value: str | None):
    assert there in DEFAULT
    document = DEFAULT.replace(there, instead, 1)
    with pytest.raises(PolicyInvalid) as error:
        read_policy(document)

    problem = Problem.of(error.value, document, form.read(document, DEFAULT))

    assert problem.value == value
    assert problem.line is None or problem.text in document.splitlines()
    assert value is None or value == "queue.urgent" or "“" in problem.sentence
    assert problem.sentence.endswith((".", "?"))


def test_a_value_has_the_comment_above_it():
    comments = places.comments(DEFAULT)

    assert (
        comments["limits.max_links"] == "Two links let a reader give a source and a counter-source."
    )
    assert "limits.max_author_hour" not in comments
    assert comments["bands.threat"].startswith("A threat must be seen by a person")
