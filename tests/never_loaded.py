"""`modsvc`, whose workers never get their application: `python -m tests.never_loaded`."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from flask import Flask

from modsvc import app
from modsvc.cli import main


def never(*_: object) -> Flask:
    """Say in the file that $LOADING names that it was asked for, and do no more."""
    Path(os.environ["LOADING"]).touch()
    threading.Event().wait()
    raise AssertionError


app.create_app = never

if __name__ == "__main__":
    main()
