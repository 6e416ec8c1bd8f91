"""Which texts are found to say the same or nearly the same, and which are not."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modsvc.core.likeness import FEWEST_WORDS, N_BANDS, SKETCH_BYTES, Likeness, likeness, similarity
from modsvc.core.text import normalise
from tests.strategies import texts

# As the documentation recommends, for whoever has no reason for another.
ENOUGH = 0.5
MINISTRY = (
    "The ministry should publish the whole report before anybody is asked to vote on the budget"
)
TRAINS = "Since the new timetable the morning trains are late nearly every day, and nobody at the station can say why or when it will get better"
OFFER = "I made four thousand dollars last month working from home, just open {} and write to Anna"


def read(text: str) -> Likeness:
    found = likeness(normalise(text).text)
    assert found is not None
    return found


def alike(one: str, other: str) -> float:
    """Their similarity, 0 where neither would be found by the other."""
    a, b = read(one), read(other)
    found = any(x == y for x, y in zip(a.bands, b.bands, strict=True))
    return similarity(a.sketch, b.sketch) if found else 0


SAME = [
    ("case and punctuation", MINISTRY, MINISTRY.upper() + "!!!"),
    ("emoji strewn in", MINISTRY, MINISTRY.replace(" ", " 🔥 ")),
    ("accents", "Le café de la mairie est fermé", "Le cafe de la mairie est ferme"),
    ("apostrophes", "They don't say what they'd do", "They dont say what they’d do"),
    ("disguised letters", MINISTRY, MINISTRY.replace("ministry", "m i n i s t r y")),
    ("underscores", MINISTRY, MINISTRY.replace("whole", "_whole_")),
    ("another address", OFFER.format("http://a.example/1"), OFFER.format("https://b.example/x?y=2")),
    ("no scheme", OFFER.format("www.a.example"), OFFER.format("rich-quick.club")),
    ("a path", OFFER.format("bit.ly/3xY_z"), OFFER.format("go.rich.top/now")),
    ("an e-mail address", OFFER.format("anna@a.example"), OFFER.format("an.na+1@b.example")),
    ("Hebrew, pointed", "הרכבת מאחרת כל בוקר ואיש אינו יודע למה", "הרכבת מְאַחֶרֶת כל בוקר, ואיש אינו יודע למה?"),
    ("Arabic, pointed", "القطار يتأخر كل صباح ولا أحد يعرف السبب", "القطار يتأخّر كلَّ صباح، ولا أحد يعرف السبب!"),
    ("Arabic, stretched", "القطار يتأخر كل صباح ولا أحد يعرف السبب", "القطــار يتأخر كل صبــاح ولا أحد يعرف السبب"),
    ("Han, punctuation", "早上的火车几乎每天都晚点没有人知道为什么", "早上的火车,几乎每天都晚点。没有人知道为什么?!"),
    ("Han, emoji", "早上的火车几乎每天都晚点没有人知道为什么", "早上🔥的火🔥车几乎🔥每天都晚点没有人🔥知道为什么"),
    ("Han, another address", "早上的火车几乎每天都晚点看http://a.example/1没有人知道为什么", "早上的火车几乎每天都晚点看https://b.example/2没有人知道为什么"),
]  # fmt: skip
# One in twenty such pairs is not found; how many are is counted below.
NEARLY_THE_SAME = [
    ("a word", MINISTRY, MINISTRY.replace("publish", "print")),
    ("three words", TRAINS, TRAINS.replace("nearly", "almost").replace("say why", "tell why").replace("better", "worse")),
    ("typing errors", TRAINS, TRAINS.replace("nearly", "nearyl").replace("better", "beter")),
    ("a greeting", "Hello everyone, " + TRAINS, "Good evening dear readers. " + TRAINS),
    ("a name", OFFER.format("my page"), OFFER.format("my page").replace("Anna", "Carlos")),
    ("a sentence before", TRAINS, "I have said so before and say it again. " + TRAINS),
    ("a sentence after", TRAINS, TRAINS + ". Share this with everyone you know!"),
    ("words swapped", TRAINS, TRAINS.replace("why or when", "when or why")),
    ("Hebrew, a word", "הרכבת של הבוקר מאחרת כמעט כל יום ואיש בתחנה אינו יודע לומר למה ומתי ישתפר המצב", "הרכבת של הערב מאחרת כמעט כל יום ואיש בתחנה אינו יודע לומר למה ומתי ישתפר המצב"),
    ("Arabic, a word", "قطار الصباح يتأخر كل يوم تقريبا ولا أحد في المحطة يعرف السبب أو متى يتحسن الوضع", "قطار المساء يتأخر كل يوم تقريبا ولا أحد في المحطة يعرف السبب أو متى يتحسن الوضع"),
    ("Han, a word", "新时刻表实行以来早上的火车几乎每天都晚点车站里没有人能说清楚为什么", "新时刻表实行以来晚上的火车几乎每天都晚点车站里没有人能说清楚为什么"),
    ("Han, a sentence after", "新时刻表实行以来早上的火车几乎每天都晚点车站里没有人能说清楚为什么", "新时刻表实行以来早上的火车几乎每天都晚点车站里没有人能说清楚为什么。大家快来看看吧"),
    ("Kana, a word", "新しい時刻表になってから朝の電車はほとんど毎日遅れていて駅の人も理由を知らない", "新しい時刻表になってから夜の電車はほとんど毎日遅れていて駅の人も理由を知らない"),
    ("Thai, a word", "ตั้งแต่ตารางเวลาใหม่รถไฟตอนเช้าสายเกือบทุกวันและไม่มีใครที่สถานีบอกได้ว่าทำไม", "ตั้งแต่ตารางเวลาใหม่รถไฟตอนเย็นสายเกือบทุกวันและไม่มีใครที่สถานีบอกได้ว่าทำไม"),
    ("Hindi, a word", "नई समय सारणी के बाद से सुबह की गाड़ी लगभग हर दिन देर से आती है", "नई समय सारणी के बाद से शाम की गाड़ी लगभग हर दिन देर से आती है"),
    ("Korean, a word", "새 시간표 이후로 아침 기차가 거의 매일 늦는데 역에서는 아무도 이유를 모른다", "새 시간표 이후로 저녁 기차가 거의 매일 늦는데 역에서는 아무도 이유를 모른다"),
]  # fmt: skip
NOT_ALIKE = [
    ("one opinion in two people's words", TRAINS, "Every single morning I wait for a late train, and the staff have no idea what goes wrong since they changed the timetable"),
    ("one opening", "What does this have to do with the price of bread in my street?", "What does this have to do with Canada or with anybody who lives there?"),
    ("one turn of speech", "At the end of the day it is the teachers who have to explain all this to the children", "At the end of the day it is nobody's business whom my neighbour marries or does not"),
    ("the same words in another order", " ".join(MINISTRY.split()), " ".join(sorted(MINISTRY.split()))),
    ("the same words from the end", MINISTRY, " ".join(reversed(MINISTRY.split()))),
    ("Han, the same words in another order", "图书馆没有人早上的火车站每天都为什么", "为什么每天都火车站早上的没有人图书馆"),
    ("a short text with another word", "Well said, dear James!", "Well said, dear Fatima!"),
    ("a short text with one word more", "Well said indeed", "Well said"),
    ("short texts beside their addresses", "Look: http://a.example/1", "Look: http://a.example/2"),
    ("lists of addresses", "a.com b.com c.com d.com e.com f.com", "g.com h.com i.com j.com k.com l.com"),
    ("short and in Han", "说得很好", "说得不好"),
    ("words run together are no addresses", "well.I think.So do you.And they hope.It ends", "ends.I think.And do you.So they well.It hope"),
    ("Hebrew", "הרכבת מאחרת כל בוקר ואיש אינו יודע למה", "המשרד צריך לפרסם את הדוח כולו לפני ההצבעה"),
    ("Arabic", "القطار يتأخر كل صباح ولا أحد يعرف السبب", "يجب على الوزارة أن تنشر التقرير كاملا قبل التصويت"),
    ("Han", "早上的火车几乎每天都晚点没有人知道为什么", "在表决预算之前部里应该公布整个报告的内容"),
    ("Thai", "รถไฟตอนเช้าสายเกือบทุกวันและไม่มีใครรู้ว่าทำไม", "กระทรวงควรเผยแพร่รายงานทั้งหมดก่อนลงคะแนน"),
]  # fmt: skip


def named(rows: list[tuple[str, str, str]]) -> list[object]:
    return [pytest.param(one, other, id=name) for name, one, other in rows]


@pytest.mark.parametrize(("one", "other"), named(SAME))
def test_what_reads_the_same_has_one_likeness(one: str, other: str) -> None:
    assert one != other
    assert read(one) == read(other)


@pytest.mark.parametrize(("one", "other"), named(NEARLY_THE_SAME))
def test_a_text_with_small_edits_is_found_and_alike(one: str, other: str) -> None:
    assert ENOUGH <= alike(one, other) < 1


@pytest.mark.parametrize(("one", "other"), named(NOT_ALIKE))
def test_other_texts_are_not_alike(one: str, other: str) -> None:
    assert similarity(read(one).sketch, read(other).sketch) < 0.4


@pytest.mark.parametrize("text", ["", " \n", "?!…", "🔥🔥", "___", "' '", "\ud800"])
def test_a_text_without_letters_and_digits_has_no_likeness(text: str) -> None:
    assert likeness(text) is None


@pytest.mark.parametrize(
    ("text", "n_words"),
    [
        ("7", 1),
        ("Don't say so", 3),
        ("See https://a.example/b or a@b.example, please", 3),
        ("הרכבת מאחרת כל בוקר", 4),
        ("सुबह की गाड़ी", 3),
        ("早上的火车晚点", 3),
        ("看 iPhone 手机", 3),
        ("รถไฟตอนเช้า", 2),
        ("so " * 5_000, 1_000),
    ],
)
def test_words_are_counted_in_any_script(text: str, n_words: int) -> None:
    assert read(text).n_words == n_words


def test_a_likeness_is_the_same_in_every_process_and_version() -> None:
    # Stored likenesses are compared with those of days later: whoever changes these makes the
    # stored ones useless.
    short, long = read("Well said!"), read(MINISTRY)

    assert short.bands == (
        6123635601562213,
        12575520103028091,
        33567832081691285,
        27474334438983454,
    )
    assert long.bands == (2940727564839696, 5832904502295201, 22027960899215194, 3058020787933119)
    assert (
        long.sketch.hex()
        == "0000800000005400000000b9dd0000000000000000b200000000000000000000000000000000000000001300d600a4000000b100910000000002009100000000"
    )


words = st.sampled_from(
    [
        "the",
        "of",
        "to",
        "train",
        "report",
        "said",
        "late",
        "bank",
        "news",
        "早上",
        "火车",
        "בוקר",
        "قطار",
    ]
)
comments = st.lists(words, min_size=1, max_size=60).map(" ".join)


@given(st.one_of(texts, comments))
@example("看LINK" * 9)
@example("\ud800 a b c d e f")
def test_a_likeness_fits_its_columns_and_can_be_had_again(text: str) -> None:
    found = likeness(text)

    if found is None:
        assert not any(character.isalnum() for character in text)
        return
    assert found == likeness(text)
    assert len(found.bands) == N_BANDS
    assert all(0 <= band < 2**63 for band in found.bands)
    assert len(found.sketch) == SKETCH_BYTES <= 64
    assert found.n_words >= 0
    assert similarity(found.sketch, found.sketch) == 1


@given(comments, comments)
def test_similarity_is_symmetric_and_a_share(one: str, other: str) -> None:
    a, b = read(one), read(other)

    assert 0 <= similarity(a.sketch, b.sketch) <= 1
    assert similarity(a.sketch, b.sketch) == similarity(b.sketch, a.sketch)


@given(st.lists(words, min_size=1, max_size=FEWEST_WORDS - 1), comments)
def test_a_short_text_is_like_none_but_itself(one: list[str], other: str) -> None:
    a, b = read(" ".join(one)), read(other)

    if " ".join(one) == other:
        assert a == b
    elif a.n_words < FEWEST_WORDS:
        assert not set(a.bands) & set(b.bands)
        assert similarity(a.sketch, b.sketch) < 0.2


def test_sketches_of_different_lengths_are_not_compared() -> None:
    with pytest.raises(ValueError, match="64 and 32 bytes"):
        similarity(bytes(64), bytes(32))


def test_nothing_has_nothing_in_common_with_nothing() -> None:
    assert similarity(bytes(64), bytes(64)) == 0


def invented(chance: random.Random, n_words: int) -> list[str]:
    """Words of 4 to 9 letters out of 5,000: the pairs and triples of a text hardly ever recur."""
    return [WORDS[chance.randrange(len(WORDS))] for _ in range(n_words)]


_chance = random.Random(2)
WORDS = ["".join(_chance.choices("abcdefghijklmnopqrstuvwxyz", k=_chance.randint(4, 9))) for _ in range(5_000)]  # fmt: skip


def in_common(one: list[str], other: list[str], size: int) -> float:
    """The true share that `similarity` estimates for size 2, and a band's chance for size 3."""
    a, b = ({*zip(*(text[at:] for at in range(size)), strict=False)} for text in (one, other))
    return len(a & b) / len(a | b)


@pytest.mark.parametrize(("n_words", "error"), [(8, 0.06), (30, 0.06), (300, 0.07), (900, 0.08)])
@pytest.mark.parametrize("changed", [0.03, 0.1, 0.2, 0.5])
def test_similarity_estimates_what_two_texts_have_in_common(
    n_words: int, error: float, changed: float
) -> None:
    chance = random.Random(f"{n_words} {changed}")
    errors = []
    for _ in range(60):
        one = invented(chance, n_words)
        other = [chance.choice(WORDS) if chance.random() < changed else word for word in one]
        estimate = similarity(read(" ".join(one)).sketch, read(" ".join(other)).sketch)
        errors.append(estimate - in_common(one, other, 2))

    assert abs(sum(errors)) / len(errors) < 0.03  # No bias,
    assert (sum(each**2 for each in errors) / len(errors)) ** 0.5 < error  # and little error.


@pytest.mark.parametrize(("n_words", "share"), [(10, 0.85), (20, 0.85), (50, 0.88), (300, 0.9)])
def test_most_texts_are_found_with_one_word_in_ten_replaced(n_words: int, share: float) -> None:
    chance = random.Random(n_words)
    found = 0
    for _ in range(300):
        text = invented(chance, n_words)
        edited = list(text)
        for at in chance.sample(range(n_words), n_words // 10):
            edited[at] = chance.choice(WORDS)
        found += alike(" ".join(text), " ".join(edited)) >= ENOUGH

    assert found / 300 >= share


def test_a_text_is_found_by_about_as_often_as_it_has_triples_in_common() -> None:
    chance = random.Random(1)
    true, found = 0.0, 0
    for _ in range(400):
        one = invented(chance, 60)
        other = one[:30] + invented(chance, 30)
        true += in_common(one, other, 3)
        pairs = zip(read(" ".join(one)).bands, read(" ".join(other)).bands, strict=True)
        found += sum(x == y for x, y in pairs)

    assert found / N_BANDS / 400 == pytest.approx(true / 400, abs=0.05)


def test_unlike_texts_find_none_of_each_other() -> None:
    chance = random.Random(3)
    bands = [
        (at, band)
        for _ in range(1_000)
        for at, band in enumerate(read(" ".join(invented(chance, 20))).bands)
    ]

    assert len(set(bands)) == len(bands)


def test_common_triples_are_not_what_a_text_is_found_by() -> None:
    # Each has "one of the", "to be a" and the like beside its own words; they may have a few.
    common = [
        "it",
        "is",
        "one",
        "of",
        "the",
        "and",
        "to",
        "be",
        "a",
        "in",
        "that",
        "we",
        "do",
        "not",
    ]
    chance = random.Random(4)
    seen: set[int] = set()
    shared = 0
    for _ in range(300):
        bands = set(read(" ".join(common + invented(chance, 20))).bands)
        shared += bool(bands & seen)
        seen |= bands

    assert shared <= 3


def test_three_words_in_a_row_are_what_a_text_is_found_by() -> None:
    chance = random.Random(6)
    for _ in range(20):
        text = invented(chance, 60)
        edited = [chance.choice(WORDS) if at % 3 == 0 else word for at, word in enumerate(text)]

        assert in_common(text, edited, 2) > 0.15
        assert not set(read(" ".join(text)).bands) & set(read(" ".join(edited)).bands)


def test_a_few_made_up_words_do_not_take_every_band() -> None:
    # Whoever puts other words of forty letters into the same text each time is found all the same.
    chance = random.Random(5)
    found = 0
    for _ in range(100):
        text = invented(chance, 60)
        one, other = text[:], text[:]
        for at in (15, 30, 45):
            one.insert(at, "".join(chance.choices("bcdfghklmnpqrstvwz", k=40)))
            other.insert(at, "".join(chance.choices("bcdfghklmnpqrstvwz", k=40)))
        found += alike(" ".join(one), " ".join(other)) >= ENOUGH

    assert found >= 95


@pytest.mark.parametrize(
    "unit",
    ["a", "a ", "a.b ", "a.com ", "a.", "//", "a@", "-", "www.", "ab:", "看", "看a", "看.", "ก", "'", "_a", "a" * 63 + ".", "@кก-ก", "http://", "कि", "a.a.a.a.a.a.a.a.a "],
)  # fmt: skip
def test_of_a_long_text_the_beginning_is_compared(unit: str) -> None:
    text = (unit * 20_480)[:20_480]

    alike = likeness(text)

    # What is read of a text is bounded, so the time is.
    assert alike is None or alike.n_words <= 1_000
