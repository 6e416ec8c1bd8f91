"""What a browser calls itself, in a few words that a person knows their device by."""

from __future__ import annotations

# A name, and what its User-Agent has and others have not; the first that is there counts, since
# most claim to be several.
BROWSERS = (
    ("Edge", ("Edg/", "EdgA/", "EdgiOS/")),
    ("Opera", ("OPR/",)),
    ("Samsung Internet", ("SamsungBrowser/",)),
    ("Firefox", ("Firefox/", "FxiOS/")),
    ("Chrome", ("Chrome/", "CriOS/")),
    ("Safari", ("Safari/",)),
)
SYSTEMS = (
    ("Android", ("Android",)),
    ("iPhone", ("iPhone",)),
    ("iPad", ("iPad",)),
    ("Windows", ("Windows",)),
    ("macOS", ("Mac OS X", "Macintosh")),
    ("ChromeOS", ("CrOS",)),
    ("Linux", ("Linux", "X11")),
)


def device(user_agent: str) -> str:
    """Name a device, such as "Firefox on Linux"; empty where nothing is known of it."""
    known = [
        next((name for name, marks in names if any(mark in user_agent for mark in marks)), None)
        for names in (BROWSERS, SYSTEMS)
    ]
    return " on ".join(filter(None, known))
