"""What keeps an app from the sandbox, as a value: what, by what it was seen, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing between an app and the sandbox.

    Attributes:
        what: What is in the way, in one line.
        evidence: By what it was seen.
        remedy: How to mend it.
        blocks: Whether calls do not come because of it; else it is only good to know.
    """

    what: str
    evidence: str
    remedy: str
    blocks: bool = True


def title(argv: Sequence[str]) -> str:
    """Name a process without its arguments, which may hold keys: `python app.py`, `curl`."""
    if not argv:
        return "a process"
    name = PurePath(argv[0]).name or argv[0]
    script = argv[1] if len(argv) > 1 and re.fullmatch(r"[\w./+-]*\.\w{1,5}", argv[1]) else ""
    return f"{name} {PurePath(script).name}".strip() if not argv[1:2] or not argv[1].startswith("-") else name


def masked(value: str) -> str:
    """Show a variable's value without the password of a URL in it, and not at any length."""
    shown = re.sub(r"(?<=//)[^/@\s]+@", "…@", value)
    return shown if len(shown) <= 100 else f"{shown[:99]}…"
