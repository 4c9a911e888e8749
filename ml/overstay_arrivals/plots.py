"""Plots of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from ml.measures import Bin, GroupRatio

#: Told apart by those who see few colours, too (Okabe and Ito 2008).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
_STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "overstay",
}
#: Groups of one attribute that are drawn: the largest.
_MOST_GROUPS = 20


@dataclass(frozen=True)
class Curve:
    """Lines over one another."""

    title: str
    x_label: str
    y_label: str
    lines: Mapping[str, Sequence[tuple[float, float]]]
    is_log_x: bool = False


def figures(
    curves: Sequence[Curve],
    bins: Sequence[Bin],
    groups: Mapping[str, Sequence[GroupRatio]],
    referrals: pd.DataFrame,
) -> dict[str, Figure]:
    """A figure by name: each curve, calibration, precision at each referral, and groups by attribute."""
    with matplotlib.rc_context(_STYLE):
        found = {curve.title: _lines(curve) for curve in curves}
        found["Calibration"] = _calibration(bins)
        found["Precision at referral"] = _referrals(referrals)
        for attribute, ratios in groups.items():
            found[f"False alerts by {attribute}"] = _groups(attribute, ratios)
    return found


def _canvas(width: float = 4.6, height: float = 3.2) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.grid(alpha=0.3, linewidth=0.5)
    return figure, axes


def _lines(curve: Curve) -> Figure:
    figure, axes = _canvas()
    for (name, points), colour in zip(curve.lines.items(), _COLOURS, strict=False):
        axes.plot(*zip(*points, strict=True), color=colour, linewidth=1.3, label=name)
    if curve.is_log_x:
        axes.set_xscale("log")
    axes.set(xlabel=curve.x_label, ylabel=curve.y_label, title=curve.title)
    axes.legend()
    return figure


def _calibration(bins: Sequence[Bin]) -> Figure:
    figure, axes = _canvas()
    said, came = [b.mean_probability for b in bins], [b.observed for b in bins]
    most = max(*said, *came, 1e-3)
    axes.plot([0, most], [0, most], color="grey", linewidth=0.8)
    axes.plot(said, came, "o-", color=_COLOURS[0], markersize=4, linewidth=1.2)
    axes.set(xlabel="probability said", ylabel="share that overstayed", title="Calibration, in tenths of the rows")
    return figure


def _referrals(referrals: pd.DataFrame) -> Figure:
    figure, axes = _canvas()
    wide = referrals.pivot(index="share", columns="model", values="precision")
    places = range(len(wide))
    for number, (name, colour) in enumerate(zip(wide.columns, _COLOURS, strict=False)):
        axes.bar([p + 0.2 * (number - 1.5) for p in places], wide[name], 0.18, color=colour, label=name)
    axes.set_xticks(list(places), [f"{100 * share:g} %" for share in wide.index])
    axes.set(xlabel="share referred", ylabel="precision", title="Precision at referral")
    axes.legend()
    return figure


def _groups(attribute: str, ratios: Sequence[GroupRatio]) -> Figure:
    shown = [ratio for ratio in ratios[:_MOST_GROUPS] if ratio.relative.high == ratio.relative.high][::-1]
    figure, axes = _canvas(4.6, 1.2 + 0.2 * max(3, len(shown)))
    for place, ratio in enumerate(shown):
        axes.plot([ratio.relative.low, ratio.relative.high], [place, place], color=_COLOURS[0], linewidth=1.2)
        axes.plot(ratio.relative.estimate, place, "o", color=_COLOURS[0], markersize=4)
    axes.axvline(1, color="grey", linewidth=0.8)
    axes.set_yticks(range(len(shown)), [ratio.group for ratio in shown])
    axes.set(xlabel="false alerts, relative to all", title=f"False alerts by {attribute}")
    return figure
