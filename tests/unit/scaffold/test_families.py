import pytest

from replaysandbox.core.device import FAMILIES
from replaysandbox.scaffold.families import About, about, family_named


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/batteries", About("battery")),
        ("/v1/batteries/{batteryId}", About("battery", 2)),
        ("/sites/{id}/ev-chargers/{x}/status", About("ev_charger", 3)),
        ("/vehicles/{id}/charge", About("vehicle", 1)),
        ("/thermostats/{a}.json", About("hvac")),
        ("/books/{id}", None),
        ("/", None),
    ],
)
def test_a_path_says_what_it_is_about(path: str, found: About | None) -> None:
    assert about(path) == found


def test_the_families_are_ours() -> None:
    names = ("Wallbox", "cars", "powerwalls", "inverters", "heat_pumps", "smartMeters", "chargePoint")
    assert {family_named(name) for name in names} == set(FAMILIES)
    assert not family_named("careers")
