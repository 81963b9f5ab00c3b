"""Noise as a hash: the same number for the same question, whatever was asked before.

Everything random in the world comes from here. A key is a 64-bit integer; `step` makes a new key from a key and a
part (a day, a minute, a signal), and `unit` and `normal` read a number off a key. Only integer arithmetic modulo 2^64
and one product by a constant are used, so that `world/vector.py` can mirror each function to the last bit.
"""

from __future__ import annotations

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB
TO_UNIT = 2.0**-53
LANE = 0xFFFF
LANES_MEAN = 2 * LANE
TO_NORMAL = 1.0 / 37837.22728  # 65536 * sqrt(4 / 12): spread of a sum of four lanes of 16 bits
NORMAL_BOUND = LANES_MEAN * TO_NORMAL
"""No draw of `normal` is further from 0 than this."""


def step(key: int, part: int) -> int:
    """Make a new key from a key and one part of the question.

    Args:
        key: 64-bit key, or a seed.
        part: Any integer, negative ones too (days before 1970).

    Returns:
        64-bit key in which each bit depends on each bit of both.

    Source:
        G. Steele, D. Lea, C. Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014 (splitmix64).
    """
    z = (key + (part + 1) * GOLDEN) & MASK
    z = ((z ^ (z >> 30)) * FIRST) & MASK
    z = ((z ^ (z >> 27)) * SECOND) & MASK
    return z ^ (z >> 31)


def mix(seed: int, *parts: int) -> int:
    """Make a key from a seed and any number of parts, in order."""
    key = seed & MASK
    for part in parts:
        key = step(key, part)
    return key


def unit(key: int) -> float:
    """Read a number off a key, evenly spread over [0, 1)."""
    return (key >> 11) * TO_UNIT


def normal(key: int) -> float:
    """Read a number off a key, mean 0 and spread 1, never beyond `NORMAL_BOUND` (3.46).

    Bounded on purpose: a device may be unusual, but no draw may break a law.

    Source:
        Irwin-Hall distribution of four uniform lanes of 16 bits: P. Hall, Biometrika 19, 1927.
    """
    lanes = (key & LANE) + ((key >> 16) & LANE) + ((key >> 32) & LANE) + (key >> 48)
    return (lanes - LANES_MEAN) * TO_NORMAL


def signal(name: str) -> int:
    """Turn the name of a signal into a number; call it at import, not at each draw.

    Source:
        FNV-1a, 64 bits: G. Fowler, L. C. Noll, K.-P. Vo, IETF draft-eastlake-fnv.
    """
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value
