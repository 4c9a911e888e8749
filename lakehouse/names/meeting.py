"""All pairs of names that meet in a key and are alike enough: found and scored in one compiled pass, without a join."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lakehouse.names.alignment import COUNT, align, comparable
from lakehouse.names.likeness import Scratch, compiled
from lakehouse.names.model import odds_of
from lakehouse.names.packed import Packed
from lakehouse.names.prepared import MOST_OF_KEY

_Found = tuple[NDArray[np.int64], NDArray[np.float32], int]


@compiled
def met(
    a: Packed,
    key_of: NDArray[np.int64],
    key: NDArray[np.int64],
    b: Packed,
    index: NDArray[np.int64],
    index_rows: NDArray[np.int32],
    floor: float,
    room: Scratch,
) -> _Found:
    """Rows (name of ``a``, of ``b``, form, form) and log odds, of pairs of at least ``floor``; and how many met."""
    names = len(b.forms) - 1
    seen = np.full(names, -1, np.int64)
    size, kept, compared = 1024, 0, 0
    found, odds = np.empty((size, 4), np.int64), np.empty(size, np.float32)
    out = np.zeros(COUNT, np.float32)
    for n in range(len(key_of) - 1):
        for k in range(key_of[n], key_of[n + 1]):
            first = np.searchsorted(index, key[k])
            last = first
            while last < len(index) and index[last] == key[k] and last - first <= MOST_OF_KEY:
                last += 1
            if last - first > MOST_OF_KEY:
                continue
            for at in range(first, last):
                m = index_rows[at]
                if seen[m] == n:
                    continue
                seen[m] = n
                compared += 1
                best, bf, bg = -99.0, -1, -1
                for f in range(a.forms[n], a.forms[n + 1]):
                    for g in range(b.forms[m], b.forms[m + 1]):
                        if comparable(a, f, b, g):
                            align(a, f, b, g, out, room)
                            value = odds_of(out)
                            if value > best:
                                best, bf, bg = value, f, g
                if best >= floor:
                    if kept == size:
                        size *= 2
                        more, more_odds = np.empty((size, 4), np.int64), np.empty(size, np.float32)
                        more[:kept], more_odds[:kept] = found[:kept], odds[:kept]
                        found, odds = more, more_odds
                    found[kept, 0], found[kept, 1], found[kept, 2], found[kept, 3] = n, m, bf, bg
                    odds[kept] = best
                    kept += 1
    return found[:kept], odds[:kept], compared
