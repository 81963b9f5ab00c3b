import json

import pytest
from jinja2 import DictLoader, nodes
from jinja2.environment import Environment as Jinja

from replaysandbox.files.packs import read_packs
from replaysandbox.render.flatten import flatten
from replaysandbox.render.render import compile_templates, render


def joined(sources: dict[str, str], name: str = "t", **known: str) -> nodes.Template | None:
    jinja = Jinja(loader=DictLoader(sources))
    return flatten(lambda part: jinja.parse(sources[part], part), name, known)


BASE = "<{% block a %}base{% endblock %}>"


@pytest.mark.parametrize(
    ("sources", "text"),
    [
        ({"t": "a{% include 'u' %}c", "u": "b"}, "abc"),
        ({"t": "a{% include item %}", "item": "b"}, "ab"),
        ({"t": "{% extends 'b' %}{% block a %}own{% endblock %}", "b": BASE}, "<own>"),
        ({"t": "{% extends 'b' %}", "b": BASE}, "<base>"),
        ({"t": "{% extends 'm' %}", "m": "{% extends 'b' %}{% block a %}mid{% endblock %}", "b": BASE}, "<mid>"),
        (
            {"t": "{% extends 'b' %}{% block a %}[{% block i %}1{% endblock %}]{% endblock %}", "b": BASE},
            "<[1]>",
        ),
        (
            {
                "t": "{% extends 'b' %}{% block a %}{% include 'u' %}{% endblock %}",
                "b": BASE,
                "u": "{% extends 'v' %}{% block a %}other{% endblock %}",
                "v": "({% block a %}{% endblock %})",
            },
            "<(other)>",
        ),
        ({"t": "{% set x = 1 %}{% include 'u' %}{{ x }}", "u": "{% set x = 2 %}{{ x }}"}, "21"),
        ({"t": "{% for x in 'ab' %}{% include 'u' %}{% endfor %}", "u": "{{ x }}"}, "ab"),
    ],
)
def test_joined_it_says_the_same(sources: dict[str, str], text: str) -> None:
    tree = joined(sources, item="item")
    assert tree is not None
    assert not any(tree.find(kind) for kind in (nodes.Include, nodes.Extends, nodes.Block))
    jinja = Jinja(loader=DictLoader(sources))
    ours = jinja.template_class.from_code(jinja, jinja.compile(tree, "t"), {}).render(item="item")
    assert ours == text == jinja.get_template("t").render(item="item")


@pytest.mark.parametrize(
    "sources",
    [
        {"t": "{% extends 'b' %}{% block a %}{{ super() }}{% endblock %}", "b": BASE},
        {"t": "{% extends 'b' %}{% set x = 1 %}", "b": BASE},
        {"t": "{% extends name %}"},
        {"t": "{% if x %}{% extends 'b' %}{% endif %}", "b": BASE},
        {"t": "{% include name %}"},
        {"t": "{% include ['b', 'c'] %}", "b": ""},
        {"t": "{% include 'b' ignore missing %}", "b": ""},
        {"t": "{% include 'b' without context %}", "b": ""},
        {"t": "{% for x in y %}{% block a %}{{ x }}{% endblock %}{% endfor %}"},
        {"t": "{% include 't' %}"},
        {"t": "{% extends 't' %}"},
    ],
)
def test_what_might_not_mean_the_same_is_left_alone(sources: dict[str, str]) -> None:
    assert joined(sources) is None


def test_a_template_that_is_left_alone_renders_all_the_same() -> None:
    sources = {
        "t": "{% extends 'b' %}{% block a %}{{ super() }}, 2{% endblock %}",
        "b": "[{% block a %}1{% endblock %}]",
    }
    assert json.loads(render(compile_templates(sources), "t", {})) == [1, 2]


@pytest.mark.slow
def test_the_templates_of_all_packs_are_joined() -> None:
    for pack in read_packs(()):
        for route in pack.routes:
            assert not route.template or joined(dict(pack.templates), route.template, item=route.item), route.name
