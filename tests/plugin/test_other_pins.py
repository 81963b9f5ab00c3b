"""The plugin beside an app with other pins: in an environment of its own, without the sandbox's own dependencies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.tree import ROOT
from tests.plugin.conftest import SUITES
from tests.plugin.test_suites import PASSED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]  # the pins come from a registry
OLDEST = (3, 10)
PINS = Path(__file__).with_name("other-pins.txt")


def _oldest_python() -> str:
    """Find the oldest Python that the plugin takes; ours where there is no older."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = [shutil.which(f"python3.{minor}") for minor in range(OLDEST[1], sys.version_info.minor)]
    for python in (*sorted(root.glob(f"versions/{OLDEST[0]}.{OLDEST[1]}.*/bin/python")), *filter(None, found)):
        asked = [str(python), "-c", "import ensurepip, sys; print(sys.version_info >= (3, 10))"]
        if subprocess.run(asked, capture_output=True, text=True, check=False).stdout == "True\n":
            return str(python)
    return sys.executable


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install pins and plugin; of the plugin its wheel, as people get it."""
    folder = tmp_path_factory.mktemp("app")
    subprocess.run([_oldest_python(), "-m", "venv", folder / "venv"], check=True, capture_output=True)
    python = folder / "venv" / "bin" / "python"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT / "plugins" / "pytest-replaysandbox", check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(PINS), str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=300)
    return python


def _run(python: Path, folder: Path, *suites: str, **environ: str) -> subprocess.CompletedProcess[str]:
    for suite in suites:
        shutil.copyfile(SUITES / f"{suite}.py", folder / f"test_{suite}.py")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # as pipx puts the sandbox there
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [python, "-m", "pytest", "-v"],
        cwd=folder,
        env=inherited | {"PATH": path, **environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_it_brings_nothing_of_the_sandbox(python: Path) -> None:
    names = subprocess.check_output([python, "-m", "pip", "list", "--format", "freeze"], text=True)
    pinned = [line for line in PINS.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert set(pinned) <= set(names.splitlines()), "no pin was moved"
    for module in ("mitmproxy", "replaysandbox", "jinja2", "yaml"):
        assert subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 1


def test_an_apps_suite_runs_beside_its_own_pins(python: Path, tmp_path: Path) -> None:
    ran = _run(python, tmp_path, "app")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{PASSED} passed" in ran.stdout


def test_aiohttp_imported_by_another_plugin_is_caught(python: Path, tmp_path: Path) -> None:
    (tmp_path / "early_bird.py").write_text("import aiohttp\n", encoding="utf-8")
    ran = _run(python, tmp_path, "early", PYTEST_PLUGINS="early_bird", PYTHONPATH=str(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout


def test_without_a_sandbox_it_says_what_to_do(python: Path, tmp_path: Path) -> None:
    shutil.copyfile(SUITES / "app.py", tmp_path / "test_app.py")
    ran = _run(python, tmp_path, "app", PATH="/nowhere")
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: pytest-replaysandbox found no replaysandbox to start." in ran.stderr
    assert "pipx install replaysandbox" in ran.stderr
