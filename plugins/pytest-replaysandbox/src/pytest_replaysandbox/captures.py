"""Captures beside the tests: their names, what a test does with its own, and which nobody wants any more."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = "captures"
"""Folder beside a test file with its captures. Ours."""

SUFFIX = ".capture"
LONGEST = 80
"""Letters of a name; a longer one ends in a hash. Ours: paths stay readable, and short enough for any disk."""

_PLAIN = re.compile(r"\w+(::\w+)*(\[[\w.]+(-[\w.]+)*\])?", re.ASCII)
"""Tests whose name needs no hash: read back letter by letter, it is no other test's."""

RECORD = ("none", "once", "new_episodes", "all", "rewrite")
"""What `--sandbox-record` takes. The words are VCR's, since people know them."""


SIMULATE = {"mode": "simulate", "on_miss": "refuse"}
"""What the control API is told where nothing may go live, whatever the project's settings say."""


class NoCaptureError(Exception):
    """A test's capture is not there, and nothing is to be recorded; the message says what to do."""


def short_name(module: str, test: str) -> str:
    """Name a test's capture, without its suffix: the same for the same test, safe on any disk, short.

    Args:
        module: Name of the test file, without `.py`.
        test: Name of the test inside of it: `TestClass::test_name[parameters]`.
    """
    full = f"{module}.{test}"
    if len(full) <= LONGEST and _PLAIN.fullmatch(test):
        return full.replace("::", ".").replace("[", "-").replace("]", "")
    slug = re.sub(r"[^A-Za-z0-9_.]+", "-", full)[: LONGEST - 9].strip("-.")
    return f"{slug}-{sha256(full.encode()).hexdigest()[:8]}"


def capture_path(wish: str | bool | None, test_file: Path, test: str) -> Path | None:
    """Say where a test's capture is; None where it wants none.

    Args:
        wish: The mark's `capture`.
        test_file: The test file.
        test: Name of the test inside of it.
    """
    if wish is None or wish is False:
        return None
    if wish is True:
        return test_file.parent / FOLDER / (short_name(test_file.stem, test) + SUFFIX)
    return (test_file.parent / wish).resolve()


@dataclass(frozen=True)
class Plan:
    """What a test does with its capture.

    Attributes:
        body: What the control API is told.
        capture: The capture, or None.
        draft: What is recorded to, until the test has passed; None where nothing is, or behind what is there.
    """

    body: dict[str, Any] = field(default_factory=dict)
    capture: Path | None = None
    draft: Path | None = None


def plan_of(capture: Path | None, record: str, node: str) -> Plan:
    """Plan what becomes of a test's capture.

    Args:
        capture: The capture, or None: then the sandbox simulates, whatever else is recorded.
        record: What `--sandbox-record` says.
        node: The test, as pytest's command line takes it.

    Raises:
        NoCaptureError: It is not there, and nothing is to be recorded.
    """
    if capture is None:
        return Plan(SIMULATE)
    there = capture.is_file()
    if not there and record == "none":
        again = f"record it once from the live API: pytest --sandbox-record once '{node}'"
        raise NoCaptureError(f"there is no capture {capture}; {again}")
    if there and record in ("none", "once"):
        return Plan({"mode": "replay", "capture": str(capture), "on_miss": "refuse"}, capture)
    if there and record == "new_episodes":
        return Plan({"mode": "replay", "capture": str(capture), "on_miss": "record"}, capture)
    if there and record == "all":
        return Plan({"mode": "record", "capture": str(capture)}, capture)
    draft = capture.with_name(f".{capture.name}.draft")
    return Plan({"mode": "record", "capture": str(draft)}, capture, draft)


def bodies_of(capture: Path) -> Path:
    """Name the folder with a capture's large bodies."""
    return capture.with_name(f"{capture.name}.bodies")


def remove(capture: Path) -> None:
    """Take a capture away, with its bodies."""
    capture.unlink(missing_ok=True)
    shutil.rmtree(bodies_of(capture), ignore_errors=True)


def put_in_place(draft: Path, capture: Path) -> None:
    """Let what was recorded take the place of what was there."""
    remove(capture)
    if bodies_of(draft).is_dir():
        bodies_of(draft).replace(bodies_of(capture))
    draft.replace(capture)


def copy(source: Path, target: Path) -> None:
    """Copy a capture, with its bodies."""
    remove(target)
    if bodies_of(source).is_dir():
        shutil.copytree(bodies_of(source), bodies_of(target))
    shutil.copyfile(source, target)


def unused(test_files: Iterable[Path], claimed: Iterable[Path]) -> list[Path]:
    """List captures named after tests of these files that no test of them claims.

    Args:
        test_files: Files whose tests were all collected.
        claimed: Captures that tests want.
    """
    wanted = {path.resolve() for path in claimed}
    found: set[Path] = set()
    for file in test_files:
        found.update((file.parent / FOLDER).glob(f"{file.stem}.*{SUFFIX}"))
    return sorted(path for path in found if path.resolve() not in wanted)
