"""What the client tests share: a machine with no network, and packages from the npm registry."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.island import Island, island

_HERE = Path(__file__).parent
_CACHE = _HERE.parent.parent / ".cache" / "client-packages"


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Island]:
    """Give a machine with no network, on which a call that leaks arrives at a canary."""
    try:
        with island(tmp_path_factory.mktemp("island")) as raised:
            yield raised
    except OSError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"needs Linux and network namespaces: {error}")


@pytest.fixture(scope="session")
def npm_packages() -> Path:
    """Give the folder with the npm packages that package.json names, installed once."""
    return installed(_HERE / "package.json")


def installed(manifest: Path) -> Path:
    """Give the folder with the npm packages that a package.json names, installed once."""
    package = json.loads(manifest.read_text())
    wanted = package["dependencies"] | package.get("optionalDependencies", {})
    folder = _CACHE / "-".join(f"{name.replace('/', '+')}@{version}" for name, version in sorted(wanted.items()))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.copy(manifest, folder)
            _npm_install(folder)
            (folder / "done").touch()
    return folder


def _npm_install(folder: Path) -> None:
    command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
