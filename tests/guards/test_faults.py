"""House rule: the faults on disk, the faults in the table and the faults in the pages for people are the same."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

from replaysandbox.faults.table import FAULTS
from tests.guards.tree import PACKAGE, modules, project_files, text_of


def _holds_a_fault(path: Path) -> bool:
    body = ast.parse((PACKAGE / path).read_text(encoding="utf-8")).body
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in body if isinstance(node, ast.AnnAssign)]
    return any(isinstance(target, ast.Name) and target.id == "FAULT" for target in targets)


def _modules_with_a_fault() -> list[str]:
    paths = [path for path in modules() if path.parts[0] == "faults" and _holds_a_fault(path)]
    return [f"replaysandbox.faults.{path.stem}" for path in paths]


def test_each_fault_on_disk_is_in_the_table() -> None:
    on_disk = {import_module(name).FAULT.name for name in _modules_with_a_fault()}
    assert on_disk
    assert on_disk == set(FAULTS)


def test_each_file_bears_the_name_of_its_fault() -> None:
    named = {name: import_module(name).FAULT.name for name in _modules_with_a_fault()}
    strays = [f"{module}: {fault}" for module, fault in named.items() if not module.endswith(fault.replace("-", "_"))]
    assert strays == [], "\n".join(strays)


def test_each_fault_is_told_in_the_pages() -> None:
    pages = [path for path in project_files() if str(path) == "README.md" or path.parts[0] == "docs"]
    told = "\n".join(text_of(path) or "" for path in pages)
    assert [name for name in FAULTS if f"`{name}`" not in told] == []
