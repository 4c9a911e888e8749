"""Matching of names in Arrow batches: all likely pairs of two lists, and scores with reasons for pairs given."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lakehouse.names.agreement import NO_CANDIDATE
from lakehouse.names.alignment import features
from lakehouse.names.evidence import births, nationalities, sexes
from lakehouse.names.explanation import Matched, explain
from lakehouse.names.likeness import scratch
from lakehouse.names.meeting import met
from lakehouse.names.model import best_rows, log_odds, probability
from lakehouse.names.packed import pack
from lakehouse.names.prepared import Prepared

CANDIDATES = pa.schema(
    [
        pa.field("left_row", pa.int64(), nullable=False),
        pa.field("right_row", pa.int64(), nullable=False),
        pa.field("name_log_odds", pa.float32(), nullable=False),
    ]
)
_MATCHED = pa.struct(
    [("part_a", pa.string()), ("part_b", pa.string()), ("likeness", pa.float64()), ("how", pa.string())]
)
SCORES = pa.schema(
    [
        pa.field("score", pa.float64(), nullable=False),
        pa.field("name_log_odds", pa.float64(), nullable=False),
        pa.field("birth_log_odds", pa.float64(), nullable=False),
        pa.field("nationality_log_odds", pa.float64(), nullable=False),
        pa.field("sex_log_odds", pa.float64(), nullable=False),
        pa.field("parts", pa.list_(_MATCHED), nullable=False),
    ]
)
#: Log odds of names of which one cannot be read at all.
UNREADABLE = -20.0


def candidates(left: Prepared, right: Prepared, floor: float = NO_CANDIDATE) -> pa.Table:
    """Pairs of a name on the left and one on the right that may be one person's, as ``CANDIDATES``.

    A pair is found if the names meet in a key and their log odds are at least ``floor``. ``left`` is walked, ``right``
    is looked up in: take the list of entries, prepared once, as ``right``. Give each distinct name once.
    """
    found, odds, _ = met(
        left.packed, left.key_of, left.key, right.packed, right.listed, right.listed_rows, floor, scratch()
    )
    return pa.table([found[:, 0], found[:, 1], odds], schema=CANDIDATES)


def score(pairs: pa.Table, explained: bool = True) -> pa.Table:
    """``pairs`` with the columns of ``SCORES``, row by row; score is from 0 to 1, evidence in log odds (natural).

    Columns read: ``name_a`` and ``name_b``, texts in any script; if there, ``born_from_a``, ``born_until_a`` (dates),
    ``nationality_a`` (ISO 3166-1 alpha-3), ``sex_a`` (M, F), and the same of ``b``. Swapping a and b swaps the parts
    and changes nothing else. Without ``explained``, ``parts`` is empty. Missing names are unreadable, and score 0.
    """
    texts = [pc.fill_null(pairs[side].cast(pa.string()), "") for side in ("name_a", "name_b")]
    encoded = pc.dictionary_encode(pa.chunked_array([chunk for text in texts for chunk in text.chunks], pa.string()))
    encoded = encoded.unify_dictionaries().combine_chunks() if pairs.num_rows else None
    if encoded is None:
        return _with(pairs, np.zeros(0), [])
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    names = encoded.dictionary.to_pylist()
    packed, room = pack(names), scratch()
    codes = encoded.indices.to_numpy().astype(np.int64)
    left, right = codes[: pairs.num_rows], codes[pairs.num_rows :]
    of, found = features(packed, packed, left, right, room)
    odds = log_odds(found)
    best = best_rows(of[:, 0], odds, pairs.num_rows)
    reasons = [
        explain(packed, int(a), int(of[row, 1]), packed, int(b), int(of[row, 2]), (names[a], names[b]), room)
        if explained and row >= 0
        else []
        for a, b, row in zip(left, right, best, strict=True)
    ]
    readable = best >= 0
    return _with(pairs, np.where(readable, odds[best] if len(odds) else UNREADABLE, UNREADABLE), reasons)


def _with(pairs: pa.Table, name_odds: NDArray[np.float64], reasons: list[list[Matched]]) -> pa.Table:
    evidence = [name_odds, births(pairs), nationalities(pairs), sexes(pairs)]
    columns = [probability(np.sum(evidence, axis=0)), *evidence, pa.array(reasons, SCORES.field("parts").type)]
    for field, column in zip(SCORES, columns, strict=True):
        pairs = pairs.append_column(field, pa.array(column, field.type) if isinstance(column, np.ndarray) else column)
    return pairs
