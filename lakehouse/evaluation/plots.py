"""Plots of figures as SVG that stands in a page and takes its colours."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Row = Mapping[str, Any]

#: Stands for the colour of the page's text, which is another by night; no plot uses it for anything else.
_INK = "#010203"
#: Told apart by those who see few colours, too (Okabe and Ito 2008).
_PRECISION, _RECALL, _TWINS = "#0072b2", "#d55e00", "#009e73"
_WORLDS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")

#: Thresholds that make a curve.
FEWEST_POINTS = 3

_STYLE: dict[Any, Any] = {
    "font.size": 9,
    "font.family": "sans-serif",
    "svg.fonttype": "none",
    "svg.hashsalt": "evaluation",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), _INK),
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "legend.frameon": False,
}


def shares_by_world(rows: Sequence[Row]) -> str:
    """Precision, recall and twins named, a group a world, with intervals; empty where there is nothing to show."""
    shown = [row for row in rows if row["precision_ratio"] is not None or row["recall_ratio"] is not None]
    if not shown:
        return ""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _canvas(max(3.8, 1.6 + 1.1 * len(shown)), "share")
        for place, (name, colour) in enumerate((("precision", _PRECISION), ("recall", _RECALL))):
            _errors(axes, shown, name, colour, 0.14 * (place - 1))
        twins = [(x, row["named_twins_ratio"]) for x, row in enumerate(shown) if row["named_twins_ratio"] is not None]
        if twins:
            places, shares = zip(*((x + 0.14, share) for x, share in twins), strict=True)
            axes.plot(places, shares, "s", color=_TWINS, markersize=4, label="twins named")
        axes.set_xticks(range(len(shown)), [row["world"] for row in shown])
        axes.set_xlim(-0.6, len(shown) - 0.4)
        axes.set_ylim(-0.03, 1.03)
        figure.legend(loc="outside upper left", ncols=3)
        return _svg(figure)


def curves(rows: Sequence[Row]) -> list[str]:
    """Precision against recall, a plot for each column that ranks by three thresholds or more, a line a world."""
    known = [r for r in rows if r["ranked_by"] and None not in (r["precision_ratio"], r["recall_ratio"])]
    ordered = sorted(known, key=lambda row: (row["ranked_by"], row["world"], row["threshold_number"]))
    found = []
    for ranked_by, of in groupby(ordered, key=lambda row: row["ranked_by"]):
        worlds = {world: list(points) for world, points in groupby(of, key=lambda row: row["world"])}
        if max(map(len, worlds.values())) >= FEWEST_POINTS:
            found.append(_curve(ranked_by, worlds))
    return found


def _curve(ranked_by: str, worlds: Mapping[str, list[Row]]) -> str:
    with matplotlib.rc_context(_STYLE):
        figure, axes = _canvas(4.2, "precision")
        for (world, points), colour in zip(worlds.items(), _WORLDS * len(worlds), strict=False):
            x, y = [p["recall_ratio"] for p in points], [p["precision_ratio"] for p in points]
            axes.plot(x, y, "o-", color=colour, markersize=3, linewidth=1.2, label=world)
        for point in max(worlds.values(), key=len):
            place = (point["recall_ratio"], point["precision_ratio"])
            said = f"{point['threshold_number']:g}"
            axes.annotate(said, place, xytext=(3, 4), textcoords="offset points", fontsize=7)
        axes.set_xlabel(f"recall, by {ranked_by}")
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.03, 1.06)
        figure.legend(loc="outside upper left", ncols=3)
        return _svg(figure)


def totals(rows: Sequence[Row]) -> str:
    """So in truth and named, summed over worlds, where totals alone are compared, by operating point; else empty."""
    summed: dict[str, tuple[int, int]] = {}
    for row in rows:
        if row["true_positives_count"] is None and None not in (row["actual_count"], row["named_count"]):
            actual, named = summed.get(row["operating_point"], (0, 0))
            summed[row["operating_point"]] = actual + row["actual_count"], named + row["named_count"]
    if not summed:
        return ""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _canvas(max(3.8, 1.6 + 0.55 * len(summed)), "count, all worlds")
        for place, (label, colour) in enumerate((("so in truth", _RECALL), ("named", _PRECISION))):
            heights = [both[place] for both in summed.values()]
            axes.bar([x + 0.36 * (place - 0.5) for x in range(len(summed))], heights, 0.34, color=colour, label=label)
        axes.set_xticks(range(len(summed)), [name.split()[-1] for name in summed], rotation=45, ha="right")
        figure.legend(loc="outside upper left", ncols=2)
        return _svg(figure)


def wrong_names(rows: Sequence[Row]) -> str:
    """Why members were wrongly named, counted over all worlds; empty where nothing is told."""
    counts: dict[str, int] = {}
    for row in rows:
        for why, count in (row["wrongly_named"] or {}).items():
            counts[why] = counts.get(why, 0) + count
    if not counts:
        return ""
    ordered = sorted(counts.items(), key=lambda item: item[1])
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(6.4, 0.7 + 0.32 * len(ordered)), layout="constrained")
        axes = figure.subplots()
        bars = axes.barh([why for why, _ in ordered], [count for _, count in ordered], color=_PRECISION, height=0.6)
        axes.bar_label(bars, padding=3)
        axes.set_xlabel("wrongly named, all worlds")
        axes.margins(x=0.12)
        return _svg(figure)


def _canvas(width: float, label: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, 3.0), layout="constrained")
    axes = figure.subplots()
    axes.set_ylabel(label)
    axes.grid(axis="y", alpha=0.15, color=_INK)
    return figure, axes


def _errors(axes: Axes, rows: Sequence[Row], name: str, colour: str, shift: float) -> None:
    known = [(x, row) for x, row in enumerate(rows) if row[f"{name}_ratio"] is not None]
    middle = [row[f"{name}_ratio"] for _, row in known]
    below = [row[f"{name}_ratio"] - row[f"{name}_low_ratio"] for _, row in known]
    above = [row[f"{name}_high_ratio"] - row[f"{name}_ratio"] for _, row in known]
    places = [x + shift for x, _ in known]
    axes.errorbar(
        places, middle, [below, above], fmt="o", color=colour, markersize=4, capsize=3, linewidth=1.2, label=name
    )


def _svg(figure: Figure) -> str:
    """The drawing itself, without the head of a file or names that two plots of a page would share."""
    written = io.StringIO()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawing = written.getvalue()
    drawing = drawing[drawing.index("<svg") :].replace(_INK, "currentColor")
    return re.sub(r"<metadata>.*?</metadata>", "", re.sub(r'<g id="[^"]*"', "<g", drawing), flags=re.S)
