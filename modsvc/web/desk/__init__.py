"""The desk's pages: how the queue goes, how good decisions are, and release by range."""

from __future__ import annotations

from modsvc.web.desk import dashboard, quality, release

BLUEPRINTS = (dashboard.bp, quality.bp, release.bp)

__all__ = ["BLUEPRINTS"]
