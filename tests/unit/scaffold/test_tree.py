import json

from replaysandbox.render.render import compile_templates, render
from replaysandbox.scaffold.meanings import Hole
from replaysandbox.scaffold.tree import Loop, filled, holes_of, template_of, turns_of

HOLE = Hole("device", (1, 2, 3), "a name #} here", "high")
TREE = {
    "plain": [1, "two", None],
    "text": 'a {{ b }} {% c %} {# d #} {{{ e "\u2028',
    "empty": {},
    "hole": HOLE,
    "list": Loop({"id": HOLE, "more": [{"x": 1}]}),
}


def test_a_template_of_a_body_makes_the_body() -> None:
    templates = compile_templates({"t": template_of(TREE)})
    made = json.loads(render(templates, "t", {"device": 7, "devices": [1, 2]}))
    assert made == {
        "plain": [1, "two", None],
        "text": TREE["text"],
        "empty": {},
        "hole": 7,
        "list": [{"id": 1, "more": [{"x": 1}]}, {"id": 2, "more": [{"x": 1}]}],
    }
    assert "guess: a name # } here" in template_of(TREE)


def test_holes_are_filled_with_each_of_their_values() -> None:
    assert turns_of(TREE) == 3
    assert [filled(TREE, turn)["hole"] for turn in range(3)] == [1, 2, 3]
    assert [each["id"] for each in filled(TREE, 0)["list"]] == [1, 2]
    assert len(list(holes_of(TREE))) == 2
