import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from replaysandbox.core.clock import Clock
from replaysandbox.core.entries import Cancelled, Entry, Pushed, Steer
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.state import State, WorldFacts
from tests.unit.core.actions import AT, BATTERY, make_action
from tests.unit.worlds import amps

FACTS = WorldFacts(1, "default", AT, "")
ENTRIES: list[Entry] = [Pushed(make_action(1)), Cancelled(AT, (1,)), Steer(2, AT, BATTERY, "offline")]


def opened(file: Path, **more: bool) -> State:
    state = State.open(file, **more)
    state.belongs(amps().world, FACTS)
    return state


def problem(error: pytest.ExceptionInfo[SandboxError]) -> str:
    (found,) = error.value.problems
    assert found.key == "--state"
    assert found.hint
    return found.reason


def test_what_was_told_is_there_again(tmp_path: Path) -> None:
    file, clock = tmp_path / "s.db", Clock(AT, AT, 60.0, frozen=True, shift_ms=-7)
    state = opened(file)
    state.told("default", ENTRIES[:2])
    state.told("other", ENTRIES[2:])
    state.clocked("default", clock)
    state.delivered("default", "d1", {"attempts": 1})
    state.delivered("default", "d1", {"attempts": 2})
    state.close()
    again = opened(file)
    assert again.entries(amps().world) == {"default": ENTRIES[:2], "other": ENTRIES[2:]}
    assert again.clocks() == {"default": clock}
    assert again.deliveries(9) == [("default", {"attempts": 2})]
    again.reset("default")
    assert again.entries(amps().world) == {"other": ENTRIES[2:]}
    assert (again.clocks(), again.deliveries(9)) == ({}, [])
    again.close()
    emptied = opened(file, fresh=True)
    assert emptied.entries(amps().world) == {}
    emptied.close()


def test_it_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        state = opened(tmp_path / "s.db")
        state.told("default", ENTRIES)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        state.close()
    finally:
        os.umask(before)
    assert modes
    assert set(modes.values()) == {0o600}


@pytest.mark.slow
def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    state = opened(tmp_path / "s.db")
    with pytest.raises(SandboxError) as error:
        State.open(tmp_path / "s.db")
    assert "in use by another sandbox" in problem(error)
    state.close()
    opened(tmp_path / "s.db").close()


@pytest.mark.parametrize("other", [{"seed": 2}, {"scenario": "winter"}, {"hour": "--world-at 12:00"}])
def test_another_world_is_refused(tmp_path: Path, other: dict[str, object]) -> None:
    state = opened(tmp_path / "s.db")
    with pytest.raises(SandboxError) as error:
        state.belongs(amps().world, replace(FACTS, **other))  # type: ignore[arg-type]
    assert problem(error) == "was kept by a sandbox with --seed 1 --scenario default"
    state.close()


def test_what_is_no_state_file_is_refused_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("dear diary, " * 100)
    with pytest.raises(SandboxError) as error:
        State.open(file)
    assert "is no state file" in problem(error)
    assert file.read_text().startswith("dear diary")
    with pytest.raises(SandboxError) as error:
        State.open(tmp_path / "nowhere" / "s.db")
    assert "cannot be opened" in problem(error)


@pytest.mark.parametrize("fresh", [False, True])
def test_the_database_of_another_program_is_refused_and_stays(tmp_path: Path, fresh: bool) -> None:
    file = tmp_path / "theirs.db"
    theirs = sqlite3.connect(file)
    theirs.execute("CREATE TABLE sessions (token TEXT)")
    theirs.execute("INSERT INTO sessions VALUES ('somebody''s login')")
    theirs.commit()
    theirs.close()
    before = file.read_bytes()
    with pytest.raises(SandboxError) as error:
        State.open(file, fresh=fresh)
    assert problem(error) == "is the database of another program: it has the table sessions"
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.db"]


def test_another_version_and_a_broken_entry_are_told(tmp_path: Path) -> None:
    opened(tmp_path / "s.db").close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("INSERT INTO entries (session, entry) VALUES ('default', '{\"kind\":\"dance\"}')")
    connection.close()
    state = opened(tmp_path / "s.db")
    with pytest.raises(SandboxError) as error:
        state.entries(amps().world)
    assert "entry 1 cannot be used" in problem(error)
    state.close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("UPDATE about SET value = '99' WHERE name = 'version'")
    connection.close()
    with pytest.raises(SandboxError) as error:
        State.open(tmp_path / "s.db")
    assert "format version 99" in problem(error)


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    state = opened(tmp_path / "s.db")
    state.close()
    with pytest.raises(OSError, match=r"s\.db"):
        state.told("default", ENTRIES)


def test_of_deliveries_that_are_over_the_newest_are_kept(tmp_path: Path) -> None:
    state = opened(tmp_path / "s.db")
    for number in range(10):
        state.delivered("default", f"d{number}", {"id": number, "state": "waiting" if number == 2 else "delivered"})
    state.delivered("default", "d1", {"id": 1, "state": "failed"})
    assert [each["id"] for _, each in state.deliveries(3)] == [2, 7, 8, 9]
    state.close()
    again = opened(tmp_path / "s.db")
    assert [each["id"] for _, each in again.deliveries(9)] == [2, 7, 8, 9]
    again.close()
