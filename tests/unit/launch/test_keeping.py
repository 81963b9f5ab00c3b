from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from replaysandbox.core.clock import Clock, at_wall, moved
from replaysandbox.core.entries import Entry
from replaysandbox.core.errors import SandboxError
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.files.settings import Settings
from replaysandbox.launch.engine import Engine
from replaysandbox.launch.keeping import kept_engine
from tests.unit.worlds import AT, KEY, first

HEADERS = (*KEY, ("Content-Type", "application/json"))
PUSH = Request(
    "POST", "https", "api.amps.ai", 443, f"/battery/{first('battery')}", headers=HEADERS,
    body=b'{"action":{"command":"charge"}}',
)  # fmt: skip
ACTIONS = Request("GET", "https", "api.amps.ai", 443, "/actions", headers=KEY)


def settings(file: Path, **more: object) -> Settings:
    return Settings(pack=("amps",), seed=1, state=file, **more)  # type: ignore[arg-type]


def body(engine: Engine, request: Request, later: timedelta = timedelta()) -> bytes:
    reply = engine.answer(request, AT + later)
    assert isinstance(reply, Reply)
    assert reply.status in (200, 202)
    return reply.body


@pytest.mark.slow
def test_a_sandbox_goes_on_where_it_stood(tmp_path: Path) -> None:
    said: list[str] = []
    with kept_engine(settings(tmp_path / "s.db", at=AT), AT, said.append) as engine:
        body(engine, PUSH)
        engine.set_clock(engine.sessions["default"], moved(engine.sessions["default"].clock, AT, timedelta(hours=6)))
        before = [body(engine, request, timedelta(hours=1)) for request in (ACTIONS,)]
    with kept_engine(settings(tmp_path / "s.db"), AT + timedelta(minutes=30), said.append) as engine:
        assert at_wall(engine.sessions["default"].clock, AT) == AT + timedelta(hours=6)
        assert [body(engine, request, timedelta(hours=1)) for request in (ACTIONS,)] == before
    with kept_engine(settings(tmp_path / "s.db", fresh=True), AT, said.append) as engine:
        assert engine.sessions["default"].session.log.count == 0
    assert ["1 command:" in line for line in said] == [False, True, False]


@pytest.mark.slow
def test_at_and_pace_asked_for_win_over_the_kept_clock(tmp_path: Path) -> None:
    with kept_engine(settings(tmp_path / "s.db", at=AT), AT, print) as engine:
        body(engine, PUSH)
    asked = settings(tmp_path / "s.db", freeze=True, origins={"freeze": "--freeze"})
    with kept_engine(asked, AT + timedelta(hours=2), print) as engine:
        assert engine.sessions["default"].clock == Clock(AT + timedelta(hours=2), AT + timedelta(hours=2), 1.0, True)
    later = AT + timedelta(days=1)
    with kept_engine(settings(tmp_path / "s.db", at=later), AT, print) as engine:
        assert at_wall(engine.sessions["default"].clock, AT) == later


@pytest.mark.slow
def test_another_seed_is_refused(tmp_path: Path) -> None:
    with kept_engine(settings(tmp_path / "s.db"), AT, print):
        pass
    with (
        pytest.raises(SandboxError, match="--seed 1"),
        kept_engine(Settings(pack=("amps",), seed=2, state=tmp_path / "s.db"), AT, print),
    ):
        pass


class Full:
    """A disk that is full."""

    def told(self, session: str, entries: Sequence[Entry]) -> None:
        raise OSError(28, "No space left on device")

    def clocked(self, session: str, clock: Clock) -> None: ...

    def reset(self, session: str) -> None: ...


@pytest.mark.slow
def test_a_write_that_cannot_be_kept_has_not_happened(tmp_path: Path) -> None:
    with kept_engine(settings(tmp_path / "s.db"), AT, print) as engine:
        engine.keepers.insert(0, Full())
        reply = engine.answer(PUSH, AT)
        assert isinstance(reply, Reply)
        assert (reply.status, b"No space left" in reply.body) == (507, True)
        assert engine.sessions["default"].session.log.count == 0
        (kept,) = engine.sessions["default"].journal
        assert kept.outcome == reply


@pytest.mark.slow
def test_a_disk_that_is_full_at_the_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("database or disk is full")

    monkeypatch.setattr("replaysandbox.files.state.State.clocked", full)
    with (
        pytest.raises(SandboxError, match="cannot be written: database or disk is full"),
        kept_engine(settings(tmp_path / "s.db"), AT, lambda text: None),
    ):
        pytest.fail("it must not begin")
