"""Template → bytes. Templates are JSON with holes; each hole's value is written as JSON by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from jinja2 import TemplateError

from replaysandbox.render.environment import Budget, Environment

MAX_OUTPUT = 8_000_000
"""Longest body a template may make. Ours: a list of 50 devices takes 0.05 MB. [characters]"""


class RenderError(Exception):
    """A template that cannot render; the answer becomes a 500 of ours, never a forwarded call."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Compiled templates of one pack."""

    environment: Environment


def compile_templates(sources: Mapping[str, str]) -> Templates:
    """Make templates ready; call `template_problems` first to have their mistakes told kindly."""
    return Templates(Environment(sources))


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
        context = template.new_context({**values, "__budget": Budget()})
        for piece in template.root_render_func(context):
            length += len(piece)
            if length > MAX_OUTPUT:
                raise RenderError(f"{name}: makes more than {MAX_OUTPUT} characters")
            pieces.append(piece)
        text = "".join(pieces)
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        RecursionError,
        AttributeError,
    ) as error:
        raise RenderError(f"{name}: {error}") from error
    if not text.strip():
        return b""
    try:
        return orjson.dumps(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise RenderError(
            f"{name}: does not make JSON: {error}; near {text[max(0, error.pos - 30) : error.pos + 30]!r}"
        ) from error
