from __future__ import annotations

from dataclasses import replace

from replaysandbox.world.feasible import too_weak
from tests.unit.world.made import profiles


def test_the_shipped_models_are_strong_enough() -> None:
    assert too_weak(profiles()) == []


def test_a_weak_battery_and_a_weak_car_are_named() -> None:
    shipped = profiles()
    battery = replace(shipped.battery.models[1], max_charge_w=900.0)
    car = replace(shipped.vehicle.models[2], max_charge_w=2300.0)
    weak = too_weak(
        replace(
            shipped,
            battery=replace(shipped.battery, models=(shipped.battery.models[0], battery)),
            vehicle=replace(shipped.vehicle, models=(*shipped.vehicle.models[:2], car)),
        )
    )
    assert [(each.family, each.position) for each in weak] == [("battery", 1), ("vehicle", 2)]
