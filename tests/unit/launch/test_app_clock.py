from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replaysandbox.core.clock import Clock
from replaysandbox.launch.app_clock import _sweep, find_library, setting, variables, why_not

WALL = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT = datetime(2026, 6, 1, 12, 0, 0, 750_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "written"),
    [
        (Clock(WALL, WALL), "+0.000"),
        (Clock(WALL, WALL + timedelta(days=1, milliseconds=250)), "+86400.250"),
        (Clock(WALL, WALL - timedelta(days=1)), "-86400.000"),
        (Clock(WALL - timedelta(seconds=10), WALL, speed=60.0), "+600.000"),
        (Clock(WALL, AT, frozen=True), str(int(AT.timestamp()))),
    ],
)
def test_a_clock_is_written_as_libfaketime_reads_it(clock: Clock, written: str) -> None:
    assert setting(clock, WALL) == written


def test_what_the_user_loads_beforehand_stays() -> None:
    library, file = Path("/lib/f.so"), Path("/run/1.clock")
    assert variables(library, file, {"LD_PRELOAD": "/own.so"})["LD_PRELOAD"] == "/own.so:/lib/f.so"
    assert variables(library, file, {})["LD_PRELOAD"] == "/lib/f.so"


def test_the_library_is_found_where_systems_put_it(tmp_path: Path) -> None:
    assert find_library(tmp_path) is None
    place = tmp_path / "usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
    place.parent.mkdir(parents=True)
    place.touch()
    assert find_library(tmp_path) == place


def _program(folder: Path, loader: bytes | None, mode: int = 0o755) -> str:
    """Make the beginning of a program: one part, which names a loader or is none of our business."""
    kind = 3 if loader is not None else 1
    text = loader or b""
    part = b"".join(
        number.to_bytes(size, "little")
        for number, size in ((kind, 4), (0, 4), (120, 8), (0, 8), (0, 8), (len(text), 8))
    )
    head = b"\x7fELF\x02\x01" + bytes(26) + (64).to_bytes(8, "little") + bytes(14)
    head += (56).to_bytes(2, "little") + (1).to_bytes(2, "little") + bytes(6)
    file = folder / "program"
    file.write_bytes((head + part).ljust(120, b"\0") + text + bytes(64))
    file.chmod(mode)
    return str(file)


def test_programs_that_cannot_follow_are_known(tmp_path: Path) -> None:
    assert "static program" in why_not(_program(tmp_path, None), "")
    assert "not for glibc" in why_not(_program(tmp_path, b"/lib/ld-musl-x86_64.so.1\0"), "")
    assert "setuid" in why_not(_program(tmp_path, b"/lib64/ld-linux-x86-64.so.2\0", 0o4755), "")
    assert why_not(_program(tmp_path, b"/lib64/ld-linux-x86-64.so.2\0"), "") == ""


def test_others_are_given_the_benefit_of_the_doubt(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    assert why_not(str(script), "") == ""
    assert why_not("no-such-program", "") == ""
    assert why_not(sys.executable, "") == ""


def test_only_what_the_dead_of_this_run_left_behind_is_taken_away(tmp_path: Path) -> None:
    names = (f"faketime_shm_{os.getpid()}", "faketime_shm_4194999", "sem.faketime_sem_4194999", "other_4194999")
    for name in (*names, "faketime_shm_4194998"):
        (tmp_path / name).touch()
    os.utime(tmp_path / "faketime_shm_4194998", (1, 1))
    _sweep(1_000.0, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {names[0], names[3], "faketime_shm_4194998"}
