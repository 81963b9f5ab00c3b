"""action.yml: its steps run as GitHub runs them, with the files that GitHub hands over."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.guards.tree import ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
CURL = "curl -sS https://api.amps.ai/{path} -H 'x-api-key: sk_test_demo'"


def step(name: str, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run one step: inputs arrive through `env:`, and where one is not given it has its default."""
    given = {key: value.get("default", "") for key, value in ACTION["inputs"].items()} | inputs
    filled = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for key, value in STEPS[name]["env"].items()
    }
    handed = {"RUNNER_TEMP": folder, "GITHUB_STEP_SUMMARY": folder / "summary", "GITHUB_OUTPUT": folder / "output"}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]],  # as GitHub starts bash
        cwd=folder,
        env=os.environ | filled | {key: str(value) for key, value in handed.items()},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture
def runner(own_home: Path, tmp_path: Path) -> Path:
    """Give a runner's folder in which the sandbox is installed already."""
    programs = tmp_path / "replaysandbox" / "bin"
    programs.mkdir(parents=True)
    (programs / "replaysandbox").symlink_to(Path(sys.executable).with_name("replaysandbox"))
    return tmp_path


def test_a_command_runs_and_is_summed_up(runner: Path) -> None:
    done = step("run", runner, run=CURL.format(path="battery?limit=1"), options="--at 2026-06-01T12:00:00Z --freeze")
    assert done.returncode == 0, done.stderr
    assert '"timestamp":"2026-06-01T12:00:00.000Z"' in done.stdout
    assert (runner / "summary").read_text().startswith("### replaysandbox run: nothing found")
    assert (runner / "output").read_text() == "status=0\n"
    assert (runner / "replaysandbox-junit.xml").is_file()


def test_what_the_command_writes_into_the_summary_stays(runner: Path) -> None:
    done = step("run", runner, run='echo "# Mine" >> "$GITHUB_STEP_SUMMARY"')
    assert done.returncode == 0, done.stderr
    assert (runner / "summary").read_text().startswith("# Mine\n### replaysandbox run: nothing found")
    refused = step("run", runner, run="true", options="--scenario nowhere")
    assert (refused.returncode, "No such file" in refused.stderr) == (125, False)


@pytest.mark.parametrize(("command", "status"), [("exit 7", 7), (CURL.format(path="baterry"), 65), ("false; true", 1)])
def test_its_status_is_the_runs(runner: Path, command: str, status: int) -> None:
    done = step("run", runner, run=command)
    assert done.returncode == status, done.stderr
    assert (runner / "output").read_text() == f"status={status}\n"


def test_it_installs_into_an_environment_of_its_own(tmp_path: Path) -> None:
    done = step("install", tmp_path, version="pip")  # which is there already, so nothing is fetched
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "replaysandbox" / "bin" / "pip").is_file()


def test_no_input_is_pasted_into_a_script() -> None:
    assert [name for name, each in STEPS.items() if "${{" in each["run"]] == []


def test_every_input_is_used_and_told() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    assert [name for name in ACTION["inputs"] if f"inputs.{name} }}}}" not in text] == []
    assert all(value["description"] for value in ACTION["inputs"].values())
