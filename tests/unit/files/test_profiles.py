from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.profiles import DEVICES, read_profiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEVICES, tmp_path / "devices"))


def spoil(folder: Path, family: str, old: str, new: str) -> list[str]:
    path = folder / f"{family}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(SandboxError) as caught:
        read_profiles(folder)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_profiles_are_read() -> None:
    profiles = read_profiles()
    assert profiles.battery.curve == ((6.0, 70.0), (9.0, 48.0), (15.0, 92.0), (21.0, 30.0))
    assert profiles.vehicle.curve == ((6.0, 82.0), (9.0, 95.0), (17.0, 71.0), (21.0, 50.0))
    assert profiles.vehicle.published[1].plugged == (0.0, 0.2)
    assert isinstance(profiles.solar_inverter.habits.regions, int)
    assert profiles.solar_inverter.habits.regions >= 16


@pytest.mark.parametrize("family", ["battery", "vehicle", "solar_inverter", "hvac", "ev_charger"])
def test_catalogues_hold_about_ten_real_models_with_their_sources(family: str) -> None:
    models = getattr(read_profiles(), family).models
    assert 8 <= len(models) <= 14
    assert len({(model.make, model.model) for model in models}) == len(models)
    assert all(len(model.source) > 10 for model in models)


@pytest.mark.parametrize(
    ("family", "old", "new", "told"),
    [
        ("battery", "floor_pct: 10", "flor_pct: 10", "did you mean 'floor_pct'"),
        ("battery", "family: battery", "family: hvac", "battery.yaml"),
        ("vehicle", "rate_share: 0.8", "rate_share: 0.95", "rate_share"),
        ("solar_inverter", "months:", "moons:", "unknown key 'moons'"),
        ("hvac", "cop: 5.10", "cop: 0", "models.0.cop"),
        ("ev_charger", "max_current_a: 32", "watts: 32", "max_current_a"),
    ],
)
def test_mistakes_are_told_with_their_place(folder: Path, family: str, old: str, new: str, told: str) -> None:
    problems = spoil(folder, family, old, new)
    assert any(told in problem and f"{family}.yaml:" in problem for problem in problems), problems


def test_a_model_too_weak_for_the_curve_is_refused(folder: Path) -> None:
    problems = spoil(folder, "vehicle", "max_charge_w: 11000", "max_charge_w: 2300")
    assert "models.0" in problems[0]
    assert "at least 5 are needed" in problems[0]


def test_all_files_problems_are_told_at_once(folder: Path) -> None:
    (folder / "hvac.yaml").unlink()
    assert len(spoil(folder, "battery", "late_h: 3.0", "late_h: soon")) == 2
