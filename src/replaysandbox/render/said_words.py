"""Words that templates translate by a table, seen without rendering: which words, by which table, in which line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from replaysandbox.core.reading import MODES
from replaysandbox.render.environment import Environment

_TRUTH = ("true", "false")
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "battery": {"status": ("charging", "discharging", "idle"), "charging": _TRUTH, "discharging": _TRUTH},
    "ev_charger": {"status": ("available", "connected", "charging"), "charging": _TRUTH, "connected": _TRUTH},
    "solar_inverter": {"status": ("producing", "idle"), "producing": _TRUTH},
    "vehicle": {"plugged": _TRUTH, "charging": _TRUTH, "driving": _TRUTH, "full": _TRUTH},
    "hvac": {"mode": MODES, "hold": ("permanent", "follow_schedule"), "active": _TRUTH},
}
"""Family → attribute of its reading → all it can say. Source: `core/reading.py`."""


@dataclass(frozen=True, slots=True)
class Said:
    """A word that a template may have to translate.

    Attributes:
        template: The template.
        line: Its line.
        table: The table.
        word: The word.
    """

    template: str
    line: int
    table: str
    word: str


def said_words(sources: Mapping[str, str], names: Iterable[str], family: str) -> Iterator[Said]:
    """List the words that templates translate for the devices of a family, those they include among them.

    Args:
        sources: Name → text of all templates.
        names: Those that are rendered.
        family: The family.
    """
    environment, known = Environment(sources), _WORDS.get(family, {})
    waiting, seen = [name for name in names if name in sources], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        tree = environment.parse(sources[name], name)
        parts = [part.template for part in tree.find_all(nodes.Include)]
        waiting += [part.value for part in parts if isinstance(part, nodes.Const) and part.value in sources]
        for node in tree.find_all(nodes.Filter):
            table = node.args[0] if node.name == "mapped" and node.args else None
            if isinstance(table, nodes.Const):
                yield from (Said(name, node.lineno, table.value, word) for word in known.get(_reading(node.node), ()))


def _reading(node: nodes.Node | None) -> str:
    """Name the attribute of a device's reading that an expression is; empty for none."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Getattr) and node.node.attr == "reading":
        return node.attr
    return ""
