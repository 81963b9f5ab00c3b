"""What can be seen wrong in templates without rendering them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import TemplateError, nodes
from jinja2.tests import TESTS

from replaysandbox.render.environment import Environment
from replaysandbox.render.filters import FILTERS


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """Why a template cannot be used: its name, the line, and the reason."""

    template: str
    line: int
    reason: str


def template_problems(
    sources: Mapping[str, str], known: frozenset[str], tables: Collection[str] = ()
) -> list[TemplateProblem]:
    """Find what can be seen wrong in templates without rendering them.

    Args:
        sources: Name → text.
        known: Names the engine gives to templates.
        tables: Names of the pack's maps.
    """
    environment = Environment(sources)
    problems: list[TemplateProblem] = []
    trees: dict[str, nodes.Template] = {}
    for name, text in sources.items():
        try:
            trees[name] = environment.parse(text, name)
        except TemplateError as error:
            problems.append(TemplateProblem(name, getattr(error, "lineno", None) or 1, str(error)))
    known = known.union(*map(_bound, trees.values()))  # a template sees what the one that includes it has set
    for name, tree in trees.items():
        problems += _unknown_filters(name, tree)
        problems += _unknown_names(name, tree, known)
        problems += _missing_templates(name, tree, sources)
        problems += _missing_tables(name, tree, tables)
    return problems


def _unknown_filters(template: str, tree: nodes.Template) -> Iterator[TemplateProblem]:
    for node in tree.find_all(nodes.Filter):
        if node.name not in FILTERS and not node.name.startswith("__"):
            reason = f"there is no filter '{node.name}'; known: {', '.join(sorted(FILTERS))}"
            yield TemplateProblem(template, node.lineno, reason)
    for test in tree.find_all(nodes.Test):
        if test.name not in TESTS:
            yield TemplateProblem(template, test.lineno, f"there is no test '{test.name}'")


def _bound(tree: nodes.Template) -> set[str]:
    """List the names a template gives a meaning itself."""
    return {
        *(node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"),
        *(macro.name for macro in tree.find_all(nodes.Macro)),
        *(node.target for node in tree.find_all(nodes.Import)),
        *(
            each if isinstance(each, str) else each[1]
            for node in tree.find_all(nodes.FromImport)
            for each in node.names
        ),
    }


def _unknown_names(template: str, tree: nodes.Template, known: frozenset[str]) -> Iterator[TemplateProblem]:
    offered = ", ".join(sorted(known))
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name not in known | {"loop", "range", "super", "self", "caller"}:
            yield TemplateProblem(template, node.lineno, f"'{node.name}' is not known here; known: {offered}")


def _missing_templates(template: str, tree: nodes.Template, sources: Mapping[str, str]) -> Iterator[TemplateProblem]:
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        target = node.template  # type: ignore[attr-defined]  # find_all is typed by its common base
        if isinstance(target, nodes.Const) and target.value not in sources:
            yield TemplateProblem(template, node.lineno, f"there is no template '{target.value}' in this pack")


def _missing_tables(template: str, tree: nodes.Template, tables: Collection[str]) -> Iterator[TemplateProblem]:
    for node in tree.find_all(nodes.Filter):
        table = node.args[0] if node.name == "mapped" and node.args else None
        if isinstance(table, nodes.Const) and table.value not in tables:
            reason = f"there is no map '{table.value}'; known: {', '.join(sorted(tables)) or 'none'}"
            yield TemplateProblem(template, node.lineno, reason)
