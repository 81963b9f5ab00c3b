from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.core.errors import Problem, SandboxError
from replaysandbox.core.units import UNITS
from replaysandbox.files.packs import read_pack
from tests.unit.files.pack_text import PACK, write_pack


def problems(tmp_path: Path, setting: str, family: str = "battery") -> list[Problem]:
    text = f"{PACK}controls:\n  {family}:\n    settings:\n      reserve: {setting}\n"
    try:
        read_pack(write_pack(tmp_path / "mine", text))
    except SandboxError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_there_is_may_be_that_of_a_setting(tmp_path: Path, unit: str) -> None:
    assert problems(tmp_path, f"{{unit: {unit}, initial: 1}}") == []


@pytest.mark.parametrize(
    ("family", "setting", "key", "reason", "hint"),
    [
        ("battery", "{unit: wats}", "unit", "'wats' is not one of percent", "did you mean 'watts'?"),
        ("battery", "{unit: percent, initial: flor_pct}", "initial", "has no number 'flor_pct'", "'floor_pct'"),
        ("battery", "{unit: percent, initial: status}", "initial", "has no number 'status'", "floor_pct"),
        ("battery", "{unit: hours, initial: floor_pct}", "initial", "is not in hours", "percent, share"),
        ("battery", "{unit: percent, limits: max_charge_w}", "limits", "is not in percent", "watts, kw"),
        ("battery", "{unit: amps, limits: max_charge_w}", "limits", "is not in amps", "watts, kw"),
    ],
)
def test_a_setting_whose_unit_does_not_fit_is_told(
    tmp_path: Path, family: str, setting: str, key: str, reason: str, hint: str
) -> None:
    (problem,) = problems(tmp_path, setting, family)
    assert problem.key == f"controls.{family}.settings.reserve.{key}"
    assert reason in problem.reason
    assert hint in problem.hint
    assert problem.line == len(PACK.splitlines()) + 4


@pytest.mark.parametrize("family", ["ev_charger", "vehicle"])
def test_a_current_may_bind_a_power_where_there_is_a_charger(tmp_path: Path, family: str) -> None:
    assert problems(tmp_path, "{unit: amps, initial: max_current_a, limits: max_charge_w}", family) == []
