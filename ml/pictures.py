"""Pictures of how good a model is, as reviewers see them in the tracking server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml.evaluated import Curve, Evaluated
from ml.measures import Bin, GroupRatio
from ml.policy import Policy

#: Told apart by those who see few colours, too (Okabe and Ito 2008).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
#: By custom an index below the first is stable, above the second has moved (Siddiqi 2006).
PSI_STABLE, PSI_MOVED = 0.1, 0.25
MOST_BARS = 25


def curve_picture(curve: Curve) -> Figure:
    """Lines over one another."""
    figure, axes = _canvas(curve.title, curve.x_label, curve.y_label)
    for place, (name, points) in enumerate(curve.lines.items()):
        axes.plot(*zip(*points, strict=True), color=_colour(place), label=name)
    if curve.is_log_x:
        axes.set_xscale("log")
    axes.legend(frameon=False)
    return figure


def calibration_picture(bins: Sequence[Bin], error: float) -> Figure:
    """What came over what was said, a point a bin, larger with more rows."""
    figure, axes = _canvas(f"Calibration: expected error {error:.4f}", "probability said", "share that came")
    top = max([0.01, *(max(b.mean_probability, b.observed) for b in bins)])
    axes.plot([0, top], [0, top], color="grey", linewidth=1, linestyle="--", label="as said")
    most = max((b.rows for b in bins), default=1)
    sizes = [20 + 80 * b.rows / most for b in bins]
    axes.scatter([b.mean_probability for b in bins], [b.observed for b in bins], s=sizes, color=COLOURS[0])
    axes.legend(frameon=False)
    return figure


def group_picture(attribute: str, groups: Sequence[GroupRatio], policy: Policy) -> Figure:
    """Share of false alerts of each group over that of all, with intervals and the policy's bounds."""
    shown = groups[:MOST_BARS]
    figure, axes = _canvas(f"False alerts by {attribute}", "times the share of all", "", rows=len(shown))
    for place, found in enumerate(shown):
        ratio = found.relative
        axes.plot([ratio.low, ratio.high], [place, place], color=COLOURS[0], linewidth=2)
        axes.plot(ratio.estimate, place, "o", color=COLOURS[0])
    axes.axvline(1, color="grey", linewidth=1)
    for bound in (policy.ratio_from, policy.ratio_to):
        axes.axvline(bound, color=COLOURS[1], linewidth=1, linestyle="--")
    _named(axes, [f"{found.group} ({found.negatives:,})" for found in shown])
    return figure


def drift_picture(drift: Mapping[str, float]) -> Figure:
    """Population stability index of each feature, the largest first."""
    shown = _largest(drift)
    figure, axes = _canvas("Drift: population stability index", "index", "", rows=len(shown))
    axes.barh(range(len(shown)), [value for _, value in shown], color=COLOURS[0])
    axes.axvline(PSI_STABLE, color="grey", linewidth=1, linestyle="--")
    axes.axvline(PSI_MOVED, color=COLOURS[1], linewidth=1, linestyle="--")
    _named(axes, [name for name, _ in shown])
    return figure


def contribution_picture(contributions: Mapping[str, float]) -> Figure:
    """Mean absolute SHAP value of each feature, the largest first."""
    shown = _largest(contributions)
    figure, axes = _canvas("What moves the score", "mean absolute SHAP value", "", rows=len(shown))
    axes.barh(range(len(shown)), [value for _, value in shown], color=COLOURS[2])
    _named(axes, [name for name, _ in shown])
    return figure


def bars_picture(title: str, y_label: str, values: Mapping[str, Mapping[str, float]]) -> Figure:
    """A bar for each name and place: places side by side, names by colour."""
    places = list(dict.fromkeys(place for of in values.values() for place in of))
    figure, axes = _canvas(title, "", y_label)
    wide = 0.8 / len(values)
    for number, (name, of) in enumerate(values.items()):
        left = [place + wide * (number - (len(values) - 1) / 2) for place in range(len(places))]
        axes.bar(left, [of.get(place, 0.0) for place in places], 0.9 * wide, color=_colour(number), label=name)
    axes.set_xticks(range(len(places)), places)
    axes.legend(frameon=False)
    return figure


def all_pictures(found: Evaluated, policy: Policy) -> Iterator[tuple[str, Figure]]:
    """Every picture of an evaluation, by the path of its file without the ending."""
    for curve in found.curves:
        yield f"curves/{file_name(curve.title)}", curve_picture(curve)
    for name, groups in found.groups.items():
        yield f"fairness/{name}", group_picture(name, groups, policy)
    if found.calibration:
        yield "calibration/calibration", calibration_picture(found.calibration, found.calibration_error)
    if found.drift:
        yield "drift/drift", drift_picture(found.drift)
    if found.contributions:
        yield "shap/contributions", contribution_picture(found.contributions)
    for name, figure in found.figures.items():
        yield f"figures/{file_name(name)}", figure


def file_name(title: str) -> str:
    """A title as the name of a file."""
    return "".join(c if c.isalnum() else "_" for c in title.lower()).strip("_")


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _largest(values: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(values.items(), key=lambda item: (-item[1], item[0]))[:MOST_BARS]


def _canvas(title: str, x_label: str, y_label: str, rows: int = 12) -> tuple[Figure, Axes]:
    # Not through pyplot, which keeps every figure of the process and may ask for a display.
    figure = Figure(figsize=(7, max(2.5, 0.9 + 0.28 * rows)), layout="constrained")
    axes: Axes = figure.subplots()
    axes.set(title=title, xlabel=x_label, ylabel=y_label)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _named(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), list(names))
    axes.set_ylim(-0.5, len(names) - 0.5)
    axes.invert_yaxis()
