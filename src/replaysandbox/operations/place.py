"""Where a home is, for APIs that tell."""

from __future__ import annotations

from replaysandbox.core.noise import mix, signal, unit
from replaysandbox.core.scenario import Place
from replaysandbox.world.world import World, home_key

_GREENWICH = Place("Greenwich", 51.4779, 0.0015)
"""Where homes are that their scenario puts nowhere: there UTC, by which their curves go, is local time. Ours."""

_SPREAD_DEG = 0.05
"""Homes lie around their place, at most so far. Ours: a town. [°]"""

_NORTH, _EAST = signal("home latitude"), signal("home longitude")


def place_of(world: World, home: int) -> Place:
    """Tell where a home is: near its scenario's place, to 4 decimals (11 m)."""
    centre = world.scenario.place or _GREENWICH
    key = mix(world.seed, home_key(world, home))
    north, east = ((unit(mix(key, way)) * 2.0 - 1.0) * _SPREAD_DEG for way in (_NORTH, _EAST))
    return Place(centre.name, round(centre.latitude_deg + north, 4), round(centre.longitude_deg + east, 4))
