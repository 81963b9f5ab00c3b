import pytest

from replaysandbox.render.problems import template_problems
from replaysandbox.render.render import RenderError, compile_templates, render

BOMBS = {
    "text times number": '{{ "a" * 1000000000 }}',
    "power": "{{ 2 ** 2 ** 40 }}",
    "power of a variable": "{{ n ** n ** n }}",
    "format width": '{{ "%1000000000d" % 1 }}',
    "str.format": '{{ "{:1000000000}".format(1) }}',
    "str.ljust": "{{ x.ljust(1000000000) }}",
    "list plus list": "{{ [1] + [2] }}",
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "loops over text": "{% for a in x %}" * 4 + "{% endfor %}" * 4,
    "doubling text": "{% macro f(a) %}{{ f(a ~ a) }}{% endmacro %}{{ f(x) }}",
    "branching calls": "{% macro f(n) %}{{ f(n - 1) }}{{ f(n - 1) }}{% endmacro %}{{ f(99999) }}",
    "much output": "{% for a in range(99999) %}" + "0123456789" * 100 + "{% endfor %}",
}
ESCAPES = {
    "class": "{{ x.__class__.__mro__ }}",
    "globals of a macro": "{% macro f() %}{% endmacro %}{{ f.__globals__ }}",
    "import by cycler": "{{ cycler.__init__.__globals__ }}",
    "attr filter": '{{ x | attr("__class__") }}',
    "namespace": "{% set ns = namespace() %}",
    "map": '{{ [x] | map(attribute="__class__") | list }}',
    "format_map": '{{ "{0.__class__}".format_map(x) }}',
    "mutation": "{% set y = values.append(1) %}",
    "file": '{% include "/etc/passwd" %}',
    "generator frame": "{{ (x for y in x).gi_frame }}",
}
"""Jinja escapes as published: the sandbox section of its own documentation, and SSTI collections of 2019 to 2025."""


@pytest.mark.parametrize("text", [*BOMBS.values(), *ESCAPES.values()], ids=[*BOMBS, *ESCAPES])
def test_bombs_and_escapes_end_as_errors(text: str) -> None:
    sources = {"t": text}
    problems = template_problems(sources, frozenset({"x", "n", "values"}))
    if not problems:
        with pytest.raises(RenderError):
            render(compile_templates(sources), "t", {"x": "text" * 100, "n": 99, "values": [1]})
