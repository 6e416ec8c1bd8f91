"""The default policy for sites of tests, which send many like comments at once and mean no harm."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from functools import cache
from pathlib import Path

from modsvc.app import DEFAULT_POLICY
from modsvc.core.policy import Policy
from modsvc.core.policy_document import read_policy

_FLOODS = r"^(max_(?:author|article|address|others)_\w+) = \d+$"
_SAMPLES = r"^(second_looks|samples) = .*$"
_RECORDS = r'^("(?:repeats\.rejected|author\.rejections)") .*$'


@cache
def calm_text() -> str:
    """The default policy, but that nobody floods, repeats themselves or has a
    name, good or bad, and that nothing is looked at twice."""
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    text = re.sub(_FLOODS, r"\1 = 1000000", text, flags=re.MULTILINE)
    text = re.sub(_SAMPLES, r"\1 = 0", text, flags=re.MULTILINE)
    text = re.sub(_RECORDS, r"\1 = {}", text, flags=re.MULTILINE)
    return text.replace("earned_rate = 0.95", "earned_rate = 1.0")  # Which nobody reaches.


@cache
def calm_policy() -> Policy:
    return read_policy(calm_text())


@cache
def calm_file() -> Path:
    """A file of it, which servers can be started with."""
    digest = hashlib.sha256(calm_text().encode()).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"modsvc-calm-{digest}.toml"
    mine = path.with_suffix(f".{os.getpid()}")
    mine.write_text(calm_text(), encoding="utf-8")
    mine.replace(path)
    return path
