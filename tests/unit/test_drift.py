"""Verdicts and what is noted; that each planted change is found is shown over a socket, in tests/live/test_drift.py."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from replaysandbox.answer import Loaded, answer
from replaysandbox.conformance import Seen
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.finding import Place, Report
from replaysandbox.core.session import Session
from replaysandbox.drift import DriftCheck
from replaysandbox.drifting.stand_in import StandIn
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all

pytestmark = pytest.mark.slow

START = datetime(2026, 6, 1, tzinfo=UTC)
KEY = (("x-api-key", "sk_test_demo"),)


@cache
def world(seed: int) -> Loaded:
    return load_all(Settings(pack=("amps",), seed=seed, homes=2), START).loaded


@cache
def live() -> tuple[tuple[Seen, datetime], ...]:
    """Play the live API for some hours: another fleet than the sandbox's own."""
    loaded, played = world(1234), []
    host = loaded.packs["amps"].hosts[0]
    for hour in range(12):
        at = START + timedelta(hours=hour)
        for path in ("/battery", "/vehicle"):
            reply = answer(Request("GET", "https", host, 443, path, "", KEY), loaded, Session(), at).outcome
            assert isinstance(reply, Reply)
            played.append((Seen("GET", host, path, "", KEY, b"", 200, reply.headers, reply.body), at))
    return tuple(played)


def check() -> DriftCheck:
    return DriftCheck(world(7).checkers, StandIn(world(7)))


def verdicts(report: Report) -> dict[str, str]:
    return {each.operation: each.verdict for each in report.verdicts if each.exchanges}


def as_text(seen: Seen) -> Seen:
    """Give the charge level as a text, where there is one."""
    body = json.loads(seen.body)
    for item in body["data"]["items"]:
        if "level" in item["state"]:
            item["state"]["level"] = str(item["state"]["level"])
    return replace(seen, body=json.dumps(body).encode())


def test_live_moved_is_said_only_where_an_older_capture_conformed() -> None:
    for conforming in (True, False):
        drift = check()
        for seen, at in live():
            drift.take_old(seen if conforming else as_text(seen), at)
            drift.take(as_text(seen), Place(), at)
        told = verdicts(drift.report())
        assert told["listBatteries"] == ("live moved" if conforming else "live differs from contract")
        assert told["listVehicles"] == "agree"


def without_cache_type(seen: Seen) -> Seen:
    return replace(seen, body=re.sub(rb',"cacheType":"[a-z]+"', b"", seen.body))


def test_the_sandbox_is_wrong_where_live_keeps_the_contract_and_differs() -> None:
    drift = check()
    for seen, at in live():
        drift.take(without_cache_type(seen), Place(), at)
    assert set(verdicts(drift.report()).values()) == {"sandbox wrong"}


def without(seen: Seen, *ways: str) -> Seen:
    """Leave fields of every item out."""
    body = json.loads(seen.body)
    for item in body["data"]["items"]:
        for way in ways:
            *above, name = way.split("/")
            holder = item
            for each in above:
                holder = holder[each]
            holder.pop(name, None)
    return replace(seen, body=json.dumps(body).encode())


def test_a_field_that_the_contract_lets_be_left_out_is_risky_and_one_that_it_requires_breaks() -> None:
    for field, grade in (("metadata/cacheType", "risky"), ("state/level", "breaking")):
        drift = check()
        for seen, at in live():
            if seen.path == "/battery":
                drift.take(without(seen, field), Place(), at)
        (found,) = drift.report().findings
        assert found.grade == grade
        assert ("the contract lets it be left out" in found.reason) is (grade == "risky")


def test_what_is_new_and_harms_nobody_is_no_disagreement() -> None:
    drift = check()
    for seen, at in live():
        drift.take(replace(seen, body=seen.body.replace(b',"vendor":"', b',"oem":"x","vendor":"')), Place(), at)
    report = drift.report()
    assert {each.grade for each in report.findings} == {"harmless"}
    assert set(verdicts(report).values()) == {"agree"}


def test_what_requests_break_is_told_only_where_it_is_asked_for_and_judges_no_operation() -> None:
    for asked in (False, True):
        drift = DriftCheck(world(7).checkers, StandIn(world(7)), requests=asked)
        seen, at = live()[0]
        drift.take(replace(seen, query="limit=many"), Place(), at)
        report = drift.report()
        assert any(each.rule == "request" for each in report.findings) is asked


def test_what_no_pack_covers_is_counted() -> None:
    drift = check()
    seen, at = live()[0]
    drift.take(replace(seen, host="elsewhere.example"), Place(), at)
    assert drift.report().notes == ("1 exchange that no pack covers with both contract and route",)


def test_the_sandboxs_clock_may_be_another() -> None:
    drift = check()
    for seen, at in live():
        drift.take(seen, Place(), at, at + timedelta(days=400))
    assert drift.report().findings == ()
