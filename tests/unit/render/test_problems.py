from replaysandbox.render.problems import template_problems


def test_mistakes_are_found_without_rendering() -> None:
    sources = {
        "a": '{\n"x": {{ devce }},\n{% include "b" %}}',
        "b": "{{ x | shout }}",
        "e": "{% if x is loud %}{% endif %}",
        "c": "{% if %}",
        "d": '{% include "nowhere" %}{% set y = 1 %}{{ y }}{% for z in x %}{{ loop.index ~ z }}{% endfor %}',
    }
    told = {(each.template, each.line): each.reason for each in template_problems(sources, frozenset({"x"}))}
    assert "'devce' is not known here; known: x" in told["a", 2]
    assert "there is no filter 'shout'; known: abs" in told["b", 1]
    assert told["c", 1]
    assert "there is no template 'nowhere'" in told["d", 1]
    assert told["e", 1] == "there is no test 'loud'"
    assert len(told) == 5
