"""Templates made of several files, joined to one at load: what they extend and include is put where it is used.

Jinja looks all of it up again with each rendering, which takes longer than the rendering. What needs that (a
`super()`, names that are only known later) stays as it is: it renders the same, only slower.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

Parse = Callable[[str], nodes.Template]

_DEEPEST = 20
"""Files within files; beyond it the template includes itself. Ours."""


def flatten(parse: Parse, name: str, known: Mapping[str, str]) -> nodes.Template | None:
    """Join a template with all that it extends and includes.

    Args:
        parse: Reads a template by name.
        name: Which one.
        known: Variables whose value is the name of a template, as far as known.

    Returns:
        One template with neither; None where that would not mean the same.
    """
    try:
        return _joined(parse, name, known, 0)
    except _NotTheSameError:
        return None


class _NotTheSameError(Exception):
    """Joined, it might not mean the same."""


def _joined(parse: Parse, name: str, known: Mapping[str, str], depth: int) -> nodes.Template:
    blocks: dict[str, nodes.Block] = {}
    tree = _checked(parse(name))
    while (parent := _parent(tree)) is not None:
        depth = _deeper(depth)
        for block in tree.find_all(nodes.Block):
            blocks.setdefault(block.name, block)
        tree = _checked(parse(parent))
    _Join(parse, blocks, known, depth).visit(tree)
    return tree


def _deeper(depth: int) -> int:
    if depth >= _DEEPEST:
        raise _NotTheSameError
    return depth + 1


def _checked(tree: nodes.Template) -> nodes.Template:
    """Refuse what depends on where it stands: `super()`, and blocks that do not see the loop they are in."""
    if any(node.name in ("super", "self") for node in tree.find_all(nodes.Name)):
        raise _NotTheSameError
    if any(each.find(nodes.Block) for each in tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock, nodes.With))):
        raise _NotTheSameError
    return tree


def _parent(tree: nodes.Template) -> str | None:
    """Give the name of the template that one extends; what else such a one says must be blocks alone."""
    if tree.find(nodes.Extends) is None:
        return None
    names = [node.template for node in tree.body if isinstance(node, nodes.Extends)]
    others = [node for node in tree.body if not isinstance(node, nodes.Extends | nodes.Block) and not _is_blank(node)]
    if len(names) != 1 or others or not isinstance(names[0], nodes.Const):
        raise _NotTheSameError
    return str(names[0].value)


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and part.data.isspace() for part in node.nodes
    )


class _Join(NodeTransformer):
    """Puts blocks and included files in their places, each in a scope of its own."""

    def __init__(self, parse: Parse, blocks: Mapping[str, nodes.Block], known: Mapping[str, str], depth: int) -> None:
        self._parse = parse
        self._blocks = blocks
        self._known = known
        self._depth = depth

    def visit_Block(self, node: nodes.Block) -> nodes.Node:  # noqa: N802  # Jinja's visitor finds methods by this name
        body = self._blocks.get(node.name, node).body
        return self.generic_visit(nodes.Scope(body, lineno=node.lineno))

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802  # as above
        target = node.template
        name = target.value if isinstance(target, nodes.Const) else self._known.get(getattr(target, "name", ""))
        if not isinstance(name, str) or not node.with_context or node.ignore_missing:
            raise _NotTheSameError
        included = _joined(self._parse, name, self._known, _deeper(self._depth))
        return nodes.Scope(included.body, lineno=node.lineno)
