"""Draws that depend on nothing but a seed, what they are for, and what they are about.

Each is a pure function of (seed, stream, key): it does not depend on other
draws or on their order. Mixed by the finaliser of splitmix64 (Steele, Lea and
Flood, Fast splittable pseudorandom number generators, 2014).
"""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Shares = NDArray[np.float64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def draws(seed: int, stream: str, keys: Keys) -> Keys:
    """64 random bits for each key; another ``stream`` gives others."""
    digest = hashlib.sha256(f"{seed}/{stream}".encode()).digest()
    return _mixed(_mixed(keys + np.uint64(int.from_bytes(digest[:8]))) ^ np.uint64(int.from_bytes(digest[8:16])))


def shares(seed: int, stream: str, keys: Keys) -> Shares:
    """A number from 0 up to 1 for each key, uniform."""
    return np.asarray((draws(seed, stream, keys) >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def numbers(seed: int, stream: str, keys: Keys, below: int) -> NDArray[np.int64]:
    """A whole number from 0 up to ``below``, which is at most 2**31, for each key, uniform."""
    high = draws(seed, stream, keys) >> np.uint64(32)
    return np.asarray((high * np.uint64(below) >> np.uint64(32)).astype(np.int64))


def normals(seed: int, stream: str, keys: Keys) -> Shares:
    """A number of the standard normal distribution for each key (Box and Muller, 1958)."""
    radius = np.sqrt(-2.0 * np.log1p(-shares(seed, f"{stream}/radius", keys)))
    return np.asarray(radius * np.cos(2.0 * np.pi * shares(seed, f"{stream}/angle", keys)))


def text_keys(texts: pl.Series) -> Keys:
    """A key for each text; equal texts have equal keys. Null counts as the empty text."""
    encoded = np.array(texts.fill_null("").cast(pl.Binary).to_list(), dtype=np.bytes_)
    width = -(-max(encoded.dtype.itemsize, 1) // 8)
    words = encoded.astype(f"S{8 * width}").view("<u8").reshape(len(encoded), width)
    keys = np.zeros(len(encoded), np.uint64)
    for place in range(width):
        # What pads a short text changes nothing: a key depends on its own text alone.
        word = words[:, place]
        keys = np.where(word == 0, keys, _mixed((keys ^ word) + np.uint64(place)))
    return keys


def day_key(day: date) -> int:
    """A key for a day, to be joined with others by ``joined_keys``."""
    return day.toordinal()


def joined_keys(*parts: Keys | int) -> Keys:
    """One key out of several; a number stands for every row."""
    keys = np.zeros(1, np.uint64)
    for part in parts:
        keys = _mixed(keys * _STEP + _mixed(np.atleast_1d(np.asarray(part, np.uint64))))
    return keys


def _mixed(keys: Keys) -> Keys:
    with np.errstate(over="ignore"):
        z = keys + _STEP
        z = (z ^ (z >> np.uint64(30))) * _FIRST
        z = (z ^ (z >> np.uint64(27))) * _SECOND
        return np.asarray(z ^ (z >> np.uint64(31)))
