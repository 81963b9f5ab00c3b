"""The file of `replay --match`: how requests are matched with those of a capture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.match_rules import MatchRules, PathRule, Place, parse_place
from replaysandbox.files.schema_check import load_yaml
from replaysandbox.files.yaml_file import Document, KeyPath
from replaysandbox.replay.rules import compiled


def read_match_rules(path: Path) -> MatchRules:
    """Read a file of rules.

    Raises:
        SandboxError: With every problem of the file at once.
    """
    document = load_yaml(path, "match")
    problems: list[Problem] = []
    rules = [
        _rule(document, ("rules", position), data, problems)
        for position, data in enumerate(document.data.get("rules", ()))
    ]
    if problems:
        raise SandboxError(problems)
    headers = tuple(name.lower() for name in document.data.get("headers", ()))
    return MatchRules(headers, document.data.get("volatile", "ignore") == "ignore", tuple(rules))


def _rule(document: Document, at: KeyPath, data: dict[str, Any], problems: list[Problem]) -> PathRule:
    def place(text: str, key: KeyPath) -> Place:
        try:
            return parse_place(text)
        except ValueError as error:
            problems.append(document.problem((*at, *key), str(error)))
            return ("body",)

    def places(key: str) -> tuple[Place, ...]:
        return tuple(place(text, (key, position)) for position, text in enumerate(data.get(key, ())))

    for name, text in data.get("regex", {}).items():
        try:
            compiled(text)
        except ValueError as error:
            hint = "expressions are those of RE2: no look-around, no back references"
            problems.append(document.problem((*at, "regex", name), f"'{text[:60]}' is no expression: {error}", hint))
    broken = bool(problems)
    return PathRule(
        path=data.get("path", ""),
        method=data.get("method", ""),
        host=data.get("host", "").lower(),
        ignore=places("ignore"),
        presence=places("presence"),
        regex={} if broken else {place(name, ("regex", name)): text for name, text in data.get("regex", {}).items()},
        tolerance={place(name, ("tolerance", name)): float(most) for name, most in data.get("tolerance", {}).items()},
    )
