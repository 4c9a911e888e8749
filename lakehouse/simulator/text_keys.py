"""Keys of texts, for draws about what has a text for its name."""

from __future__ import annotations

import numpy as np
import polars as pl

from lakehouse.simulator.draws import Bits, mixed


def text_keys(texts: pl.Series) -> Bits:
    """A key for each text; equal texts have equal keys, whatever stands beside them. Null counts as the empty text."""
    encoded = np.array(texts.fill_null("").cast(pl.Binary).to_list(), dtype=np.bytes_)
    width = max(-(-encoded.dtype.itemsize // 8), 1)
    words = encoded.astype(f"S{8 * width}").view("<u8").reshape(len(encoded), width)
    keys = np.zeros(len(encoded), np.uint64)
    for place in range(width):
        word = words[:, place]
        # What pads a text to the width of the longest one changes nothing.
        keys = np.where(word == 0, keys, mixed(keys ^ word))
    return keys
