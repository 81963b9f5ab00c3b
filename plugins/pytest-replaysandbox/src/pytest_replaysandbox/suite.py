"""A run of tests with its sandbox: what is told to it before each test, and asked of it afterwards."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pytest_replaysandbox import captures, findings
from pytest_replaysandbox.captures import SIMULATE, NoCaptureError, Plan, capture_path, plan_of, short_name
from pytest_replaysandbox.control_client import ControlError
from pytest_replaysandbox.failures import failure_path
from pytest_replaysandbox.mark import BadMarkError, Wish, wish_of
from pytest_replaysandbox.process import Process
from pytest_replaysandbox.steering import write_private


@dataclass
class Running:
    """One test, from its set-up to the end of its tear-down.

    Attributes:
        wish: What its mark says.
        plan: What becomes of its capture.
        seen: Findings that fail it no more, by session and number: it has failed by them, or by itself after them.
        told: Those of them whose message it has failed with.
        failed: Whether any phase of it has failed.
    """

    wish: Wish
    plan: Plan
    seen: set[tuple[str, int]] = field(default_factory=set)
    told: set[tuple[str, int]] = field(default_factory=set)
    failed: bool = False


_RUNNING: pytest.StashKey[Running] = pytest.StashKey()


class Suite:
    """A run of tests with its sandbox.

    Attributes:
        process: The sandbox.
    """

    def __init__(self, process: Process, record: str, fail_on: frozenset[str], root: Path) -> None:
        """Take what the command line says.

        Args:
            process: The sandbox.
            record: `--sandbox-record`.
            fail_on: `--sandbox-fail-on`.
            root: pytest's root folder.
        """
        self.process = process
        self._record = record
        self._fail_on = fail_on
        self._root = root
        self._files: set[Path] = set()
        self._claimed: set[Path] = set()

    def begin(self) -> None:
        """Let nothing go live before a test asks for it: test modules may make calls when they are imported."""
        if not self.process.adopted:
            self._ask("POST", "/restart", SIMULATE)

    def collected(self, items: Iterable[pytest.Item], *, partial: bool) -> None:
        """Note which captures tests want.

        Args:
            items: The tests.
            partial: Whether there are others in the same files.
        """
        for item in items:
            try:
                path = self._capture(item, wish_of(item.iter_markers("sandbox")))
            except BadMarkError:
                continue  # told when the test is run
            self._claimed.update([path] if path is not None else [])
            self._files.update([] if partial else [item.path])

    def unused(self) -> list[str]:
        """List the captures that no test wants, as seen from the root folder."""
        return [self._shown(path) for path in captures.unused(self._files, self._claimed)]

    def enter(self, item: pytest.Item) -> None:
        """Begin anew for a test."""
        wish, plan, slip = self._planned(item)
        asked = {name: value for name, value in (("scenario", wish.scenario), ("at", wish.at)) if value is not None}
        slip = slip or self._refused("POST", "/restart", {**plan.body, **asked})
        if slip:
            self._refused("POST", "/restart", {} if self.process.adopted else SIMULATE)
            pytest.fail(slip, pytrace=False)
        item.stash[_RUNNING] = Running(wish, plan)
        for rule in wish.faults:
            slip = self._refused("POST", "/faults", dict(rule))
            if slip:
                pytest.fail(slip, pytrace=False)

    def _planned(self, item: pytest.Item) -> tuple[Wish, Plan, str]:
        """Say what a test wants, what becomes of its capture, and, if that cannot be, why."""
        try:
            wish = wish_of(item.iter_markers("sandbox"))
            if self.process.adopted:  # who started it said what it answers from
                return wish, Plan(), ""
            return wish, plan_of(self._capture(item, wish), self._record, item.nodeid), ""
        except (BadMarkError, NoCaptureError) as error:
            return Wish(), Plan(), str(error)

    def leave(self, item: pytest.Item) -> None:
        """Close a test's capture; what was recorded counts if the test passed."""
        running = item.stash.get(_RUNNING, None)
        draft = running.plan.draft if running is not None else None
        if running is None or draft is None or running.plan.capture is None:
            return
        self._ask("POST", "/restart", SIMULATE)
        if running.failed:
            captures.remove(draft)
        else:
            captures.put_in_place(draft, running.plan.capture)

    def judged(self, item: pytest.Item) -> str:
        """Say what is wrong with a test's calls; empty where nothing is, or it has failed by it before."""
        running = item.stash.get(_RUNNING, None)
        if running is None:
            return ""
        new = [each for each in self._found(running) if _key(each) not in running.seen]
        running.seen.update(map(_key, new))
        running.told.update(map(_key, new))
        running.failed = running.failed or bool(new)
        return findings.message(new, self._remedies(item, running)) if new else ""

    def failed_by_itself(self, item: pytest.Item) -> None:
        """Take note that a test has failed: what nothing answered before is told with it, and fails it no more."""
        running = item.stash.get(_RUNNING, None)
        if running is not None:
            running.seen.update(map(_key, self._found(running)))

    def failed(self, item: pytest.Item) -> str:
        """Keep what a failing test's sandbox saw, and say what that was, and where it is kept; empty without one."""
        running = item.stash.get(_RUNNING, None)
        if running is None:
            return ""
        running.failed = True
        try:
            exchanges = self._journal()
            # An adopted sandbox may be replaying what was kept the last time: leave that alone.
            kept = self._kept(item, running) if exchanges and not self.process.adopted else ""
        except OSError as error:
            return self._gone(error)
        missed = [each for each in findings.found(exchanges, frozenset({"miss"})) if _key(each) not in running.told]
        told = [findings.message(missed, self._remedies(item, running))] if missed else []
        return "\n".join([findings.listing(exchanges), *told, *([kept] if kept else [])])

    def _kept(self, item: pytest.Item, running: Running) -> str:
        path = failure_path(self._root, short_name(item.path.stem, _name(item)))
        if running.plan.draft is not None and running.plan.draft.is_file():
            captures.copy(running.plan.draft, path)
        else:
            captures.remove(path)
            write_private(path, self.process.control.fetch("GET", "/sessions/default/capture"))
        shown = self._shown(path)
        if ("sandbox_capture", shown) not in item.user_properties:
            item.user_properties.append(("sandbox_capture", shown))
        again = f"replaysandbox replay {shlex.quote(shown)} -- pytest {shlex.quote(item.nodeid)}"
        return f"journal: {shown}\nagain:   {again}"

    def _remedies(self, item: pytest.Item, running: Running) -> findings.Remedies:
        capture = running.plan.capture if running.plan.body.get("mode") == "replay" else None
        return findings.Remedies(item.nodeid, self._shown(capture) if capture is not None else "")

    def _found(self, running: Running) -> list[findings.Exchange]:
        """Give the calls that fail a test. Holding all to the contract takes time: only where that is asked for."""
        kinds = self._fail_on if running.wish.fail_on is None else running.wish.fail_on
        if not kinds:
            return []
        only_misses = {} if "violation" in kinds else {"miss": "true"}
        return findings.found(self._journal(**only_misses), kinds)

    def _journal(self, **narrow: str) -> list[dict[str, Any]]:
        """Give the exchanges of all sessions: an app may have chosen some of its own."""
        sessions = self._ask("GET", "/sessions")["sessions"]
        names = [each["name"] for each in sessions if each["exchanges"]]
        return [each for name in names for each in self._ask("GET", "/journal", session=name, **narrow)["exchanges"]]

    def _capture(self, item: pytest.Item, wish: Wish) -> Path | None:
        return capture_path(wish.capture, item.path, _name(item))

    def _ask(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        """Ask the control API; where it does not answer, the test fails with what the sandbox said last."""
        try:
            return self.process.control.call(method, path, body, **query)
        except OSError as error:
            gone = self._gone(error)
        pytest.fail(gone, pytrace=False)

    def _refused(self, method: str, path: str, body: dict[str, Any]) -> str:
        """Ask the control API for what a test wants, and say why that cannot be; empty where it can."""
        try:
            self._ask(method, path, body)
        except ControlError as error:
            return f"the sandbox cannot be as the test wants it: {error}"
        return ""

    def _gone(self, error: OSError) -> str:
        return f"the sandbox does not answer any more: {error}\n{self.process.said()}".rstrip()

    def _shown(self, path: Path) -> str:
        return str(path.relative_to(self._root)) if path.is_relative_to(self._root) else str(path)


def _name(item: pytest.Item) -> str:
    """Name a test inside of its file."""
    return item.nodeid.partition("::")[2] or item.name


def _key(exchange: findings.Exchange) -> tuple[str, int]:
    return exchange["session"], exchange["number"]
