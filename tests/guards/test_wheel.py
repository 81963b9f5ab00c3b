"""House rule: what people install holds what the product needs. Builds a wheel and looks; no network."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.guards.tree import ROOT, project_files

DATA = ("profiles", "schemas")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone into a fresh environment; its dependencies are lent by a path file."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True, timeout=60)
    return folder


def test_profiles_and_schemas_are_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {f"replaysandbox/_data/{path}" for path in project_files() if path.parts[0] in DATA}
    assert expected
    assert expected - names == set()


def test_each_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = [path.relative_to("src") for path in project_files() if path.is_relative_to("src")]
    assert {str(path) for path in package} - names == set()


def test_an_installed_wheel_finds_its_own_data(installed: Path, tmp_path: Path) -> None:
    """Ask from a folder that is no checkout, without this checkout on the path."""
    lent = subprocess.run(
        [sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    code = (
        f"import sys; sys.path.append({lent!r})\n"
        "from replaysandbox.files.places import PROFILES, SCHEMAS\n"
        "print(PROFILES); print(SCHEMAS); print(len([*PROFILES.rglob('*.yaml')]))"
    )
    ran = subprocess.run(
        [str(installed / "bin" / "python"), "-c", code],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    profiles, schemas, count = ran.stdout.splitlines()
    assert Path(profiles).is_relative_to(installed)
    assert Path(schemas).is_relative_to(installed)
    assert int(count) == len(
        [path for path in project_files() if path.parts[0] == "profiles" and path.suffix == ".yaml"]
    )


def test_the_installed_script_starts(installed: Path, wheel: Path) -> None:
    assert (installed / "bin" / "replaysandbox").is_file()
    metadata = next(name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("METADATA"))
    assert b"License-Expression: Apache-2.0" in zipfile.ZipFile(wheel).read(metadata)
