"""Replays: how far each is, and what it found of a draft's effect on the newest comments."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from modsvc.store.drafts import DONE, FAILED, RUNNING, WAITING
from modsvc.web.charts import HEIGHT, WIDTH
from modsvc.web.policy import charts, naming
from modsvc.web.policy.blueprint import bp, edit, now
from modsvc.web.queue import MAX_ID

# While a replay runs its page comes again by itself; whoever does not want that can say so.
AGAIN_AFTER_S = 2
STATES = {
    WAITING: lazy_gettext("waiting"),
    RUNNING: lazy_gettext("running"),
    DONE: lazy_gettext("done"),
    FAILED: lazy_gettext("failed"),
}


@bp.get("/replays")
def show_replays() -> ResponseReturnValue:
    """List the newest replays."""
    return render_template("replays.html", replays=edit().replays(g.site), states=STATES, now=now())


@bp.get(f"/replays/<int(max={MAX_ID}):replay_id>")
def show_replay(replay_id: int) -> ResponseReturnValue:
    """Show a replay: what it found, or how far it is."""
    replay = edit().replay(g.site, replay_id)
    runs = replay.state in (WAITING, RUNNING)
    still = "still" in request.args
    page = render_template(
        "replay.html",
        replay=replay,
        runs=runs,
        still=still,
        now=now(),
        naming=naming,
        **(_found(replay.report) if replay.report else {}),
    )
    # By a header: it can be left out, and nothing in the page itself moves under its reader.
    return page, 200, {"Refresh": str(AGAIN_AFTER_S)} if runs and not still else {}


def _found(report: dict[str, Any]) -> dict[str, Any]:
    """Give what a report says, as the page shows it."""
    changed = [each for each in report["changes"] if each["from"] != each["to"]]
    codes = dict.fromkeys((*report["gained"], *report["lost"]))
    rules = [(code, report["gained"].get(code, 0), report["lost"].get(code, 0)) for code in codes]
    bars, busiest = charts.by_hour(report["held_an_hour"])
    examples = report["examples"]
    return {
        "report": report,
        "changed": sorted(changed, key=lambda each: -each["comments"]),
        "most": max((each["comments"] for each in changed), default=1),
        "rules": sorted(rules, key=lambda each: -(each[1] + each[2])),
        "queue": charts.queue(report["queue"]),
        "bars": bars,
        "busiest": busiest,
        "width": WIDTH,
        "height": HEIGHT,
        "found": edit().comments_at(g.site, [each["position"] for each in examples]),
    }
