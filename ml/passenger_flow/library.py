"""What a well-kept library makes of the same series: statsforecast, fitted anew at every origin and series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.passenger_flow.conformal import COVERAGES, Bounds
from ml.passenger_flow.features import Ahead
from ml.passenger_flow.panel import WEEK, Floats, Panel
from ml.passenger_flow.series import DAY, HOUR

#: Days of history that it is given: a year of days, eight weeks of hours; its seasons are days and weeks.
HISTORY_DAYS = {DAY: 364, HOUR: 56}
ETS, THETA, MSTL = "AutoETS", "AutoTheta", "MSTL"


@dataclass(frozen=True)
class OfLibrary:
    """Forecasts of one of its models, a row a row of ``Ahead``; NaN where it was not asked."""

    expected: Floats
    bounds: Bounds


def forecasts(rows: Ahead, origins: npt.NDArray[np.int64]) -> dict[str, OfLibrary]:
    """Its models' forecasts of the rows at some of their origins, with its own intervals, none below nought."""
    names = [ETS, THETA, MSTL]
    found = {name: _nothing(len(rows)) for name in names}
    for origin in origins:
        at = np.flatnonzero(rows.origin == origin)
        if not len(at):
            continue
        told = np.unique(rows.series[at])
        made = _forecast(rows.panel, told, int(origin))
        # Rows of one origin stand by series, lead and slot, as its forecasts do.
        for name in names:
            of = found[name]
            of.expected[at] = np.maximum(made[name], 0)
            for share in COVERAGES:
                for end, side in ((of.bounds.lower, "lo"), (of.bounds.upper, "hi")):
                    end[share][at] = np.maximum(made[f"{name}-{side}-{round(100 * share)}"], 0)
    return found


def _nothing(count: int) -> OfLibrary:
    lower, upper = ({of: np.full(count, np.nan) for of in COVERAGES} for _ in range(2))
    return OfLibrary(np.full(count, np.nan), Bounds(lower, upper))


def _forecast(panel: Panel, told: npt.NDArray[np.int64], origin: int) -> Mapping[str, Floats]:
    """By column of the library, values of series × lead × slot in one row."""
    from statsforecast import StatsForecast
    from statsforecast import models as of_library

    first = max(0, origin + 1 - HISTORY_DAYS[panel.span])
    known = [_filled(panel.values[series, first : origin + 1]) for series in told]
    frame = pd.concat(
        pd.DataFrame({"unique_id": place, "ds": np.arange(len(values)), "y": values})
        for place, values in enumerate(known)
    )
    season = WEEK if panel.span == DAY else panel.slots
    seasons = [season] if panel.span == DAY else [season, season * WEEK]
    wanted = [
        of_library.AutoETS(season_length=season, alias=ETS),
        of_library.AutoTheta(season_length=season, alias=THETA),
        of_library.MSTL(season_length=seasons, alias=MSTL),
    ]
    fallback = of_library.SeasonalNaive(season_length=season)
    made = StatsForecast(models=wanted, freq=1, n_jobs=1, fallback_model=fallback).forecast(
        df=frame, h=WEEK * panel.slots, level=[round(100 * share) for share in COVERAGES]
    )
    ordered = made.sort_values(["unique_id", "ds"])
    return {
        str(name): ordered[name].to_numpy(np.float64) for name in ordered.columns if name not in ("unique_id", "ds")
    }


def _filled(values: Floats) -> Floats:
    """Counts in one row, from the first known one on; what is not known is taken from the week before, else nought."""
    known = np.flatnonzero(~np.isnan(values).all(axis=1))
    told = values[known[0] :].copy()
    for day in range(len(told)):
        unknown = np.isnan(told[day])
        if unknown.any():
            told[day, unknown] = told[day - WEEK, unknown] if day >= WEEK else 0.0
    return np.asarray(told.reshape(-1))
