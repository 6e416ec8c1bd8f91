"""create_app(): opens the parts, joins them, registers the blueprints. It alone knows them all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from flask import Flask, request
from flask.json.provider import JSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from modsvc import headers, protocols, web
from modsvc.api import problems, routes
from modsvc.background import Background
from modsvc.classifier.scorer import LinearScorer
from modsvc.classifier.stages import Stages, open_both
from modsvc.config import ALL, LATE, OFF, Settings
from modsvc.core.policy import Policy
from modsvc.core.policy_document import read_policy
from modsvc.core.screening import Scorer
from modsvc.errors import EncoderUnavailable, ModelInvalid, PolicyInvalid, StoreError
from modsvc.services.account import Account
from modsvc.services.authenticate import Authenticate
from modsvc.services.count_checks import CountChecks
from modsvc.services.count_words import CountWords
from modsvc.services.decide_cases import DecideCases
from modsvc.services.edit_policy import EditPolicy
from modsvc.services.edit_words import EditWords
from modsvc.services.gather_facts import GatherFacts
from modsvc.services.index_comments import IndexComments
from modsvc.services.judge_late import JudgeLate
from modsvc.services.keep_article import KeepArticle
from modsvc.services.keep_views import KeepViews
from modsvc.services.learn_decisions import LearnDecisions, LikelyToReject
from modsvc.services.log_in import LogIn
from modsvc.services.manage_people import ManagePeople
from modsvc.services.passwords import Passwords
from modsvc.services.policies import Policies
from modsvc.services.prune import Prune
from modsvc.services.pseudonyms import Pseudonyms
from modsvc.services.read_decisions import ReadDecisions
from modsvc.services.read_figures import ReadFigures
from modsvc.services.release_range import ReleaseRange
from modsvc.services.report_comment import ReportComment
from modsvc.services.report_health import ReportHealth
from modsvc.services.review_case import ReviewCase
from modsvc.services.run_replays import RunReplays
from modsvc.services.sampling import Sampling
from modsvc.services.score_comment import ScoreComment
from modsvc.services.screen_comment import ScreenComment
from modsvc.services.search_comments import SearchComments
from modsvc.services.second_step import SecondStep
from modsvc.services.show_queue import ShowQueue
from modsvc.services.suggest_label import SuggestLabel
from modsvc.services.sum_hours import SumHours
from modsvc.services.throttle import Throttle
from modsvc.services.work_on_case import WorkOnCase
from modsvc.store.db import Database
from modsvc.store.writer import Writer

log = logging.getLogger(__name__)

# What is caught up with beside the requests takes half of the time that it could.
CATCHING_UP = 1.0
DEFAULT_POLICY = Path(__file__).parent / "policies" / "default.toml"


@dataclass(frozen=True, slots=True)
class Modsvc:
    """The service's parts, as blueprints reach them: `current_app.extensions["modsvc"]`."""

    db: Database
    writer: Writer
    now: Callable[[], datetime]
    authenticate: Authenticate
    screen_comment: ScreenComment
    score_comment: ScoreComment
    likely_to_reject: LikelyToReject
    suggest_label: SuggestLabel
    count_checks: CountChecks
    count_words: CountWords
    policies: Policies
    pseudonyms: Pseudonyms
    read_decisions: ReadDecisions
    read_figures: ReadFigures
    release_range: ReleaseRange
    decide_cases: DecideCases
    review_case: ReviewCase
    work_on_case: WorkOnCase
    show_queue: ShowQueue
    search_comments: SearchComments
    keep_views: KeepViews
    edit_policy: EditPolicy
    edit_words: EditWords
    keep_article: KeepArticle
    report_comment: ReportComment
    log_in: LogIn
    second_step: SecondStep
    account: Account
    manage_people: ManagePeople
    report_health: ReportHealth
    # What runs beside the requests, once it is started.
    background: tuple[Background, ...]

    def start(self) -> None:
        """Start what runs beside the requests; in each process that serves, and in no other."""
        for each in self.background:
            each.start()

    def close(self) -> None:
        """Finish what is in hand, and close what is open."""
        for each in self.background:
            each.stop()
        for gathered in (self.count_checks, self.count_words):
            with suppress(StoreError):
                gathered.keep()
        self.writer.close()
        self.db.close()


def create_app(
    settings: Settings,
    *,
    scorer: Scorer | None = None,
    again: Scorer | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Flask:
    """Build the WSGI application. The database must have been migrated; it is not opened yet.

    Parameters
    ----------
    scorer, again : Scorer or None
        In place of the model that the settings name: what judges before the answer, and what
        judges again with both stages.

    Raises
    ------
    PolicyInvalid, SettingsInvalid
        The policy or a setting cannot be used.
    """
    parts = open_parts(settings, scorer=scorer, again=again, now=now)
    app = frame(settings)
    app.extensions["modsvc"] = parts
    return app


def open_parts(
    settings: Settings,
    *,
    scorer: Scorer | None = None,
    again: Scorer | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Modsvc:
    """Open the service's parts and join them; the parameters are `create_app`'s.

    Raises
    ------
    PolicyInvalid, SettingsInvalid
        The policy or a setting cannot be used.
    """
    policy = open_policy(settings)
    stages = open_stages(settings) if scorer is None else Stages(scorer, again)
    db = Database(settings.database_url)
    writer = Writer(db)
    lexicon = stages.at_once.lexicon if stages.at_once else None
    policies = Policies(db=db, default=policy, lexicon=lexicon)
    learn = LearnDecisions(db=db, writer=writer, lexicon=lexicon, now=now)
    count_checks = CountChecks(db=db, writer=writer, now=now)
    run_replays = RunReplays(
        db=db, writer=writer, default=policy.document, scorer=stages.again or stages.at_once
    )
    count_words = CountWords(writer=writer, now=now)
    background = [
        Background(learn, name="learning"),
        Background(count_checks.keep, name="counts"),
        Background(count_words.keep, name="word_counts"),
        Background(IndexComments(db=db, writer=writer), name="indexing", rest=CATCHING_UP),
        Background(Prune(writer=writer, now=now), name="pruning"),
        Background(run_replays, name="replaying"),
        Background(SumHours(db=db, writer=writer, now=now), name="summing", rest=CATCHING_UP),
    ]
    if stages.again is not None:
        # Whatever is chosen now: something may be left from when `late` was.
        judge_late = JudgeLate(
            scorer=stages.again, policies=policies, db=db, writer=writer, now=now
        )
        background.append(Background(judge_late, name="late"))

    sampling = Sampling(db=db)
    decide_cases = DecideCases(writer=writer, policies=policies, sampling=sampling, now=now)
    score_comment = ScoreComment(scorer=stages.at_once, policies=policies)
    throttle = Throttle(db=db, now=now)
    passwords = Passwords(throttle=throttle, writer=writer)
    second_step = SecondStep(
        db=db, writer=writer, throttle=throttle, now=now, secret_key=settings.secret_key
    )
    log_in = LogIn(
        db=db,
        writer=writer,
        throttle=throttle,
        passwords=passwords,
        second_step=second_step,
        now=now,
    )
    return Modsvc(
        db=db,
        writer=writer,
        now=now,
        authenticate=Authenticate(db=db),
        screen_comment=ScreenComment(
            scorer=stages.at_once,
            policies=policies,
            gather=GatherFacts(db=db, now=now),
            sampling=sampling,
            count_words=count_words,
            writer=writer,
            now=now,
            # Without the encoder too: what is asked for now is judged when there is one.
            late=settings.encoder == LATE,
        ),
        score_comment=score_comment,
        likely_to_reject=LikelyToReject(db=db, lexicon=lexicon),
        suggest_label=SuggestLabel(score=score_comment, writer=writer, now=now),
        count_checks=count_checks,
        count_words=count_words,
        policies=policies,
        pseudonyms=Pseudonyms(db=db),
        read_decisions=ReadDecisions(db=db),
        read_figures=ReadFigures(db=db, now=now),
        release_range=ReleaseRange(db=db, writer=writer, decide=decide_cases, now=now),
        edit_policy=EditPolicy(
            db=db, writer=writer, policies=policies, scorer=stages.at_once, now=now
        ),
        edit_words=EditWords(db=db, writer=writer, policies=policies, lexicon=lexicon, now=now),
        keep_article=KeepArticle(db=db, writer=writer, now=now),
        report_comment=ReportComment(db=db, policies=policies, writer=writer, now=now),
        decide_cases=decide_cases,
        review_case=ReviewCase(db=db, writer=writer, policies=policies, lexicon=lexicon, now=now),
        show_queue=ShowQueue(db=db, writer=writer, policies=policies, now=now),
        search_comments=SearchComments(db=db),
        keep_views=KeepViews(db=db, writer=writer, now=now),
        work_on_case=WorkOnCase(db=db, writer=writer, now=now),
        log_in=log_in,
        second_step=second_step,
        account=Account(
            db=db, writer=writer, throttle=throttle, passwords=passwords, log_in=log_in, now=now
        ),
        manage_people=ManagePeople(
            db=db, writer=writer, passwords=passwords, log_in=log_in, now=now
        ),
        report_health=ReportHealth(
            db=db,
            policy=policy,
            stages=stages,
            encoder=settings.encoder or ALL,
        ),
        background=tuple(background),
    )


def frame(settings: Settings) -> Flask:
    """Build the application around the parts, which its requests find where Modsvc says."""
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
    headers.register(app)
    routes.register(app)
    protocols.register(app)
    web.register(app, settings)
    app.register_error_handler(Exception, answer_to)
    return app


def answer_to(error: Exception) -> ResponseReturnValue:
    """Answer any error as whoever asked reads it: in their protocol, as a problem, or as a page."""
    if (answer := protocols.answer_to(request.path, error)) is not None:
        return answer
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
        return read_policy(content.decode("utf-8-sig"), source=str(path))
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


def open_stages(settings: Settings) -> Stages:
    """Open the stages that the settings ask for, and say of each that is missing why it is.

    A service without its model is degraded, not down: rules still act and all else is held. One
    without its encoder decides by stage one, and every decision says that stage one took it.
    """
    try:
        linear = open_model(settings)
    except ModelInvalid as error:
        log.error("model.unavailable: %s", error)
        return Stages(None, problems=(str(error),))
    if settings.encoder == OFF:
        return Stages(linear)
    try:
        both = open_both(linear)
    except ModelInvalid as error:
        # What is not installed is missed only by those who asked for it; damage is damage.
        is_missed = settings.encoder is not None or not isinstance(error, EncoderUnavailable)
        log.log(logging.ERROR if is_missed else logging.INFO, "encoder.unavailable: %s", error)
        problem = str(error)
        return Stages(linear, encoder_problem=problem, problems=(problem,) if is_missed else ())
    return Stages(linear if settings.encoder == LATE else both, again=both)


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
