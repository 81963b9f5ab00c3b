"""A pack rehearsed: each route rendered before anybody asks for it, and what cannot be told in words that help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, Final

from replaysandbox.answer import Loaded, lines_of
from replaysandbox.asking.events import messages
from replaysandbox.core.exchange import header
from replaysandbox.core.nearest import nearest_and_all
from replaysandbox.core.pack import Pack
from replaysandbox.core.profile import Model
from replaysandbox.core.reading import (
    BatteryReading,
    EvChargerReading,
    HomeReading,
    HvacReading,
    SolarReading,
    VehicleReading,
)
from replaysandbox.core.record import RecordView
from replaysandbox.core.scenario import Place
from replaysandbox.exercise import Exercise, Told
from replaysandbox.notify import EventView
from replaysandbox.operations.homes import HomeView
from replaysandbox.operations.oauth import TokenView
from replaysandbox.operations.paging import Page
from replaysandbox.operations.view import ActionView, DeviceView
from replaysandbox.render.render import RenderError, rehearsed_templates, render
from replaysandbox.render.reply import ErrorView, RequestView
from replaysandbox.render.said_words import said_words

_SEEN: Final[Mapping[type, str]] = {
    DeviceView: "a device",
    Model: "a device's model",
    Place: "a place",
    BatteryReading: "a battery's reading",
    VehicleReading: "a vehicle's reading",
    EvChargerReading: "a charger's reading",
    HvacReading: "an HVAC's reading",
    SolarReading: "an inverter's reading",
    HomeReading: "a home's (or meter's) reading",
    HomeView: "a home",
    ActionView: "an action",
    Page: "page",
    TokenView: "token",
    RecordView: "a record",
    ErrorView: "error",
    RequestView: "request",
    EventView: "event",
}
"""What templates look into, and what it is called in docs/packs.md."""

_NO_ATTRIBUTE: Final = re.compile(r"'(?:[\w.]*\.)?(\w+) object' has no attribute '(\w+)'")
_NO_WORD: Final = re.compile(r"the map '(\w+)' has no word for '(.*)', and no '\*'")
_KEY: Final = re.compile(r'"((?:[^"\\]|\\.)*)":')


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """One thing that a template cannot say.

    Attributes:
        template: Its file in the pack's `templates/`; empty where it is a header field of pack.yaml.
        line: Its line, from 1; 0 where that is not known.
        reason: What is wrong.
        hint: What would mend it.
        about: What was asked when it was first seen.
        field: Text of the header field, or empty.
    """

    template: str
    line: int
    reason: str
    hint: str
    about: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a rehearsal.

    Attributes:
        flaws: What is wrong, each once, in the order of files and lines.
        silent: Routes that rendered no success, and webhooks that were not rendered → why not, in short.
        said: How many routes rendered one.
    """

    flaws: tuple[Flaw, ...]
    silent: Mapping[str, str]
    said: int


def rehearse(loaded: Loaded, pack: Pack, instants: Sequence[datetime], homes: int) -> Rehearsed:
    """Ask a pack all it can be asked and have it tell its webhooks, and note what its templates cannot say.

    Args:
        loaded: Packs and world.
        pack: The pack.
        instants: Instants of the reads.
        homes: How many homes' devices are asked for.
    """
    templates = rehearsed_templates(pack.templates, lines_of(pack))
    rehearsing = replace(
        loaded,
        packs={**loaded.packs, pack.name: pack},
        templates={**loaded.templates, pack.name: templates},
    )
    found = {(flaw.template, flaw.field, flaw.line, flaw.reason): flaw for flaw in _unsaid(pack)}
    failures = templates.failures
    assert failures is not None, "rehearsed templates note them"  # noqa: S101  # a bug of ours
    exercise, rendered = Exercise(rehearsing, pack), _Rendered(pack)
    for about in chain(
        _asked(exercise, instants, homes, rendered), _told(rehearsing, pack, exercise, instants[-1], rendered)
    ):
        for error in failures:
            flaw = _flaw(pack, error, about)
            found.setdefault((flaw.template, flaw.field, flaw.line, flaw.reason), flaw)
        failures.clear()
    return Rehearsed(tuple(sorted(found.values())), rendered.silent(), rendered.said())


class _Rendered:
    """Which routes and webhooks rendered what they say when all is well; and why the others did not."""

    def __init__(self, pack: Pack) -> None:
        events = pack.webhooks.events.values() if pack.webhooks else ()
        self._routes = dict.fromkeys((route.name for route in pack.routes), "not asked")
        self._routes |= {route.name: "always refuses" for route in pack.routes if route.operation == "refuse"}
        self._webhooks = dict.fromkeys((event.name for several in events for event in several), "nothing to tell")

    def asked(self, told: Told) -> None:
        """Note an answer: a success, or the first reason why a request that should have had one did not."""
        seen = told.seen
        if seen.status < 400 and not told.refused:
            self._routes[told.route] = ""
        elif self._routes.get(told.route) == "not asked" and not _meant_to_fail(told):
            self._routes[told.route] = f"{seen.status} {told.refused}".strip()

    def told(self, event: str) -> None:
        """Note a webhook."""
        self._webhooks[event] = ""

    def silent(self) -> Mapping[str, str]:
        """Tell which rendered nothing, and why."""
        webhooks = {f"webhook {name}": why for name, why in self._webhooks.items()}
        return {name: why for name, why in (self._routes | webhooks).items() if why}

    def said(self) -> int:
        """Count the routes that rendered a success."""
        return sum(not why for why in self._routes.values())


def _meant_to_fail(told: Told) -> bool:
    return told.ask.wrong or header(told.ask.request.headers, "x-sandbox-fault") is not None


def _asked(exercise: Exercise, instants: Sequence[datetime], homes: int, rendered: _Rendered) -> Iterator[str]:
    """Ask all there is to be asked, and say each time what was asked."""
    for told in exercise.all(instants, homes):
        rendered.asked(told)
        yield told.ask.about


def _told(loaded: Loaded, pack: Pack, exercise: Exercise, at: datetime, rendered: _Rendered) -> Iterator[str]:
    """Have the pack tell all it tells by itself, and say each time what was told."""
    for message in messages(loaded, pack, exercise.session, at):
        rendered.told(message.event)
        yield f"webhook {message.event}"
    challenge = pack.webhooks.challenge if pack.webhooks else None
    if challenge is not None:
        templates = loaded.templates[pack.name]
        try:
            render(templates, challenge.template, {"challenge": "0" * 32, "at": at, "id": "msg", "uuid": "uuid"})
        except RenderError as error:
            if templates.failures is not None:
                templates.failures.append(error)
        yield "the challenge of webhooks"


def _unsaid(pack: Pack) -> Iterator[Flaw]:
    """Find words of devices for which a map has none, whether they come up or not."""
    for route in pack.routes:
        for each in said_words(pack.templates, (route.template, route.item), route.family):
            words = pack.maps.get(each.table)
            if words is not None and each.word not in words and "*" not in words:
                reason = f"the map '{each.table}' has no word for '{each.word}', and no '*'"
                yield Flaw(each.template, each.line, reason, _word_hint(each.table, each.word), route.name)


def _word_hint(table: str, word: str) -> str:
    return f"add '{word}', or '*' for all others, to maps.{table} in pack.yaml"


def _flaw(pack: Pack, error: RenderError, about: str) -> Flaw:
    """Say in words of the pack what went wrong."""
    attribute, word = _NO_ATTRIBUTE.search(error.reason), _NO_WORD.search(error.reason)
    reason, hint = error.reason, "see what templates see in docs/packs.md"
    if attribute:
        reason, hint = _missing(attribute[1], attribute[2])
    elif word:
        hint = _word_hint(word[1], word[2])
    elif error.near:
        hint = "look for a comma missing or too many, and for quotes around a hole: it writes its own"
    template, line = error.template, error.line
    if error.near:
        template, line, key = _written_at(pack, error.near, error.template)
        reason = f'does not make JSON: what comes after "{key}" is wrong' if key else reason
    return Flaw(template, line, reason, hint, about, error.field)


def _missing(kind: str, name: str) -> tuple[str, str]:
    found = next(((each, said) for each, said in _SEEN.items() if each.__name__ == kind), None)
    if found is None:
        return f"there is no '{name}' here", "ask for it with | default(…) where it may be missing"
    seen, said = found
    return f"{said} has no '{name}'", nearest_and_all(name, _names(seen))


def _names(seen: type) -> Iterator[str]:
    own = {each.name for each in fields(seen)} if is_dataclass(seen) else set()
    properties = {name for name in dir(seen) if isinstance(getattr(seen, name, None), property)}
    yield from (name for name in sorted(own | properties) if not name.startswith("_"))


def _written_at(pack: Pack, near: str, template: str) -> tuple[str, int, str]:
    """Find the line that wrote what no JSON goes on from, and the key that was written last, by which it is found."""
    keys: list[Any] = _KEY.findall(near)
    for key in reversed(keys):
        for name in (template, *(each for each in pack.templates if each != template)):
            for number, line in enumerate(pack.templates.get(name, "").splitlines(), 1):
                if f'"{key}":' in line:
                    return name, number, key
    return template, 0, ""
