from __future__ import annotations

from pathlib import Path

import pytest
from pytest_replaysandbox.command import find_command


@pytest.mark.parametrize(
    ("on_path", "found"),
    [
        ({"replaysandbox", "uvx", "pipx"}, ["/bin/replaysandbox"]),
        ({"uvx", "pipx"}, ["/bin/uvx", "replaysandbox"]),
        ({"pipx"}, ["/bin/pipx", "run", "replaysandbox"]),
        (set(), None),
    ],
)
def test_what_is_on_the_path_in_order(tmp_path: Path, on_path: set[str], found: list[str] | None) -> None:
    def which(name: str) -> str | None:
        return f"/bin/{name}" if name in on_path else None

    assert find_command({}, str(tmp_path / "python"), which) == found


def test_one_beside_the_interpreter_comes_before(tmp_path: Path) -> None:
    (tmp_path / "replaysandbox").touch()
    assert find_command({}, str(tmp_path / "python"), lambda name: "/other") == [str(tmp_path / "replaysandbox")]


def test_what_the_user_names_comes_first(tmp_path: Path) -> None:
    (tmp_path / "replaysandbox").touch()
    named = {"REPLAYSANDBOX_COMMAND": "'/my tools/python' -m replaysandbox"}
    found = find_command(named, str(tmp_path / "python"), lambda name: "/other")
    assert found == ["/my tools/python", "-m", "replaysandbox"]
