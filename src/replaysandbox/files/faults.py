"""The `faults:` list of a scenario file, read into rules."""

from __future__ import annotations

from replaysandbox.core.errors import Problem
from replaysandbox.core.fault import BadFault, FaultRule
from replaysandbox.faults.from_json import rule_from_json
from replaysandbox.files.yaml_file import Document, KeyPath


def read_faults(document: Document, path: KeyPath = ("faults",)) -> tuple[tuple[FaultRule, ...], list[Problem]]:
    """Read a list of faults; its file has been held to its format.

    Args:
        document: The file.
        path: Where in it the list stands, at its top.

    Returns:
        The rules, with ids `scenario-1`, …, and every problem of the list with file, line, key, reason, hint.
    """
    rules: list[FaultRule] = []
    problems: list[Problem] = []
    for position, data in enumerate(document.data.get(path[-1], ())):
        rule = rule_from_json(data, f"scenario-{position + 1}")
        if isinstance(rule, BadFault):
            problems += [_placed(document, (*path, position), problem) for problem in rule.problems]
        else:
            rules.append(rule)
    return tuple(rules), problems


def _placed(document: Document, place: KeyPath, problem: Problem) -> Problem:
    """Give a problem of a rule its file and line."""
    return document.problem((*place, problem.key) if problem.key else place, problem.reason, problem.hint)
