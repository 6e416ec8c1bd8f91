"""Google's Perspective API, `v1alpha1`, which ends on 31 December 2026.

A request is read (asked.py), judged by the service, and answered (answers.py); attributes.py says
which of Perspective's scores are measured by which label.
"""

from modsvc.protocols.perspective.errors import answer_to
from modsvc.protocols.perspective.routes import bp

PATHS = ("/v1alpha1/", "/batch", "/$discovery/")

__all__ = ["PATHS", "answer_to", "bp"]
