"""The wall clock, where it comes in from outside the proxy: at start, and for the control API."""

from __future__ import annotations

from datetime import UTC, datetime


def wall_clock() -> datetime:
    """Read the wall clock."""
    return datetime.now(UTC)  # noqa: TID251 - the edge: what is inside takes the instant as an argument
