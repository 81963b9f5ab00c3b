from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click
import pytest

from replaysandbox.cli.findings import MOST_LINES, Ending, end, lines
from replaysandbox.core.errors import SandboxError
from replaysandbox.core.finding import Verdict
from tests.unit.report.made import FINDINGS, REPORT

PLAIN = Ending("breaking", (), None, update_baseline=False)


def test_the_exit_status_follows_the_grade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert end(REPORT, PLAIN) == 1
    assert end(REPORT, replace(PLAIN, fail_on="none")) == 0
    risky = replace(REPORT, findings=FINDINGS[1:])
    assert end(risky, PLAIN) == 0
    assert end(risky, replace(PLAIN, fail_on="risky")) == 1


def test_any_number_of_reports_is_written(tmp_path: Path) -> None:
    kinds = ("json", "junit", "markdown", "sarif")
    end(REPORT, replace(PLAIN, report=tuple(f"{kind}={tmp_path / kind}" for kind in kinds)))
    assert all((tmp_path / kind).stat().st_size for kind in kinds)
    assert len(json.loads((tmp_path / "json").read_text())["findings"]) == 3


def test_a_baseline_lets_its_findings_pass_and_new_ones_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "baseline.yaml")
    assert end(replace(REPORT, findings=FINDINGS[1:]), replace(PLAIN, baseline=file, update_baseline=True)) == 0
    assert end(REPORT, replace(PLAIN, baseline=file, fail_on="harmless")) == 1
    assert "1 breaking, 2 let pass by the baseline" in capsys.readouterr().err
    text = Path(file).read_text()
    Path(file).write_text(text.replace("until: '2", "until: '1"))
    end(REPORT, replace(PLAIN, baseline=file))
    told = capsys.readouterr().err
    assert told.count("the day of an entry is over") == 2
    assert "let pass" not in told


def test_wrong_words_are_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(click.UsageError):
        end(REPORT, replace(PLAIN, update_baseline=True))
    for text in ("pdf=x", "json", "json="):
        with pytest.raises(SandboxError, match="names no report"):
            end(REPORT, replace(PLAIN, report=(text,)))


def test_lines_name_findings_and_what_was_not_exercised() -> None:
    told = lines(REPORT)
    assert "    sandbox/captures/day.jsonl:3 GET /battery/x 200" in told
    assert "amps: not exercised: 1 of 3: getHvac" in told
    assert "more (-v" not in "".join(told)
    assert f"and {600 - MOST_LINES} more findings" in lines(replace(REPORT, findings=FINDINGS * 200))


def test_of_many_that_were_not_exercised_the_first_are_named_and_all_where_asked_for() -> None:
    report = replace(REPORT, verdicts=tuple(Verdict("amps", f"op{number}", "not exercised") for number in range(9)))
    assert "amps: not exercised: 9 of 9: op0, op1, op2, op3 and 5 more (-v names them)" in lines(report)
    names = ", ".join(f"op{number}" for number in range(9))
    assert f"amps: not exercised: 9 of 9: {names}" in lines(report, verbose=True)
