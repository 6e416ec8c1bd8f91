"""Each rule by a table: what it fires for, what it leaves alone, and the edge between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core.decision import Action
from modsvc.core.links import find_links
from modsvc.core.messages import message
from modsvc.core.patterns import Pattern
from modsvc.core.policy import Links
from modsvc.core.policy_document import CODES
from modsvc.core.rules import RULES
from modsvc.core.signals import Signal
from tests.factories import make_subject
from tests.strategies import policy_with, texts

# Texts of what the rules look for, which chance alone hardly makes.
piled = st.lists(
    st.sampled_from(
        ["a", "\u0301", "😂", "🇮🇱", "\u200b", "\u202e", "@b.com", "+972 50-123-4567 ", "\n"]
    )
).map("".join)
BANNED = ("fool", "dumb ox", "טיפש", "أحمق")
SUSPECT = ("knave", "sly fox", "נוכל", "نذل", "笨蛋")
DOMAINS = Links(
    allowed=frozenset({"news.example", "a.example", "дом.рф"}),
    banned=frozenset({"bad.example", "casino.com"}),
    shorteners=frozenset({"bit.ly", "t.co"}),
    protected=frozenset({"my-bank.com", "gazette.co.il"}),
)
PATTERNS = {
    "asks to call": Pattern("(call|ring) me (at|on)", Action.HOLD),
    "a cat": Pattern("חתול+|قطة", Action.HOLD),
    "a free prize": Pattern("free (prize|gift)s?", Action.REJECT),
    "an order number": Pattern("#[0-9]{4}", Action.REJECT),
}
POLICY = policy_with(
    banned=BANNED,
    suspect=SUSPECT,
    links=DOMAINS,
    patterns=PATTERNS,
    max_chars=50,
    max_links=2,
    min_letters=2,
)
LINK = "https://a.example "

FIRES = {
    "words.banned": [
        "You fool.",
        "FOOL",
        "a f.o.o.l",
        "f o o l",
        "fооl",  # With Cyrillic о.
        "ｆｏｏｌ",
        "fo\u200bol",
        "what a dumb\n  ox",
        "אתה טיפש גמור",
        "טִיפֵּשׁ",
        "أنت أحمق",
        "أحـــمق",
    ],
    "words.suspect": ["You knave.", "a sly-fox", "k n a v e", "נוֹכֵל", "يا نذل!", "你是笨蛋吗"],
    "patterns.held": [
        "Call me at noon",
        "c.a.l.l me on",
        "ＣＡＬＬ me at",
        "יש חתולללל כאן",
        "هذه قطة",
    ],
    "patterns.rejected": ["Free prizes!", "a fr3e g1ft for you", "#1234", "הזמנה #1234"],
    "links.too_many": [
        "a.b " * 300,
        "x." * 300,
        LINK * 3,
        "a.com b.org www.c.net",
        "קישורים: a.com b.com c.com",
    ],
    "links.banned": [
        "https://bad.example/x",
        "see www.casino.com/x",
        "BAD.EXAMPLE is not a link, but CASINO.COM is",
        "hxxp://casino[.]com/free",
        "http://news.example@casino.com/",
        "http://a@b@casino.com",
        "http://casino.com/" + "x" * 500,
        "No.Way " * 190 + "casino.com",
        "a[.]com,http://casino.com",
        "http://casino。com",
        "http://cas%69no.com",
        "http://cas\u00adino\u200b.com",
        "<a href=http://casino.com>",
        "http:casino.com and https:/casino.com",
        "see:casino.com",
        "ראו casino.com כאן",
        "انظر casino.com",
    ],
    "links.not_allowed": ["other.com", "https://notnews.com", "http://192.168.0.1/x", "x.a.com"],
    "links.shortener": ["bit.ly/x", "ראו https://t.co/abc", "HTTPS://BIT.LY/X"],
    "links.look_alike": [
        "https://аррӏе.com",
        "see pаypal.com now",
        "https://xn--pypal-4ve.com/",
        "my-bаnk.com",
        "https://rny-bank.com/log-in",
        "mybank.com",
        "www.gazette.c0.il gazett3.com gаzette.com",
    ],
    "length.too_long": ["a" * 51, "א" * 51, "💥" * 51],
    "length.too_short": [".", "", "?!", "a", "א", "👍"],
    "shouting": ["THIS IS AN OUTRAGE AND A SHAME", "ЭТО БЕЗОБРАЗИЕ И ПОЗОР ДЛЯ ВСЕХ"],
    "text.invisible": [
        "f\u200bo\u200bo\u200bl",
        "a\u2060b\u2060c\u2060d",
        "x\U000e0061" * 3,
        "x\u200dم" * 3,
    ],
    "text.direction": ["\u202ea\u202c\u202eb", "\u2066" * 3],
    "text.zalgo": [
        "a" + "\u0489" * 5,
        "a" + "\u0e47" * 5,
        "a" + "\u0ebc" * 5,
        "z" + "\u0324\u0348" * 3 + "algo",
        "א" + "\u05b0" * 5,
        "ب" + "\u0651\u064e" * 3,
    ],
    "text.emoji": [
        "❤\ufe0f" * 13,
        "✨⚡⭐" * 5,
        "😂" * 13,
        "👨\u200d👩\u200d👧 " * 13,
        "🇮🇱🇵🇸" * 7,
        "👍🏽 ok " * 13,
        "1️⃣" * 13,
    ],
    "personal.email": [
        "a@b.com",
        "mail first.last+news@mail.example.co.uk, please",
        "כתבו אל שם@דואר.ישראל",
        "راسلني على name@example.com",
    ],
    "personal.phone": [
        "+972 50-123-4567",
        "(030) 1234 5678",
        "0171/2345678",
        "ring 07700 900123.",
        "555-867-5309",
        "+1 (415) 555-2671",
        "טלפון 050-1234567",
        "هاتف ٠٥٠-١٢٣٤٥٦٧",
    ],
    "personal.card": ["4111 1111 1111 1111", "378282246310005", "כרטיס 5555-5555-5555-4444"],
    "personal.address": [
        "He lives at 12 Baker Street.",
        "221B Baker Street",
        "5 N. Main Rd, Springfield",
    ],
}
LEAVES_ALONE = {
    "words.banned": ["foolish", "tomfoolery", "A dumb oxen", "dumb, ox", "טיפשות", "You folk."],
    "words.suspect": ["knavery", "sly. Fox", "You fool.", "נוכלות", "笨。蛋"],
    "patterns.held": ["recall me at noon", "call me atop", "חתולים", "a free prize"],
    "patterns.rejected": ["carefree prizes", "#12345", "free prized", "call me at noon"],
    "links.too_many": [
        LINK * 2,
        "e.g. this.That and v1.2.3.4",
        "mail me at a@b.com, c@d.com, e@f.com",
    ],
    "links.banned": ["casino.com.br", "notbad.example", "mail@casino.com", "good.com/casino.com"],
    "links.not_allowed": [
        "https://www.news.example/x",
        "http://a.example",
        "no link at all",
        "дом.рф",
    ],
    "links.shortener": ["bit.ly.example.com", "rabbit.ly/x", "a bit.lying"],
    "links.look_alike": [
        "https://münchen.de",
        "https://яндекс.рф and сос.рф",
        "https://my-bank.com and www.my-bank.com",
        "דוגמה.ישראל",
        "gazette.com",
    ],
    "length.too_long": ["a" * 50, "א" * 50],
    "length.too_short": ["no", "לא", "7%1"],
    "shouting": [
        "BBC and NATO",
        "NATO, BBC, CNN",
        "זה לא בסדר בכלל לכולם כאן",
        "A Quiet Remark, Once",
    ],
    "text.invisible": [
        "👨\u200d👩\u200d👧\u200d👦 and 👩\u200d🚀",
        "می\u200cخواهم می\u200cروم می\u200cبینم",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "Donau\u00addampf\u00adschiff\u00adfahrt",
        "one\u200btwo\u200b",
    ],
    "text.direction": ["\u202bשלום\u202c", "\u200fשלום\u200f (100)\u200e"],
    "text.zalgo": [
        "Ti\u0302\u0301ng Vie\u0323\u0302t",
        "בְּרֵאשִׁ֖ית בָּרָ֣א",
        "مُحَمَّدٌ",
        "naïve café",
        "हिन्दी",
    ],
    "text.emoji": [
        "👏" * 12,
        "👨\u200d👩\u200d👧\u200d👦" * 12,
        "🇮🇱🇵🇸" * 6,
        "2 + 2 = 4 ©",
        "✓ one\n" * 20,
        "★★★★★ " * 4,
    ],
    "personal.email": [
        "@ada said so",
        "a@b",
        "x@y.z9",
        "5 @ 3.50 each",
        "to:@news.example",
        "a.b.4r@-eng.jsp",
    ],
    "personal.phone": [
        "1 000 000 000",
        "1.000.000.000 euros",
        "2023-10-07 06:29:00",
        "in 1990-2000-2010 and",
        "ISBN 978-3-16-148410-0",
        "pi is 3.14159265358979",
        "v1.2.3.4.5.6.7.8",
        "192.168.100.200",
        "£1,200,000,000 in 2023, 1200 dead",
        "https://a.example/1234567890",
        "6-4 4-6 6-3 3-6 7-5",
        "5 12 23 34 41 49",
        "1 2 3 4 5 6 7 8 9 10",
        "52-48 51-49 55-45",
        "25.12.2020 18",
        "100-200-300-400",
        "ISBN 0-306-40615-2",
        "id=0123456789",
        "1-800-267-1245",
        "4111 1111 1111 1111",
        "123456789",
    ],
    "personal.card": [
        "4111 1111 1111 1112",
        "1234 5678 9012 3456",
        "378282246310006",
        "0000000000000",
    ],
    "personal.address": [
        "10 Downing Street said nothing",
        "9 Supreme Court Justices",
        "the top 10 Wall Street bankers",
        "100 First Place finishes",
        "24 Sussex Drive",
        "In 2023 Wall Street fell",
        "12 people in the street",
        "Chapter 4 St Mark",
        "רחוב הרצל 12",
    ],
}


@pytest.mark.parametrize(("code", "body"), [(c, b) for c, bodies in FIRES.items() for b in bodies])
def test_a_rule_fires(code: str, body: str) -> None:
    signal = RULES[code](make_subject(body), POLICY)

    assert signal is not None
    assert signal.code == code


@pytest.mark.parametrize(
    ("code", "body"), [(c, b) for c, bodies in LEAVES_ALONE.items() for b in bodies]
)
def test_a_rule_leaves_alone(code: str, body: str) -> None:
    assert RULES[code](make_subject(body), POLICY) is None


def test_every_rule_that_reads_the_text_alone_has_its_table() -> None:
    assert set(FIRES) == set(LEAVES_ALONE) <= set(RULES)


@given(body=texts | piled)
def test_rules_emit_their_own_codes_with_spans_inside_the_body(body: str) -> None:
    for code, rule in RULES.items():
        signal = rule(make_subject(body), POLICY)
        if signal is not None:
            assert signal.code == code
            assert 0 < signal.strength <= 1
            assert all(0 <= s.start < s.end <= len(body) for s in signal.spans)
            assert list(signal.spans) == sorted(signal.spans)


@given(body=texts | piled, limit=st.integers(0, 5))
def test_a_stricter_limit_never_silences_a_rule(body: str, limit: int) -> None:
    counts = ("max_links", "max_invisible", "max_direction_marks", "max_stacked_marks", "max_emoji")
    looser = policy_with(max_chars=10 * (limit + 1), **dict.fromkeys(counts, limit + 1))
    stricter = policy_with(max_chars=10 * limit, **dict.fromkeys(counts, limit))

    for code in ("links.too_many", "length.too_long", *(c for c in RULES if c.startswith("text."))):
        if RULES[code](make_subject(body), looser) is not None:
            assert RULES[code](make_subject(body), stricter) is not None


def test_the_span_of_a_banned_word_covers_it_as_it_was_sent() -> None:
    body = "🙂 you are a f.o.o.l, friend"
    signal = RULES["words.banned"](make_subject(body), POLICY)

    assert signal is not None
    assert [body[s.start : s.end] for s in signal.spans] == ["f.o.o.l"]


def test_links_are_found_with_and_without_a_scheme() -> None:
    body = "see bit.ly/x, https://b.example/a?b=c and www.c.org."

    assert [body[link.span.start : link.span.end] for link in find_links(body)] == [
        "bit.ly/x",
        "https://b.example/a?b=c",
        "www.c.org",
    ]


@pytest.mark.parametrize(("code", "word"), [("words.banned", "fool"), ("words.suspect", "knave")])
def test_a_words_signal_does_not_repeat_the_word(code: str, word: str) -> None:
    signal = RULES[code](make_subject(f"You {word}."), POLICY)

    assert signal is not None
    assert word not in message(signal)
    assert word not in str(dict(signal.detail))


def test_every_code_has_a_sentence() -> None:
    detail = {"count": 3, "allowed": 2, "asked": 2, "share": 0.9, "rule": "shouting"} | {
        "language": "de",
        "label": "insult",
        "names": "asks to call",
        **dict.fromkeys(("days", "approved", "of"), 2),
        "within": "minute",
    }

    for code in CODES:
        assert message(Signal(code, detail=detail)).endswith(".")
