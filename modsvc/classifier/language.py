"""Which language a comment is in, where that is not the one the model was fitted on.

What the model cannot read it cannot score: the score would be made up. A part in another language
is enough, since abuse must not pass for standing beside a line of English. Where the evidence is
thin the comment is taken for English, for slang, names and disguises are far more usual under an
English article than another language.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from modsvc.classifier.paged import Paged
from modsvc.classifier.vocabulary import is_english, is_strange
from modsvc.core.text import Reading, normalise

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

TRAINED = "en"

# So many letters of other scripts are a clause; fewer may be a name in its own letters.
_MIN_OTHER_LETTERS = 16
# A text of fewer letters is believed to be what the site declares; a sentence of so many characters
# is judged by itself.
_MIN_LETTERS, _AMPLE_CHARS = 10, 40
# How many times likelier than English another language must be. English slang, names and howls get
# up to a hundred, three words of French several hundred.
_ODDS = 200.0
# The same where hardly any word is known to the model.
_STRANGE_ODDS = 20.0
# English in disguise looks like anything, and is English in its reading. A reading has lost its
# accents, though, so that Czech or Vietnamese looks a little like English there.
_POSSIBLE_READING = 0.02
_SURE, _PLAIN_READING = 0.9, 0.1
# A text in the language its site declares needs less.
_DECLARED_ODDS = 2.0
# What is written in another script is named if its language is so likely, else by the script.
_LIKELY = 0.3

# A share of these words makes a stretch English without asking the detector, and twice the share a
# reading. Other widely written languages do not spell them alike, as they do "in", "die" and "to".
_ENGLISH_SHARE = 1 / 8
_ENGLISH = """
    about after again against agree and another anyone are aren't because before being believe but
    can't cannot could couldn't did didn't does doesn't doing don't either enough every from getting
    give going good great haven't having his how i'd i'll i'm i've if isn't it its it's just know
    least look make many maybe more much need never nobody not nothing now off only other our out
    own people please really right said say should shouldn't since some someone something such sure
    than thank thanks that that's thats the their them then there there's these they they're thing
    things think this those though thought too truth until very wasn't way well were what what's
    when where which while who who's whole why will with without won't world would wouldn't wrong
    yeah years yes yet you you'd you'll you're you've your yourself youre
"""
_ENGLISH_WORDS = frozenset(_ENGLISH.split())
# Languages the detector may name. It knows seventy more, and finds most of them in English slang.
_KNOWN = """
    af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it
    ja ka kk km kn ko ku ky lo lt lv mk ml mn mr ms my ne nl no pa pcm pl ps pt ro ru si sk sl so sq
    sr sv sw ta te th tl tr uk ur uz vi zh zxx
"""
# Of those, what the model may well score: Nigerian English, and what is no language.
_AS_ENGLISH = frozenset((TRAINED, "pcm", "zxx"))
_UNDETERMINED = frozenset(("und", "mul", "mis", "zxx"))
# The first word of a character's name, and its script as ISO 15924 has it.
_SCRIPTS = dict(
    pair.split(":")
    for pair in re.findall(
        r"\S+",
        """
        ARABIC:Arab ARMENIAN:Armn BENGALI:Beng CJK:Hani CYRILLIC:Cyrl DEVANAGARI:Deva ETHIOPIC:Ethi
        GEORGIAN:Geor GREEK:Grek GUJARATI:Gujr GURMUKHI:Guru HANGUL:Hang HEBREW:Hebr HIRAGANA:Jpan
        KANNADA:Knda KATAKANA:Jpan KHMER:Khmr LAO:Laoo MALAYALAM:Mlym MYANMAR:Mymr SINHALA:Sinh
        SYRIAC:Syrc TAMIL:Taml TELUGU:Telu THAI:Thai TIBETAN:Tibt
        """,
    )
)
# Not words of any language: addresses, names of accounts, topics, marks of a page.
_NO_WORDS = re.compile(
    r"""
    (?: https?:// | \bwww\. )\S+
    | [@\#]\w+
    | &\w{1,8};
    # A tag of HTML, told from words in angle brackets by its name and those of its attributes.
    | </?(?: abbr | blockquote | br | cite | code | del | details | div | em | figure | font
        | h[1-6] | hr | img | ins | li | ol | pre | section | small | span | strong | sub
        | summary | sup | table | tbody | td | th | thead | tr | ul | [abipqsu] )
      (?: \s+ (?: alt | class | color | colspan | dir | face | height | href | id | lang | name
            | rel | rowspan | size | src | style | target | title | width | data-[a-z-]{1,20} )
        (?: \s* = \s* (?: "[^"<>]{0,400}" | '[^'<>]{0,400}' | [^\s"'<>]{1,60} ) )? ){0,12} \s*/?>
    | (?<![\w.@-]) [\w-]{1,63} (?: [.@][\w-]{1,63} ){1,8} / \S*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?…\n]+")
_OTHER_LETTER = re.compile(r"[^\W\d_a-z]")


def unscored_language(reading: Reading, declared: str | None = None) -> str | None:
    """Name the language of a text, or of a part of it, that the model was not fitted on.

    Parameters
    ----------
    reading : Reading
        The text.
    declared : str or None
        The language by the site's word, a BCP 47 tag. It tips the scale where the text says little
        and is not believed against what the text says plainly.

    Returns
    -------
    str or None
        A language ("de"), a script where only that can be told ("und-Cyrl"), or None: the model
        can read it.
    """
    if not reading.text.isascii():
        script = _other_script(reading.text)
        if script is not None:
            return _name_by_script(reading.raw, script)
    expected = _language_of(declared)
    known = reading.lexicon.known if reading.lexicon else frozenset[str]()
    for stretch in _stretches(reading.raw):
        language = _foreign(stretch, expected, known)
        if language is not None:
            return language
    return None


def _language_of(tag: str | None) -> str | None:
    """Give the language of a BCP 47 tag, if the model was not fitted on it."""
    language = re.split("[-_]", (tag or "").strip().lower(), maxsplit=1)[0]
    foreign = re.fullmatch("[a-z]{2,3}", language) and language not in {TRAINED, *_UNDETERMINED}
    return language if foreign else None


def _other_script(text: str) -> str | None:
    """Name the commonest script beside Latin, if enough is written in others."""
    scripts: Counter[str] = Counter()
    for letter in _OTHER_LETTER.findall(text):
        name = unicodedata.name(letter, "").partition(" ")[0]
        if name != "LATIN":
            scripts[_SCRIPTS.get(name, "Zyyy")] += 1
    others = scripts.total()
    if others < _MIN_OTHER_LETTERS and 2 * others <= sum(map(str.isalpha, text)):
        return None
    # Japanese is known by its kana, however many characters it shares with Chinese.
    return "Jpan" if scripts["Jpan"] else scripts.most_common(1)[0][0]


def _name_by_script(raw: str, script: str) -> str:
    """Name the language of what is written in scripts other than Latin."""
    language, likely, _ = _detect([word for word in _WORD.findall(raw) if not word.isascii()])
    sure = likely >= _LIKELY and language not in _AS_ENGLISH
    return language if sure else f"und-{script}"


def _stretches(raw: str) -> Iterator[str]:
    """Give each sentence that is long enough to be told by itself, and all others as one text."""
    short = []
    for sentence in _SENTENCE.findall(_NO_WORDS.sub(" ", raw)):
        if len(sentence) >= _AMPLE_CHARS:
            yield sentence
        else:
            short.append(sentence)
    yield " ".join(short)


def _foreign(stretch: str, expected: str | None, known: Set[str]) -> str | None:
    """Name the language of a stretch of Latin letters, if it is surely not English.

    `known` holds the words the model knows; empty if nobody can tell.
    """
    words = _words(stretch)
    if _english_share(words) >= _ENGLISH_SHARE or (expected is None and is_english(words, known)):
        return None
    plain = _words(normalise(stretch).text)
    if _english_share(plain) >= 2 * _ENGLISH_SHARE:
        return None
    if sum(map(len, words)) < _MIN_LETTERS:
        return expected if words else None
    language, likely, english = _detect(words)
    strange = expected is None and is_strange(stretch, words, plain, known)
    surely = _STRANGE_ODDS if strange else _ODDS
    odds = surely if expected is None else _DECLARED_ODDS
    if likely < odds * english or (expected is None and language in _AS_ENGLISH):
        return None
    in_reading = _detect(plain)[2]
    if expected is not None and likely >= _DECLARED_ODDS * in_reading:
        return expected
    possible = _PLAIN_READING if strange or likely >= _SURE else _POSSIBLE_READING
    sure = language not in _AS_ENGLISH and likely >= surely * english and in_reading < possible
    return language if sure else None


def _words(text: str) -> list[str]:
    """Give the words; not "haha" and "aaargh", which are spelled alike everywhere."""
    found = _WORD.findall(text.lower())
    return [word for word in found if len(word) < 4 or 3 * len(set(word)) > len(word) + 2]


def _english_share(words: Sequence[str]) -> float:
    return sum(word in _ENGLISH_WORDS for word in words) / (len(words) or 1)


def _detect(words: Sequence[str]) -> tuple[str, float, float]:
    """Give the likeliest language, its probability and that of English."""
    # A word said twenty times says no more about the language than said once.
    ranked = _detector().rank(" ".join(dict.fromkeys(words)))
    language, likely = ranked[0]
    return language, likely, dict(ranked)[TRAINED]


_LOADING = Lock()


def _detector() -> LanguageIdentifier:
    with _LOADING:
        return _load()


@cache
def _load() -> LanguageIdentifier:
    """Load the detector, when first asked for: most English comments never need it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages(_KNOWN.split())
    # Made anew of its parts, so that the tables of the other languages can go.
    return LanguageIdentifier(
        whole.nb_ptc,
        whole.nb_pc,
        whole.nb_classes,
        Paged(whole.tk_nextmove),
        array("i", whole.tk_output),
        norm_probs=True,
        tk_row=whole.tk_row,
    )
