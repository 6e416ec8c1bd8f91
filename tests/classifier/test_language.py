import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from modsvc.classifier.language import unscored_language
from modsvc.core.text import normalise

FOLDER = Path(__file__).parent
FOREIGN = tomllib.loads((FOLDER / "foreign.toml").read_text(encoding="utf-8"))
SHORT = tomllib.loads((FOLDER / "short_foreign.toml").read_text(encoding="utf-8"))
OTHER_SCRIPTS = ("he", "ar", "ru", "el", "hi", "zh", "ja", "ko")
# Neighbours that even a person can tell apart only by a word or two.
ALIKE = {"da": {"no"}, "id": {"ms"}, "hr": {"sr", "bs", "sl"}, "cs": {"sk"}}


def language_of(raw, declared=None, lexicon=None):
    return unscored_language(normalise(raw, lexicon), declared)


def n_letters(raw):
    return sum(map(str.isalpha, raw))


def sentences(shortest, below=1_000):
    return [
        (code, raw)
        for code, raws in FOREIGN.items()
        for raw in raws
        if code not in OTHER_SCRIPTS and shortest <= n_letters(raw) < below
    ]


@pytest.mark.parametrize("code", OTHER_SCRIPTS)
def test_another_script_is_never_scored_however_short(code):
    assert [language_of(raw) for raw in FOREIGN[code]] == [code] * len(FOREIGN[code])


@pytest.mark.parametrize("code", [code for code in FOREIGN if code not in OTHER_SCRIPTS])
def test_a_sentence_in_another_language_is_never_scored(code):
    found = [language_of(raw) for raw in FOREIGN[code] if n_letters(raw) >= 30]

    assert set(found) <= {code} | ALIKE.get(code, set())


def test_nearly_all_of_three_to_five_words_are_told_from_english():
    short = sentences(10, below=30)
    missed = [raw for _, raw in short if language_of(raw) is None]

    assert len(short) > 50
    assert len(missed) <= 0.1 * len(short), missed


@pytest.mark.parametrize(("half", "floor"), [("tuned", 0.96), ("kept", 0.9)])
def test_short_sentences_of_words_the_model_does_not_know_are_told_from_english(
    shipped, half, floor
):
    raws = [raw for each in SHORT.values() for raw in each[half == "kept" :: 2]]
    found = [raw for raw in raws if language_of(raw, lexicon=shipped.lexicon)]

    assert len(raws) == 12 * 13
    assert len(found) >= floor * len(raws)  # Which are missed is not said, for the kept half.


def test_knowing_words_hides_no_other_language(shipped):
    found = [(raw, language_of(raw, lexicon=shipped.lexicon)) for _, raw in sentences(30)]

    assert [raw for raw, language in found if language is None] == []


@pytest.mark.parametrize(
    "english",
    [
        "lol ok",
        "No.",
        "FUCK YOU",
        "go fuck urself u dumb bitch",
        "ur a r3t@rd",
        "gtfo noob",
        "LMAO ROFL",
        "smh bruh deadass lowkey cringe fr fr no cap",
        "Bwahahahahaha hahahahahahaha",
        "aaaaaaaaargh nooooooooooo",
        "trade trade trade trade trade trade trade trade",
        "y0u 4re 4n 1d10t",
        "y.o.u a.r.e s.t.u.p.i.d",
        "ｙｏｕ ａｒｅ ａ ｆｏｏｌ",
        "уоu аrе а fооl",
        "Yöü äre än ïdïöt, mäte",
        "sh*t f**king b!tch @sshole",
        "Netanyahu must resign now",
        "Mazel tov Am Yisrael Chai",
        "Allahu akbar",
        "Herzi Halevi, Aharon Haliva, Yoav Gallant, Benny Gantz",
        "Ferdinand Marcos? Mussolini? Franco?",
        "Déjà vu all over again. Touché.",
        "The naïve café owner, Zoë Müller, fixed her résumé in São Paulo.",
        "He said «c'est la vie» and left the room without another word to anyone.",
        "The Hebrew for it is שלום, which everybody knows.",
        "Na zdrowie! Cheers from Kraków, where we read the Gazette every morning.",
        "print(x for x in range(10)) if foo else None",
        "http://www.ledevoir.com/politique/quebec/charte-des-valeurs-les-mecontents",
        "@jean_pierre @maria #vivelafrance #liberte http://exemple.fr/une-page",
        "BOYCOTT NFL NIKE!!! MAGA KAG",
        "THIS IS AN OUTRAGE AND EVERYONE INVOLVED SHOULD RESIGN TODAY",
        "🙂🙂🙂 👍",
        "ΔE = mc² and α < β",
        "10/10, 5 stars",
        '<a href="https://exemple.fr/la-grande-page" title="Les mécontents de la charte">Look</a>',
        "Rot in hell, scumbag.",
        "Typical lefty garbage",
        "Well said, sir!",
        "wtf dude",
        "dey dont kno nuffin bout it innit",
        "",
        "...",
        "asdfghjkl qwertyuiop",
    ],
)
def test_english_of_every_kind_is_scored(shipped, english):
    assert language_of(english) is None
    assert language_of(english, lexicon=shipped.lexicon) is None


@pytest.mark.parametrize(
    "english",
    [
        "definately agre wiht teh autor",
        "gooooool vamooos hahahaha jajaja lol",
        "xX_Slayer_Xx rulez noobz pwned",
        "Mohammad Reza Tavassoli, Arnfinn Bjarmason",
        "f.u.c.k y0u b1tch",
        "Bullsh1tters, l0sers, m0r0ns",
        "Antidisestablishmentarianism!",
        "kekw pogchamp monkaS",
        "BORUSSIA DORTMUND WUNDERBAR",
        "12 345 678 km/h vs 90 mph",
    ],
)
def test_words_nobody_knows_are_no_other_language_by_that(shipped, english):
    assert language_of(english, lexicon=shipped.lexicon) is None


@pytest.mark.parametrize(
    ("mixed", "language"),
    [
        ("A fine article. <Du bist ein dummer Lügner und gehörst eingesperrt>", "de"),
        ("A fine article. <b du bist ein dummer Lügner und gehörst eingesperrt>", "de"),
        ('So it goes. <b du="Du bist ein dummer Lügner und gehörst eingesperrt">x</b>', "de"),
        ("<i class='x'>Du bist ein dummer Lügner und gehörst eingesperrt</i>", "de"),
        ("I agree with most of this. Du bist ein dummer Lügner und gehörst eingesperrt.", "de"),
        ("A fine article, thank you for it. אתה אידיוט גמור ושקרן, תסתום את הפה", "he"),
        ("Eres un mentiroso y un payaso, vete de aquí. The rest of it I liked very much.", "es"),
    ],
)
def test_abuse_in_another_language_does_not_pass_for_standing_beside_english(
    shipped, mixed, language
):
    assert language_of(mixed) == language
    assert language_of(mixed, lexicon=shipped.lexicon) == language


@pytest.mark.parametrize("declared", ["de", "de-AT", "DE_at"])
def test_a_site_is_believed_about_a_text_too_short_to_tell(declared):
    assert language_of("Na ja, gut", declared) == "de"
    assert language_of("Pfui!", declared) == "de"


@pytest.mark.parametrize("declared", ["en", "en-GB", "", "und", "nonsense", "x", None])
def test_a_short_text_is_english_where_no_other_language_is_declared(declared):
    assert language_of("Pfui!", declared) is None


def test_a_site_is_not_believed_against_what_the_text_plainly_says():
    assert language_of("The general should have resigned much earlier than this.", "de") is None
    assert language_of("Die Regierung sollte endlich zurücktreten, und zwar sofort.", "en") == "de"


def test_a_script_without_a_likely_language_is_named_by_itself():
    assert language_of("ⰀⰁⰂⰃⰄⰅⰆⰇ ⰀⰁⰂⰃⰄⰅⰆⰇ") == "und-Zyyy"
    assert language_of("жж") == "und-Cyrl"


def test_known_words_do_not_load_the_detector_though_none_is_a_common_one():
    code = (
        "import sys; from modsvc.classifier.scorer import LinearScorer;"
        "from modsvc.core.text import normalise;"
        "scorer = LinearScorer.open_shipped();"
        "reading = normalise('Typical lefty garbage, corrupt politicians', scorer.lexicon);"
        "scorer.unscored_language(reading, None);"
        "sys.exit('py3langid' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_plain_english_does_not_load_the_detector():
    code = (
        "import sys; from modsvc.classifier.language import unscored_language as ask;"
        "from modsvc.core.text import normalise;"
        "ask(normalise('They should have listened to her when there was time.'), None);"
        "sys.exit('py3langid' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
