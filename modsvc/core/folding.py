"""What single characters are read as: the tables behind `modsvc.core.text`.

Folding works on one code point at a time. That keeps it linear whatever is sent: a normal form of
the whole text would have to sort each run of combining marks, which takes seconds on a run of
thousands.
"""

from __future__ import annotations

import unicodedata

# Marks that decorate a letter and may go. Indic vowel signs and Japanese voicing marks are letters
# in all but name and are not listed.
_DROPPED_MARKS = (
    (0x0300, 0x036F),  # Latin, Greek: accents, and what zalgo is piled up from.
    (0x0483, 0x0489),  # Cyrillic: titlo and palatalisation.
    (0x0591, 0x05C7),  # Hebrew: cantillation and niqqud.
    (0x0610, 0x061A),  # Arabic: honorifics,
    (0x064B, 0x065F),  # harakat,
    (0x0670, 0x0670),  # the small alef,
    (0x06D6, 0x06ED),  # Koranic marks,
    (0x08CA, 0x08FF),  # and more of each.
    (0x0711, 0x074A),  # Syriac.
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20F0),
    (0xFE00, 0xFE0F),  # Variation selectors.
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
# Letters by category, nothing by looks: the tatweel that stretches a word, and blank "letters".
_INVISIBLE = frozenset("\u0640\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5")
# Characters that Unicode does not decompose, and the plain ones they stand for.
_PLAIN = {
    **dict(zip("øłđðħŧıȷɓɗɠɨʉƙƞɵ", "olddhtijbdgiukno", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    **dict(zip("‘’‚‛′`´“”„‟″«»–—―‐‑−", "'" * 7 + '"' * 7 + "-" * 6, strict=True)),
    **dict(zip("ɑɡɩꞯ", "agiq", strict=True)),
    **dict(zip("💲❗❕", "$!!", strict=True)),
    **dict(zip("æœþ", ("ae", "oe", "th"), strict=True)),
    **dict(zip("🆎🆑🆔🆖", ("ab", "cl", "id", "ng"), strict=True)),
}
# Letters in black circles, in black squares, and in brackets, small and large.
for _first in (0x1F150, 0x1F170, 0x249C, 0x1F110):
    _PLAIN.update({chr(_first + i): chr(ord("a") + i) for i in range(26)})

# The 26 characters whose pairs are shown as flags, and the pairs that are: regions of ISO 3166-1
# and the few more that Unicode names (https://www.unicode.org/reports/tr51/#Flags).
FLAG_LETTERS = {0x1F1E6 + i: chr(ord("a") + i) for i in range(26)}
FLAGS = frozenset(
    letters[0] + second
    for letters in (  # Each first letter with all that may follow.
        "acdefgilmoqrstuwxz",
        "babdefghijlmnoqrstvwyz",
        "cacdfghiklmnopqruvwxyz",
        "degjkmoz",
        "eaceghrstu",
        "fijkmor",
        "gabdefghilmnpqrstuwy",
        "hkmnrtu",
        "icdelmnoqrst",
        "jemop",
        "keghimnprwyz",
        "labcikrstuvy",
        "macdefghklmnopqrstuvwxyz",
        "nacefgilopruz",
        "om",
        "paefghklmnrstwy",
        "qa",
        "reosuw",
        "sabcdeghijklmnorstvxyz",
        "tacdfghjklmnortvwz",
        "uagmnsyz",
        "vaceginu",
        "wfs",
        "xk",
        "yet",
        "zamw",
    )
    for second in letters[1:]
)

# Letters of other alphabets that pass for Latin ones, in lower case as folding leaves them. Some
# look alike only as capitals (Cyrillic "В"); they are listed by their small forms too.
CONFUSABLES = str.maketrans(
    {
        **dict(zip("аеорсухіјѕԁԛԝһӏєвнткмгпиьз", "aeopcyxijsdqwhlebhtkmrnnbz", strict=True)),
        **dict(zip("αβγεηικμνορστυχωλς", "abyenikuvopotuxwls", strict=True)),
        **dict(zip("օոսհցզյ", "onuhgqj", strict=True)),
        # Canadian syllabics, as "fancy letters" use them.
        **dict(zip("ᗩᗷᑕᗪᖴᕼᒍᒪᗰᑎᑭᑫᖇᔕᑌᐯᗯ᙭", "abcdfhjlmnpqrsuvwx", strict=True)),
    }
)
# Those that cannot be told from Latin ones in print, small letters all.
TWINS = str.maketrans("аеорсухіјѕԁԛԝһӏο", "aeopcyxijsdqwhlo")
# Letters that look like others when the page is turned round, as folding leaves them.
UPSIDE_DOWN = str.maketrans(
    {
        **dict(zip("ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ", "acefghijkmrtvwy", strict=True)),
        **dict(zip("qpuodbnslxz", "bdnopquslxz", strict=True)),
    }
)
UPSIDE_DOWN_ONLY = frozenset("ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ")
# Look-alikes in the order of what they replace most; "1" is read "i" because most such words want
# it.
LEET = str.maketrans("013457@$!", "oieastasi")

_MEMO_LIMIT = 20_000  # Entries; a text of rare characters must not fill the memory for good.


class _Fold(dict[int, str]):
    """From a code point to what it is read as, worked out when first met."""

    def __missing__(self, point: int) -> str:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        folded = self[point] = fold_character(chr(point))
        return folded


def fold_character(character: str) -> str:
    """Read one character: small, plain, visible. Folding the answer again changes nothing."""
    if character.isspace():
        return " "
    if character in _INVISIBLE or unicodedata.category(character) in ("Cc", "Cf"):
        return ""
    if _is_dropped(ord(character)):
        return ""  # Before letters are made small: that makes a letter of the iota subscript.
    folded = _PLAIN.get(character) or _decompose(character)
    if folded in ("", character):
        return folded
    return "".join(map(fold_character, folded))


def _decompose(character: str) -> str:
    """Take the compatibility form, in lower case, without the marks that may go."""
    parts = unicodedata.normalize("NFKD", character).casefold()
    if "а" <= parts[0] <= "џ" and len(parts) > 1:
        # In Cyrillic a letter with a mark is a letter of its own.
        return unicodedata.normalize("NFC", parts)
    # What stays is composed again, or Korean and Japanese would fall to pieces.
    return unicodedata.normalize("NFC", "".join(c for c in parts if not _is_dropped(ord(c))))


def _is_dropped(point: int) -> bool:
    return any(first <= point <= last for first, last in _DROPPED_MARKS) and (
        unicodedata.category(chr(point)) in ("Mn", "Me")
    )


FOLD = _Fold()


def fold(text: str) -> str:
    """Read every character of a text."""
    if text.isascii() and text.isprintable() and "`" not in text:
        return text.lower()  # The same, sooner: most comments are of this kind.
    return text.translate(FOLD)
