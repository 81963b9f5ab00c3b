"""The memory is invisible: whatever a template says, it says the same with it. Packs: tests/api/test_remembered.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.render.holes import CLOSE, OPEN
from replaysandbox.render.remembered import LONGEST_BODY, Remembered, Source, render_again
from replaysandbox.render.render import RenderError, Templates, compile_templates, render

AT = datetime(2026, 6, 1, 12, 30, 15, 123456, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    at: datetime
    level: float

    @property
    def full(self) -> bool:
        """Whether nothing more goes in."""
        return self.level >= 100


@dataclass(frozen=True, slots=True)
class View:
    id: str
    reading: Reading
    seen: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    id: Any


def always(source: Source) -> Mapping[str, Any]:
    return {
        "at": source("at"),
        "latency_ms": source("latency_ms"),
        "request": Sent(source("id")),
        "record_of": source("record_of"),
    }


def source_at(at: datetime, number: int) -> Source:
    values = {"at": at, "id": f"req_{number}", "latency_ms": number, "record_of": lambda name: f"{name} {number}"}
    return values.__getitem__


@dataclass(frozen=True, slots=True)
class Kept:
    id: str
    body: Any


@pytest.mark.parametrize(("one", "other"), [(1, True), ({"on": 0}, {"on": False}), ([{"a": [1]}], [{"a": [True]}])])
def test_numbers_and_truth_values_are_told_apart(one: object, other: object) -> None:
    known: dict[str, Any] = {}
    templates = compile_templates({"t": "{{ record.body }}"})
    for number, body in enumerate((one, one, other, other, one)):
        again, fresh = both(known, templates, {"record": Kept("a", body)}, AT, number)
        assert again == fresh


def view(at: datetime, level: float, name: str = "a") -> View:
    return View(name, Reading(at, level), at)


def both(
    known: dict[str, Any], templates: Templates, given_: Mapping[str, Any], at: datetime, number: int
) -> tuple[Any, Any]:
    """Render with the memory and without; where it cannot be, how it fails."""
    source = source_at(at, number)
    return (
        _outcome(partial(render_again, known, templates, "t", given_, always, source)),
        _outcome(partial(render, templates, "t", {**always(source), **given_})),
    )


def _outcome(made: Callable[[], bytes]) -> bytes | str:
    try:
        return made()
    except RenderError as error:
        return str(error)


REMEMBERED = [
    '{"l": {{ device.reading.level }}, "at": {{ at | iso_ms }}, "id": {{ request.id }}, "ms": {{ latency_ms }} }',
    "[{{ device.seen | iso_ms }}, {{ device.reading.at | epoch_ms }}, {{ at | plus(60) | iso_s }}]",
    "[{% if device.reading.full %}{{ at | iso_s }}{% else %}{{ device.id }}{% endif %}]",
    "{% set car = device.reading %}[{{ car.level }}, {{ car.at | strftime('%H:%M') }}]",
    "[{{ at is defined }}, {{ at is none }}, {{ at | iso_ms }}, {{ at | iso_ms }}]",
    "[{% for each in [1, 2] %}{{ at | iso_ms }}{% if not loop.last %},{% endif %}{% endfor %}]",
    '{% macro one(x) %}{"x": {{ x }} }{% endmacro %}[{{ one(at | iso_s) }}]',
]

AS_EVER = [
    '"{{ latency_ms }} ms"',
    '{{ "id " ~ request.id }}',
    "{% if latency_ms > 3 %}1{% else %}2{% endif %}",
    "{% if at %}1{% else %}2{% endif %}",
    "{{ at.year }}",
    "{{ at.year is defined }}",
    "{{ latency_ms is number }}",
    "{{ latency_ms + 1 }}",
    "{{ latency_ms | round }}",
    "{{ at == device.seen }}",
    '{ {{ request.id }}: 1, "a": {{ request.id }} }',
    "{ {{ request.id }}: 1, {{ request.id }}: 2 }",
    '{{ {"a": request.id} }}',
    "{{ [latency_ms] }}",
    "{{ record_of('x') }}",
    "{{ at }}",
    "{{ nobody }}",
    f'["{OPEN}0{CLOSE}", {{{{ request.id }}}}]',
    f'["\\"{OPEN}0{CLOSE}", {{{{ request.id }}}}]',
    '"' + "x" * LONGEST_BODY + '"',
]


@pytest.mark.parametrize("text", REMEMBERED + AS_EVER)
def test_it_says_the_same_with_and_without(text: str) -> None:
    templates, known = compile_templates({"t": text}), dict[str, Any]()
    for number in range(6):
        at = AT + timedelta(seconds=number)
        with_it, without = both(known, templates, {"device": view(at, 100.0 if number > 3 else 50.0)}, at, number)
        assert with_it == without
        assert (known["body"].form is not None) is (text in REMEMBERED)


@pytest.mark.parametrize("text", REMEMBERED)
def test_what_has_not_changed_is_not_rendered_again(text: str) -> None:
    templates, known = compile_templates({"t": text}), dict[str, Any]()
    seen = set()
    for number in range(3):
        at = AT + timedelta(seconds=number)
        both(known, templates, {"device": view(at, 50.0)}, at, number)
        seen.add(id(known["body"]))
    assert len(seen) == 1


def test_other_templates_remember_nothing() -> None:
    known: dict[str, Any] = {}
    for text in ('"one"', '"two"'):
        with_it, without = both(known, compile_templates({"t": text}), {}, AT, 1)
        assert with_it == without
    assert isinstance(known["body"], Remembered)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), min_size=1, max_size=12))
def test_lists_whose_members_change(asked: list[tuple[int, int, bool]]) -> None:
    text = (
        "[{% for d in devices %}[{{ d.id }}, {{ d.seen | iso_s }}, {{ d.reading.level }}],{% endfor %}{{ request.id }}]"
    )
    templates, known = compile_templates({"t": text}), dict[str, Any]()
    for number, (length, level, stale) in enumerate(asked):
        at = AT + timedelta(seconds=number)
        seen = AT - timedelta(days=1) if stale else at
        devices = [View(str(each), Reading(seen, level + each), seen) for each in range(length)]
        with_it, without = both(known, templates, {"devices": devices}, at, number)
        assert with_it == without
