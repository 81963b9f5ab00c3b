"""Query parameters of a route: read, judged, filled with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from replaysandbox.core.pack import Parameter, Route

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class BadParameter:
    """A query parameter the API refuses.

    Attributes:
        name: The parameter.
        seen: What was sent.
        reason: What it should be.
    """

    name: str
    seen: str
    reason: str


def read_query(route: Route, query: str) -> Mapping[str, Value] | BadParameter:
    """Read the query parameters a route takes; others are let pass unread, as HTTP servers do.

    Args:
        route: The route.
        query: Query as sent, without `?`. Of a repeated parameter the last counts.
    """
    sent = dict(parse_qsl(query, keep_blank_values=True, errors="replace")) if query else {}
    values: dict[str, Value] = {}
    for parameter in route.parameters:
        if parameter.name not in sent:
            values[parameter.name] = parameter.default
            continue
        value = _read(parameter, sent[parameter.name])
        if isinstance(value, BadParameter):
            return value
        values[parameter.name] = value
    return values


def _read(parameter: Parameter, text: str) -> Value | BadParameter:
    match parameter.kind:
        case "integer":
            return _integer(parameter, text)
        case "boolean":
            if text in ("true", "1"):
                return True
            return False if text in ("false", "0") else BadParameter(parameter.name, text, "must be true or false")
        case _:
            if parameter.choices and text not in parameter.choices:
                return BadParameter(parameter.name, text, f"must be one of {', '.join(parameter.choices)}")
            return text


def _integer(parameter: Parameter, text: str) -> int | BadParameter:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        return BadParameter(parameter.name, text, "must be a whole number")
    value = int(text)
    if parameter.minimum is not None and value < parameter.minimum:
        return BadParameter(parameter.name, text, f"must be at least {parameter.minimum}")
    if parameter.maximum is not None and value > parameter.maximum:
        return BadParameter(parameter.name, text, f"must be at most {parameter.maximum}")
    return value
