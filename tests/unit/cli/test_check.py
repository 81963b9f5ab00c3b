from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from replaysandbox.cli import check
from replaysandbox.cli.check import command


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, int]]:
    """Put parts in place of the real ones that note what they were asked; `laws` finds something."""
    seen: list[tuple[str, int]] = []

    def part(name: str, fine: bool) -> None:
        def look(settings: object, year: int) -> bool:
            seen.append((name, year))
            return fine

        monkeypatch.setattr(check, f"_{name}", look)

    part("fidelity", fine=True)
    part("laws", fine=False)
    monkeypatch.chdir(tmp_path)
    return seen


@pytest.mark.parametrize(
    ("arguments", "parts", "status"),
    [
        ([], ["fidelity", "laws"], 1),
        (["--only", "fidelity"], ["fidelity"], 0),
        (["--only", "laws,fidelity"], ["laws", "fidelity"], 1),
        (["--only", "laws"], ["laws"], 1),
    ],
)
def test_findings_end_with_1(asked: list[tuple[str, int]], arguments: list[str], parts: list[str], status: int) -> None:
    done = CliRunner().invoke(command, [*arguments, "--year", "2024"], standalone_mode=False)
    assert done.return_value == status
    assert asked == [(part, 2024) for part in parts]


@pytest.mark.parametrize("only", ["law", "fidelity,contract", ""])
def test_what_cannot_be_checked_is_wrong_usage(asked: list[tuple[str, int]], only: str) -> None:
    done = CliRunner().invoke(command, ["--only", only])
    assert done.exit_code == 2
    assert "fidelity, laws" in done.output
    assert asked == []
