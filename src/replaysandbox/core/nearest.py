"""The nearest valid word to a wrong one, for hints."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest_and_all(word: str, known: Iterable[str]) -> str:
    """Suggest the known word nearest to a wrong one, and list them all, for another may be meant."""
    choices = sorted(known)
    hint = nearest(word, choices)
    return hint if hint.startswith("known:") else f"{hint} known: {', '.join(choices)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggest the known word nearest to a wrong one, or list them all."""
    choices = sorted(known)
    close = difflib.get_close_matches(word[:200], choices, n=1)
    return f"did you mean '{close[0]}'?" if close else f"known: {', '.join(choices) or 'none'}"
