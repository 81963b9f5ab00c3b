"""A keyed permutation of the numbers of so many bits, and of the numbers below any other limit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from replaysandbox.core.noise import GOLDEN, mix, signal


@dataclass(frozen=True, slots=True)
class Cipher:
    """The permutation of one realm: a Feistel network over two halves of the same width.

    Attributes:
        half: Bits of a half.
        mask: As many ones.
        keys: One a round.

    Source:
        Ours: four rounds (H. Feistel, Scientific American 228, 1973) over a multiplicative hash. It hides the order of
        the numbers and is no protection.
    """

    half: int
    mask: int
    keys: tuple[int, int, int, int]


@lru_cache(maxsize=1024)
def cipher(realm: str, half: int) -> Cipher:
    """Make the permutation of a realm.

    Args:
        realm: What is numbered; two realms give two permutations.
        half: Half of the bits of the numbers.
    """
    key = signal(realm)
    return Cipher(half, (1 << half) - 1, (mix(key, 0) | 1, mix(key, 1) | 1, mix(key, 2) | 1, mix(key, 3) | 1))


def permute(made: Cipher, value: int) -> int:
    """Put another number of as many bits in the place of one."""
    # Written out, without exchanging the halves: this is on the way of every request.
    half, mask = made.half, made.mask
    first, second, third, fourth = made.keys
    left, right = value >> half, value & mask
    left ^= ((right + GOLDEN) * first >> 31) & mask
    right ^= ((left + GOLDEN) * second >> 31) & mask
    left ^= ((right + GOLDEN) * third >> 31) & mask
    right ^= ((left + GOLDEN) * fourth >> 31) & mask
    return left << half | right


def restore(made: Cipher, value: int) -> int:
    """Find the number that `permute` put this one in the place of."""
    half, mask = made.half, made.mask
    first, second, third, fourth = made.keys
    left, right = value >> half, value & mask
    right ^= ((left + GOLDEN) * fourth >> 31) & mask
    left ^= ((right + GOLDEN) * third >> 31) & mask
    right ^= ((left + GOLDEN) * second >> 31) & mask
    left ^= ((right + GOLDEN) * first >> 31) & mask
    return left << half | right


def permute_below(limit: int, realm: str, value: int) -> int:
    """Put another number below the limit in the place of one.

    Source:
        J. Black, P. Rogaway, Ciphers with Arbitrary Finite Domains (CT-RSA 2002), 3: a permutation of more numbers,
        again and again until the number is one of those that are meant; at most about four times.
    """
    made = _over(limit, realm)
    value = permute(made, value)
    while value >= limit:
        value = permute(made, value)
    return value


def restore_below(limit: int, realm: str, value: int) -> int:
    """Find the number that `permute_below` put this one in the place of."""
    made = _over(limit, realm)
    value = restore(made, value)
    while value >= limit:
        value = restore(made, value)
    return value


def _over(limit: int, realm: str) -> Cipher:
    return cipher(realm, ((limit - 1).bit_length() + 1) // 2)
