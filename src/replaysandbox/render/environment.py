"""Jinja's immutable sandbox, narrowed and bounded: a pack may come from the Internet.

Templates see only what they are given, may use only our filters, and their work is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from jinja2 import DictLoader, StrictUndefined, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from replaysandbox.render.filters import FILTERS, to_json

MAX_STEPS = 200_000
"""Most loop rounds and calls of one rendering. Ours: a list of 50 devices takes some 500."""

MAX_TEXT = 100_000
"""Longest text a template may join. Ours. [characters]"""

MAX_NUMBER = 1 << 256
"""Largest whole number a template may compute with. Ours."""

_TEXT_METHODS_THAT_BLOW_UP = frozenset(
    {
        "format",
        "format_map",
        "center",
        "ljust",
        "rjust",
        "zfill",
        "expandtabs",
        "replace",
        "translate",
        "encode",
        "join",
    }
)


class Budget:
    """Counts the steps of one rendering."""

    def __init__(self) -> None:
        self.steps = 0

    def spend(self) -> None:
        """Count one step; raises where there are too many."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise SecurityError(f"takes more than {MAX_STEPS} steps")


class _Bounds(NodeTransformer):
    """Puts our own filters where a template loops, joins text, or writes a value."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  # Jinja's visitor finds methods by this name
        node.iter = _filtered(node.iter, "__counted")
        return self.generic_visit(node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  # as above
        return self.generic_visit(_filtered(nodes.List(node.nodes, lineno=node.lineno), "__joined"))

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802  # as above
        node.nodes = [
            part if isinstance(part, nodes.TemplateData) else _filtered(part, "__json") for part in node.nodes
        ]
        return self.generic_visit(node)


class _TextBounds(_Bounds):
    """The same for a template of plain text: each hole's value is written as it is."""

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802  # as above
        node.nodes = [
            part if isinstance(part, nodes.TemplateData) else _filtered(part, "__text") for part in node.nodes
        ]
        return self.generic_visit(node)


def _filtered(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's immutable sandbox, narrowed to our filters and bounded."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})
    bounds: NodeTransformer = _Bounds()

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__(
            loader=DictLoader(dict(sources)),
            undefined=StrictUndefined,
            autoescape=True,  # marks what is JSON already (included blocks, macros), so that it is written only once
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.filters = dict(FILTERS)
        self.filters |= {"__counted": _counted, "__json": _as_json, "__joined": _joined, "__text": _as_text}
        self.globals = {"range": range}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        self.bounds.visit(tree)
        return tree

    def wrap_str_format(self, value: Any) -> None:
        """Give `str.format` no leave: `is_safe_attribute` then refuses it."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read plain attributes of our own frozen values at once; Jinja's checks take 15 µs for each."""
        if attribute[0] != "_" and hasattr(type(obj), "__dataclass_fields__"):
            value = getattr(obj, attribute, None)
            if value is not None and not callable(value):
                return value
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Refuse what Jinja's sandbox refuses, and methods that make long text of short."""
        if isinstance(obj, str) and attr in _TEXT_METHODS_THAT_BLOW_UP:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # Jinja's own signature: keeps names free for kwargs
        """Count a call, and make it."""
        __context["__budget"].spend()
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Count an operation, and make it with moderate numbers only."""
        context["__budget"].spend()
        if not (_small_number(left) and _small_number(right)) or (operator == "**" and abs(right) > 64):
            raise SecurityError(f"'{operator}' takes moderate numbers only; join text with ~")
        return super().call_binop(context, operator, left, right)


class TextEnvironment(Environment):
    """The same for plain text: header fields."""

    bounds = _TextBounds()


def _small_number(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and abs(value) < MAX_NUMBER)


@pass_context
def _counted(context: Context, values: Any) -> Iterator[Any]:
    budget = context["__budget"]
    for value in values:
        budget.spend()
        yield value


def _joined(parts: list[Any]) -> str:
    text = "".join([str(part) for part in parts])
    if len(text) > MAX_TEXT:
        raise SecurityError(f"joins more than {MAX_TEXT} characters")
    return text


def _as_text(value: Any) -> Any:
    """Write the value of a hole as text; numbers and truth values as JSON writes them."""
    if isinstance(value, str | Undefined):
        return Markup(value)  # noqa: S704  # no HTML anywhere: marked so that nothing is escaped
    return Markup(to_json(value).decode())  # noqa: S704  # as above


def _as_json(value: Any) -> Any:
    """Write the value of a hole as JSON; what is JSON already stays as it is."""
    if type(value) is str:
        return Markup(orjson.dumps(value).decode())  # noqa: S704  # as below
    if isinstance(value, Markup):
        return value
    if isinstance(value, Undefined):
        return Markup(value)  # noqa: S704  # raises, and says what is undefined
    return Markup(to_json(value).decode())  # noqa: S704  # not HTML: the bytes are JSON that orjson wrote
