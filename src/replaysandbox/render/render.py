"""Template → bytes. Templates are JSON with holes, each value written as JSON by itself; or pages, or plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from jinja2 import Template, TemplateError

from replaysandbox.core.limits import USUAL, Limits
from replaysandbox.render.environment import Budget, Environment, PageEnvironment, TextEnvironment

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
    """A template that cannot render; the answer becomes a 500 of ours, never a forwarded call.

    Attributes:
        template: The template in which it went wrong.
        line: Its line, from 1; 0 where that is not known.
        reason: What went wrong.
        near: What was written last, where the whole is no JSON.
        field: Line of text of a header field that it went wrong in; empty where it was a template.
    """

    def __init__(
        self, message: str, template: str = "", line: int = 0, reason: str = "", near: str = "", field: str = ""
    ) -> None:
        super().__init__(message)
        self.template = template
        self.line = line
        self.reason = reason or message
        self.near = near
        self.field = field


@dataclass(frozen=True, slots=True)
class Templates:
    """Compiled templates of one pack: files by name, and lines of text (header fields) by themselves.

    Attributes:
        environment: Of the files that make JSON.
        others: Ending of a name → environment of the files that make something else.
        lines: Lines with holes.
        failures: Where what could not be rendered is noted; None: nowhere.
        limits: How much a template may make, in how many steps.
    """

    environment: Environment
    others: Mapping[str, Environment] = field(default_factory=dict, repr=False)
    lines: Mapping[str, Template] = field(default_factory=dict, repr=False)
    failures: list[RenderError] | None = None
    limits: Limits = USUAL


def has_holes(text: str) -> bool:
    """Tell whether a line of text is a template."""
    return "{{" in text or "{%" in text


def compile_templates(sources: Mapping[str, str], lines: Iterable[str] = (), limits: Limits = USUAL) -> Templates:
    """Make templates ready; call `template_problems` first to have their mistakes told kindly.

    Args:
        sources: Name → text of a template: of a page where the name ends in `.html.j2`, of plain text in `.txt.j2`,
            else of JSON.
        lines: Lines of text; those with holes become templates.
        limits: How much a template may make, in how many steps.
    """
    others = {".html.j2": PageEnvironment(sources), ".txt.j2": TextEnvironment(sources)}
    return Templates(Environment(sources), others, _line_templates(lines), limits=limits)


def rehearsed_templates(sources: Mapping[str, str], lines: Iterable[str] = ()) -> Templates:
    """Make templates ready so that what cannot be rendered is noted with its file and line; slower."""
    others = {".html.j2": PageEnvironment(sources), ".txt.j2": TextEnvironment(sources)}
    return Templates(Environment(sources, join=False), others, _line_templates(lines), [])


def _line_templates(lines: Iterable[str]) -> dict[str, Template]:
    text = TextEnvironment({})
    return {line: text.from_string(line) for line in lines if has_holes(line)}


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
        raise RenderError(f"{line}: {error}", field=line) from error
    if not (text.isascii() and text.isprintable()):
        raise RenderError(f"{line}: makes {text[:80]!r}, which no header field can hold", field=line)
    return text


def render(templates: Templates, name: str, values: Mapping[str, Any]) -> bytes:
    """Render a template: to compact JSON, unless its name says otherwise.

    Args:
        templates: Compiled templates of a pack.
        name: Which of them.
        values: What it sees.

    Raises:
        RenderError: A value is undefined, a bound is passed, or the text is not JSON.
    """
    pieces: list[str] = []
    length = 0
    other = next((each for ending, each in templates.others.items() if name.endswith(ending)), None)
    try:
        template = (other or templates.environment).joined(name, values.get("item", ""))
        context = template.new_context({**values, "__budget": Budget(templates.limits.template_steps)})
        for piece in template.root_render_func(context):
            length += len(piece)
            if length > templates.limits.template_bytes:
                raise RenderError(f"{name}: makes more than {templates.limits.template_bytes} characters")
            pieces.append(piece)
        text = "".join(pieces)
    except FAILURES as error:
        raise RenderError(f"{name}: {error}", *_place(error, name), str(error)) from error
    if other is not None:
        return text.encode()
    if not text.strip():
        return b""
    try:
        return orjson.dumps(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        near = text[max(0, error.pos - 30) : error.pos + 30]
        reason = f"does not make JSON: {error}; near {near!r}"
        raise RenderError(f"{name}: {reason}", name, 0, reason, text[max(0, error.pos - 300) : error.pos]) from error


def _place(error: BaseException, name: str) -> tuple[str, int]:
    """Tell in which template and line an error was raised: the innermost of those on the way."""
    place, trace = (name, 0), error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            place = template.name or name, template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return place
