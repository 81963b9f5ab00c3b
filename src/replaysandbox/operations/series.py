"""`series`: what devices or a home measured over a range asked for, step by step; computed, never recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from replaysandbox.core.pack import Route
from replaysandbox.core.series import MOST_POINTS, OF_PATH, Series
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.freshness import shown_at
from replaysandbox.operations.ids import device_id, home_id
from replaysandbox.operations.points import FINE, Look, PointView, read_point, runs_of, summed
from replaysandbox.operations.steps import UNITS, Span, begin_of, calendar_range, length_of, read_instant, spans
from replaysandbox.operations.view import DeviceView, view_device
from replaysandbox.operations.which import asked_device, asked_homes, asked_id
from replaysandbox.world.reading import home_at, reading_at
from replaysandbox.world.world import home_devices

_COARSE = timedelta(hours=1)

Subject = tuple[str, DeviceView | None, datetime, Look]
"""What is looked at: its id, the device (None for a home), the instant of its newest reading, and how to look."""


@dataclass(frozen=True, slots=True)
class SeriesView:
    """The series of one device, or of a home: its id, the device (None for a home) and its points."""

    id: str
    device: DeviceView | None
    points: Sequence[PointView]


def read_series(call: Call) -> Done | Refusal:
    """Answer the range and step that the query asks for, of one device, or of a home or its devices of a family."""
    subjects = _subjects(call)
    if isinstance(subjects, Refusal):
        return subjects
    asked = _asked(call, call.route)
    if isinstance(asked, Refusal):
        return asked
    step, word, steps = asked
    if _samples(steps, _COARSE) * max(len(subjects), 1) > MOST_POINTS:
        return Refusal("range_too_long", {"step": word, "days": (steps[-1].until - steps[0].at).days})
    sample = FINE if _is_fine(steps, step, subjects) else _COARSE
    found = [
        SeriesView(text, device, summed([read_point(look, span, newest, sample) for span in steps]))
        for text, device, newest, look in subjects
    ]
    zone = call.world.calendar.zone
    values = {
        "series": found,
        "points": found[0].points if found else [],
        "runs": runs_of(found[0].points) if found else {},
        "step": word,
        "zone": zone.key if zone else "UTC",
    }
    return Done({**values, "start": steps[0].at, "end": steps[-1].until}, asked_id(call))


def _is_fine(steps: Sequence[Span], step: str, subjects: Sequence[Subject]) -> bool:
    """Tell whether there is time to look every quarter of an hour; a home takes five times as long as a device."""
    samples = _samples(steps, FINE) * max(len(subjects), 1)
    if all(device is not None for _, device, _, _ in subjects):
        return samples <= 2 * MOST_POINTS
    return samples <= MOST_POINTS and (length_of(step) or timedelta(days=30)) <= timedelta(days=1)


def _samples(steps: Sequence[Span], sample: timedelta) -> int:
    return sum(max((span.until - span.at) // sample, 1) for span in steps)


def _subjects(call: Call) -> list[Subject] | Refusal:
    """List what is looked at, with the instant of its newest reading."""
    world, log = call.world, call.log
    if call.route.by == "home":
        homes = asked_homes(call)
        if isinstance(homes, Refusal):
            return homes
        if not call.route.family:
            return [
                (
                    home_id(call.pack, world, each),
                    None,
                    shown_at(call, each, call.at),
                    lambda at, each=each: home_at(world, each, at, log.bents),  # type: ignore[misc]  # as below
                )
                for each in homes
            ]
        devices = [device for home in homes for device in home_devices(world, home, call.route.family)]
    else:
        device = asked_device(call)
        if device is None:
            return Refusal("device_not_found", {"device": call.arguments["id"]})
        devices = [device]
    return [
        (
            device_id(call.pack, world, each),
            view_device(call, each)[0],
            shown_at(call, each.home, call.at),
            lambda at, each=each: reading_at(world, each, at, log.bents),  # type: ignore[misc]  # mypy cannot infer the default
        )
        for each in devices
    ]


def _asked(call: Call, route: Route) -> tuple[str, str, list[Span]] | Refusal:
    words = route.series or Series()
    ends = _calendar(call, words) if words.calendar else _ends(call, words)
    if isinstance(ends, Refusal):
        return ends
    start, end, word = ends
    longest = words.longest.get(word)
    if end - start > timedelta(days=366 * 30) or (longest is not None and end - start > timedelta(days=longest)):
        return Refusal("range_too_long", {"step": word, "days": (end - start).days, "longest": longest})
    step, zone = words.steps[word], call.world.calendar.zone or UTC
    steps = list(islice(spans(start, end, step, zone, whole=words.whole_steps), MOST_POINTS + 1))
    return step, word, steps


def _ends(call: Call, words: Series) -> tuple[datetime, datetime, str] | Refusal:
    """Read the range and the word for its step; where the API has a span for that, either end may be left out."""
    word = _said(call, words.step) or words.default
    if word not in words.steps:
        reason = f"must be one of {', '.join(words.steps)}"
        return _bad(words.step, word, reason)
    zone, around = call.world.calendar.zone or UTC, words.around.get(word, "")
    ends: dict[str, datetime] = {}
    for name in (words.start, words.end):
        text = _said(call, name)
        if text is None and (around or (words.until_now and name == words.end)):
            continue
        at = read_instant(text, zone, end=name == words.end) if text is not None else None
        if at is None:
            return _bad(name, text, "is missing" if text is None else "must be an instant, e.g. 2026-06-01 12:00:00")
        ends[name] = at
    end = ends.get(words.end, call.at)
    start = ends.get(words.start) or begin_of(end, around, zone)
    if end <= start:
        return _bad(words.end, _said(call, words.end), f"must be after {words.start.removeprefix(OF_PATH)}")
    return start, end, word


def _said(call: Call, name: str) -> str | None:
    """Give what a request says in the query, or in its path where the name says so; None for nothing."""
    if name.startswith(OF_PATH):
        return call.arguments.get(name.removeprefix(OF_PATH))
    value = call.query.get(name) if name else None
    return None if value is None else str(value)


def _bad(name: str, value: str | None, reason: str) -> Refusal:
    return Refusal("bad_parameter", {"parameter": name.removeprefix(OF_PATH), "value": value, "reason": reason})


def _calendar(call: Call, words: Series) -> tuple[datetime, datetime, str] | Refusal:
    """Read which local year, month or day is meant, as the query says it."""
    asked = {unit: call.query.get(name) for unit, name in words.calendar.items()}
    numbers = [None if asked.get(unit) is None else int(str(asked[unit])) for unit in UNITS]
    missing = next((unit for unit, number in zip(UNITS, numbers, strict=True) if number is None), "")
    given = [number for number in numbers if number is not None]
    whole = calendar_range(given, call.world.calendar.zone or UTC) if numbers[: len(given)] == given else None
    if whole is None:
        reason = "is missing" if not given or numbers[: len(given)] != given else "is no day of that month"
        name = words.calendar.get(missing if reason == "is missing" else "day", missing)
        return Refusal("bad_parameter", {"parameter": name, "value": None, "reason": reason})
    return *whole, words.step_of.get(UNITS[len(given) - 1], words.default)
