from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replaysandbox.core.errors import SandboxError
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import begin_anew, load_all, scenario_names
from replaysandbox.world.world import total
from tests.unit.worlds import AT


@pytest.mark.slow
def test_settings_reach_the_world() -> None:
    start = load_all(Settings(homes=7, seed=42, at=AT + timedelta(days=1)), AT)
    assert (start.at, start.loaded.world.seed, total(start.loaded.world, "vehicle")) == (AT + timedelta(days=1), 42, 7)


@pytest.mark.slow
def test_a_scenario_starts_the_clock_unless_the_user_does() -> None:
    assert load_all(Settings(scenario="winter"), AT).at.month == 1
    assert load_all(Settings(scenario="winter", at=AT), AT).at == AT
    assert load_all(Settings(), AT).at == AT


def test_all_problems_of_all_files_are_told_at_once() -> None:
    settings = Settings(pack=("amp",), scenario="wintr", origins={})
    with pytest.raises(SandboxError) as caught:
        load_all(settings, AT)
    assert {problem.hint for problem in caught.value.problems} == {"did you mean 'amps'?", "did you mean 'winter'?"}


@pytest.mark.slow
@pytest.mark.parametrize("glob", ["api.amps.ai", "*.amps.ai"])
def test_an_imitated_host_cannot_be_passed(glob: str) -> None:
    with pytest.raises(SandboxError, match=r"imitate api\.amps\.ai; it cannot be passed"):
        load_all(Settings(pass_=(glob,)), AT)


@pytest.mark.slow
def test_everything_else_can_be_passed() -> None:
    load_all(Settings(pass_=("*", "example.test")), AT)


@pytest.mark.slow
def test_a_projects_own_scenarios_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "sandbox" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("format: 1\ntitle: Mine\nhomes: 5\nfamilies: {battery: 1}\n")
    settings = Settings(scenario="mine", project=tmp_path)
    assert total(load_all(settings, datetime(2026, 1, 1, tzinfo=UTC)).loaded.world, "battery") == 5
    assert "mine" in scenario_names(settings)
    assert "default" in scenario_names(settings)


@pytest.mark.slow
def test_another_scenario_is_begun_with_the_packs_there_are() -> None:
    first = load_all(Settings(), AT)
    anew = begin_anew(Settings(scenario="winter"), first.loaded, AT)
    assert (anew.at, anew.loaded.world.scenario.name) == (load_all(Settings(scenario="winter"), AT).at, "winter")
    assert anew.loaded.world.start_ms == load_all(Settings(scenario="winter"), AT).loaded.world.start_ms
    assert anew.loaded.packs is first.loaded.packs
