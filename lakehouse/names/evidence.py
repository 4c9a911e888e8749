"""What birth dates, nationality and sex say for or against two records being one person's, in log odds.

The weights are set by reasoning, not fitted, as the published pairs have no such facts: a date shared by chance is
1 in 20,000, but dates on lists are wrong or approximate often enough that neither agreement nor disagreement may
outweigh names by more than some e⁶. Anything not known says nothing.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_Odds = NDArray[np.float64]

#: Exact dates are the same; the same with day and month exchanged; a range of a month, of a year holds the other.
SAME_DATE, EXCHANGED, SAME_MONTH, SAME_YEAR = 6.0, 3.5, 4.0, 2.0
#: Exact dates of one year; less than two years apart; further apart.
OTHER_DATE_OF_YEAR, NEAR, FAR = -0.5, -2.0, -5.0
SAME_NATIONALITY, OTHER_NATIONALITY = 1.0, -1.0
SAME_SEX, OTHER_SEX = 0.4, -3.0
_MONTH, _YEAR, _TWO_YEARS = 31, 366, 731


def births(pairs: pa.Table) -> _Odds:
    """Evidence of births, shape (rows,), from dates ``born_from_a``, ``born_until_a`` and the same of ``b``.

    A birth is known as a range, both ends included; one day where the two are equal.
    """
    if not {"born_from_a", "born_until_a", "born_from_b", "born_until_b"} <= set(pairs.column_names):
        return np.zeros(pairs.num_rows)
    first_a, last_a, first_b, last_b = (
        pc.cast(pairs[name], pa.date32()).to_numpy().astype("datetime64[D]")
        for name in ("born_from_a", "born_until_a", "born_from_b", "born_until_b")
    )
    known = ~(np.isnat(first_a) | np.isnat(last_a) | np.isnat(first_b) | np.isnat(last_b))
    days = np.maximum((last_a - first_a).astype(int), (last_b - first_b).astype(int))
    overlap = (first_a <= last_b) & (first_b <= last_a)
    gap = np.maximum((first_a - last_b).astype(int), (first_b - last_a).astype(int))
    exchanged = (days == 0) & (_turned(first_a) == first_b)
    same_year = first_a.astype("datetime64[Y]") == first_b.astype("datetime64[Y]")
    found = np.select(
        [
            overlap & (days == 0),
            overlap & (days <= _MONTH),
            overlap & (days <= _YEAR),
            overlap,
            exchanged,
            same_year,
            gap < _TWO_YEARS,
        ],
        [SAME_DATE, SAME_MONTH, SAME_YEAR, SAME_YEAR / 2, EXCHANGED, OTHER_DATE_OF_YEAR, NEAR],
        FAR,
    )
    return np.where(known, found, 0.0)


def _turned(dates: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Dates with day and month exchanged; not a date where there is no such month."""
    years, months = dates.astype("datetime64[Y]"), dates.astype("datetime64[M]")
    day, month = (dates - months).astype(int), (months - years).astype(int)
    turned = (years.astype("datetime64[M]") + day).astype("datetime64[D]") + month
    return np.where(day < 12, turned, np.datetime64("NaT"))


def _agreement(pairs: pa.Table, name: str, same: float, other: float, unknown: tuple[str, ...]) -> _Odds:
    if not {f"{name}_a", f"{name}_b"} <= set(pairs.column_names):
        return np.zeros(pairs.num_rows)
    sides = [pairs[f"{name}_{side}"].cast(pa.string()) for side in "ab"]
    equal = pc.fill_null(pc.equal(*sides), False).to_numpy()
    known = np.ones(pairs.num_rows, dtype=bool)
    for side in sides:
        known &= ~pc.fill_null(pc.is_in(side, pa.array(unknown)), False).to_numpy() & pc.is_valid(side).to_numpy()
    return np.where(known, np.where(equal, same, other), 0.0)


def nationalities(pairs: pa.Table) -> _Odds:
    """Evidence of ``nationality_a`` and ``nationality_b``, ISO 3166-1 alpha-3; ``XXX`` is not known."""
    return _agreement(pairs, "nationality", SAME_NATIONALITY, OTHER_NATIONALITY, ("", "XXX"))


def sexes(pairs: pa.Table) -> _Odds:
    """Evidence of ``sex_a`` and ``sex_b``, M or F as Doc 9303 has them; X is not known."""
    return _agreement(pairs, "sex", SAME_SEX, OTHER_SEX, ("", "X", "<"))
