from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from replaysandbox.launch.watch import reloaded, stamps


class Packs:
    """Counts how often it is loaded again; broken while `problems` is set."""

    def __init__(self) -> None:
        self.problems: tuple[str, ...] = ()
        self.loads = 0

    def reload(self, still: Callable[[], bool]) -> None:
        self.loads += 1


class Bug(Packs):
    def reload(self, still: Callable[[], bool]) -> None:
        raise KeyError("oops")


def test_it_tells_what_came_of_it() -> None:
    packs = Packs()
    assert reloaded(packs) == "packs changed and were loaded again"
    packs.problems = ("pack.yaml:3: is wrong",)
    assert reloaded(packs).splitlines() == [
        "packs changed, but are broken; the old ones stay:",
        "pack.yaml:3: is wrong",
    ]
    assert "bug of ours" in reloaded(Bug())


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
