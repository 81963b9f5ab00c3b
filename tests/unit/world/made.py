"""Worlds of the shipped profiles and scenarios, made once for the tests that look at them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from replaysandbox.core.profile import Profiles
from replaysandbox.files.profiles import read_profiles
from replaysandbox.files.scenarios import read_scenario
from replaysandbox.world.world import World, build_world

START = datetime(2026, 6, 1, 12, tzinfo=UTC)

ZONES = ("Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "America/St_Johns", "Antarctica/Troll")
"""Zones that change by one hour, by half an hour and by two, north and south."""


@cache
def profiles() -> Profiles:
    """Read the shipped profiles."""
    return read_profiles()


@cache
def world(
    scenario: str = "default",
    seed: int = 1,
    homes: int | None = None,
    zone: str | None = None,
    world_at: str | None = None,
    start: datetime = START,
) -> World:
    """Build a world of a shipped scenario."""
    return build_world(
        profiles(), read_scenario(scenario), start=start, seed=seed, homes=homes, zone=zone, world_at=world_at
    )


_MINUTE = timedelta(minutes=1)
_EDGES = tuple(
    datetime.fromisoformat(text)
    for text in (
        "1970-01-02T00:00:00+00:00",
        "2024-02-28T23:59:59.999+00:00",
        "2024-02-29T12:00:00+00:00",
        "2025-12-31T23:59:59+00:00",
        "2026-01-01T00:00:00+00:00",
        "2026-03-29T01:00:00+00:00",
        "2026-10-25T00:30:00+00:00",
        "2026-06-30T21:00:00+00:00",
        "9999-12-29T23:00:00+00:00",
    )
)


def instants() -> st.SearchStrategy[datetime]:
    """Draw instants: the edges of days, months, years and zones, of 2026, and any others."""
    first, days = datetime(1970, 1, 2, tzinfo=UTC), st.integers(0, 2_932_000)
    this_year = st.integers(0, 365 * 24 * 60 - 1).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * _MINUTE
    )
    anywhere = st.tuples(days, st.integers(0, 86_399_999)).map(lambda at: first + timedelta(at[0], milliseconds=at[1]))
    return st.sampled_from(_EDGES) | this_year | anywhere


def worlds() -> st.SearchStrategy[World]:
    """Draw worlds: any seed, several scenarios and zones."""
    seeds = st.integers(0, 2**63 - 1)
    plain = st.builds(lambda seed: world.__wrapped__("default", seed, 1000), seeds)
    full = st.builds(
        lambda seed, zone: world.__wrapped__("full-house", seed, 1000, zone), seeds, st.sampled_from(ZONES)
    )
    place = st.builds(lambda seed: world.__wrapped__("los-angeles", seed, 1000), seeds)
    return plain | full | place
