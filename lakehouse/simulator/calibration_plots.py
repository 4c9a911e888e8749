"""Pictures of the calibration page, as SVG that stands in the page itself."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

SIMULATED, PUBLISHED = "#0a5ec2", "#a65a28"
_INK = "#808890"  # Read on light ground and on dark.
_STYLE: dict[RcKeyType, Any] = {
    "svg.hashsalt": "calibration",
    "svg.fonttype": "none",
    "font.size": 9.0,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


def daily(simulated: pl.DataFrame | None, published: pl.DataFrame | None, small: bool = False) -> str:
    """Crossings by day (``day``, ``crossings``), a line each."""
    with _drawn((4.2, 2.0) if small else (9.0, 3.0)) as (axes, svg):
        for counts, name, colour in ((published, "published", PUBLISHED), (simulated, "simulated", SIMULATED)):
            if counts is not None and len(counts):
                by_day = counts.group_by("day").agg(pl.col("crossings").sum()).sort("day")
                axes.plot(by_day["day"].to_numpy(), by_day["crossings"].to_numpy(), color=colour, lw=1.1, label=name)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_ylabel("crossings a day")
        _legend(axes)
        axes.figure.autofmt_xdate()
    return svg.getvalue()


def months(simulated: pl.DataFrame | None, published: pl.DataFrame | None) -> str:
    """Mean days of months (``month``, ``crossings``) per mean day of each series' first month."""
    with _drawn((9.0, 3.0)) as (axes, svg):
        for means, name, colour in ((published, "published", PUBLISHED), (simulated, "simulated", SIMULATED)):
            if means is not None and len(means):
                ratio = means["crossings"] / means["crossings"][0]
                axes.plot(means["month"].to_numpy(), ratio.to_numpy(), "o-", color=colour, ms=4, label=name)
        axes.set_yscale("log")
        axes.set_ylabel("mean day, first month = 1")
        _legend(axes)
        axes.figure.autofmt_xdate()
    return svg.getvalue()


def bars(labels: Sequence[str], simulated: Sequence[float] | None, published: Sequence[float] | None, unit: str) -> str:
    """Bars side by side, one pair a label."""
    with _drawn((9.0, 2.6)) as (axes, svg):
        places = range(len(labels))
        for values, shift, name, colour in (
            (published, -0.2, "published", PUBLISHED),
            (simulated, 0.2, "simulated", SIMULATED),
        ):
            if values is not None:
                heights = [0.0 if math.isnan(value) else value for value in values]
                axes.bar([place + shift for place in places], heights, 0.38, color=colour, label=name)
        axes.set_xticks(list(places), labels)
        axes.set_ylabel(unit)
        _legend(axes)
    return svg.getvalue()


def _legend(axes: Axes) -> None:
    """Above the picture, where it hides nothing."""
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.0)


@contextmanager
def _drawn(inches: tuple[float, float]) -> Iterator[tuple[Axes, io.StringIO]]:
    """Axes to draw on, and what then holds the picture, from ``<svg`` on; the same drawing is the same text."""
    svg = io.StringIO()
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=inches, layout="constrained")
        yield figure.subplots(), svg
        whole = io.StringIO()
        figure.savefig(whole, format="svg", transparent=True, metadata={"Date": None})
    text = whole.getvalue()
    svg.write(text[text.index("<svg") :])
