"""What a fault is made of: its arguments, and its part in the way of a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from replaysandbox.core.action import Failure
from replaysandbox.core.exchange import Hangup
from replaysandbox.core.fault import FaultFacts, FaultRule, Value
from replaysandbox.core.pack import ErrorAnswer, Pack
from replaysandbox.core.scenario import Outage

LONGEST_TEXT = 200
"""Longest text a fault takes. Ours. [characters]"""

LONGEST_DELAY_S = 600.0
"""Longest wait before an answer. Ours: clients give up long before. [s]"""


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing a rule may say.

    Attributes:
        name: Its key, unit as suffix.
        kind: `whole` or `number`; `text`; `instant` with its offset from UTC; `home`, a position or a name.
        help: What it means, with unit in brackets.
        minimum: Least number, inclusive.
        maximum: Largest number, inclusive.
        choices: The only texts allowed; empty for any.
        default: Value when it is left out; None for none.
    """

    name: str
    kind: Literal["whole", "number", "text", "instant", "home"]
    help: str
    minimum: float = 0.0
    maximum: float = 0.0
    choices: tuple[str, ...] = ()
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of deliberate failure. Exactly one of its four parts is there.

    Attributes:
        name: The word for it, everywhere.
        seen: What the client sees, for people.
        arguments: What it takes.
        signs: Arguments that mean this fault by themselves, where a rule does not name it.
        main: Argument that a magic credential may end with, or empty.
        barred: What a rule for it cannot be narrowed by, because it would mean nothing.
        check: Tells what is wrong with its arguments together; empty text for nothing.
        before: Part before the operation: the API's no, or a hang-up; None where this API has no such error.
        delay: Part after the operation: how long the answer is held back. [s]
        outage: Part wherever a device is looked at.
        fate: Part where a command is accepted; takes the seconds in which a failure shows in this API. [s]
    """

    name: str
    seen: str
    arguments: tuple[Argument, ...] = ()
    signs: tuple[str, ...] = ()
    main: str = ""
    barred: tuple[str, ...] = ()
    check: Callable[[Mapping[str, Value]], str] = lambda arguments: ""
    before: Callable[[FaultRule, Pack], ErrorAnswer | Hangup | None] | None = None
    delay: Callable[[FaultRule, FaultFacts], float] | None = None
    outage: Callable[[FaultRule, FaultFacts], Outage] | None = None
    fate: Callable[[FaultRule, float], Failure] | None = None


def wrong_value(argument: Argument, value: object) -> str:
    """Tell what is wrong with a value, as a clause: "is the text 'x', but should be a number". Empty for nothing."""
    match argument.kind:
        case "whole" | "number":
            return _wrong_number(argument, value)
        case "home":
            return _wrong_home(value)
        case "instant":
            return "" if _is_instant(value) else f"is {_told(value)}, but should be an instant: 2026-06-01T12:00:00Z"
        case _:
            return _wrong_text(argument, value)


def _wrong_number(argument: Argument, value: object) -> str:
    whole = argument.kind == "whole"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return f"is {_told(value)}, but should be a {'whole ' if whole else ''}number"
    if argument.minimum <= value <= argument.maximum:  # false for NaN
        return ""
    return f"is {_told(value)}, but should be {argument.minimum:g} to {argument.maximum:g}"


def _wrong_text(argument: Argument, value: object) -> str:
    if not isinstance(value, str):
        return f"is {_told(value)}, but should be text"
    if argument.choices and value not in argument.choices:
        return f"is {_told(value)}, but should be one of {', '.join(argument.choices)}"
    if not 0 < len(value) <= LONGEST_TEXT or not value.isprintable():
        return f"is {_told(value)}, but should be 1 to {LONGEST_TEXT} printable characters"
    return ""


def _wrong_home(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return ""
    if isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT and value.isprintable():
        return ""
    return f"is {_told(value)}, but should be a home's position from 0, or its name"


def _is_instant(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        at = datetime.fromisoformat(value)
        return at.utcoffset() is not None and 1970 < at.year < 9999
    except ValueError:
        return False


def _told(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() if abs(value) > 10**30:
            return "a huge number"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {value[:60]!r}"
        case list():
            return "a list"
        case _:
            return "an object"
