"""What other comment systems export, read as comments and what became of them.

Each reader takes the lines of a file, one at a time and never the whole, and yields what it finds
in them: `Past`, `LeftOut`, or `Unreadable`.
"""

from __future__ import annotations

from modsvc.exports import coral, disqus, jsonl, wordpress
from modsvc.exports.found import Beside, Found, LeftOut, Lines, Reader, Unreadable

# By the name that the command line and the decisions know a system by.
READERS: dict[str, Reader] = {
    "wordpress": wordpress.read,
    "disqus": disqus.read,
    "coral": coral.read,
    "jsonl": jsonl.read,
}

# What people call them.
NAMES = {"wordpress": "WordPress", "disqus": "Disqus", "coral": "Coral", "jsonl": "another system"}

__all__ = ["NAMES", "READERS", "Beside", "Found", "LeftOut", "Lines", "Reader", "Unreadable"]
