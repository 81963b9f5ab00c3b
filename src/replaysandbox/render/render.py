"""Template → bytes. Templates are JSON with holes; each hole's value is written as JSON by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from jinja2 import Template, TemplateError

from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.render.environment import Budget, Environment, TextEnvironment

FAILURES = (
    TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    RecursionError,
    AttributeError,
    NameError,  # Jinja writes the number 1e999 as the name `inf`
)
"""What a template may fail with."""


class RenderError(Exception):
    """A template that cannot render; the answer becomes a 500 of ours, never a forwarded call."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Compiled templates of one pack: files by name, and lines of text (header fields) by themselves."""

    environment: Environment
    lines: Mapping[str, Template] = field(default_factory=dict, repr=False)
    limits: Limits = USUAL


def has_holes(text: str) -> bool:
    """Tell whether a line of text is a template."""
    return "{{" in text or "{%" in text


def compile_templates(sources: Mapping[str, str], lines: Iterable[str] = (), limits: Limits = USUAL) -> Templates:
    """Make templates ready; call `template_problems` first to have their mistakes told kindly.

    Args:
        sources: Name → text of a template of JSON.
        lines: Lines of text; those with holes become templates.
        limits: How much a template may make, in how many steps.
    """
    text = TextEnvironment({})
    return Templates(Environment(sources), {line: text.from_string(line) for line in lines if has_holes(line)}, limits)


def render_line(templates: Templates, line: str, values: Mapping[str, Any]) -> str:
    """Fill the holes of a line of text.

    Raises:
        RenderError: A value is undefined, or what came out cannot stand in a header field.
    """
    if line not in templates.lines:
        return line
    try:
        text = templates.lines[line].render({**values, "__budget": Budget(templates.limits.template_steps)}).strip()
    except FAILURES as error:
        raise RenderError(f"{line}: {error}") from error
    if not (text.isascii() and text.isprintable()):
        raise RenderError(f"{line}: makes {text[:80]!r}, which no header field can hold")
    return text


def render(templates: Templates, name: str, values: Mapping[str, Any]) -> bytes:
    """Render a template to compact JSON.

    Args:
        templates: Compiled templates of a pack.
        name: Which of them.
        values: What it sees.

    Raises:
        RenderError: A value is undefined, a bound is passed, or the text is not JSON.
    """
    pieces: list[str] = []
    length = 0
    try:
        template = templates.environment.joined(name, values.get("item", ""))
        context = template.new_context({**values, "__budget": Budget(templates.limits.template_steps)})
        for piece in template.root_render_func(context):
            length += len(piece)
            if length > templates.limits.template_bytes:
                raise RenderError(f"{name}: makes more than {templates.limits.template_bytes} characters")
            pieces.append(piece)
        text = "".join(pieces)
    except FAILURES as error:
        raise RenderError(f"{name}: {error}") from error
    if not text.strip():
        return b""
    try:
        return orjson.dumps(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise RenderError(
            f"{name}: does not make JSON: {error}; near {text[max(0, error.pos - 30) : error.pos + 30]!r}"
        ) from error
