"""A case: what was said, why it is here, and what to do about it."""

from modsvc.web.cases import deciding, handing_on, mine, notes, showing
from modsvc.web.cases.showing import bp

__all__ = ["bp", "deciding", "handing_on", "mine", "notes", "showing"]
