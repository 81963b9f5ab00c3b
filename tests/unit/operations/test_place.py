from replaysandbox.operations.place import place_of
from tests.unit.worlds import amps


def test_homes_lie_around_their_scenarios_place() -> None:
    here, there = amps().world, amps("los-angeles").world
    assert place_of(here, 0) == place_of(here, 0)
    assert place_of(here, 0) != place_of(here, 1)
    assert abs(place_of(here, 0).latitude_deg - 51.4779) <= 0.051
    assert there.scenario.place is not None
    assert abs(place_of(there, 0).longitude_deg - there.scenario.place.longitude_deg) <= 0.051
