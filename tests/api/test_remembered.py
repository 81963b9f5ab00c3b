"""What is remembered of requests changes no byte of any answer, of any pack, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replaysandbox.answer import Loaded, answer, load
from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.device import DeviceRef
from replaysandbox.core.entries import Steer
from replaysandbox.core.exchange import Request, remembering
from replaysandbox.core.session import Session
from replaysandbox.exercise import exercise
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.operations.bending import told

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load_all(Settings(at=AT, homes=3, scenario="full-house"), AT).loaded


@pytest.fixture(scope="module")
def requests(loaded: Loaded) -> list[Request]:
    """All that `check` asks of all packs."""
    return list(dict.fromkeys(_asked(loaded)))


def _asked(loaded: Loaded) -> Iterator[Request]:
    for pack in loaded.packs.values():
        for each in exercise(loaded, pack, [AT], 2):
            yield each.ask.request


OFFSETS_S = [0.0, 0.001, 0.5, 3.0, 60.0, 3600.0, 40_000.0, 86_400.0]


def test_every_request_of_every_pack(loaded: Loaded, requests: list[Request]) -> None:
    session = Session()
    for request in requests:
        known = remembering(replace(request))
        for offset in OFFSETS_S[:4]:
            at = AT + timedelta(seconds=offset)
            assert answer(known, loaded, session, at) == answer(request, loaded, session, at), request.url
    assert len(requests) > 200


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_whatever_happens_in_between(loaded: Loaded, requests: list[Request], data: st.DataObject) -> None:
    request = data.draw(st.sampled_from([each for each in requests if each.method == "GET"]))
    writes = [each for each in requests if each.method not in ("GET", "HEAD")]
    known, session, at, at_work = remembering(replace(request)), Session(), AT, loaded
    for _ in range(8):
        at += timedelta(seconds=data.draw(st.sampled_from(OFFSETS_S)))
        match data.draw(st.sampled_from(["ask", "ask", "write", "steer", "reload"])):
            case "write":
                log = answer(data.draw(st.sampled_from(writes)), at_work, session, at).log
                session = session if log is None else Session(log=log)
            case "steer":
                family = data.draw(st.sampled_from(["battery", "vehicle", "hvac", "ev_charger"]))
                session = Session(log=_steered(at_work, session.log, family, at))
            case "reload":
                at_work = load(tuple(loaded.packs.values()), loaded.world)
        assert answer(known, at_work, session, at) == answer(request, at_work, session, at)


def _steered(loaded: Loaded, log: CommandLog, family: str, at: datetime) -> CommandLog:
    return told(loaded.world, log, Steer(log.count + 1, at, DeviceRef(family, 0), "offline"))
