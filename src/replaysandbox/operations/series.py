"""`series`: what devices or a home measured over a range asked for, step by step; computed, never recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby, islice

from replaysandbox.core.pack import Route
from replaysandbox.core.reading import Reading
from replaysandbox.core.series import Series
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.freshness import shown_at
from replaysandbox.operations.ids import device_id, home_id
from replaysandbox.operations.steps import UNITS, Span, begin_of, calendar_range, length_of, read_instant, spans
from replaysandbox.operations.view import DeviceView, view_device
from replaysandbox.operations.which import asked_device, asked_homes, asked_id
from replaysandbox.world.reading import home_at, reading_at
from replaysandbox.world.world import home_devices

MOST_SAMPLES = 20_000
"""Most readings one answer is made of. Ours: some two seconds of work."""

_FINE = timedelta(minutes=15)
_COARSE = timedelta(hours=1)
_RATINGS = ("max_", "rated_")

Look = Callable[[datetime], Reading]


@dataclass(frozen=True, slots=True)
class PointView:
    """One step of a series, as templates see it. Of a step in the future nothing is known.

    Attributes:
        at: Its first instant.
        until: The first instant after it.
        known: Whether it has begun.
        reading: What was measured at its first instant, or None.
        last: What was measured at its end (or now, if that is before), or None.
        mean: Name of each power → its mean. [W]
        positive_wh: Name of each power → energy while it was above 0. [Wh]
        negative_wh: Name of each power → energy while it was below 0, as a positive number. [Wh]
        positive_sum_wh: The same of `positive_wh` from the beginning of the series to the end of this step. [Wh]
        negative_sum_wh: The same of `negative_wh`. [Wh]
    """

    at: datetime
    until: datetime
    known: bool
    reading: Reading | None
    last: Reading | None
    mean: Mapping[str, float]
    positive_wh: Mapping[str, float]
    negative_wh: Mapping[str, float]
    positive_sum_wh: Mapping[str, float] = field(default_factory=dict)
    negative_sum_wh: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeriesView:
    """The series of one device, or of a home: its id, the device (None for a home) and its points."""

    id: str
    device: DeviceView | None
    points: Sequence[PointView]


@dataclass(frozen=True, slots=True)
class RunView:
    """Steps after one another in which a power is not 0: a charging session, a day's production.

    Attributes:
        at: First instant.
        until: First instant after it, or now, if that is before.
        energy_wh: What flowed, whichever way, as a positive number. [Wh]
        mean_w: Its mean power, as a positive number. [W]
        least_w: The least mean power of a step. [W]
        most_w: The greatest. [W]
    """

    at: datetime
    until: datetime
    energy_wh: float
    mean_w: float
    least_w: float
    most_w: float


def read_series(call: Call) -> Done | Refusal:
    """Answer the range and step that the query asks for, of one device, or of a home or its devices of a family."""
    subjects = _subjects(call)
    if isinstance(subjects, Refusal):
        return subjects
    asked = _asked(call, call.route)
    if isinstance(asked, Refusal):
        return asked
    step, word, steps = asked
    fine = (length_of(step) or timedelta(days=30)) <= timedelta(days=1) and _samples(steps, _FINE) <= MOST_SAMPLES
    sample = _FINE if fine else _COARSE
    if _samples(steps, sample) * max(len(subjects), 1) > MOST_SAMPLES:
        return Refusal("range_too_long", {"step": word, "days": (steps[-1].until - steps[0].at).days})
    found = [
        SeriesView(text, device, _summed([_point(look, span, newest, sample) for span in steps]))
        for text, device, newest, look in subjects
    ]
    zone = call.world.calendar.zone
    values = {
        "series": found,
        "points": found[0].points if found else [],
        "runs": _runs(found[0].points) if found else {},
        "step": word,
        "zone": zone.key if zone else "UTC",
    }
    return Done({**values, "start": steps[0].at, "end": steps[-1].until}, asked_id(call))


def _samples(steps: Sequence[Span], sample: timedelta) -> int:
    return sum(max((span.until - span.at) // sample, 1) for span in steps)


def _subjects(call: Call) -> list[tuple[str, DeviceView | None, datetime, Look]] | Refusal:
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
    steps = list(islice(spans(start, end, step, zone, whole=words.whole_steps), MOST_SAMPLES + 1))
    return step, word, steps


def _ends(call: Call, words: Series) -> tuple[datetime, datetime, str] | Refusal:
    """Read the range and the word for its step; where the API has a span for that, either end may be left out."""
    word = str((call.query.get(words.step) if words.step else None) or words.default)
    if word not in words.steps:
        reason = f"must be one of {', '.join(words.steps)}"
        return Refusal("bad_parameter", {"parameter": words.step, "value": word, "reason": reason})
    zone, around = call.world.calendar.zone or UTC, words.around.get(word, "")
    ends: dict[str, datetime] = {}
    for name in (words.start, words.end):
        text = call.query.get(name)
        if text is None and (around or (words.until_now and name == words.end)):
            continue
        at = read_instant(str(text), zone, end=name == words.end) if text is not None else None
        if at is None:
            reason = "is missing" if text is None else "must be an instant, e.g. 2026-06-01 12:00:00"
            return Refusal("bad_parameter", {"parameter": name, "value": text, "reason": reason})
        ends[name] = at
    end = ends.get(words.end, call.at)
    start = ends.get(words.start) or begin_of(end, around, zone)
    if end <= start:
        reason = f"must be after {words.start}"
        return Refusal("bad_parameter", {"parameter": words.end, "value": call.query.get(words.end), "reason": reason})
    return start, end, word


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


def _point(look: Look, span: Span, at: datetime, sample: timedelta) -> PointView:
    if span.at > at:
        return PointView(span.at, span.until, False, None, None, {}, {}, {})
    end = min(span.until, at)
    count = max(-(-(end - span.at) // sample), 1)
    part = (end - span.at) / count
    readings = [look(span.at + part * (number + 0.5)) for number in range(count)]
    hours = part.total_seconds() / 3600.0
    names = _powers(readings[0])
    powers = {name: [float(getattr(reading, name)) for reading in readings] for name in names}
    return PointView(
        at=span.at,
        until=span.until,
        known=True,
        reading=look(span.at),
        last=look(end),
        mean={name: sum(values) / count for name, values in powers.items()},
        positive_wh={name: sum(max(value, 0.0) for value in values) * hours for name, values in powers.items()},
        negative_wh={name: -sum(min(value, 0.0) for value in values) * hours for name, values in powers.items()},
    )


def _summed(points: Sequence[PointView]) -> list[PointView]:
    """Add to each point what flowed from the beginning of the series to its end; a step in the future adds nothing."""
    positive: dict[str, float] = {}
    negative: dict[str, float] = {}
    found = []
    for point in points:
        positive = {**positive, **{name: positive.get(name, 0.0) + each for name, each in point.positive_wh.items()}}
        negative = {**negative, **{name: negative.get(name, 0.0) + each for name, each in point.negative_wh.items()}}
        found.append(replace(point, positive_sum_wh=positive, negative_sum_wh=negative))
    return found


def _runs(points: Sequence[PointView]) -> dict[str, list[RunView]]:
    """Join the known steps in which a power is not 0: name of the power → its runs."""
    known = [point for point in points if point.known]
    names = known[0].mean if known else {}
    return {
        name: [_run(name, list(some)) for flows, some in groupby(known, partial(_flows, name)) if flows]
        for name in names
    }


def _flows(name: str, point: PointView) -> bool:
    return point.positive_wh[name] + point.negative_wh[name] > 0.0


def _run(name: str, points: Sequence[PointView]) -> RunView:
    energy_wh = sum(point.positive_wh[name] + point.negative_wh[name] for point in points)
    means = [abs(point.mean[name]) for point in points]
    last = points[-1].last
    start, end = points[0].at, points[-1].until if last is None else last.at  # which is now, where it has not ended
    mean_w = energy_wh * 3600.0 / (end - start).total_seconds()
    return RunView(start, end, energy_wh, mean_w, min(means), max(means))


def _powers(reading: Reading) -> list[str]:
    """List the powers of a reading that change with time."""
    names = [each.name for each in fields(reading) if each.name.endswith("_w") and not each.name.startswith(_RATINGS)]
    return names if "power_w" in names else [*names, "power_w"]
