"""`@pytest.mark.sandbox(…)`: what a test wants of its sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

DESCRIPTION = (
    "sandbox(at=…, scenario=…, faults=[…], capture=…, fail_on=…): what this test's sandbox is like. at: instant to "
    "start at; scenario: situation to start in; faults: list of rules, as sandbox.faults.add takes them; capture: True "
    "for one named after the test, or a path from the test's folder; fail_on: in place of --sandbox-fail-on."
)
KINDS = ("miss", "violation", "none")
"""What fail_on may name."""


class BadMarkError(ValueError):
    """A mark cannot be understood; the message says what to write."""


@dataclass(frozen=True)
class Wish:
    """What a test wants.

    Attributes:
        at: Sandbox instant to start at, or None.
        scenario: Situation to start in, or None.
        faults: Rules that hold from the start.
        capture: True for one named after the test, a path from the test's folder, or None for no capture.
        fail_on: Kinds of finding that fail the test, or None for what the command line says.
    """

    at: str | None = None
    scenario: str | None = None
    faults: tuple[Mapping[str, Any], ...] = ()
    capture: str | bool | None = None
    fail_on: frozenset[str] | None = None


_MEMBERS = ("at", "scenario", "faults", "capture", "fail_on")


def wish_of(marks: Iterable[Any]) -> Wish:
    """Read a test's marks, nearest first: what a nearer one says wins.

    Raises:
        BadMarkError: One cannot be understood.
    """
    said: dict[str, Any] = {}
    for mark in marks:
        if mark.args:
            raise BadMarkError(f"@pytest.mark.sandbox takes names: {', '.join(_MEMBERS)}; not {mark.args[0]!r} alone")
        for name, value in mark.kwargs.items():
            if name not in _MEMBERS:
                near = get_close_matches(name, _MEMBERS, 1)
                hint = f"; did you mean {near[0]}?" if near else f"; it takes {', '.join(_MEMBERS)}"
                raise BadMarkError(f"@pytest.mark.sandbox knows no {name!r}{hint}")
            said.setdefault(name, value)
    return Wish(
        at=_instant(said.get("at")),
        scenario=_text("scenario", said.get("scenario")),
        faults=_faults(said.get("faults", ())),
        capture=_capture(said.get("capture")),
        fail_on=None if said.get("fail_on") is None else kinds_of(said["fail_on"]),
    )


def kinds_of(value: object) -> frozenset[str]:
    """Read kinds of finding, from `miss,violation` or a list.

    Raises:
        BadMarkError: There is no such kind.
    """
    words = value.split(",") if isinstance(value, str) else list(value) if isinstance(value, Iterable) else [value]
    kinds = [str(word).strip() for word in words]
    for kind in kinds:
        if kind not in KINDS:
            raise BadMarkError(f"{kind!r} is no kind of finding; there are {', '.join(KINDS)}")
    if "none" in kinds and len(kinds) > 1:
        raise BadMarkError("'none' cannot be named together with other kinds of finding")
    return frozenset(kinds) - {"none"}


def _instant(value: object) -> str | None:
    if not isinstance(value, datetime):
        return _text("at", value)
    if value.tzinfo is None:
        raise BadMarkError(f"at={value.isoformat()} has no time zone: datetime(…, tzinfo=timezone.utc)")
    return value.isoformat()


def _text(name: str, value: object) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    raise BadMarkError(f"{name} takes a text, not {value!r}")


def _capture(value: object) -> str | bool | None:
    return value if isinstance(value, bool) else _text("capture", value)


def _faults(value: object) -> tuple[Mapping[str, Any], ...]:
    rules = [value] if isinstance(value, Mapping) else value
    if isinstance(rules, Iterable) and not isinstance(rules, str):
        found = tuple(rules)
        if all(isinstance(rule, Mapping) for rule in found):
            return found
    example = '[{"route": "GET /battery/{id}", "status": 503, "times": 1}]'
    raise BadMarkError(f"faults takes a list of rules such as {example}, not {value!r}")
