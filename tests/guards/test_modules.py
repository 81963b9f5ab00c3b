"""House rule: modules stay small, and each has its mirror test."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.guards.tree import PACKAGE, ROOT, modules, project_files

LINES = 300
LONG: dict[str, str] = {"world/laws.py": "each law is a few lines, and all stand side by side once"}
"""Modules that may be longer, each with its reason. At 300 lines look again."""

MIRRORS = {
    "cli": ("tests/unit/cli", "tests/cli", "tests/live"),
    "control": ("tests/unit/control", "tests/control"),
    "launch": ("tests/unit/launch", "tests/clients"),
    "proxy": ("tests/unit/proxy", "tests/proxy"),
}
"""Rooms that act on the outside world: their mirror may be a test with real processes and sockets."""

_TYPED = "typed as a user would in tests/cli and in the README's blocks"
_CONTROL = ("asked", "clock", "deliveries", "device_views", "devices", "journal", "links", "restart", "status")
_ASKED = "tests/unit/control/test_api.py asks every route of the API, each answer held to its description"

UNMIRRORED: dict[str, str] = {
    **{f"cli/{name}.py": _TYPED for name in ("banner", "demo_day", "devices", "down", "pack")},
    **{f"cli/{name}.py": "tests/cli/test_steering.py types it" for name in ("fault", "session", "steer")},
    **{f"cli/{name}.py": "tests/record types it" for name in ("record", "redact")},
    "scaffold/quantity_words.py": "a table; test_meanings.py reads it through",
    "cli/pack_new.py": "tests/cli/test_pack_new.py types it",
    **{f"cli/{name}.py": "tests/cli/test_check.py types it" for name in ("check_captures", "check_packs")},
    "cli/repro.py": "tests/repro types it",
    "cli/__init__.py": "every command typed in tests/cli goes through it",
    **{f"control/{name}.py": _ASKED for name in _CONTROL},
    "control/subject.py": "protocols only; mypy holds the engine to them",
    "launch/app.py": "`run` with and without --app-clock, in tests/cli and tests/clients, goes through it",
    "launch/background.py": "tests/cli/test_sandbox.py and test_up.py start and end sandboxes with it",
    "launch/control_client.py": "tests/cli/test_sandbox.py and test_steering.py speak through it",
    **{
        f"launch/{name}.py": "tests/repro shrinks captures of broken apps with it, and runs the bundles"
        for name in ("reproducing", "trials")
    },
    "launch/device_source.py": "what `devices` shows, asked in tests/cli",
    "launch/keeper.py": "a protocol only; mypy holds who is told to it",
    "launch/observing.py": "tests/clients/test_doctor.py has it look at apps that do not come",
    "launch/outward.py": "tests/record starts recordings with it, rightly and wrongly",
    "launch/serve.py": "tests/cli/test_up.py starts and stops all of it together",
    "launch/tally.py": "tests/cli/test_run.py reads what it adds up",
    "launch/webhooks.py": "tests/cli/test_webhooks.py waits with it for webhooks of a running sandbox",
    "proxy/answering.py": "tests/proxy/test_both_lanes.py and test_lane.py ask it all it can be asked",
    "proxy/guarded.py": "tests/proxy/test_failures.py crashes layers in it, and the fast lane is reached by it",
    "proxy/http2.py": "tests/hostile/test_http2.py says all that is forbidden to it; test_layers.py the rest",
    "launch/wall.py": "one line that reads the wall clock",
    "proxy/forwarding.py": "tests/record looks at what arrives at the live API; tests/proxy/test_egress.py at --pass",
    "proxy/server_tls.py": "tests/record meets certificates of the wrong host and of nobody",
    "__init__.py": "tests/guards/test_imports.py proves what it brings in and what it offers",
    "__main__.py": "one call; every test that starts `python -m replaysandbox` goes through it",
}
"""Modules without a mirror test, each with the reason and what proves it instead."""


def _has_code(path: Path) -> bool:
    """Say whether a module does anything: has a function or a method. Nouns and constants are not tested."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return any(isinstance(node, functions) for node in ast.walk(ast.parse((PACKAGE / path).read_text("utf-8"))))


def _test_name(path: Path) -> Path:
    stem = (path.parent.name or "package") if path.stem == "__init__" else path.stem
    return path.parent / f"test_{stem.lstrip('_')}.py"


def _mirrors(path: Path) -> list[Path]:
    name = _test_name(path)
    room = path.parts[0]
    folders = MIRRORS.get(room)
    return [Path(folder) / name.relative_to(room) for folder in folders] if folders else [Path("tests/unit") / name]


def _modules_with_code() -> list[Path]:
    return [path for path in modules() if path.parts[:2] != ("launch", "shims") and _has_code(path)]


def test_no_module_is_over_300_lines_without_a_reason() -> None:
    lengths = {str(path): len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert [f"{name}: {lines}" for name, lines in lengths.items() if lines > LINES and name not in LONG] == []
    assert [name for name in LONG if lengths.get(name, 0) <= LINES] == [], "no longer over: take it off the list"


def test_each_module_has_its_mirror_test() -> None:
    missing = [
        f"{path}: no {' or '.join(str(mirror) for mirror in _mirrors(path))}"
        for path in _modules_with_code()
        if str(path) not in UNMIRRORED and not any((ROOT / mirror).is_file() for mirror in _mirrors(path))
    ]
    assert missing == [], "\n".join(missing)


def test_exemptions_name_modules_that_exist() -> None:
    assert [name for name in (*UNMIRRORED, *LONG) if not (PACKAGE / name).is_file()] == []


def test_each_unit_test_mirrors_a_module() -> None:
    mirrored = {_mirrors(path)[0] for path in modules()}
    unit = [path for path in project_files() if path.is_relative_to("tests/unit") and path.name.startswith("test_")]
    strays = [str(path) for path in unit if path not in mirrored]
    assert strays == [], "\n".join(strays)
