"""Packs load again by themselves when one of their files changes: all of it, or nothing."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

_SUFFIXES = (".yaml", ".yml", ".json", ".j2")
"""What packs, profiles, scenarios and contracts are made of; editors' own files beside them do not matter."""

_QUIET_MS = 50
"""How long files must be quiet before they are read: editors write in several steps. As watchfiles. [ms]"""

Stamps = dict[Path, int]
"""File → when it was last written. [ns]"""


class Reloadable(Protocol):
    """What is loaded again."""

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the last reload was refused."""

    async def reload(self, still: Callable[[], bool]) -> None:
        """Load again, in a thread; where something is broken, or files are not `still` as they were, keep the old."""


def stamps(folders: Sequence[Path]) -> Stamps:
    """Note when each file that matters was last written."""
    files = (Path(place, name) for folder in folders for place, _, names in os.walk(folder) for name in names)
    found: Stamps = {}
    for file in files:
        if file.suffix in _SUFFIXES and file.exists():
            with suppress(FileNotFoundError):  # it has gone this moment, as editors' drafts do
                found[file] = file.lstat().st_mtime_ns
    return found


@asynccontextmanager
async def reloading(
    subject: Reloadable, folders: Sequence[Path], loaded: Stamps, say: Callable[[str], None]
) -> AsyncIterator[None]:
    """Watch folders while the block runs, and load the packs again on every change.

    Args:
        subject: What is loaded again.
        folders: Folders whose files matter.
        loaded: Their stamps from before they were loaded: what is saved before the watch begins counts, too.
        say: Tells the user what came of it.
    """
    watch = _Watch(subject, folders, loaded, say)
    tasks = [asyncio.create_task(watch.run()), asyncio.create_task(watch.catch_up())]
    try:
        yield
    finally:
        watch.stop.set()
        await asyncio.gather(*tasks)


class _Watch:
    """One watch, and what was on disk when it last loaded."""

    def __init__(
        self, subject: Reloadable, folders: Sequence[Path], loaded: Stamps, say: Callable[[str], None]
    ) -> None:
        self.subject = subject
        self.folders = folders
        self.loaded = loaded
        self.say = say
        self.stop = asyncio.Event()
        self.begun = asyncio.Event()

    async def run(self) -> None:
        # Its import takes 0.1 s: in a thread, and after whoever waits for us to be ready has been told.
        watchfiles = await asyncio.to_thread(__import__, "watchfiles")
        changes = watchfiles.awatch(*self.folders, watch_filter=_matters, step=_QUIET_MS, stop_event=self.stop)
        # The iterator's first step begins the watch and then waits: what is called next finds it begun.
        asyncio.get_running_loop().call_soon(self.begun.set)
        try:
            async for _ in changes:
                await self.load_if_changed()
        except (OSError, RuntimeError) as error:
            self.say(f"packs will not load again by themselves: their folders cannot be watched ({error})")

    async def catch_up(self) -> None:
        """Look once for what was saved before the watch began."""
        await self.begun.wait()
        await self.load_if_changed()

    async def load_if_changed(self) -> None:
        """Load files once they are quiet, and only if they stayed so meanwhile: what is half saved is no version."""
        while not self.stop.is_set() and (found := stamps(self.folders)) != self.loaded:
            if 0 <= time.time_ns() - max(found.values(), default=0) < _QUIET_MS * 1_000_000:
                await asyncio.sleep(_QUIET_MS / 1000)
                continue
            said = await reloaded(self.subject, partial(self._is_still, found))
            if self._is_still(found):
                self.loaded = found
                self.say(said)

    def _is_still(self, found: Stamps) -> bool:
        return stamps(self.folders) == found


def _matters(_: object, path: str) -> bool:
    """Take the files we are made of, and folders: what is in a new one may be there before it is watched itself."""
    return path.endswith(_SUFFIXES) or "." not in os.path.basename(path)  # noqa: PTH119 - called for each file


async def reloaded(subject: Reloadable, still: Callable[[], bool] = lambda: True) -> str:
    """Load again once, and say what came of it; a bug of ours is told too, and keeps the old."""
    try:
        await subject.reload(still)
    except Exception as error:  # noqa: BLE001 - a sandbox in use outlives a bug in loading
        return f"packs changed, but loading them failed by a bug of ours; the old ones stay: {error!r}"
    if subject.problems:
        return "\n".join(["packs changed, but are broken; the old ones stay:", *subject.problems])
    return "packs changed and were loaded again"
