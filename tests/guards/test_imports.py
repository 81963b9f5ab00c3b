"""House rule: what is not needed is not imported. mitmproxy alone would cost most of a second."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "jinja2",
    "jsonschema",
    "mitmproxy",
    "numpy",
    "orjson",
    "rich",
    "starlette",
    "tornado",
    "uvicorn",
    "watchfiles",
    "yaml",
}


def _imported_by(statement: str) -> set[str]:
    """Run a statement in a fresh interpreter and list the top-level packages it brought in."""
    code = (
        f"import json, sys\n{statement}\n"
        "print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_the_package_root_imports_next_to_nothing() -> None:
    brought = _imported_by("import replaysandbox; assert replaysandbox.__version__")
    assert brought & (HEAVY | {"click", "asyncio", "subprocess"}) == set()


def test_sandbox_for_python_imports_no_server() -> None:
    brought = _imported_by("from replaysandbox import Sandbox; assert Sandbox.__name__ == 'Sandbox'")
    assert brought & (HEAVY | {"click"}) == set()


def test_an_unknown_name_of_the_root_is_an_attribute_error() -> None:
    import replaysandbox

    with pytest.raises(AttributeError, match="no attribute 'Sandbix'"):
        replaysandbox.Sandbix  # noqa: B018 - asking is the test


def test_help_imports_nothing_heavy() -> None:
    brought = _imported_by(
        "from replaysandbox.cli import main\n"
        "sys.argv = ['replaysandbox', '--help']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    )
    assert "click" in brought
    assert brought & HEAVY == set()
