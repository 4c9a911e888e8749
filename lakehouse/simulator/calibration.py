"""A simulated world beside what agencies publish: pictures, distances, and what cannot be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from markupsafe import Markup

from lakehouse.compile.templates import filled
from lakehouse.simulator import calibration_measures as measures
from lakehouse.simulator import calibration_plots as plots
from lakehouse.simulator import published

_PORTS_DRAWN = 6
_PORTS_LISTED = 12


@dataclass
class _Page:
    """What the page says, part by part; a part without its series says why it is not there."""

    facts: list[tuple[str, str]] = field(default_factory=list)
    fits: list[measures.PortFit] = field(default_factory=list)
    ports: list[tuple[str, float, float]] = field(default_factory=list)
    #: Heading, caption, pictures with a title each.
    sections: list[tuple[str, str, list[tuple[str, Markup]]]] = field(default_factory=list)
    not_comparable: list[str] = field(default_factory=list)

    def add(self, heading: str, caption: str, *pictures: tuple[str, str]) -> None:
        # Drawn here from numbers alone.
        self.sections.append((heading, caption, [(title, Markup(svg)) for title, svg in pictures]))


def report(daily_counts: pl.DataFrame, landing: Path, scale: float, to: Path) -> Path:
    """Write the page to ``to`` and return it.

    ``daily_counts`` has ``day``, ``port``, ``direction`` (entry, exit) and
    ``crossings``, as simulated at ``scale`` (1: full volume); all on the page is
    at full volume. Published series are those of ``landing``; one that is not
    there is left out, and the page says so.
    """
    simulated = daily_counts.with_columns(pl.col("crossings") / scale)
    page = _Page()
    days = f"{_span(simulated)} ({simulated['day'].n_unique()})"
    page.facts += [("Simulated days, all synthetic", days), ("Scale", f"{scale:g}")]
    found = published.port_counts(landing)
    if found is None:
        page.not_comparable.append("No daily counts by port are landed (nia_port_daily): levels are not compared.")
        page.add("Daily crossings", "Simulated, at full volume.", ("All ports", plots.daily(simulated, None)))
    else:
        _against_port_counts(page, simulated, found[1], found[0], scale)
    _against_hours_and_waits(page, landing)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(filled("calibration.html", page=page, listed=_PORTS_LISTED), encoding="utf-8")
    return to


def _against_port_counts(page: _Page, simulated: pl.DataFrame, counts: pl.DataFrame, name: str, scale: float) -> None:
    days = counts["day"].unique().implode()
    shared = simulated.filter(pl.col("day").is_in(days))
    same = counts.filter(pl.col("day").is_in(simulated["day"].unique().implode()))
    page.facts += [
        ("Published", f"{name}: {_span(counts)}"),
        ("Days in both", f"{shared['day'].n_unique()}"),
    ]
    if len(shared):
        _day_by_day(page, shared, same, scale)
    else:
        page.not_comparable.append(
            f"No simulated day is among those published ({_span(counts)}), most of which saw"
            " closed borders: level and course by day are not compared, only shares and profiles, and those with"
            f" the days from {measures.ORDINARY[0]} to {measures.ORDINARY[1]}, before the first restriction of entry."
        )
        page.add(
            "Daily crossings",
            "Each series on its own days.",
            ("Simulated, at full volume", plots.daily(simulated, None)),
            ("Published", plots.daily(None, counts)),
        )
    ordinary = same if len(same) else counts.filter(pl.col("day").is_between(*measures.ORDINARY))
    _profiles(page, shared if len(shared) else simulated, ordinary)
    _months(page, simulated, counts)


def _day_by_day(page: _Page, shared: pl.DataFrame, same: pl.DataFrame, scale: float) -> None:
    page.fits = measures.port_fits(shared, same, scale)
    totals = [x.group_by("day").agg(pl.col("crossings").sum()).sort("day") for x in (shared, same)]
    # No day that is published is without any crossing.
    made, real = (x["crossings"].cast(pl.Float64).to_numpy() for x in totals)
    together = measures.correlation(made, real)
    error, chance = measures.percentage_error(made, real), measures.error_by_chance(real, scale)
    page.facts += [
        ("Mean absolute percentage error, all ports", f"{error:.1%} (by chance {chance:.1%})"),
        ("Correlation over days, all ports", "–" if together is None else f"{together:.3f}"),
    ]
    page.add("Daily crossings", "On the days that both series have.", ("All ports", plots.daily(shared, same)))
    largest = list(measures.port_shares(same))[:_PORTS_DRAWN]
    pictures = [
        (port, plots.daily(shared.filter(pl.col("port") == port), same.filter(pl.col("port") == port), small=True))
        for port in largest
    ]
    page.add("The largest ports", "Entries and exits together.", *pictures)


def _profiles(page: _Page, simulated: pl.DataFrame, ordinary: pl.DataFrame) -> None:
    made, real = measures.port_shares(simulated), measures.port_shares(ordinary)
    page.ports = [(port, made.get(port, 0.0), share) for port, share in real.items() if share > 0 or port in made]
    page.facts.append(("Crossings at another port than published", f"{measures.misplaced(made, real):.1%}"))
    if unknown := sorted(made.keys() - real.keys()):
        page.not_comparable.append(f"Simulated ports that are not published: {', '.join(unknown)}.")
    days_made, days_real = (measures.weekday_profile(counts) for counts in (simulated, ordinary))
    apart = float(np.nanmean(np.abs(np.array(days_made) - np.array(days_real))))
    page.facts.append(("Mean difference of weekdays from one another", f"{apart:.1%} of a mean day"))
    said = f"Published: {ordinary['day'].n_unique()} days, {_span(ordinary)}; simulated: {_span(simulated)}."
    page.add("Weekdays", said, ("Mean day = 1", plots.bars(measures.WEEKDAYS, days_made, days_real, "ratio")))


def _months(page: _Page, simulated: pl.DataFrame, counts: pl.DataFrame) -> None:
    made, real = measures.monthly_means(simulated), measures.monthly_means(counts)
    page.add(
        "Months, and what 2020 did",
        "Each series per mean day of its own first month, on a logarithmic axis.",
        ("Mean day of a month", plots.months(made, real)),
    )
    fall = real.filter(pl.col("month").dt.year() == 2020)["crossings"].to_numpy()
    if len(fall) > 1:
        page.facts.append(("Lowest month of 2020, published", f"{fall.min() / fall[0]:.2%} of January"))
    if len(made) < 2:
        page.not_comparable.append("The simulated days fill less than two months: there is no course by month.")
    elif not len(made.filter(pl.col("month").is_in(real["month"].implode()))):
        page.not_comparable.append(
            "The simulated months are others than those published: a season cannot be told from the closing of borders."
        )


def _against_hours_and_waits(page: _Page, landing: Path) -> None:
    hours, arrivals = published.hours_and_waits(landing), published.simulated_arrivals(landing)
    if arrivals is None or not len(arrivals):
        page.not_comparable.append("No inspections are landed: hours of the day and waits are not compared.")
        return
    by_hour = measures.hour_profile(arrivals["hour"], pl.ones(len(arrivals), eager=True))
    waits = measures.band_shares(arrivals["wait_minutes"], list(published.BANDS.values()))
    real_hours = real_waits = None
    if hours is None:
        page.not_comparable.append("No waiting times are landed (cbp_wait_times): hours and waits stand alone.")
    else:
        real_hours = measures.hour_profile(hours["hour"], hours["passengers"])
        bands = [float(hours[name].sum()) for name in published.BANDS]
        real_waits = [count / sum(bands) for count in bands]
        page.facts += [
            ("Arrivals at another hour than at O'Hare", f"{_apart(by_hour, real_hours):.1%}"),
            ("Waits in another band than at O'Hare", f"{_apart(waits, real_waits):.1%}"),
        ]
    labels = [f"{hour:02}" for hour in range(24)]
    names = ["to 15", "to 30", "to 45", "to 60", "to 90", "to 120", "over 120"]
    page.add(
        "Hours and queues",
        "Entries of the newest simulated days, crew left out; published are arrivals at Chicago O'Hare.",
        ("By hour of inspection, share of the day", plots.bars(labels, by_hour, real_hours, "share")),
        ("By minutes waited, share of those measured", plots.bars(names, waits, real_waits, "share")),
    )


def _span(counts: pl.DataFrame) -> str:
    return f"{counts['day'].min()!s} to {counts['day'].max()!s}"


def _apart(one: list[float], other: list[float]) -> float:
    """Total variation distance of two distributions over the same classes."""
    return float(np.abs(np.array(one) - np.array(other)).sum() / 2)
