"""A body to be: plain values, holes that the world fills, and a list of devices; as value and as template."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from replaysandbox.scaffold.meanings import Hole


@dataclass(frozen=True, slots=True)
class Loop:
    """A list with one member for each device, which is made as `item` is."""

    item: Any


def holes_of(tree: Any) -> Iterator[Hole]:
    """List the holes of a body."""
    if isinstance(tree, Hole):
        yield tree
    elif isinstance(tree, Loop):
        yield from holes_of(tree.item)
    elif isinstance(tree, dict):
        for each in tree.values():
            yield from holes_of(each)
    elif isinstance(tree, list):
        for each in tree:
            yield from holes_of(each)


def filled(tree: Any, turn: int) -> Any:
    """Fill the holes of a body with the values of one turn; a list of devices has two members."""
    if isinstance(tree, Hole):
        return tree.tries[turn % len(tree.tries)]
    if isinstance(tree, Loop):
        return [filled(tree.item, turn + number) for number in range(2)]
    if isinstance(tree, dict):
        return {name: filled(each, turn) for name, each in tree.items()}
    return [filled(each, turn) for each in tree] if isinstance(tree, list) else tree


def turns_of(tree: Any) -> int:
    """Tell how many turns show every value of every hole."""
    return max((len(hole.tries) for hole in holes_of(tree)), default=1)


def template_of(tree: Any) -> str:
    """Write a body as a template: JSON with holes, each with a comment that says what spoke for it."""
    return "\n".join(_lines(tree, "", "", "")) + "\n"


def _lines(tree: Any, indent: str, head: str, tail: str) -> Iterator[str]:
    if isinstance(tree, Hole):
        yield f"{indent}{head}{{{{ {tree.expression} }}}}{tail} {_note(tree)}".rstrip()
    elif isinstance(tree, Loop):
        yield f"{indent}{head}[{{% for device in devices %}}"
        yield from _lines(tree.item, f"{indent}  ", "", "")
        yield f"{indent}  {{% if not loop.last %}},{{% endif %}}"
        yield f"{indent}{{% endfor %}}]{tail}"
    elif isinstance(tree, dict) and tree:
        yield f"{indent}{head}{{"
        yield from _members([(f"{_json(name)}: ", each) for name, each in tree.items()], f"{indent}  ")
        yield f"{indent}}}{tail}"
    elif isinstance(tree, list) and any(isinstance(each, dict | list | Hole | Loop) for each in tree):
        yield f"{indent}{head}["
        yield from _members([("", each) for each in tree], f"{indent}  ")
        yield f"{indent}]{tail}"
    else:
        yield f"{indent}{head}{_json(tree)}{tail}"


def _members(members: list[tuple[str, Any]], indent: str) -> Iterator[str]:
    for number, (head, each) in enumerate(members, 1):
        yield from _lines(each, indent, head, "" if number == len(members) else ",")


def _note(hole: Hole) -> str:
    if not hole.why:
        return ""
    why = hole.why.replace("#}", "# }")
    return f"{{# guess: {why}; confidence {hole.confidence} #}}"


def _json(value: Any) -> str:
    """Write JSON in which nothing looks like a hole: braces of texts are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    text = "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in text)
    for mark in ("{{", "{%", "{#"):
        text = text.replace(mark, f"\\u007b{mark[1]}")
    return text.replace("{{", "\\u007b{")
