"""create_app(): opens the parts, joins them, registers the blueprints. It alone knows them all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from flask import Flask
from flask.json.provider import JSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from modsvc import headers, web
from modsvc.api import problems, routes
from modsvc.classifier.scorer import LinearScorer
from modsvc.config import Settings
from modsvc.core.policy import Policy
from modsvc.core.policy_document import read_policy
from modsvc.core.screening import Scorer
from modsvc.errors import ModelInvalid, PolicyInvalid
from modsvc.services.authenticate import Authenticate
from modsvc.services.log_in import LogIn
from modsvc.services.read_decisions import ReadDecisions
from modsvc.services.report_health import ReportHealth
from modsvc.services.review_case import ReviewCase
from modsvc.services.screen_comment import ScreenComment
from modsvc.store.db import Database
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

DEFAULT_POLICY = Path(__file__).parent / "policies" / "default.toml"


@dataclass(frozen=True, slots=True)
class Modsvc:
    """The service's parts, as blueprints reach them: `current_app.extensions["modsvc"]`."""

    db: Database
    writer: Writer
    now: Callable[[], datetime]
    authenticate: Authenticate
    screen_comment: ScreenComment
    read_decisions: ReadDecisions
    review_case: ReviewCase
    log_in: LogIn
    report_health: ReportHealth


def create_app(
    settings: Settings,
    *,
    scorer: Scorer | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Flask:
    """Build the WSGI application. The database must have been migrated; it is not opened yet.

    Parameters
    ----------
    scorer : Scorer or None
        In place of the model that the settings name.

    Raises
    ------
    PolicyInvalid, SettingsInvalid
        The policy or a setting cannot be used.
    """
    policy = open_policy(settings)
    model_problem = None
    if scorer is None:
        scorer, model_problem = open_scorer(settings)
    db = Database(settings.database_url)
    writer = Writer(db)

    app = Flask("modsvc", static_folder=None)
    app.json = StrictJSON(app)
    # A browser of another site has nothing to ask here.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    # No request is ever redirected because of how its slashes stand.
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.url_map.converters["anything"] = Anything
    if settings.trusted_proxies:
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]  # Flask's own way to wrap it.
    app.extensions["modsvc"] = Modsvc(
        db=db,
        writer=writer,
        now=now,
        authenticate=Authenticate(db=db),
        screen_comment=ScreenComment(scorer=scorer, policy=policy, writer=writer, now=now),
        read_decisions=ReadDecisions(db=db),
        review_case=ReviewCase(db=db, writer=writer, policy=policy, now=now),
        log_in=LogIn(db=db, writer=writer, now=now),
        report_health=ReportHealth(
            db=db, scorer=scorer, model_problem=model_problem, policy=policy
        ),
    )
    headers.register(app)
    routes.register(app)
    web.register(app, settings)
    app.register_error_handler(Exception, answer_to)
    return app


def answer_to(error: Exception) -> ResponseReturnValue:
    """Answer any error as whoever asked reads it: a problem, or a page for a person."""
    return problems.answer_to(error) if routes.for_programs() else web.answer_to(error)


def open_policy(settings: Settings) -> Policy:
    """Read the policy that the settings name.

    Raises
    ------
    PolicyInvalid
        It cannot be read or used; says file, line and reason.
    """
    path = settings.policy or DEFAULT_POLICY
    try:
        content = path.read_bytes()
        return read_policy(content.decode(), source=str(path))
    except OSError as error:
        raise PolicyInvalid(f"cannot be read: {error.strerror}", source=str(path)) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyInvalid("this is not UTF-8", line=line, source=str(path)) from None


def open_model(settings: Settings) -> LinearScorer:
    """Open the model that the settings name.

    Raises
    ------
    ModelInvalid
        Its files are missing, altered or of another version.
    """
    if settings.model is None:
        return LinearScorer.open_shipped()
    if settings.model_sha256 is None:
        raise ModelInvalid(
            "MODSVC_MODEL names a model of your own; say which one it must be by the SHA-256 of "
            "its manifest.json, in MODSVC_MODEL_SHA256"
        )
    return LinearScorer.open(settings.model, expected_sha256=settings.model_sha256)


def open_scorer(settings: Settings) -> tuple[Scorer | None, str | None]:
    """Open the model that the settings name; without a good one, say why in the second place.

    A service without its model is degraded, not down: rules still act and all else is held.
    """
    try:
        return open_model(settings), None
    except ModelInvalid as error:
        log.error("model.unavailable: %s", error)
        return None, str(error)


class Anything(BaseConverter):
    """The rest of an address, whatever is in it: a site's ids are its own affair."""

    regex = "(?s:.+)"
    part_isolating = False


class StrictJSON(JSONProvider):
    """JSON out by orjson: faster, and it refuses what is not JSON."""

    def dumps(self, obj: object, **_: object) -> str:
        """Write a value as JSON."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: object) -> object:
        """Read JSON, strictly."""
        return orjson.loads(s)
