"""Counts in texts for people: `1 call`, `1,204 calls`."""

from __future__ import annotations


def many(count: int, what: str) -> str:
    """Write a count with its noun, the noun in the singular as it is given or with an `s`."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
