"""Languages by their codes, as an editor chooses among them."""

from __future__ import annotations

from modsvc.web.names import language_name

# fmt: off
CODES = (
    "af", "sq", "am", "ar", "hy", "az", "eu", "be", "bn", "bs", "bg", "ca", "zh", "hr", "cs",
    "da", "nl", "en", "eo", "et", "fi", "fr", "gl", "ka", "de", "el", "gu", "he", "hi", "hu",
    "is", "id", "ga", "it", "ja", "kab", "kn", "kk", "km", "ko", "ku", "lo", "lv", "lt", "mk",
    "ms", "ml", "mt", "mr", "mn", "ne", "no", "ps", "fa", "pl", "pt", "pa", "ro", "ru", "sr",
    "si", "sk", "sl", "es", "sw", "sv", "tl", "ta", "te", "th", "tr", "uk", "ur", "uz", "vi",
    "cy", "yi",
)
# fmt: on


def names() -> dict[str, str]:
    """Name them in the page's language, in its order."""
    named = {code: language_name(code) for code in CODES}
    return dict(sorted(named.items(), key=lambda each: each[1]))
