"""Logs: one JSON object a line on standard error. Ids, codes, versions; never what was written."""

from __future__ import annotations

import logging.config
from typing import Any

import structlog

PROCESSORS: list[Any] = [
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def dictconfig(level: str) -> dict[str, Any]:
    """Describe the logging, as `logging.config.dictConfig` takes it."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": PROCESSORS,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        # The server's own words come out like ours.
        "loggers": {
            "_granian": {"level": "ERROR", "propagate": True},
            "granian.access": {"propagate": True},
            # Strangers may send as many bad forms as they like.
            "flask_wtf.csrf": {"level": "WARNING"},
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
    }


def configure(level: str) -> None:
    """Set the process's logging up."""
    logging.config.dictConfig(dictconfig(level))
