"""Word lists: what is found and what is not, by tables, by laws, and beside a plain search."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from modsvc.core import words as words_module
from modsvc.core.decision import Action
from modsvc.core.lexicon import Lexicon
from modsvc.core.rules.words import MAX_ENTRIES, banned_words, suspect_words
from modsvc.core.text import Reading, normalise
from modsvc.core.words import Entry, Found, WordList
from tests.factories import make_subject
from tests.strategies import default_policy, policy_with

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEXICON = Lexicon(["you", "are", "a", "of", "son"], {"fool": 9, "scoundrel": 5})


def holding(*phrases: str) -> WordList:
    return WordList([Entry(phrase, Action.HOLD) for phrase in phrases])


def found(words: WordList, text: str | Reading, **facts: object) -> list[Found]:
    reading = normalise(text) if isinstance(text, str) else text
    return list(words.find(reading, Action.HOLD, **facts))  # type: ignore[arg-type]


def shown(words: WordList, text: str) -> list[str]:
    """What is found, as it was sent."""
    reading = normalise(text)
    places = sorted({reading.span(each.start, each.end) for each in found(words, reading)})
    return [text[start:end] for start, end in places]


@pytest.mark.parametrize(
    "spelled",
    [
        "fuck",
        "FUCK",
        "f.u.c.k",
        "f u c k",
        "f-u-c-k",
        "f_u_c_k",
        "fuuuuck",
        "fu\u200bck",
        "fu\u00adck",
        "fú\u0336c\u0336k",
        "ｆｕｃｋ",
        "𝖋𝖚𝖈𝖐",
        "ⓕⓤⓒⓚ",
        "fuсk",  # With Cyrillic с.
        "ʞɔnɟ",
        "\u202ekcuf\u202c",
        "_fuck_",
        "*fuck*",
        "(fuck)",
        "fuck's",
        "fuck!!!",
        "what-the-fuck",
    ],
)
def test_a_word_is_found_however_it_is_spelled(spelled: str) -> None:
    assert len(found(holding("fuck"), f"Well, {spelled} that.")) == 1


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("f00l", "you fool"),
        ("F.O.O.L", "you fool"),
        ("  dumb\u00a0 ox ", "a dumb\n\n ox"),
        ("dumb ox", "a dumb-ox, a dumb_ox, a dumb.ox"),
        ("n-word", "the n-word"),
        ("#sackem", "#SackEm now"),
        ("c++", "in C++, or (c++)"),
        ("🖕 you", "🖕 you"),
        ("fool", "l'fool, fool's, \"fool\", fool/knave, fool—knave"),
        ("טיפש", 'אתה טיפש, ה"טיפש" טִיפֵּשׁ-מאוד'),
        ("בן זונה", "בן זונה; בן־זונה; בֶּן זוֹנָה"),
        ("צ'חצ'ח", "צ׳חצ׳ח? צ'חצ'ח".replace("׳", "’")),
        ("أحمق", "أنت أحمق، أَحْمَق أحـــمق احمق"),
        ("ابن الكلب", "يا ابن الكلب."),
        ("дурак", "ДУРАК! д у р а к"),
        ("हरामी", "वह हरामी है"),
        ("바보", "너는 바보 야"),
        ("笨蛋", "你是笨蛋吗,大笨蛋"),
        ("sb", "你是SB吗 sb"),
        ("卖b", "他卖B的"),
        ("バカ", "お前はバカだ"),
        ("ばか", "ほんとばかだね"),
        ("ควาย", "ไอ้ควายนี่"),
        ("ໂງ່", "ເຈົ້າໂງ່ຫຼາຍ"),
        ("ငတုံး", "မင်းငတုံးပဲ"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert found(holding(phrase), text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("ass", "class, assess, bass and assassins"),
        ("fool", "foolish tomfoolery"),
        ("fool", "fool2 b4fool"),
        ("dumb ox", "dumb, ox and dumb oxen"),
        ("dumb ox", "dumbox"),
        ("dumb ox", "dumb笨ox"),
        ("n-word", "the n word"),
        ("#sackem", "sackem"),
        ("sackem#", "sackem"),
        ("c++", "vitamin c, c+ and c"),
        ("-笨蛋", "笨蛋"),
        ("笨蛋-", "笨蛋"),
        ("טיפש", "טיפשות הטיפש"),
        ("أحمق", "والأحمقون"),
        ("हराम", "हरामी"),  # The vowel sign is a mark, and no boundary.
        ("바보", "바보같은"),
        ("バカ", "バカンス"),
        ("กา", "กา่"),
        ("ก", "กิ"),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert not found(holding(phrase), text)


def test_what_is_found_is_told_as_it_was_sent() -> None:
    text = "🙂 a f.o.o.l, 笨蛋! ＤＵＭＢ  ox"

    assert shown(holding("fool", "笨蛋", "dumb ox"), text) == ["f.o.o.l", "笨蛋", "ＤＵＭＢ  ox"]


@pytest.mark.parametrize("phrase", ["", " ", "!?", "—", "🖕", "\u0301", "\u3164"])
def test_a_phrase_with_nothing_to_be_found_by_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="has no letter or digit to be found by"):
        holding("fool", phrase)


def test_letters_made_of_flags_are_letters() -> None:
    assert found(holding("🇫🇴🇴🇱🇸🇽"), "foolsx")


@pytest.mark.parametrize(
    ("of_entry", "of_comment", "is_found"),
    [
        ("", None, True),
        ("", "de", True),
        ("en", None, True),
        ("en", "en", True),
        ("en", "EN-gb", True),
        ("en", "en_US", True),
        ("pt-BR", "pt", True),
        ("en", "de", False),
        ("en", "enm", False),
        ("he", "iw", True),
        ("no", "nb-NO", True),
        ("tl", "fil", True),
        ("en", "und", True),
        ("en", "", True),
    ],
)
def test_an_entry_is_looked_for_in_its_language(
    of_entry: str, of_comment: str | None, is_found: bool
) -> None:
    words = WordList([Entry("fool", Action.HOLD, of_entry)])

    assert bool(found(words, "a fool", language=of_comment)) is is_found


@pytest.mark.parametrize(("phrase", "is_found"), [("טיפש", True), ("дурак", True), ("añil", False)])
def test_in_an_english_comment_entries_in_other_letters_are_looked_for(
    phrase: str, is_found: bool
) -> None:
    words = WordList([Entry(phrase, Action.HOLD, "xx")])

    assert bool(found(words, f"what a {phrase} day", language="en")) is is_found
    assert not found(words, f"what a {phrase} day", language="de")


@pytest.mark.parametrize(
    ("after", "is_found"), [(timedelta(-1), True), (timedelta(0), False), (timedelta(1), False)]
)
def test_an_entry_that_has_ended_is_not_found(after: timedelta, is_found: bool) -> None:
    words = WordList([Entry("fool", Action.HOLD, ends_at=NOW)])

    assert bool(found(words, "a fool", at=NOW + after)) is is_found
    assert found(words, "a fool")


def test_all_that_read_alike_are_found() -> None:
    entries = [
        Entry("fool", Action.HOLD, "en", id=1),
        Entry("f00l", Action.HOLD, "de", id=2),
        Entry("ＦＯＯＬ", Action.REJECT, id=3),
        Entry("fool!", Action.HOLD, id=4),
    ]
    words, reading = WordList(entries), normalise("a fool!")

    assert {each.entry for each in words.find(reading, Action.HOLD)} == {*entries[:2], entries[3]}
    assert {e.entry for e in words.find(reading, Action.HOLD, language="de")} == {
        entries[1],
        entries[3],
    }
    assert [each.entry for each in words.find(reading, Action.REJECT)] == [entries[2]]


def test_an_empty_list_finds_nothing() -> None:
    assert not found(WordList(), "anything 笨蛋")
    assert len(WordList()) == 0
    assert len(holding("a", "b")) == 2


def test_a_comment_read_with_a_lexicon_is_searched_for_what_that_makes_of_the_entries() -> None:
    words = holding("f**l", "scuondrel")

    assert not found(words, normalise("a fool"))
    assert len(found(words, normalise("a fool and a sc0undrel", LEXICON))) == 2
    assert len(found(words, normalise("a foool and a sc-oundrel", LEXICON))) == 2


def test_what_many_threads_ask_for_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    words, made, hits = holding("fool"), [], []
    make = WordList._made  # noqa: SLF001  The one place where much is made.

    def slowly(self: WordList, lexicon: Lexicon | None) -> object:
        made.append(lexicon)
        time.sleep(0.05)
        return make(self, lexicon)

    monkeypatch.setattr(WordList, "_made", slowly)
    asking = [threading.Thread(target=lambda: hits.extend(found(words, "fool"))) for _ in range(8)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()

    assert made == [None]
    assert len(hits) == 8


def test_what_was_prepared_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    words = holding("fool")
    words.prepare(LEXICON)
    monkeypatch.setattr(WordList, "_made", None)

    assert found(words, normalise("a fool", LEXICON))


def test_a_phrase_is_read_once_in_however_many_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    holding("gadzooks", "egad").prepare(LEXICON)
    read = []
    monkeypatch.setattr(
        words_module, "normalise", lambda raw, _: read.append(raw) or normalise(raw)
    )

    holding("gadzooks", "egad", "forsooth").prepare(LEXICON)

    assert read == ["forsooth"]


# The rules.


def test_the_two_rules_look_for_what_is_theirs() -> None:
    policy = policy_with(banned=("fool",), suspect=("ox",))

    assert banned_words(make_subject("You ox."), policy) is None
    assert suspect_words(make_subject("You fool."), policy) is None
    for rule, code, text in (
        (banned_words, "words.banned", "You fool."),
        (suspect_words, "words.suspect", "You ox."),
    ):
        signal = rule(make_subject(text), policy)
        assert signal is not None
        assert signal.code == code


def test_a_signal_names_entries_by_their_numbers() -> None:
    listed = [Entry(f"word{n:02}", Action.HOLD, id=n) for n in range(MAX_ENTRIES + 5)]
    policy = default_policy().with_words(WordList(listed), "v")
    body = " ".join(entry.phrase for entry in reversed(listed))

    signal = suspect_words(make_subject(f"{body} word01"), policy)

    assert signal is not None
    assert dict(signal.detail) == {
        "count": len(listed) + 1,
        "entries": list(range(1, MAX_ENTRIES + 1)),
    }


def test_one_place_that_two_entries_mark_counts_once() -> None:
    listed = [Entry("fool", Action.REJECT, id=8), Entry("f00l", Action.REJECT, id=3)]
    policy = default_policy().with_words(WordList(listed), "v")

    signal = banned_words(make_subject("A fool."), policy)

    assert signal is not None
    assert dict(signal.detail) == {"count": 1, "entries": [3, 8]}
