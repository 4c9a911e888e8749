"""How far what is scored has moved from what was learned from.

The population stability index sums (now − then) · ln(now / then) over the
shares of bins (Siddiqi 2006); by its custom below 0.1 is stable, above 0.25 has moved.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ml.measures.ranking import Floats

#: A share that is nought on one side would make the index infinite.
LEAST_SHARE = 1e-4


def psi_of_numbers(then: npt.ArrayLike, now: npt.ArrayLike, bins: int = 10) -> float:
    """Index over ``bins`` cut at the quantiles of ``then``; missing numbers are a bin of their own."""
    before, after = np.asarray(then, np.float64), np.asarray(now, np.float64)
    known = before[~np.isnan(before)]
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1])) if known.size else np.array([])
    return _psi(_binned(before, cuts), _binned(after, cuts), len(cuts) + 2)


def psi_of_categories(then: npt.ArrayLike, now: npt.ArrayLike) -> float:
    """Index over the values that occur on either side."""
    before, after = np.asarray(then).astype(str), np.asarray(now).astype(str)
    names, places = np.unique(np.concatenate((before, after)), return_inverse=True)
    return _psi(places[: before.size], places[before.size :], len(names))


def _binned(values: Floats, cuts: Floats) -> npt.NDArray[np.int64]:
    return np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, side="right")).astype(np.int64)


def _psi(then: npt.NDArray[np.int64], now: npt.NDArray[np.int64], bins: int) -> float:
    if not then.size or not now.size:
        raise ValueError("both sides must have rows")
    before, after = (np.maximum(np.bincount(x, minlength=bins) / x.size, LEAST_SHARE) for x in (then, now))
    # A bin that neither side uses has the least share on both, and adds nothing.
    return float(((after - before) * np.log(after / before)).sum())
