"""How far a simulated world is from published series, in figures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

#: The only days of Taiwan's series before the first restriction of entry, for Wuhan, on 23 January 2020.
ORDINARY = (date(2020, 1, 1), date(2020, 1, 22))
#: Ports with fewer crossings on a mean day are not measured by themselves: a few persons more are a great share of few.
MEASURED_FROM = 100
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class PortFit:
    """A port and direction on the days that were simulated and published; crossings are means of a day.

    ``error`` is the mean absolute percentage error over days, ``weighted_error`` the sum of errors per sum of published
    crossings; ``by_chance`` is the error that counts drawn at the world's scale have even where each is expected right.
    """

    port: str
    direction: str
    days: int
    published: float
    simulated: float
    error: float
    by_chance: float
    weighted_error: float
    correlation: float | None


def port_fits(simulated: pl.DataFrame, published: pl.DataFrame, scale: float) -> list[PortFit]:
    """Fits of the ports large enough, the largest first; ``simulated`` is at full volume already.

    Both have the same days. A port that was not simulated on a day had no crossing then.
    """
    both = published.rename({"crossings": "published"}).join(
        simulated.rename({"crossings": "simulated"}), on=("day", "port", "direction"), how="left"
    )
    fits = []
    for (port, direction), days in both.filter(pl.col("published") > 0).group_by("port", "direction"):
        real, made = (days[name].fill_null(0).cast(pl.Float64).to_numpy() for name in ("published", "simulated"))
        if real.mean() >= MEASURED_FROM:
            error, chance = percentage_error(made, real), error_by_chance(real, scale)
            weighted = float(np.abs(made - real).sum() / real.sum())
            found = (float(real.mean()), float(made.mean()), error, chance, weighted, correlation(made, real))
            fits.append(PortFit(str(port), str(direction), len(days), *found))
    return sorted(fits, key=lambda fit: (-fit.published, fit.port, fit.direction))


def percentage_error(made: np.ndarray, real: np.ndarray) -> float:
    """Mean absolute error per published count, none of which is 0."""
    return float(np.mean(np.abs(made - real) / real))


def error_by_chance(real: np.ndarray, scale: float) -> float:
    """The mean absolute percentage error of Poisson counts whose means are ``real`` times ``scale``.

    Their mean absolute deviation is 2 exp(-m) m^(n+1) / n! for the mean m and n
    its whole part (De Moivre; Johnson, Kemp and Kotz, Univariate Discrete
    Distributions, section 4.3).
    """
    means = real * scale
    whole = np.floor(means)
    logs = -means + (whole + 1) * np.log(means) - np.array([math.lgamma(n + 1) for n in whole])
    return float(np.mean(2 * np.exp(logs) / means))


def correlation(one: np.ndarray, other: np.ndarray) -> float | None:
    """Pearson's; None where a series is constant or has fewer than three values."""
    if len(one) < 3 or not one.std() or not other.std():
        return None
    return float(np.corrcoef(one, other)[0, 1])


def port_shares(counts: pl.DataFrame) -> dict[str, float]:
    """Of all crossings, those at each port."""
    by_port = counts.group_by("port").agg(pl.col("crossings").sum()).sort("crossings", descending=True)
    total = float(by_port["crossings"].sum())
    return {port: crossings / total for port, crossings in by_port.iter_rows()} if total else {}


def misplaced(one: dict[str, float], other: dict[str, float]) -> float:
    """The share that would have to move for one distribution to become the other (total variation distance)."""
    return sum(abs(one.get(key, 0.0) - other.get(key, 0.0)) for key in one.keys() | other.keys()) / 2


def weekday_profile(counts: pl.DataFrame) -> list[float]:
    """Crossings of a mean Monday, Tuesday and so on per mean day; nan where there is no such day."""
    by_day = counts.group_by("day").agg(pl.col("crossings").sum())
    means = by_day.group_by(weekday=pl.col("day").dt.weekday()).agg(pl.col("crossings").mean())
    found = dict(means.iter_rows())
    level = float(np.mean(list(found.values()))) if found else math.nan
    return [found.get(number, math.nan) / level for number in range(1, 8)]


def monthly_means(counts: pl.DataFrame) -> pl.DataFrame:
    """``month`` (its first day) and ``crossings`` of a mean day, of months with at least fourteen days."""
    by_day = counts.group_by("day").agg(pl.col("crossings").sum())
    by_month = by_day.group_by(month=pl.col("day").dt.truncate("1mo")).agg(pl.col("crossings").mean(), days=pl.len())
    return by_month.filter(pl.col("days") >= 14).drop("days").sort("month")


def hour_profile(hours: pl.Series, passengers: pl.Series) -> list[float]:
    """Of all passengers, those of each hour of the day."""
    counts = np.bincount(hours.to_numpy(), weights=passengers.to_numpy(), minlength=24)
    return [float(share) for share in counts / counts.sum()]


def band_shares(minutes: pl.Series, ends: list[float]) -> list[float]:
    """Of waits that were measured, those in each band."""
    measured = minutes.drop_nulls().to_numpy()
    # A band ends with the last second of its last minute, as it is published in whole minutes.
    places = np.searchsorted(np.array(ends), np.floor(measured), side="left")
    counts = np.bincount(places, minlength=len(ends))
    return [float(share) for share in counts / max(counts.sum(), 1)]
