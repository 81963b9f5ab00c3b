"""A repro bundle: what it says of the bug, beside the capture itself. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from replaysandbox.core.capture import Situation
from replaysandbox.replay.answer import AtEnd
from replaysandbox.shrink.bug import Bug

CAPTURE = "minimal.capture"
WHOLE = "whole.capture"
RULES = "match.yaml"
ABOUT = "bundle.json"
"""Names of files in a bundle: its exchanges, and the same with all their fields, for an app that gets further; the
rules they are matched by where there are some; all else."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the capture was replayed, and is to be replayed again.

    Attributes:
        at_end: What happens at the end of a sequence.
        shift: Whether recorded instants are moved.
        has_rules: Whether there is a file of rules of matching.
        at: Sandbox instant of the start as an option would say it, or empty.
        passes: Host globs that were tunnelled untouched.
    """

    at_end: AtEnd = "repeat-last"
    shift: bool = False
    has_rules: bool = False
    at: str = ""
    passes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Versions:
    """With what a bundle was made.

    Attributes:
        replaysandbox: Our version.
        python: The interpreter's.
        platform: Operating system and processor.
    """

    replaysandbox: str
    python: str
    platform: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that is said of a bug.

    Attributes:
        command: What fails, secrets replaced.
        bug: How it fails, and in how many runs.
        manner: How the capture is replayed.
        versions: With what it was made.
        made: Wall instant at which it was made.
        source: Name of the capture that was begun with.
        patience_s: How long a run may take; one that takes longer hangs. [s]
        world: What a sandbox had answered from, or None where a live host had answered.
    """

    command: tuple[str, ...]
    bug: Bug
    manner: Manner
    versions: Versions
    made: datetime
    source: str
    patience_s: float
    world: Situation | None = None
