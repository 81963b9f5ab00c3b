"""House rule: decide inside, act outside. import-linter holds the imports; here is what it cannot see."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.guards.tree import PACKAGE, ROOT, modules

OUTERMOST_INSIDE = "files"
"""The layer below which the inside begins."""

ACTS = {"breakpoint", "input", "open", "print"}
"""Built-in functions that act on the world; no import shows them."""

DEEP = {"http.client", "http.server", "urllib.request"}
"""import-linter sees only `urllib` and `http`, whose other parts are harmless."""


def _contracts() -> list[dict]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def _inside() -> set[str]:
    """Read off the layers which rooms and modules are the inside."""
    layers: list[str] = next(contract["layers"] for contract in _contracts() if contract["type"] == "layers")
    below = layers[layers.index(OUTERMOST_INSIDE) + 1 :]
    names = {re.sub(r"\W", "", name) for layer in below for name in layer.split("|")}
    return {name for name in names if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()}


def _inside_modules() -> list[Path]:
    inside = _inside()
    return [path for path in modules() if path.parts[0].removesuffix(".py") in inside]


def _faults(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ACTS:
            yield f"{path}:{node.lineno}: calls {node.func.id}()"
        elif isinstance(node, ast.Import):
            yield from (f"{path}:{node.lineno}: {alias.name}" for alias in node.names if alias.name in DEEP)
        elif isinstance(node, ast.ImportFrom) and _deep(node):
            yield f"{path}:{node.lineno}: {', '.join(sorted(_deep(node)))}"


def _deep(node: ast.ImportFrom) -> set[str]:
    return {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)} & DEEP


def test_the_contract_covers_the_whole_inside() -> None:
    sources = next(contract["source_modules"] for contract in _contracts() if "inside" in contract["name"])
    assert {name.removeprefix("replaysandbox.") for name in sources} == _inside()


def test_the_inside_acts_on_nothing() -> None:
    found = [fault for path in _inside_modules() for fault in _faults(path)]
    assert found == [], "\n".join(found)
