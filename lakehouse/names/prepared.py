"""Names made ready for matching: read, packed, keyed, and indexed by key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lakehouse.names.keys import keys
from lakehouse.names.packed import Packed, pack

#: A coarse key that more names share than this is passed over, and a fine one: what they hold is no evidence.
MOST_OF_COARSE, MOST_OF_FINE = 300, 4_000


class Prepared(NamedTuple):
    """``names`` as given; ``key_of``: (names + 1) offsets into ``key``; ``index``, ``index_rows``: keys sorted, and their names.

    Plain arrays and texts, so it can be pickled and broadcast. About 2 kB a name in Han characters, 600 bytes in others.
    """

    names: list[str]
    packed: Packed
    key_of: NDArray[np.int64]
    key: NDArray[np.int64]
    index: NDArray[np.int64]
    index_rows: NDArray[np.int32]


def prepare(names: Iterable[str]) -> Prepared:
    """Read the names and index them by their keys. About .1 ms a name, more for the first in each script."""
    listed = list(names)
    found = [sorted(keys(name)) for name in listed]
    key = np.array([one for each in found for one in each], dtype=np.int64)
    lengths = np.array([len(each) for each in found], dtype=np.int64)
    order = np.argsort(key, kind="stable")
    return Prepared(
        names=listed,
        packed=pack(listed),
        key_of=np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths))).astype(np.int64),
        key=key,
        index=key[order],
        index_rows=np.repeat(np.arange(len(listed), dtype=np.int32), lengths)[order],
    )
