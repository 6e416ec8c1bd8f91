"""`modsvc`, with a stand-in for the encoder that would approve nothing: `python -m tests.with_encoder`."""

from __future__ import annotations

from flask import Flask

from modsvc import app
from modsvc.cli import main
from tests.fakes import BothStages

app.open_both = lambda _linear: BothStages({"insult": 0.3})


def wsgi() -> Flask:
    """Give the application as any WSGI server gets it."""
    from modsvc.wsgi import app

    return app


if __name__ == "__main__":
    main()
