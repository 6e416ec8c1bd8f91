"""Every figure, counted once more from all rows there are by the plainest Python."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modsvc.core.figures import BINS, SPANS
from modsvc.core.review import APPROVAL
from modsvc.services import sum_hours
from modsvc.services.read_figures import QUALITY_SPANS, ReadFigures
from modsvc.services.sum_hours import SumHours
from modsvc.store.db import Database
from modsvc.store.writer import Writer
from tests.histories import Desk, histories

numbers = count()


def reasons(decision: dict[str, Any]) -> list[str]:
    return [r["code"] for r in orjson.loads(decision["reasons"]) if r["action"] != "approve"]


def share(pairs: list[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for code, wrong in pairs:
        n, of = found.get(code, (0, 0))
        found[code] = n + wrong, of + 1
    return found


def test_the_dashboard_is_what_a_recount_gives(
    database: Database, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Enough to see that they stop being true, and not so much that it takes long.
    monkeypatch.setattr(sum_hours, "SUMMED", timedelta(hours=12))

    @given(histories, st.sampled_from((9, 24)))
    @settings(max_examples=3)
    def check(history: list[tuple[Any, ...]], together: int) -> None:
        desk = Desk(database, writer, f"s{next(numbers)}")
        sum_up = SumHours(db=database, writer=writer, now=desk.clock)
        # Some hours are summed up before what was done in them is undone, and some never.
        for start in range(0, len(history), together):
            desk.live(history[start : start + together])
            while sum_up.sum_one():
                pass
        now, tables = desk.clock(), desk.tables()

        for span in SPANS:
            told = ReadFigures(db=database, now=desk.clock).dashboard(desk.site, span)

            assert now - told.since >= SPANS[span].length
            recount_cases(told, tables["cases"], now)
            assert told.waiting.n_open == tables["open"][0]["n"]
            since = [d for d in tables["decisions"] if d["decided_at"] >= told.since]
            recount_decisions(told, since)

    check()


def recount_cases(told: Any, cases: list[dict[str, Any]], now: datetime) -> None:
    opened = [case for case in cases if case["closed_at"] is None]
    assert told.waiting.n_open == len(opened)
    assert told.waiting.n_late == sum(case["due_at"] < now for case in opened)
    assert told.waiting.oldest == min((case["opened_at"] for case in opened), default=None)
    start = told.since
    for point in told.depths:
        until = point.until if point is not told.depths[-1] else now + timedelta(seconds=1)
        there = [c for c in cases if c["opened_at"] < until]
        assert point.n_open == sum(not c["closed_at"] or c["closed_at"] >= until for c in there)
        assert point.opened == sum(c["opened_at"] >= start for c in there)
        assert point.closed == sum(start <= c["closed_at"] < until for c in there if c["closed_at"])
        start = point.until
    assert told.depths[-1].until == told.waits[-1].until == now
    closed = [c for c in cases if c["closed_at"] and c["closed_at"] >= told.since]
    held = [c for c in closed if c["kind"] == "held"]
    start = told.since
    for point in [*told.waits, told.all_waits]:
        last = point.until == now
        begun = told.since if point is told.all_waits else start
        here = [c for c in held if begun <= c["closed_at"] and (last or c["closed_at"] < point.until)]  # fmt: skip
        spans = sorted(c["closed_at"] - c["opened_at"] for c in here)
        assert point.n == len(here)
        assert point.late == sum(c["closed_at"] > c["due_at"] for c in here)
        if spans:
            seconds = [each.total_seconds() for each in spans]
            assert point.middle.total_seconds() == pytest.approx(statistics.median(seconds))
            assert sum(each <= point.most for each in spans) >= 0.9 * len(spans)
            assert sum(each < point.most for each in spans) < 0.9 * len(spans)
        start = point.until
    length = (now - told.since) // timedelta(hours=1)
    days = Counter((told.since + timedelta(hours=n)).hour for n in range(length + 1))
    for what, averages in (("opened_at", told.came), ("closed_at", told.went)):
        hours = Counter(c[what].hour for c in cases if c[what] and c[what] >= told.since)
        assert averages == pytest.approx([hours[hour] / days[hour] for hour in range(24)])


def recount_decisions(told: Any, decisions: list[dict[str, Any]]) -> None:
    assert told.decided == told.tally.n == len(decisions)
    assert told.tally.by == Counter((d["decided_by"], d["action"]) for d in decisions)
    machine = [d for d in decisions if d["decided_by"] == "policy"]
    others = [d for d in decisions if d["decided_by"] != "policy"]
    assert told.tally.stopped == Counter(code for d in machine for code in set(reasons(d)))
    assert told.tally.given == Counter(orjson.loads(d["reasons"])[0]["code"] for d in others)
    for label, bins in told.tally.scores.items():
        scores = [orjson.loads(d["scores"])[label] for d in machine]
        for n, number in enumerate(bins):
            low, high = n / BINS, (n + 1) / BINS if n < BINS - 1 else 2
            assert number == sum(low <= score < high for score in scores)


def test_the_quality_is_what_a_recount_gives(
    database: Database, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modsvc.core.agreement.ENOUGH", 1)

    @given(histories)
    @settings(max_examples=6)
    def check(history: list[tuple[Any, ...]]) -> None:
        desk = Desk(database, writer, f"q{next(numbers)}", share=0.9)
        desk.live(history)
        tables = desk.tables()

        for span in QUALITY_SPANS:
            told = ReadFigures(db=database, now=desk.clock).quality(desk.site, span)

            said = [o for o in tables["opinions"] if o["given_at"] >= told.since]
            said = [o for o in said if not was_undone(o["about"], tables["decisions"])]
            recount_opinions(told, said, tables)
            recount_holds(told, tables)

    check()


def was_undone(position: int, decisions: list[dict[str, Any]]) -> bool:
    (about,) = [d for d in decisions if d["position"] == position]
    later = [d for d in decisions if d["comment"] == about["comment"] and d["position"] > position]
    return bool(later) and "moderator.undone" in later[0]["reasons"]


def test_an_opinion_of_what_was_undone_counts_for_nothing(
    database: Database, writer: Writer
) -> None:
    desk = Desk(database, writer, "undone", share=1.0)
    desk.send("dubious")
    desk.decide(APPROVAL, 0, 0)
    desk.decide("moderator.spam", 0, 1)

    def told() -> tuple[int, int]:
        told = ReadFigures(db=database, now=desk.clock).quality(desk.site, "30d")
        return told.agreement.n, len(told.differing)

    assert told() == (1, 1)
    desk.undo(0)
    assert told() == (0, 0)


def recount_opinions(told: Any, said: list[dict[str, Any]], tables: Any) -> None:
    at = {d["position"]: d for d in tables["decisions"]}
    seconds = [o for o in said if o["kind"] == "second"]
    samples = [o for o in said if o["kind"] == "sample"]
    assert told.agreement.n == len(seconds)
    assert told.agreement.agreed == sum(o["about_action"] == o["action"] for o in seconds)
    assert sum(found.n for _, found in told.pairs) == len(seconds)
    for action, rate in (("approve", told.errors.approved), ("reject", told.errors.rejected)):
        about = [o for o in samples if o["about_action"] == action]
        assert (rate.count, rate.of) == (sum(o["action"] != action for o in about), len(about))
        by = {"approve": "approved", "reject": "rejected"}[action]
        parts = [getattr(errors, by) for _, errors in told.periods]
        assert sum(part.of for part in parts) == rate.of
        assert sum(part.count for part in parts) == rate.count
    rejected = [o for o in samples if o["about_action"] == "reject"]
    pairs = [(c, o["action"] == "approve") for o in rejected for c in set(reasons(at[o["about"]]))]
    assert {code: (r.count, r.of) for code, r in told.by_code} == share(pairs)
    waiting = [c for c in tables["cases"] if not c["closed_at"] and c["kind"] == "sample"]
    assert told.unsaid == len(waiting)
    recount_differing(told, [o for o in seconds if o["about_action"] != o["action"]], tables)


def recount_differing(told: Any, differ: list[dict[str, Any]], tables: Any) -> None:
    cases = {c["id"]: c for c in tables["cases"]}
    actions = {d["position"]: d["action"] for d in tables["decisions"]}
    undone = {a["id"] for a in tables["acts"] if a["undone_at"]}
    assert {each.case_id for each in told.differing} == {o["case"] for o in differ}
    for each in told.differing:
        mine = cases[each.case_id]
        later = [c for c in cases.values() if c["comment"] == mine["comment"] and c["id"] > mine["id"] and c["escalated_at"]]  # fmt: skip
        assert each.lead_case == (later[0]["id"] if later else None)
        if later and later[0]["closed_at"]:
            by = [t for t in tables["act_cases"] if t["case"] == later[0]["id"] and t["act"] not in undone]  # fmt: skip
            newest = max(by, key=lambda t: t["act"], default=None)
            assert each.lead_action == (newest and actions.get(newest["position"]))
        else:
            assert each.lead_action is None


def recount_holds(told: Any, tables: Any) -> None:
    at = {d["position"]: d for d in tables["decisions"]}
    cases = {c["id"]: c for c in tables["cases"]}
    newest: dict[int, str] = {}
    for act in sorted(tables["acts"], key=lambda a: (a["acted_at"], a["id"])):
        if act["undone_at"] or act["code"] == "moderator.released" or act["acted_at"] < told.since:
            continue
        for touched in [t for t in tables["act_cases"] if t["act"] == act["id"]]:
            case = cases[touched["case"]]
            if case["kind"] == "held" and touched["position"]:
                assert at[case["about"]]["decided_by"] == "policy"
                newest[case["about"]] = at[touched["position"]]["action"]
    approved = [about for about, action in newest.items() if action == "approve"]
    assert (told.holds.count, told.holds.of) == (len(approved), len(newest))
    pairs = [(c, a == "approve") for about, a in newest.items() for c in set(reasons(at[about]))]
    assert {code: (r.count, r.of) for code, r in told.holds_by_code} == share(pairs)


def test_of_too_many_decisions_every_so_manieth_is_looked_at(
    database: Database, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(database, writer, "many", share=0.0)
    for _ in range(25):
        desk.send("goodly")
        desk.send("dreadful")
    monkeypatch.setattr(sum_hours, "MOST", 10)

    told = ReadFigures(db=database, now=desk.clock).dashboard("many", "24h")

    assert (told.decided, told.looked_at) == (50, 10)
    assert told.tally.by == {("policy", "approve"): 25, ("policy", "reject"): 25}


def test_figures_are_kept_for_half_a_minute(database: Database, writer: Writer) -> None:
    desk = Desk(database, writer, "kept", share=0.0)
    figures = ReadFigures(db=database, now=desk.clock)
    assert figures.dashboard("kept", "24h").waiting.n_open == 0
    desk.send("dubious")

    assert figures.dashboard("kept", "24h").waiting.n_open == 0
    assert figures.dashboard("kept", "7d").waiting.n_open == 1
    desk.clock.advance(timedelta(seconds=30))
    assert figures.dashboard("kept", "24h").waiting.n_open == 1


def test_a_new_site_has_figures_of_nothing(database: Database, writer: Writer) -> None:
    desk = Desk(database, writer, "new")
    figures = ReadFigures(db=database, now=desk.clock)

    told, about = figures.dashboard("new", "30d"), figures.quality("new", "90d")

    assert (told.waiting.n_open, told.decided, told.all_waits.n) == (0, 0, 0)
    assert (about.agreement.kappa, about.errors.approved.share) == (None, None)
