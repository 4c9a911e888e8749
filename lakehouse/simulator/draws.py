"""Randomness without a state: every draw is a function of who it is for and what it decides.

Keys are mixed as splitmix64 does (Steele, Lea and Flood, 2014). A draw does not
depend on the order of rows, on their number, or on what else is drawn: so the
same person stays the same, and a day can be made again or added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Key = NDArray[np.integer[Any]] | np.uint64 | int

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_ALL = 2**64 - 1
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)


@cache
def tag(text: str) -> np.uint64:
    """The key that a text stands for."""
    return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))


def mixed(*keys: Key | str) -> Bits:
    """64 random bits for each row of keys, which may be arrays of one length, whole numbers, or texts."""
    whole = next((place for place, key in enumerate(keys) if isinstance(key, np.ndarray)), len(keys))
    state: Bits = np.array([_mixed_whole(keys[:whole])], np.uint64)
    for key in keys[whole:]:
        part = tag(key) if isinstance(key, str) else np.asarray(key).astype(np.uint64, copy=False)
        state = state ^ part
        # In place: new arrays of thousands cost more than what is reckoned in them.
        state += _STEP
        state ^= state >> _S30
        state *= _FIRST
        state ^= state >> _S27
        state *= _SECOND
        state ^= state >> _S31
    return state


def _mixed_whole(keys: Iterable[Key | str]) -> int:
    """The same of keys that all rows have in common: whole numbers are faster than arrays of one."""
    state = 0
    for key in keys:
        part = int(tag(key) if isinstance(key, str) else key)
        state = ((state ^ part & _ALL) + int(_STEP)) & _ALL
        state = (state ^ state >> 30) * int(_FIRST) & _ALL
        state = (state ^ state >> 27) * int(_SECOND) & _ALL
        state ^= state >> 31
    return state


def uniform(bits: Bits) -> Floats:
    """Numbers from 0 up to 1."""
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53


@dataclass(frozen=True)
class Draws:
    """Draws for n rows with a key each; what a draw decides is its name."""

    key: Bits

    @classmethod
    def of(cls, *keys: Key | str) -> Draws:
        return cls(mixed(*keys))

    def bits(self, what: str) -> Bits:
        return mixed(self.key, what)

    def uniform(self, what: str) -> Floats:
        return uniform(self.bits(what))

    def below(self, what: str, limit: int | Ints) -> Ints:
        """Whole numbers from 0 up to ``limit``, which is itself not drawn."""
        return (self.uniform(what) * limit).astype(np.int64)

    def true(self, what: str, rate: float | Floats) -> NDArray[np.bool_]:
        return self.uniform(what) < rate

    def normal(self, what: str) -> Floats:
        first, second = self.uniform(f"{what}/1"), self.uniform(f"{what}/2")
        return np.asarray(np.sqrt(-2.0 * np.log1p(-first)) * np.cos(2.0 * np.pi * second))

    def lognormal(self, what: str, median: float | Floats, sigma: float | Floats) -> Floats:
        return np.asarray(median * np.exp(sigma * self.normal(what)))

    def choice(self, what: str, weights: Sequence[float] | Floats) -> Ints:
        """Places among ``weights``, each as often as its weight tells."""
        ends = np.cumsum(np.asarray(weights, np.float64))
        return np.searchsorted(ends / ends[-1], self.uniform(what), side="right")


def rounded(expected: float, *keys: Key | str) -> int:
    """A whole number whose mean over keys is ``expected``."""
    return int(expected + uniform(mixed(*keys))[0])
