"""House rules of the plugin: copies are copies, pytest is all it needs, its import is quick, Python 3.10 reads it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.guards.test_modules import LINES
from tests.guards.tree import PACKAGE, ROOT, project_files

FOLDER = Path("plugins/pytest-replaysandbox")
SOURCES = FOLDER / "src" / "pytest_replaysandbox"
MODULES = [path for path in project_files() if path.is_relative_to(SOURCES) and path.suffix == ".py"]
COPIES = ("control_client", "steering", "webhooks")
"""Modules of launch/ that the plugin needs on older Pythons, without the product beside it."""

PROVED = {
    "handle": "test_suites.py: each of its members is used by the suite `app`",
    "plugin": "test_suites.py and test_captures_of_tests.py run pytest with it",
    "process": "test_suites.py starts sandboxes with it, rightly and wrongly",
    "suite": "test_suites.py and test_captures_of_tests.py look at what it tells",
}
"""Modules without a test of their own name, and what proves them."""

IMPORT_MS = 30.0
"""Most CPU time that importing the plugin may take, pytest being there. Source: the issue. [ms]"""


@pytest.mark.parametrize("name", COPIES)
def test_copies_are_copies(name: str) -> None:
    ours = (PACKAGE / "launch" / f"{name}.py").read_text("utf-8")
    copy = ours.replace("from replaysandbox.launch.", "from pytest_replaysandbox.")
    assert (ROOT / SOURCES / f"{name}.py").read_text("utf-8") == copy, f"copy launch/{name}.py again"


def test_it_imports_nothing_but_pytest() -> None:
    imported = set()
    for path in MODULES:
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    assert imported - sys.stdlib_module_names == {"pytest", "pytest_replaysandbox"}
    project = tomllib.loads((ROOT / FOLDER / "pyproject.toml").read_text("utf-8"))["project"]
    assert (project["dependencies"], project["requires-python"]) == (["pytest>=8"], ">=3.10")


def test_modules_are_small_tested_and_old_enough_in_style() -> None:
    tests = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    for path in MODULES:
        text = (ROOT / path).read_text("utf-8")
        ast.parse(text, feature_version=(3, 10))
        assert len(text.splitlines()) <= LINES
        assert path.stem in {"__init__", *COPIES, *PROVED} or f"test_{path.stem}" in tests, f"no test of {path}"


def test_the_fixture_has_the_names_of_the_product() -> None:
    from pytest_replaysandbox.handle import Sandbox as Fixture

    from replaysandbox import Sandbox

    product, fixture = ({name for name in vars(each) if not name.startswith("_")} for each in (Sandbox, Fixture))
    assert product - fixture == {"start", "stop", "pid"}, "the fixture lives as long as its tests"
    assert fixture - product == set()


def test_versions_go_together() -> None:
    import pytest_replaysandbox

    import replaysandbox

    assert pytest_replaysandbox.__version__ == replaysandbox.__version__


@pytest.mark.slow
def test_its_import_is_quick() -> None:
    code = """
import json, sys, time, pytest
before = set(sys.modules)
began = time.process_time()
import pytest_replaysandbox.plugin
print(json.dumps([(time.process_time() - began) * 1000, sorted(set(sys.modules) - before)]))
"""
    runs = [json.loads(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3)]
    assert min(took_ms for took_ms, _ in runs) < IMPORT_MS
    assert (
        set(runs[0][1]) & {"urllib.request", "http.client", "ssl", "subprocess", "pytest_replaysandbox.suite"} == set()
    )
