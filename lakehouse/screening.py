"""Travellers against entries of lists, in Arrow batches: who may be whom, how sure that is, and what says so.

``meeting`` finds pairs by name whose evidence may reach the threshold, ``scored`` weighs given pairs and explains
those that do. Both are pure, and run in Spark's workers or in a process of their own (``lakehouse.names``).
"""

from __future__ import annotations

from functools import lru_cache
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lakehouse.names import evidence
from lakehouse.names.agreement import NAMES_AGREE

if TYPE_CHECKING:
    from lakehouse.names.prepared import Prepared

_Rows = NDArray[np.int64]
_Odds = NDArray[np.float64]

#: From here on a traveller may be the person of an entry, and an officer is to look: the names agree, at 1 false one in
#: 10,000 random pairs (``names.model``), and with birth, nationality and sex the odds are 99 to 1. Both are asked, as
#: neither does alone: of 100,000 travellers against 1,000 entries names would take 10,000 for another, and of those
#: born on one day half are of one nationality and sex (log odds 7.4), whatever their names. A name of two or three
#: parts makes 3.7 at most, so that a name without birth has to agree in full, with nationality and sex beside it.
CANDIDATE_SCORE = 0.99
LEAST_ODDS = log(CANDIDATE_SCORE / (1 - CANDIDATE_SCORE))
#: Evidence of births in words, by its log odds.
BIRTHS = {
    evidence.SAME_DATE: "same_date",
    evidence.EXCHANGED: "day_and_month_exchanged",
    evidence.SAME_MONTH: "same_month",
    evidence.SAME_YEAR: "same_year",
    evidence.SAME_YEAR / 2: "in_range",
    evidence.OTHER_DATE_OF_YEAR: "other_date_of_year",
    evidence.NEAR: "other_year",
    evidence.FAR: "other_year",
    0.0: "not_known",
}

#: What both sides of a pair tell, as Arrow columns: of travellers, and of entries.
OF_TRAVELLER = ("traveller_names", "date_of_birth", "nationality", "sex")
OF_ENTRY = ("entry_names", "births", "nationalities", "entry_sex")
#: What ``scored`` adds, in Spark's words.
SCORED = (
    "match_score double, name_score double, birth_score double, nationality_score double, sex_score double, "
    "birth_evidence string, traveller_name string, entry_name string, entry_name_quality string, "
    "name_parts array<struct<part_a:string,part_b:string,likeness:double,how:string>>"
)
_ADDED = pa.schema(
    [
        *((f"{name}_score", pa.float64()) for name in ("match", "name", "birth", "nationality", "sex")),
        *((name, pa.string()) for name in ("birth_evidence", "traveller_name", "entry_name", "entry_name_quality")),
        (
            "name_parts",
            pa.list_(
                pa.struct(
                    [("part_a", pa.string()), ("part_b", pa.string()), ("likeness", pa.float64()), ("how", pa.string())]
                )
            ),
        ),
    ]
)


def meeting(travellers: pa.Table, entries: pa.Table) -> pa.Table:
    """Rows of ``travellers``, each with the ``entry_key`` of one whose names meet and whose evidence reaches the least.

    ``travellers`` has ``OF_TRAVELLER``, ``entries`` has ``entry_key`` and ``OF_ENTRY``; no list is null. Entries are
    prepared once in a process, as long as they are the same.
    """
    # Imported where names are read, as what reads them takes seconds to load.
    from lakehouse.names.matching import candidates
    from lakehouse.names.prepared import prepare

    named, of_traveller = _names(travellers["traveller_names"])
    listed, of_entry = _names(_struct_field(entries["entry_names"], "name"))
    if not named or not listed:
        return travellers.slice(0, 0).append_column("entry_key", pa.array([], pa.string()))
    found = candidates(prepare(named), _listed(tuple(listed)), NAMES_AGREE)
    pair, left, right = _spread(found["left_row"].to_numpy(), found["right_row"].to_numpy(), of_traveller, of_entry)
    one, other, odds = _best_of_pairs(left, right, found["name_log_odds"].to_numpy()[pair], entries.num_rows)
    beside = _evidence(travellers.take(one), entries.take(other))
    likely = odds + np.sum(list(beside.values()), axis=0) >= LEAST_ODDS
    return travellers.take(one[likely]).append_column("entry_key", entries["entry_key"].take(pa.array(other[likely])))


def screened(travellers: pa.Table, entries: pa.Table) -> pa.Table:
    """Candidates among few travellers, such as a flight's, by name, in this process: rows of ``travellers`` with the
    entry's columns and what ``scored`` adds. Columns as ``meeting`` takes them; warm from the second call on.
    """
    met = meeting(travellers, entries)
    at = pc.index_in(met["entry_key"], entries["entry_key"])
    for name in OF_ENTRY:
        met = met.append_column(name, entries[name].take(at))
    found = scored(met)
    return found.filter(
        pc.and_kleene(
            pc.greater_equal(found["match_score"], CANDIDATE_SCORE), pc.greater_equal(found["name_score"], NAMES_AGREE)
        )
    )


def scored(pairs: pa.Table) -> pa.Table:
    """``pairs`` (with ``OF_TRAVELLER`` and ``OF_ENTRY``) with scores, and reasons for those that are candidates.

    The names that agree best are told, and the birth and nationality that do. ``match_score`` is from 0 to 1, other
    scores are natural log odds. Where one side has no name there are no scores.
    """
    from lakehouse.names.matching import score
    from lakehouse.names.model import probability

    names_a = _lists(pairs["traveller_names"])
    names_b, quality = (_lists(_struct_field(pairs["entry_names"], part)) for part in ("name", "quality"))
    row, a, b = _product(names_a, names_b)
    flat = pa.table({"name_a": _values(names_a).take(a), "name_b": _values(names_b).take(b)})
    odds = score(flat, explained=False)["name_log_odds"].to_numpy() if len(row) else np.zeros(0)
    compared = _comparable(row, flat, _values(quality).take(pa.array(b)))
    best = _best_rows(row[compared], odds[compared], pairs.num_rows)
    best = np.where(best >= 0, compared[best] if len(compared) else -1, -1)
    known = best >= 0
    parts = {"name": np.where(known, odds[best] if len(odds) else 0.0, 0.0), **_evidence(pairs, pairs)}
    match = probability(np.sum(list(parts.values()), axis=0))
    told = np.flatnonzero(known & (match >= CANDIDATE_SCORE) & (parts["name"] >= NAMES_AGREE))
    reasons: list[Any] = [None] * pairs.num_rows
    for at, explained in zip(told, score(flat.take(best[told]))["parts"].to_pylist() if len(told) else [], strict=True):
        reasons[at] = explained
    at_best = pa.array(best, mask=~known)
    births = pa.array([BIRTHS[round(float(odds), 6)] for odds in parts["birth"]], pa.string())
    columns = [
        pa.array(match, mask=~known),
        *(pa.array(odds, mask=~known) for odds in parts.values()),
        births,
        *(flat[name].take(at_best) for name in ("name_a", "name_b")),
        _values(quality).take(pa.array(b)).take(at_best),
        pa.array(reasons, _ADDED.field("name_parts").type),
    ]
    for field, column in zip(_ADDED, columns, strict=True):
        pairs = pairs.append_column(field, column)
    return pairs


@lru_cache(maxsize=2)
def _listed(names: tuple[str, ...]) -> Prepared:
    from lakehouse.names.prepared import prepare

    return prepare(names)


def _comparable(row: _Rows, names: pa.Table, quality: pa.Array) -> _Rows:
    """Pairs of names that are to be compared.

    Characters tell apart what romanisation writes alike: where traveller and entry both give a name in Han characters,
    the entry's own name is compared in characters alone. Its aliases are compared as they stand.
    """
    sides = [pc.match_substring_regex(names[name], r"\p{Han}").to_numpy() for name in ("name_a", "name_b")]
    in_both = sides[0] & sides[1]
    given = np.zeros(int(row[-1]) + 1 if len(row) else 0, dtype=bool)
    given[row[in_both]] = True
    own = pc.is_in(quality, pa.array(["primary", "native"])).to_numpy(zero_copy_only=False)
    return np.flatnonzero(in_both | ~own | ~given[row])


def _evidence(travellers: pa.Table, entries: pa.Table) -> dict[str, _Odds]:
    """What speaks for pairs beside the names, row by row: of several births and nationalities that which says most."""
    births, nationalities = _lists(entries["births"]), _lists(entries["nationalities"])
    born = pc.cast(travellers["date_of_birth"], pa.date32())
    row, at = _each(births)
    told = _values(births).take(at)
    of_births = evidence.births(
        pa.table(
            {
                **{f"born_{end}_a": born.take(pa.array(row)) for end in ("from", "until")},
                "born_from_b": pc.struct_field(told, "earliest_date"),
                "born_until_b": pc.struct_field(told, "latest_date"),
            }
        )
    )
    nation_row, at = _each(nationalities)
    of_nations = evidence.nationalities(
        pa.table(
            {
                "nationality_a": _alpha3(travellers["nationality"]).take(pa.array(nation_row)),
                "nationality_b": _alpha3(_values(nationalities)).take(pa.array(at)),
            }
        )
    )
    sexes = {"sex_a": _recorded(travellers["sex"]), "sex_b": _recorded(entries["entry_sex"])}
    return {
        "birth": _most(row, of_births, entries.num_rows),
        "nationality": _most(nation_row, of_nations, entries.num_rows),
        "sex": evidence.sexes(pa.table(sexes)),
    }


def _alpha3(codes: pa.ChunkedArray) -> pa.ChunkedArray:
    """Codes of ISO 3166; what a source calls otherwise is not known."""
    return pc.if_else(pc.match_substring_regex(codes, "^[A-Z]{3}$"), codes, "")


def _recorded(sexes: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.is_in(sexes, pa.array(["F", "M"])), sexes, "")


def _lists(column: pa.ChunkedArray) -> pa.ListArray:
    """Lists in one piece; none of them is null."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _struct_field(column: pa.ChunkedArray, name: str) -> pa.ListArray:
    lists = _lists(column)
    return pa.ListArray.from_arrays(lists.offsets, pc.struct_field(lists.values, name))


def _values(lists: pa.ListArray) -> pa.Array:
    return lists.values


def _lengths(lists: pa.ListArray) -> _Rows:
    return np.asarray(pc.list_value_length(lists).to_numpy(), dtype=np.int64)


def _each(lists: pa.ListArray) -> tuple[_Rows, _Rows]:
    """Row and place of every value of the lists."""
    lengths, offsets = _lengths(lists), lists.offsets.to_numpy()[:-1].astype(np.int64)
    row = np.repeat(np.arange(len(lists)), lengths)
    return row, offsets[row] + _within(lengths)


def _within(lengths: _Rows) -> _Rows:
    """0, 1, 2 ... of each length."""
    return np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _product(one: pa.ListArray, other: pa.ListArray) -> tuple[_Rows, _Rows, _Rows]:
    """Row, place in ``one`` and place in ``other`` of every pair of values of a row."""
    ones, others = _lengths(one), _lengths(other)
    row, k = np.repeat(np.arange(len(one)), ones * others), _within(ones * others)
    firsts = one.offsets.to_numpy()[:-1].astype(np.int64), other.offsets.to_numpy()[:-1].astype(np.int64)
    return row, firsts[0][row] + k // others[row], firsts[1][row] + k % others[row]


def _names(lists: pa.ListArray) -> tuple[list[str], tuple[_Rows, _Rows]]:
    """The distinct names of lists; and for each the rows it stands in, as offsets and rows."""
    whole = _lists(lists)
    row, at = _each(whole)
    encoded = pc.dictionary_encode(whole.values.take(pa.array(at)))
    codes = encoded.indices.to_numpy().astype(np.int64)
    order = np.argsort(codes, kind="stable")
    counts = np.bincount(codes, minlength=len(encoded.dictionary))
    return encoded.dictionary.to_pylist(), (np.concatenate(([0], np.cumsum(counts))), row[order])


def _spread(
    left: _Rows, right: _Rows, of_left: tuple[_Rows, _Rows], of_right: tuple[_Rows, _Rows]
) -> tuple[_Rows, _Rows, _Rows]:
    """Pairs of names as pairs of the rows they stand in: the pair of names, and both rows."""
    (starts_a, rows_a), (starts_b, rows_b) = of_left, of_right
    ones, others = starts_a[left + 1] - starts_a[left], starts_b[right + 1] - starts_b[right]
    pair, k = np.repeat(np.arange(len(left)), ones * others), _within(ones * others)
    return (
        pair,
        rows_a[starts_a[left[pair]] + k // others[pair]],
        rows_b[starts_b[right[pair]] + k % others[pair]],
    )


def _best_of_pairs(one: _Rows, other: _Rows, odds: _Odds, others: int) -> tuple[_Rows, _Rows, _Odds]:
    """Each pair of rows once, with the most of its odds."""
    order = np.lexsort((-odds, one * others + other))
    one, other, odds = one[order], other[order], odds[order]
    first = np.ones(len(one), dtype=bool)
    first[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return one[first], other[first], odds[first]


def _best_rows(row: _Rows, odds: _Odds, rows: int) -> _Rows:
    """For each of ``rows`` where its best odds stand; -1 where it has none. ``row`` ascends."""
    order = np.lexsort((odds, row))
    best = np.full(rows, -1, dtype=np.int64)
    best[row[order]] = order
    return best


def _most(row: _Rows, odds: _Odds, rows: int) -> _Odds:
    """The best odds of each row; nothing where it has none."""
    best = _best_rows(row, odds, rows)
    return np.where(best >= 0, odds[best] if len(odds) else 0.0, 0.0)
