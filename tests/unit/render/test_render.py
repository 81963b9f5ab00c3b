import json
import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replaysandbox.core.limits import USUAL
from replaysandbox.render.filters import to_json
from replaysandbox.render.render import RenderError, compile_templates, render

AT = datetime(2026, 6, 1, 12, 30, 15, 123456, tzinfo=UTC)


def made(text: str, **values: object) -> object:
    return json.loads(render(compile_templates({"t": text}), "t", values))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": {{ x }}}', {"a": 'say "hi"\n</script>'}),
        ('{"a": {{ "/p/" ~ x }}}', {"a": '/p/say "hi"\n</script>'}),
        (
            '{"a": {{ none }}, "b": {{ true }}, "c": {{ "x" }}, "d": {{ 5 }}}',
            {"a": None, "b": True, "c": "x", "d": 5},
        ),
        ("{{ [1, 2.0, {'k': 0.5}] }}", [1, 2, {"k": 0.5}]),
        ("{{ w | kw }}", 1.235),
        ("{{ (0 - w) | kw(1) }}", -1.2),
        ("{{ 100 | miles }}", 62.1),
        ("{{ 20 | fahrenheit }}", 68),
        ("{{ at | iso_ms }}", "2026-06-01T12:30:15.123Z"),
        ("{{ at | iso_s }}", "2026-06-01T12:30:15Z"),
        ("{{ at | epoch_ms }}", 1780317015123),
        ("[{% for i in range(3) %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}]", [0, 1, 2]),
        (
            '{% macro pair(a) %}{"a": {{ a }}}{% endmacro %}[{{ pair(1) }}, {{ pair("x") }}]',
            [{"a": 1}, {"a": "x"}],
        ),
    ],
)
def test_holes_are_written_as_json(text: str, value: object) -> None:
    assert made(text, x='say "hi"\n</script>', w=1234.6, at=AT) == value


def test_blocks_and_includes_join() -> None:
    sources = {
        "base": '{"data": {% block data %}{% endblock %}, "n": {{ n }}}',
        "list": '{% extends "base" %}{% block data %}[{% for v in vs %}{% include item %}{% endfor %}]{% endblock %}',
        "item": '{"v": {{ v }}}',
    }
    body = render(compile_templates(sources), "list", {"vs": ["a"], "n": 1, "item": "item"})
    assert body == b'{"data":[{"v":"a"}],"n":1}'


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.text()
        | st.integers(-(2**53), 2**53)
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_json_value_survives_a_hole(value: object) -> None:
    assert made("{{ x }}", x=value) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, object(), {1, 2}, AT])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_json(value)
    with pytest.raises(RenderError):
        made("{{ x }}", x=value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ absent }}", "'absent' is undefined"),
        ("{{ x.absent }}", "has no attribute 'absent'"),
        ('{"a": }', "does not make JSON"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ [] | first }}", "no first of nothing"),
        ("{{ [] | last }}", "out of range"),
    ],
)
def test_a_template_that_cannot_render_says_why(text: str, reason: str) -> None:
    with pytest.raises(RenderError, match=reason):
        made(text, x="text")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.html.j2", b'<b title="&lt;i&gt;&#34;">1.5 true</b> <i>&lt;i&gt;&#34;x</i>'),
        ("a.txt.j2", b'<b title="<i>"">1.5 true</b> <i><i>"x</i>'),
    ],
)
def test_a_template_may_make_a_page_or_plain_text(name: str, made: bytes) -> None:
    text = '<b title="{{ x }}">{{ 1.5 }} {{ true }}</b> {% include "p.html.j2" %}'
    sources = {name: text, "p.html.j2": '<i>{{ x ~ "x" }}</i>'}
    assert render(compile_templates(sources), name, {"x": '<i>"'}) == made


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('{{ x | where("a", 1) | length }}', 7895),
        ('{{ x | pluck("a") | sum }}', 7895),
        ('{{ ("," ~ y) | split(",") | length }}', 7896),
    ],
)
def test_a_list_is_never_cut_it_is_whole_or_the_rendering_fails(text: str, answer: int) -> None:
    values = {"x": [{"a": 1}] * 7895, "y": "," * 7894}
    assert made(text, **values) == answer
    short = replace(USUAL, template_steps=5000)
    with pytest.raises(RenderError, match="takes more than 5000 steps"):
        render(compile_templates({"t": text}, limits=short), "t", values)


def test_parts_of_each_of_a_list_are_plucked_as_safely_as_they_are_read() -> None:
    values = [{"a": {"b": 1}}, {"a": {"b": 2}}]
    assert made('{{ x | pluck("a.b") | sum }}', x=values) == 3
    assert made('{{ [x] | pluck("-1.a.b") | first }}', x=values) == 2
    assert made('{{ x | where("a.b", 2) | length }}', x=values) == 1
    assert made('{{ "a,b" | split(",") }}') == ["a", "b"]
    for path in ("a.c", "0", "__class__.__mro__"):
        with pytest.raises(RenderError):
            made(f'{{{{ x | pluck("{path}") | sum }}}}', x=values)
