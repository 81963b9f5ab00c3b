"""Jinja's immutable sandbox, narrowed and bounded: a pack may come from the Internet.

Templates see only what they are given, may use only our filters, and their work is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

import orjson
from jinja2 import DictLoader, StrictUndefined, Template, Undefined, nodes
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError, TemplateNotFound
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from replaysandbox.core.limits import USUAL
from replaysandbox.render.filters import FILTERS, counted, to_json
from replaysandbox.render.flatten import flatten
from replaysandbox.render.holes import Hole, HoleError, guarded_filters, guarded_tests

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

    def __init__(self, most: int = USUAL.template_steps) -> None:
        self.steps = 0
        self._most = most

    def spend(self) -> None:
        """Count one step; raises where there are too many."""
        self.steps += 1
        if self.steps > self._most:
            raise SecurityError(f"takes more than {self._most} steps")


class _Bounds(NodeTransformer):
    """Puts our own filters where a template loops or joins text."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  # Jinja's visitor finds methods by this name
        node.iter = _filtered(node.iter, "__counted")
        return self.generic_visit(node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  # as above
        return self.generic_visit(_filtered(nodes.List(node.nodes, lineno=node.lineno), "__joined"))


def _filtered(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def as_json(value: Any) -> str:
    """Write the value of a hole as JSON; what is JSON already stays as it is."""
    kind = type(value)
    if kind is str:
        return orjson.dumps(value).decode()
    if kind is float and isfinite(value):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is Hole:
        return str(value.mark())
    if isinstance(value, Markup | Undefined):
        return str(value)  # of an undefined one it raises, and says what is undefined
    return to_json(value).decode()


def _as_text(value: Any) -> str:
    """Write the value of a hole as text; numbers and truth values as JSON writes them."""
    return str(value) if isinstance(value, str | Undefined) else to_json(value).decode()


def _as_page_text(value: Any) -> str:
    """Write the value of a hole as text of a page."""
    return str(value) if isinstance(value, Markup) else str(escape(_as_text(value)))


class _Writer(CodeGenerator):
    """Writes each hole's value as JSON, where Jinja escapes it for HTML."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:  # noqa: ARG002  # Jinja's signature
        self.write("environment.written(")

    def _output_child_post(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:  # noqa: ARG002  # as above
        self.write(")")


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's immutable sandbox, narrowed to our filters and bounded."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})
    code_generator_class = _Writer
    written = staticmethod(as_json)

    def __init__(self, sources: Mapping[str, str], *, join: bool = True) -> None:
        super().__init__(
            loader=DictLoader(dict(sources)),
            undefined=StrictUndefined,
            autoescape=True,  # marks what is JSON already (included blocks, macros), so that it is written only once
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.filters = guarded_filters(FILTERS)
        self.tests = dict(guarded_tests(self.tests))
        self.filters |= {"__counted": counted, "__joined": _joined}
        self.globals = {"range": safe_range}
        self._sources = sources
        self._join = join  # joined templates are quicker, and have forgotten which line was whose
        self._fields: dict[type, frozenset[str]] = {}
        self._joined: dict[tuple[str, str], Template] = {}

    def joined(self, name: str, item: str) -> Template:
        """Give a template, joined with all it extends and includes; compiled when first asked for.

        Args:
            name: Its name.
            item: Name of the template that the variable `item` stands for.
        """
        found = self._joined.get((name, item))
        if found is None:
            code = self._compiled(name, item) if self._join else None
            found = (
                Template.from_code(self, code, self.make_globals(None)) if code is not None else self.get_template(name)
            )
            self._joined[name, item] = found
        return found

    def _compiled(self, name: str, item: str) -> Any:
        tree = flatten(lambda part: self.parse(self._source(part), part), name, {"item": item})
        return self.compile(tree, name) if tree is not None else None

    def _source(self, name: str) -> str:
        if name not in self._sources:
            raise TemplateNotFound(name)
        return self._sources[name]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Bounds().visit(tree)
        return tree

    def wrap_str_format(self, value: Any) -> None:
        """Give `str.format` no leave: `is_safe_attribute` then refuses it."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read plain attributes of our own frozen values at once; Jinja's checks take 15 µs for each."""
        kind = type(obj)
        known = self._fields.get(kind)
        if known is None:
            known = self._fields[kind] = _plain_attributes(kind)
        if attribute in known:
            return getattr(obj, attribute)
        if kind is Hole:
            raise HoleError
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Read a member, of anything but a hole."""
        if type(obj) is Hole:
            raise HoleError
        return super().getitem(obj, argument)

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


def _plain_attributes(kind: type) -> frozenset[str]:
    """List fields and properties of a value of ours, which are what they look like."""
    if not (is_dataclass(kind) and kind.__module__.startswith("replaysandbox.")):
        return frozenset()
    properties = (name for name in dir(kind) if isinstance(getattr(kind, name), property))
    return frozenset(name for name in (*(each.name for each in fields(kind)), *properties) if name[0] != "_")


class TextEnvironment(Environment):
    """The same for plain text: header fields, and bodies of plain text."""

    written = staticmethod(_as_text)


class PageEnvironment(Environment):
    """The same for pages: what stands in a hole is text and never a tag."""

    written = staticmethod(_as_page_text)


def _small_number(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and abs(value) < MAX_NUMBER)


def _joined(parts: list[Any]) -> str:
    text = "".join([str(part) for part in parts])
    if len(text) > MAX_TEXT:
        raise SecurityError(f"joins more than {MAX_TEXT} characters")
    return text
