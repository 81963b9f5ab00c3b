"""A pack rehearsed: each route rendered before anybody asks for it, and what cannot be told in words that help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, Final

from replaysandbox.answer import Loaded, lines_of
from replaysandbox.core.nearest import nearest
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
from replaysandbox.exercise import exercise
from replaysandbox.operations.homes import HomeView
from replaysandbox.operations.oauth import TokenView
from replaysandbox.operations.paging import Page
from replaysandbox.operations.view import ActionView, DeviceView
from replaysandbox.render.render import RenderError, rehearsed_templates
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
}
"""What templates look into, and what it is called in docs/packs.md."""

_NO_ATTRIBUTE: Final = re.compile(r"'(?:[\w.]*\.)?(\w+) object' has no attribute '(\w+)'")
_NO_WORD: Final = re.compile(r"the map '(\w+)' has no word for '(.*)', and no '\*'")
_KEY: Final = re.compile(r'"((?:[^"\\]|\\.)*)":')


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """One thing that a template cannot say.

    Attributes:
        template: Its file in the pack's `templates/`.
        line: Its line, from 1; 0 where that is not known.
        reason: What is wrong.
        hint: What would mend it.
        about: What was asked when it was first seen.
    """

    template: str
    line: int
    reason: str
    hint: str
    about: str


def rehearse(loaded: Loaded, pack: Pack, instants: Sequence[datetime], homes: int) -> list[Flaw]:
    """Ask a pack all it can be asked, and note what its templates cannot say.

    Args:
        loaded: Packs and world.
        pack: The pack.
        instants: Instants of the reads.
        homes: How many homes' devices are asked for.

    Returns:
        What is wrong, each once, in the order of files and lines.
    """
    templates = rehearsed_templates(pack.templates, lines_of(pack))
    rehearsing = replace(
        loaded,
        packs={**loaded.packs, pack.name: pack},
        templates={**loaded.templates, pack.name: templates},
    )
    found = {(flaw.template, flaw.line, flaw.reason): flaw for flaw in _unsaid(pack)}
    failures = templates.failures
    assert failures is not None, "rehearsed templates note them"  # noqa: S101  # a bug of ours
    for told in exercise(rehearsing, pack, instants, homes):
        for error in failures:
            flaw = _flaw(pack, error, told.ask.about)
            found.setdefault((flaw.template, flaw.line, flaw.reason), flaw)
        failures.clear()
    return sorted(found.values())


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
    return Flaw(template, line, reason, hint, about)


def _missing(kind: str, name: str) -> tuple[str, str]:
    found = next(((each, said) for each, said in _SEEN.items() if each.__name__ == kind), None)
    if found is None:
        return f"there is no '{name}' here", "ask for it with | default(…) where it may be missing"
    seen, said = found
    return f"{said} has no '{name}'", nearest(name, _names(seen))


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
