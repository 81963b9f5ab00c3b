"""What templates may use on a value, and how a value is written as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from jinja2 import Undefined, pass_context
from jinja2.runtime import Context

from replaysandbox.core.noise import mix, signal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_json(value: Any) -> bytes:
    """Write a value as JSON, a whole float as a whole number, as JavaScript servers do.

    Raises:
        TypeError: For what JSON has no word for: NaN, infinity, objects of ours.
    """
    return orjson.dumps(_plain(value), option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        if not isfinite(value):
            raise TypeError(f"{value} is not a JSON number")
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, dict | Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _rounded(value: float, digits: int = 0) -> float:
    """Round half to even, as Python does; `-0.0` becomes `0`."""
    return round(float(value), digits) + 0.0


def _iso(at: datetime, digits: str) -> str:
    return at.astimezone(UTC).isoformat(timespec=digits).replace("+00:00", "Z")


@pass_context
def counted(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    """Give each of some values, as a step of the rendering: lists are as long as they are, or the rendering fails."""
    budget = context["__budget"]
    for value in values:
        budget.spend()
        yield value


@pass_context
def _split(context: Context, value: str, separator: str) -> list[str]:
    return list(counted(context, value.split(separator)))


def _strftime(at: datetime, form: str, zone: str = "UTC") -> str:
    return at.astimezone(ZoneInfo(zone)).strftime(form[:100])


def _plus(at: datetime, seconds: float) -> datetime:
    return at + timedelta(seconds=float(seconds))


def _coded(number: int, length: int, letters: str = "0123456789") -> str:
    """Write letters that stand for a number: the same number and length, the same letters."""
    key, text = mix(signal(letters), int(number)), ""
    for position in range(min(int(length), 100)):
        text += letters[mix(key, position) % len(letters)]
    return text


@pass_context
def _pluck(context: Context, values: Iterable[Any], path: str) -> list[Any]:
    """Give of each value the part at a dotted path, as a template would read it; each name of each is a step."""
    environment, found = context.environment, list(values)
    for name in path.split("."):
        place = int(name) if name.lstrip("-").isdecimal() and len(name) < 10 else None
        found = [
            environment.getattr(value, name) if place is None else environment.getitem(value, place)
            for value in counted(context, found)
        ]
    return found


@pass_context
def _where(context: Context, values: Iterable[Any], path: str, wanted: Any) -> list[Any]:
    """Give the values whose part at a dotted path is one that is wanted; each name of each is a step."""
    kept = list(values)
    parts = _pluck(context, kept, path)
    return [value for value, part in zip(kept, parts, strict=True) if part == wanted]


def _first(values: Iterable[Any]) -> Any:
    """Give the first value; of none an error that a template may fail with, which `StopIteration` is not."""
    for value in values:
        return value
    raise ValueError("there is no first of nothing")


def _default(value: Any, other: Any) -> Any:
    return other if value is None or isinstance(value, Undefined) else value


@pass_context
def _mapped(context: Context, word: Any, table: str) -> Any:
    """Translate a word by a table of the pack's `maps`; the table's `*` means all words it does not name."""
    words = context["maps"][table]
    key = ("true" if word else "false") if isinstance(word, bool) else str(word)
    if key in words:
        return words[key]
    if "*" not in words:
        raise ValueError(f"the map '{table}' has no word for '{key[:80]}', and no '*'")
    return words["*"]


FILTERS: dict[str, Callable[..., Any]] = {
    "kw": lambda power_w, digits=3: _rounded(power_w / 1000.0, digits),
    "kwh": lambda energy_wh, digits=3: _rounded(energy_wh / 1000.0, digits),
    "miles": lambda distance_km, digits=1: _rounded(distance_km / 1.609344, digits),
    "fahrenheit": lambda temperature_c, digits=1: _rounded(temperature_c * 9.0 / 5.0 + 32.0, digits),
    "iso_ms": lambda at: _iso(at, "milliseconds"),
    "iso_s": lambda at: _iso(at, "seconds"),
    "epoch_s": lambda at: (at - _EPOCH) // timedelta(seconds=1),
    "epoch_ms": lambda at: (at - _EPOCH) // timedelta(milliseconds=1),
    "pluck": _pluck,
    "where": _where,
    "round": _rounded,
    "abs": abs,
    "int": int,
    "lower": lambda text: str(text).lower(),
    "upper": lambda text: str(text).upper(),
    "length": len,
    "first": _first,
    "slug": lambda text: re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-"),
    "split": _split,
    "last": lambda values: list(values)[-1],
    "sum": sum,
    "min": min,
    "max": max,
    "string": str,
    "default": _default,
    "plus": _plus,
    "strftime": _strftime,
    "coded": _coded,
    "mapped": _mapped,
}
"""What templates may use on a value. Instants are aware datetimes; numbers carry the unit of their name."""
