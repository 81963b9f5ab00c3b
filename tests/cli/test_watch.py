"""The watch on real files; in here and not with the unit tests because it waits for the file system."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from replaysandbox.launch.watch import reloading, stamps


class Packs:
    """Counts how often it is loaded again."""

    problems: tuple[str, ...] = ()
    loads = 0

    async def reload(self, still: Callable[[], bool]) -> None:
        self.loads += 1


def watched(
    folder: Path, packs: Packs, change: Callable[[], None], *, before: bool, within_s: float = 10.0
) -> list[str]:
    """Change a file, once the watch has begun or before it has; give what the user is told within a while."""
    said: list[str] = []

    async def live() -> None:
        told = asyncio.Event()

        def say(line: str) -> None:
            said.append(line)
            told.set()

        loaded = stamps([folder])
        if before:
            change()
        async with reloading(packs, [folder], loaded, say):
            if not before:
                await asyncio.sleep(0.2)
                change()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), within_s)
            await asyncio.sleep(0.05)

    asyncio.run(live())
    return said


@pytest.mark.parametrize("before", [True, False])
def test_a_change_of_a_file_that_matters_loads_again_once(tmp_path: Path, before: bool) -> None:
    packs = Packs()
    said = watched(tmp_path, packs, lambda: touch(tmp_path / "amps" / "pack.yaml"), before=before)
    assert packs.loads == 1
    assert said == ["packs changed and were loaded again"]


def test_other_files_do_not_matter(tmp_path: Path) -> None:
    packs = Packs()
    assert watched(tmp_path, packs, lambda: touch(tmp_path / "notes.txt"), before=False, within_s=0.3) == []
    assert packs.loads == 0


def test_a_folder_that_is_not_there_is_told_and_hurts_nobody(tmp_path: Path) -> None:
    said = watched(tmp_path / "nowhere", Packs(), lambda: None, before=True)
    assert len(said) == 1
    assert "cannot be watched" in said[0]


def test_an_error_inside_still_ends_the_watch(tmp_path: Path) -> None:
    async def fail() -> None:
        async with reloading(Packs(), [tmp_path], {}, lambda _: None):
            raise KeyError("inside")

    with pytest.raises(KeyError):
        asyncio.run(fail())


def touch(file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text("a: 1", "utf-8")
