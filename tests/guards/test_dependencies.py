"""House rule: pyproject.toml names what src/ imports, no more and no less; constraints.txt pins all of it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.guards.tree import PACKAGE, ROOT, modules

UNIMPORTED = {
    "rfc3339-validator": "jsonschema asks for it by itself to check `format: date-time`",
    "tzdata": "zoneinfo asks for it by itself",
}
"""Dependencies that no module of ours imports, each with the reason."""

IMPORTERS = {"__import__", "import_module"}

_PIN = re.compile(r"([A-Za-z0-9._-]+)==[A-Za-z0-9.+!]+(?: ; python_version (?:<|>=) \"3\.\d+\")?")


def _canonical(name: str) -> str:
    """Write a distribution's name as registries do: lower case, one dash."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _names(requirements: list[str]) -> set[str]:
    return {_canonical(re.split(r"[^\w.-]", requirement, maxsplit=1)[0]) for requirement in requirements}


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _imported() -> Iterator[str]:
    for path in modules():
        if path.parts[:2] == ("launch", "shims"):
            continue  # they run inside the user's own environment, not in ours
        for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield (node.module or "").partition(".")[0]
            elif isinstance(node, ast.Call):
                yield from _imported_by_call(node)


def _imported_by_call(node: ast.Call) -> Iterator[str]:
    """Find the name in `import_module("x.y")`, and in `to_thread(__import__, "x")`."""
    if any(isinstance(part, ast.Name) and part.id in IMPORTERS for part in (node.func, *node.args)):
        names = (part.value for part in node.args if isinstance(part, ast.Constant))
        yield from (name.partition(".")[0] for name in names if isinstance(name, str))


def test_dependencies_are_what_we_import() -> None:
    third_party = set(_imported()) - sys.stdlib_module_names - {"replaysandbox"}
    distributions = packages_distributions()
    imported = {_canonical(distributions[name][0]) for name in third_party}
    extras = _project()["optional-dependencies"]
    declared = _names(
        [*_project()["dependencies"], *(each for name in extras if name != "dev" for each in extras[name])]
    )
    assert imported - declared == set(), "imported, but not declared"
    assert declared - imported == set(UNIMPORTED), "declared, but not imported"


def test_constraints_are_plain_pins() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#") and not _PIN.fullmatch(line)] == []


def test_each_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {_canonical(match.group(1)) for line in lines if (match := _PIN.fullmatch(line))}
    project = _project()
    wanted = _names([*project["dependencies"], *project["optional-dependencies"]["dev"]])
    assert wanted - pinned == set()
