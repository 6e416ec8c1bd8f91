import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modsvc.core.folding import FOLD
from modsvc.core.text import MAX_READING_CHARS, normalise

# Pieces that evasions, and the traps laid for a normaliser, are made of.
PIECES = (
    *"abhiswx013457@$!.-_*~|+ '/:",
    *("  ", "www.", "http://", ".com", "@b.co", "iii", "ооо", "h h h h"),
    *(
        "а",
        "о",
        "ѕ",
        "й",
        "ё",
        "α",
        "ς",
        "א",
        "ש",
        "ي",
        "İ",
        "ß",
        "ﬁ",
        "ǅ",
        "𝐚",
        "Ⓑ",
        "①",
        "ﷺ",
        "が",
    ),
    *("\u0301", "\u05b8", "\u064e", "\u0640", "\u200b", "\u202e", "\u00ad", "\ufe0f", "\u0345"),
)
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def read(raw):
    return normalise(raw).text


@pytest.mark.parametrize(
    "disguised",
    [
        "FOOLISH",
        "Ｆｏｏｌｉｓｈ",
        "ⓕⓞⓞⓛⓘⓢⓗ",
        "🅵🅾🅾🅻🅸🆂🅷",
        "𝔣𝔬𝔬𝔩𝔦𝔰𝔥",
        "ꜰᴏᴏʟɪsʜ",
        "fóolísh",
        "f\u0336o\u0336o\u0336l\u0336i\u0336s\u0336h\u0336",
        "fo\u200bol\u00adi\u2060sh",
        "\u202ehsiloof\u202c",  # The eye sees it the right way round.
        "\u202ehsil\u200boof",
        "🇫🇴🇴🇱🇮🇸🇭",
        "🇫 🇴 🇴 🇱 🇮 🇸 🇭",
        "🅵🅾️🅾️🅻🅸🆂🅷",
        "⒡⒪⒪⒧⒤⒮⒣",
        "🄵🄾🄾🄻🄸🅂🄷",
        "f0️⃣0️⃣lish",
        "fooli💲h",
        "ɥsᴉlooɟ",
        "ᖴooᒪiᔕᕼ",
        "f\u0345oo\u0489lish",
        "fооlіѕh",  # Four letters of it are Cyrillic.
        "fοοlish",  # Two are Greek.
        "f o o l i s h",
        "f.o.o.l.i.s.h",
        "f-o-o-l-i-s-h",
        "f_o_o_l_i_s_h",
        "f 0 0 l i 5 h",
        "f00lish",
        "f00l1sh",
        "fooli$h",
        "foolllllish",
        "fooooolish",
        "foolishhhhh",
    ],
)
def test_a_disguised_word_is_read_as_the_word(disguised):
    assert read(disguised) in {"foolish", "foollish"}


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("i d 1 0 t", "idiot"),
        ("1d10t", "idiot"),
        ("You f.o.o.l!", "you fool!"),
        ("F00L", "fool"),
        ("y o u  a r e  v i l e", "you are vile"),
        ("b@st@rd", "bastard"),
        ("$hift", "shift"),
        ("d!m", "dim"),
        ("stuuuupid", "stupid"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّـــد", "محمد"),
        ("“It’s – fine”", '"it\'s - fine"'),
        ("one \t two\nthree", "one two three"),
    ],
)
def test_a_reading_undoes(disguised, plain):
    assert read(disguised) == plain


@pytest.mark.parametrize(
    "word", ["がか", "バカ", "パンダ", "바보", "값", "한국어", "йод", "ёж", "їжак"]
)
def test_letters_that_were_sent_in_parts_are_read_as_one(word):
    parts = unicodedata.normalize("NFD", word)

    assert parts != word
    assert read(parts) == read(word) == word
    assert normalise(f"a {parts}.").span(2, 2 + len(word)) == (2, 2 + len(parts))


def test_narrow_japanese_is_read_as_the_wide():
    assert read("\uff8a\uff9e\uff76") == "バカ"


@pytest.mark.parametrize(
    "plain",
    [
        "covid19 and mp3s on the 4th of may, b2b, h1n1, w3c, ak47s, y2k",
        "www iii viii xiii aaa",
        "version v1.2.3 of 10.0.1 costs $5.50, £100 or 1,000,000",
        "see http://h3llo.com/a.b.c/ssss?x=b00t or www.c00l.example",
        "write to a.b.c.d@m0od.com or f00l@mai1.example",
        "f00lish.com and l0cal.co.uk",
        "u.s.a. and j.r.r. tolkien, e.g. here, i.e. there",
        "plan b or c, x 1 2 3",
        "great!now go",
        "🇮🇱 🇵🇸 🇺🇦🇺🇦, 🇬🇧🇫🇷 and 🏴",
        "ᐃᓄᒃᑎᑐᑦ, ɔdɔ and ɹɛt",
        "o'brien, mcdonald, scunthorpe, penistone, hancock",
        "e4 e5 nf3 nc6 bb5 a6 o-o",
        "h2o, co2, c6h12o6 and nacl",
        "if x[i] != y[j]: return a * b + c[0]",
        "chapters i, ii, iii, iv and xiv",
        ":-) ;-) :p xd <3 o_o ^_^",
        "#metoo @jane_doe r&b at&t q&a c#",
        "book, free, bass, vacuum, zoology",
        "привет, как твои дела, ёж и йод",
        "καλημερα κοσμε",
        "שלום לכולם, מה שלומכם",
        "السلام عليكم",
        "नमस्ते दुनिया",
        "が 한국어 中文",
        "4 out of 5 people said no at 10pm",
    ],
)
def test_what_is_no_disguise_stays_as_it_is(plain):
    assert read(plain) == plain


@settings(max_examples=300)
@given(texts)
def test_reading_a_reading_changes_nothing(raw):
    once = normalise(raw)

    assert not once.unreadable
    assert read(once.text) == once.text


@settings(max_examples=300)
@given(texts)
def test_every_character_of_a_reading_was_read_from_somewhere_and_in_order(raw):
    reading = normalise(raw)
    spans = [reading.span(i, i + 1) for i in range(len(reading.text))]

    assert all(0 <= start < end <= len(raw) for start, end in spans)
    assert spans == sorted(spans)
    assert [end for _, end in spans] == sorted(end for _, end in spans)


@given(texts, st.data())
def test_a_longer_stretch_never_maps_to_a_shorter_one(raw, data):
    reading = normalise(raw)
    cuts = st.integers(0, len(reading.text))
    a, b, c, d = sorted(data.draw(st.tuples(cuts, cuts, cuts, cuts)))

    outer, inner = reading.span(a, d), reading.span(b, c)

    assert b == c or outer[0] <= inner[0] <= inner[1] <= outer[1]


def test_a_span_covers_the_disguised_word_and_nothing_else():
    raw = "Well, i d 1 0 t, you\u200b are a fооооl."
    reading = normalise(raw)

    def shown(word):
        start = reading.text.index(word)
        first, last = reading.span(start, start + len(word))
        return raw[first:last]

    assert reading.text == "well, idiot, you are a fool."
    assert shown("idiot") == "i d 1 0 t"
    assert shown("you") == "you"
    assert shown("fool") == "fооооl"


def test_an_empty_stretch_lies_just_before_the_next_character():
    reading = normalise("\u200bab\u200b")

    assert reading.span(0, 0) == (1, 1)
    assert reading.span(2, 2) == (4, 4)
    assert normalise("").span(0, 0) == (0, 0)


def test_a_stretch_outside_the_reading_is_refused():
    with pytest.raises(IndexError):
        normalise("ab").span(1, 3)


def test_a_text_that_grows_past_the_limit_is_unreadable_and_cut():
    reading = normalise("\ufdfa" * 20_480)

    assert reading.unreadable
    assert len(reading.text) == MAX_READING_CHARS
    assert reading.span(0, MAX_READING_CHARS)[1] <= 20_480


def test_the_longest_ordinary_comment_is_readable():
    assert not normalise("No. " * 5_120).unreadable


@pytest.mark.parametrize(
    "unit",
    ["a\u0301\u0316", "a.", " ", "http://", "h.h.h.h-h-h-h.", "a1", "f у c  @ ", "aaab", "a@b."],
)
def test_the_nastiest_texts_settle(unit):
    raw = (unit * 20_480)[:20_480]
    reading = normalise(raw)

    assert not reading.unreadable
    assert read(reading.text) == reading.text


def test_folding_any_character_twice_changes_nothing():
    unstable = [
        point
        for point in range(sys.maxunicode + 1)
        if (once := FOLD[point]) != once.translate(FOLD)
    ]

    assert unstable == []


def test_rare_characters_do_not_fill_the_memory():
    normalise("".join(map(chr, range(0x20000, 0x20000 + 50_000))))

    assert len(FOLD) <= 20_000
