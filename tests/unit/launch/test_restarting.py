from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replaysandbox.core.beginning import Beginning
from replaysandbox.core.capture import CaptureHeader, Recorded, RecordedRequest, RecordedResponse
from replaysandbox.core.errors import SandboxError
from replaysandbox.core.exchange import Forward, Outcome, Reply, Request
from replaysandbox.files.capture_line import exchange_line, header_line
from replaysandbox.files.captures import open_capture
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.recording import Recording
from replaysandbox.launch.restarting import Restarting, Sources, restarting
from tests.unit.worlds import AT

pytestmark = pytest.mark.slow  # an engine takes a quarter of a second to load

LATER = AT + timedelta(hours=3)
KEY = (("x-api-key", "sk_test_demo"),)


@pytest.fixture
def engine() -> Engine:
    return Engine.load(Settings(), AT)


@pytest.fixture
def simulating(engine: Engine, tmp_path: Path) -> Iterator[Restarting]:
    with restarting(engine, Sources(), AT, lambda text: None, tmp_path) as made:
        yield made


@pytest.fixture
def recording(engine: Engine, tmp_path: Path) -> Iterator[Restarting]:
    with restarting(engine, Sources(tmp_path / "first.capture"), AT, lambda text: None, tmp_path) as made:
        yield made


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    file = tmp_path / "one.capture"
    request = RecordedRequest("GET", "https", "metering.example", 443, "/power", "", (), b"")
    recorded = Recorded(AT, request, RecordedResponse(200, (), b"12"))
    file.write_bytes(header_line(CaptureHeader(AT, "record", (), (), "")) + exchange_line(recorded))
    return file


def _asked(engine: Engine, path: str = "/battery", host: str = "api.amps.ai", session: str = "") -> Outcome:
    headers = (*KEY, ("X-Sandbox-Session", session)) if session else KEY
    return engine.answer(Request("GET", "https", host, 443, path, headers=headers), LATER)


def test_every_session_is_back_at_its_start(engine: Engine, simulating: Restarting) -> None:
    _asked(engine)
    _asked(engine, session="other")
    engine.restart(Beginning(), LATER)
    assert {name: len(each.journal) for name, each in engine.sessions.items()} == {"default": 0}
    assert engine.sessions["default"].clock.at == LATER, "a sandbox without --at starts at the wall's instant"


def test_scenario_and_instant_hold_until_the_next(engine: Engine, simulating: Restarting) -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    engine.restart(Beginning(scenario="winter", at=noon), LATER)
    assert (engine.loaded.world.scenario.name, engine.sessions["default"].clock.at) == ("winter", noon)
    assert engine.settings.scenario == "winter"
    engine.restart(Beginning(), LATER)
    assert (engine.loaded.world.scenario.name, engine.sessions["default"].clock.at) == ("default", LATER)


def test_a_capture_is_replayed_until_the_next(engine: Engine, simulating: Restarting, capture: Path) -> None:
    for _ in range(2):  # the second time its turns begin anew
        engine.restart(Beginning(mode="replay", capture=str(capture)), LATER)
        assert (engine.mode, engine.owns("metering.example")) == ("replay", True)
        answer = _asked(engine, "/power", "metering.example")
        assert isinstance(answer, Reply)
        assert (answer.body, answer.verdict) == (b"12", "replay")
    engine.restart(Beginning(), LATER)
    assert (engine.mode, engine.owns("metering.example"), _asked(engine).verdict) == ("simulate", False, "simulate")


def test_what_was_not_started_to_reach_out_never_does(engine: Engine, simulating: Restarting, capture: Path) -> None:
    for beginning in (
        Beginning(mode="record", capture=str(capture)),
        Beginning(mode="replay", capture=str(capture), on_miss="record"),
        Beginning(on_miss="forward"),
    ):
        with pytest.raises(SandboxError, match="not started to let calls go on to live hosts"):
            engine.restart(beginning, LATER)
        assert not engine.reaches_out


def test_a_recorder_simulates_where_asked(engine: Engine, recording: Restarting) -> None:
    assert isinstance(_asked(engine), Forward)
    engine.restart(Beginning(mode="simulate"), LATER)
    assert (_asked(engine).verdict, recording.keeper, engine.reaches_out) == ("simulate", None, False)
    assert next(iter(engine.sessions["default"].journal)).request.headers == KEY, "nothing secret can pass here"


def test_a_recorder_changes_its_capture(engine: Engine, recording: Restarting, tmp_path: Path) -> None:
    file = tmp_path / "second.capture"
    request = RecordedRequest("GET", "https", "api.amps.ai", 443, "/battery", "", (), b"")
    for _ in range(2):  # the second time it is gone on with
        engine.restart(Beginning(mode="record", capture=str(file)), LATER)
        recording.keep(Recorded(AT, request, RecordedResponse(200, (), b"{}")))
    engine.restart(Beginning(mode="simulate"), LATER)
    recording.keep(Recorded(AT, request, RecordedResponse(200, (), b"{}")))
    assert recording.body(()) is None
    with open_capture(file) as found, open_capture(tmp_path / "first.capture") as first:
        assert (len(found), len(first)) == (2, 0)


def test_misses_of_a_replay_are_recorded_behind_it(engine: Engine, recording: Restarting, tmp_path: Path) -> None:
    file = tmp_path / "more.capture"
    engine.restart(Beginning(mode="record", capture=str(file)), LATER)
    engine.restart(Beginning(mode="replay", capture=str(file), on_miss="record"), LATER)
    assert isinstance(_asked(engine), Forward)
    assert isinstance(recording.keeper, Recording)
    assert recording.keeper.path == file


@pytest.mark.parametrize(
    ("beginning", "said"),
    [
        (Beginning(scenario="wintr"), "did you mean 'winter'"),
        (Beginning(mode="compare"), "cannot begin anew in mode compare"),
        (Beginning(mode="simulate", capture="/x"), "mode simulate takes no capture"),
        (Beginning(mode="replay"), "needs the absolute path of a capture"),
        (Beginning(mode="replay", capture="x.capture"), "not 'x.capture'"),
    ],
)
def test_what_cannot_be_changes_nothing(
    engine: Engine, simulating: Restarting, beginning: Beginning, said: str
) -> None:
    _asked(engine)
    with pytest.raises(SandboxError, match=said):
        engine.restart(beginning, LATER)
    assert len(engine.sessions["default"].journal) == 1


def test_a_capture_that_is_not_there_leaves_a_sandbox_that_simulates(
    engine: Engine, recording: Restarting, tmp_path: Path
) -> None:
    with pytest.raises(SandboxError, match=r"gone\.capture"):
        engine.restart(Beginning(mode="replay", capture=str(tmp_path / "gone.capture")), LATER)
    assert (engine.mode, _asked(engine).verdict) == ("simulate", "simulate")


def test_packs_that_load_meanwhile_do_not_bring_the_old_world_back(engine: Engine, simulating: Restarting) -> None:
    async def both() -> None:
        reload = asyncio.create_task(engine.reload())
        await asyncio.sleep(0.01)  # a thread is loading them, for the scenario that is going
        simulating.restart(Beginning(scenario="winter"), LATER)
        await reload

    before = engine.loaded
    asyncio.run(both())
    assert engine.loaded.world.scenario.name == "winter"
    assert engine.loaded.packs["amps"] is not before.packs["amps"]


def test_what_cannot_be_kept_leaves_all_as_it_was(
    engine: Engine, simulating: Restarting, capture: Path, tmp_path: Path
) -> None:
    class Full:
        def told(self, session: str, entries: object) -> None:
            """Take it."""

        def clocked(self, session: str, clock: object) -> None:
            """Take it."""

        def reset(self, session: str) -> None:
            raise OSError("database or disk is full")

    simulating.restart(Beginning(mode="replay", capture=str(capture)), LATER)
    before = (engine.settings, engine.loaded, engine.mode, engine.replaying, engine.sessions["default"])
    engine.keepers.append(Full())
    with pytest.raises(OSError, match="full"):
        simulating.restart(Beginning(scenario="winter", mode="simulate"), LATER)
    assert (engine.settings, engine.loaded, engine.mode, engine.replaying, engine.sessions["default"]) == before
    outcome = _asked(engine, "/power", "metering.example")
    assert isinstance(outcome, Reply)
    assert outcome.body == b"12"
    engine.keepers.clear()
