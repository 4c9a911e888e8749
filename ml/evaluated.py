"""What is known of an evaluated model, in plain values, so that any model can be logged and judged alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.figure import Figure

from ml.measures import Bin, GroupRatio, Interval


@dataclass(frozen=True)
class Curve:
    """Lines over one another: precision over recall, gains, learning."""

    title: str
    x_label: str
    y_label: str
    lines: Mapping[str, Sequence[tuple[float, float]]]
    is_log_x: bool = False


@dataclass(frozen=True)
class Comparison:
    """How much better the model is than another on the same rows: ``difference`` is paired, and more is better.

    ``against`` is what it was compared with: 'version 3' of the same model, or a baseline in words.
    """

    measure: str
    against: str
    difference: Interval


@dataclass(frozen=True)
class Evaluated:
    """One model on rows that it was not trained on.

    ``features`` names for each feature the columns of tables that it is made
    from, by which the policy on protected attributes is checked; ``groups``
    holds false alerts by attribute (nationality, sex, age). ``drift`` is the
    population stability index by feature, ``contributions`` the mean absolute
    SHAP value. ``without_protected`` compares the model with one trained
    without protected attributes, where it uses any.
    """

    params: Mapping[str, str | int | float]
    metrics: Mapping[str, float]
    features: Mapping[str, tuple[str, ...]]
    comparison: Comparison
    calibration_error: float
    calibration: Sequence[Bin]
    groups: Mapping[str, Sequence[GroupRatio]]
    drift: Mapping[str, float]
    contributions: Mapping[str, float]
    is_simulated: bool
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    without_protected: Comparison | None = None
    curves: Sequence[Curve] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
