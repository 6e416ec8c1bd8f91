"""Release by range: choose scores of a label, look at a random sample, release all at once.

What was chosen and found so far stands in the address: a page can be loaded again and gone back to.
What it was drawn from is kept, and nothing else is released.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import BadRequest

from modsvc.core.labels import LABELS
from modsvc.core.releasing import LEAST, SIZES
from modsvc.core.review import REJECTIONS
from modsvc.core.severity import is_severe
from modsvc.errors import Conflict
from modsvc.services.decide_cases import MOST_TOGETHER, Seen
from modsvc.services.release_range import MOST, ReleaseRange
from modsvc.store.ranges import Range
from modsvc.web import exposure
from modsvc.web.charts import WIDTH, nice
from modsvc.web.desk import saying
from modsvc.web.desk.looked import BAD, FINE, address, chosen_range, chosen_size, looked_at, whole
from modsvc.web.errors import sentence
from modsvc.web.language import translated
from modsvc.web.masks import masks
from modsvc.web.policy import naming
from modsvc.web.queue import MAX_ID
from modsvc.web.visitors import for_leads

# What is offered to begin with: scores that are low and were held all the same.
USUAL = {"label": "toxicity", "low": "0.05", "high": "0.10", "size": str(SIZES[1])}

bp = Blueprint("release", __name__)
for_leads(bp)


@bp.get("/release")
def show() -> ResponseReturnValue:
    """Show the choice of a range; the next comment of one that was chosen; or what all say."""
    if "seed" not in request.args:
        return _choice({**USUAL, **request.args})
    looked = looked_at(request.args)
    state = _service().state(g.site, g.visitor.id, looked)
    if state.following is not None:
        rules = current_app.extensions["modsvc"].policies.of(g.site).policy.queue
        exposure.note(state.following.case_id, is_severe=is_severe(state.following.reasons, rules))
    edge = min(1.0, nice(max(1.25 * state.finding.share, 0.01))) if state.finding.seen else 1.0
    return render_template(
        "release_look.html" if state.following else "release_found.html",
        looked=looked,
        state=state,
        found=state.finding,
        address=address(looked),
        names=naming.LABEL_NAMES,
        name_of=naming.name_of,
        saying=saying,
        rejections=REJECTIONS,
        least=LEAST,
        step=MOST_TOGETHER,
        now=current_app.extensions["modsvc"].now(),
        width=WIDTH,
        edge=edge,
        more=[
            (size, address(replace(looked, size=size)))
            for size in _more(looked.size, state.finding.n)
        ],
        masks=masks(),
    )


@bp.post("/release")
def begin() -> ResponseReturnValue:
    """Begin to look at the range that was chosen."""
    form = request.form
    try:
        wanted, size = chosen_range(form), chosen_size(form)
    except BadRequest as error:
        return _choice({**USUAL, **form}, str(error.description)), 422
    looked, is_whole = _service().begin(g.site, g.visitor.id, wanted, size)
    if not is_whole:
        problem = _(
            "More than %(most)s cases are in this range. Choose a narrower one.",
            most=saying.count(MOST),
        )
        return _choice({**USUAL, **form}, problem), 422
    if not looked.began_with:
        problem = _("No case that could be released is in this range.")
        return _choice({**USUAL, **form}, problem), 422
    return redirect(url_for("release.show", **address(looked)), 303)


@bp.post("/release/judge")
def judge() -> ResponseReturnValue:
    """Note what was thought of a comment, reject it if that was asked for, and go on."""
    looked, said = looked_at(request.form), request.form.get("said", "")
    case_id, revision = _number("case"), _number("revision")
    if case_id in looked.seen:
        return redirect(url_for("release.show", **address(looked)), 303)
    shown = _service().state(g.site, g.visitor.id, looked).following
    if shown is None or (shown.case_id, shown.revision) != (case_id, revision):
        flash(
            _(
                "Case %(case)s was decided, taken or edited meanwhile. What you said of it does "
                "not count, and it is not released: here is what comes in its place.",
                case=case_id,
            )
        )
        return redirect(url_for("release.show", **address(looked)), 303)
    if said in REJECTIONS:
        decide = current_app.extensions["modsvc"].decide_cases
        try:
            decide.one(g.site, g.visitor.id, Seen(case_id, revision), said, is_lead=True)
        except Conflict as error:
            why = translated(error.args[0])
            flash(_("Case %(case)s was not rejected: %(why)s.", case=case_id, why=why))
            return redirect(url_for("release.show", **address(looked)), 303)
        flash(_("Case %(case)s: the comment was rejected.", case=case_id))
    elif said not in (FINE, BAD):
        raise BadRequest(_("Say whether the comment is fine or bad."))
    looked = (
        replace(looked, fine=(*looked.fine, case_id))
        if said == FINE
        else replace(looked, bad=(*looked.bad, case_id))
    )
    return redirect(url_for("release.show", **address(looked)), 303)


@bp.post("/release/all")
def release() -> ResponseReturnValue:
    """Release the first cases of a range, once enough were looked at."""
    looked = looked_at(request.form)
    try:
        done = _service().release(g.site, g.visitor.id, looked, _number("count"))
    except Conflict as error:
        flash(sentence(error))
        return redirect(url_for("release.show", **address(looked)), 303)
    if done is None:
        flash(_("Too few were looked at; nothing was released."))
        return redirect(url_for("release.show", **address(looked)), 303)
    if done.act_id is None:
        flash(_("Nothing was left to release: others decided it meanwhile."))
        return redirect(url_for("release.show"), 303)
    return redirect(url_for("release.show_act", act_id=done.act_id), 303)


ACT = f"/release/acts/<int(max={MAX_ID}):act_id>"


@bp.get(ACT)
def show_act(act_id: int) -> ResponseReturnValue:
    """Show a release: how far it is, and what it rests on."""
    act = _service().act(g.site, act_id)
    undone_until = request.args.get("undone", "")
    return render_template(
        "release_act.html",
        act=act,
        of=Range(**act.detail["range"]),
        mine=act.moderator == g.visitor.id,
        left=0 if act.undone_at else _service().left(g.site, act),
        undone_until=whole(undone_until or "0"),
        step=MOST_TOGETHER,
        saying=saying,
        name_of=naming.name_of,
        now=current_app.extensions["modsvc"].now(),
    )


@bp.post(f"{ACT}/more")
def go_on(act_id: int) -> ResponseReturnValue:
    """Release more of it."""
    done = _service().go_on(g.site, g.visitor.id, act_id)
    if not done.decided:
        flash(_("No more of them can be released."))
    return redirect(url_for("release.show_act", act_id=act_id), 303)


@bp.post(f"{ACT}/undo")
def undo(act_id: int) -> ResponseReturnValue:
    """Put its cases back into the queue, a step of them at a time."""
    act = _service().act(g.site, act_id)
    after = _number("after")
    done = current_app.extensions["modsvc"].decide_cases.undo(
        g.site, g.visitor.id, act.id, after=after, at_most=MOST_TOGETHER
    )
    if done.refused:
        flash(
            ngettext(
                "%(num)s was decided anew since and left so.",
                "%(num)s were decided anew since and left so.",
                len(done.refused),
            )
        )
    is_over = _service().act(g.site, act_id).undone_at is not None
    last = None if is_over else max([after, *done.decided, *done.refused])
    return redirect(url_for("release.show_act", act_id=act_id, undone=last), 303)


def _service() -> ReleaseRange:
    service: ReleaseRange = current_app.extensions["modsvc"].release_range
    return service


def _more(size: int, n: int) -> list[int]:
    """Give the sizes that would show more of `n` cases, up to one that shows all."""
    return [more for more, less in zip(SIZES[1:], SIZES, strict=False) if size <= less < n]


def _choice(chosen: Mapping[str, str], problem: str = "") -> str:
    bands = current_app.extensions["modsvc"].policies.of(g.site).policy.bands
    return render_template(
        "release.html",
        chosen=chosen,
        problem=problem,
        labels={label: naming.name_of(label) for label in LABELS},
        reasons={code: naming.name_of(code) for code in bands},
        sections=_service().sections(g.site),
        sizes=SIZES,
    )


def _number(name: str) -> int:
    return whole(request.form.get(name, ""))
