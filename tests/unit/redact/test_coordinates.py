from __future__ import annotations

import pytest

from replaysandbox.redact.coordinates import MOST_HELD, Coordinates
from replaysandbox.redact.place import moved, moved_together
from tests.unit.redact.made import cover

pytestmark = pytest.mark.slow  # the map of time zones takes its time to load

NORTH, EAST = "32.333000", "-85.020000"


def test_the_first_waits_for_the_second_and_all_between_with_it() -> None:
    found = Coordinates(cover())
    found.parts.append("a")
    found.parts.append(found.take(NORTH, "lat", 1, in_object=True, write=str))
    found.parts.append("b")
    assert found.ready(last=False) == "a"
    found.parts.append(found.take(EAST, "lng", 1, in_object=True, write=lambda value: f'"{value}"'))
    north, east = moved_together(NORTH, EAST)
    assert found.ready(last=False) == f'{north}b"{east}"'


def test_none_waits_for_ever() -> None:
    found = Coordinates(cover())
    found.parts.append(found.take(NORTH, "lat", 1, in_object=True, write=str))
    found.parts.append("x" * (MOST_HELD + 1))
    assert found.ready(last=False).startswith(moved(NORTH))
    found.parts.append(found.take(NORTH, "lat", 1, in_object=True, write=str))
    found.close(1)
    assert found.ready(last=False) == moved(NORTH)
    found.parts.append(found.take(NORTH, "lat", 1, in_object=True, write=str))
    assert found.ready(last=True) == moved(NORTH)


def test_others_objects_and_places_are_not_its_own() -> None:
    found = Coordinates(cover())
    found.parts.append(found.take(NORTH, "lat", 1, in_object=True, write=str))
    found.parts.append(found.take(EAST, "lng", 2, in_object=True, write=str))
    found.parts.append(found.take(EAST, "endLng", 1, in_object=True, write=str))
    assert found.ready(last=True) == moved(NORTH) + moved(EAST) * 2


def test_a_name_told_twice_moves_the_first_by_itself() -> None:
    found = Coordinates(cover())
    for value in (NORTH, "10.123000"):
        found.parts.append(found.take(value, "lat", 1, in_object=True, write=str))
    found.parts.append(found.take(EAST, "lng", 1, in_object=True, write=str))
    assert found.ready(last=True) == moved(NORTH) + "".join(moved_together("10.123000", EAST))
