from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from replaysandbox.cli import check
from replaysandbox.cli.check import command
from replaysandbox.core.errors import SandboxError
from replaysandbox.core.finding import Finding, Report

FOUND = Report("check", (Finding("law", "breaking", "world", "battery", "breaks the law"),))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple]:
    """Put what notes its arguments in place of the real checks; packs are fine, captures are not."""
    seen: list[tuple] = []

    def packs(_settings: object, names: list[str], parts: list[str], year: int) -> Report:
        seen.append((names, parts, year))
        return Report("check")

    def captures(_settings: object, files: list[Path], parts: list[str]) -> Report:
        seen.append(([file.name for file in files], parts))
        return FOUND

    monkeypatch.setattr(check, "_packs", packs)
    monkeypatch.setattr(check, "_captures", captures)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "day.jsonl").write_text("")
    return seen


@pytest.mark.parametrize(
    ("arguments", "told", "status"),
    [
        ([], ([], ["contract", "laws", "fidelity"], 2026), 0),
        (["amps", "--only", "fidelity", "--year", "2024"], (["amps"], ["fidelity"], 2024), 0),
        (["day.jsonl", "--only", "laws,contract"], (["day.jsonl"], ["laws", "contract"]), 1),
        (["day.jsonl", "--fail-on", "none"], (["day.jsonl"], ["contract", "laws", "fidelity"]), 0),
    ],
)
def test_findings_end_with_1(asked: list[tuple], arguments: list[str], told: tuple, status: int) -> None:
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert done.return_value == status
    assert asked == [told]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--only", "law"],
        ["--only", "fidelity,contracts"],
        ["--only", ""],
        ["day.jsonl", "amps"],
        ["nope.capture"],
        ["sandbox/packs/nope"],
        ["--fail-on", "miss"],
    ],
)
def test_what_cannot_be_checked_is_wrong_usage(asked: list[tuple], arguments: list[str]) -> None:
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 2
    assert asked == []


def test_a_report_of_no_kind_is_told_before_anything_is_checked(asked: list[tuple]) -> None:
    with pytest.raises(SandboxError, match="names no report"):
        CliRunner().invoke(command, ["--report", "jnit=x.xml"], catch_exceptions=False)
    assert asked == []
