from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

from replaysandbox.launch.watch import reloaded, stamps


class Packs:
    """Counts how often it is loaded again; broken while `problems` is set."""

    def __init__(self) -> None:
        self.problems: tuple[str, ...] = ()
        self.loads = 0

    async def reload(self, still: Callable[[], bool]) -> None:
        self.loads += 1


class Bug(Packs):
    async def reload(self, still: Callable[[], bool]) -> None:
        raise KeyError("oops")


def test_it_tells_what_came_of_it() -> None:
    packs = Packs()
    assert asyncio.run(reloaded(packs)) == "packs changed and were loaded again"
    packs.problems = ("pack.yaml:3: is wrong",)
    assert asyncio.run(reloaded(packs)).splitlines() == [
        "packs changed, but are broken; the old ones stay:",
        "pack.yaml:3: is wrong",
    ]
    assert "bug of ours" in asyncio.run(reloaded(Bug()))


def test_stamps_tell_when_a_file_that_matters_was_written(tmp_path: Path) -> None:
    inner = tmp_path / "amps" / "templates"
    inner.mkdir(parents=True)
    for name in ("pack.yaml", "notes.txt", "templates/one.json.j2"):
        (tmp_path / "amps" / name).write_text("x", "utf-8")
    before = stamps([tmp_path, tmp_path / "nowhere"])
    assert {file.name for file in before} == {"pack.yaml", "one.json.j2"}
    os.utime(inner / "one.json.j2", ns=(1, 1))
    assert stamps([tmp_path])[inner / "one.json.j2"] == 1
    (tmp_path / "amps" / "pack.yaml").unlink()
    assert set(stamps([tmp_path])) == {inner / "one.json.j2"}


def test_a_file_that_goes_while_stamps_are_read_is_no_matter(tmp_path: Path) -> None:
    draft, stop = tmp_path / "draft.yaml", threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            draft.touch()
            draft.unlink()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        for _ in range(1_000):
            assert set(stamps([tmp_path])) <= {draft}
    finally:
        stop.set()
        thread.join()
