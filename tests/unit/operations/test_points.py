from datetime import UTC, datetime, timedelta

import pytest

from replaysandbox.core.device import DeviceRef
from replaysandbox.operations.points import FINE, PointView, read_point, runs_of, summed
from replaysandbox.operations.steps import spans
from replaysandbox.world.reading import reading_at
from tests.unit.operations.site_pack import Visitor

FROM, NOW = datetime(2026, 5, 30, tzinfo=UTC), datetime(2026, 6, 1, 12, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def made(family: str, step: str, sample: timedelta) -> list[PointView]:
    world = Visitor().loaded.world
    cut = spans(FROM, NOW, step, UTC, whole=True)
    return summed(
        [read_point(lambda at: reading_at(world, DeviceRef(family, 0, 0), at), each, NOW, sample) for each in cut]
    )


@pytest.mark.parametrize("sample", [FINE, HOUR])
@pytest.mark.parametrize("step", ["15m", "1h", "1d"])
def test_a_charging_run_holds_the_same_energy_whatever_the_step(step: str, sample: timedelta) -> None:
    finest = runs_of(made("ev_charger", "15m", FINE))["power_w"]
    points = made("ev_charger", step, sample)
    runs = runs_of(points)["power_w"]
    assert len(finest) == 3
    if step in ("15m", "1h"):
        assert [run.energy_wh for run in runs] == pytest.approx([run.energy_wh for run in finest])
    told = sum(run.energy_wh for run in runs)
    assert told == pytest.approx(sum(run.energy_wh for run in finest))
    assert told == pytest.approx(sum(point.positive_wh["power_w"] for point in points))
    assert told == pytest.approx(points[-1].positive_sum_wh["power_w"])


def test_a_mean_is_the_energy_over_the_time_that_is_known() -> None:
    last = made("ev_charger", "1h", FINE)[-1]
    assert last.at < NOW < last.until
    assert last.last is not None
    assert last.last.at == NOW
    power = made("solar_inverter", "1h", FINE)[-1]
    assert power.mean["power_w"] / 3 == pytest.approx(power.positive_wh["power_w"])


def test_a_step_that_has_just_begun_has_a_mean_and_no_energy_yet() -> None:
    world, noon = Visitor().loaded.world, NOW.replace(minute=0)
    (step,) = spans(noon, noon + FINE, "15m", UTC, whole=True)
    point = read_point(lambda at: reading_at(world, DeviceRef("solar_inverter", 0, 0), at), step, noon, FINE)
    assert point.mean["power_w"] > 0
    assert point.positive_wh["power_w"] == 0


def test_of_the_future_nothing_is_known() -> None:
    (point,) = [
        read_point(lambda at: pytest.fail(str(at)), each, NOW - HOUR, FINE)
        for each in spans(NOW, NOW + timedelta(minutes=40), "1h", UTC, whole=False)
    ]
    assert (point.known, point.reading, point.mean) == (False, None, {})
