"""What a process goes on to hold of texts it was given, for the tests of what is remembered."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable


def kept_bytes(take: Callable[[str], object], length: int = 100_000, times: int = 10) -> int:
    """Give a function long texts, each another, and tell how much of them it holds. [B]"""
    tracemalloc.start()
    try:
        for number in range(times):
            take(f"{number}{'-' * length}")
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
