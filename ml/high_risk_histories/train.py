"""The net on histories, and the models that it has to beat, trained on the same crossings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lakehouse.errors import TooLittleKnown
from ml.high_risk_histories.boosting import Boosted, boosted
from ml.high_risk_histories.dataset import Floats32, Histories, Places, Scores
from ml.high_risk_histories.features import COUNTS
from ml.high_risk_histories.marks import Bools, Marks
from ml.high_risk_histories.network import Calibration, Net, trained
from ml.high_risk_histories.settings import Settings

#: Boosting on counts of the traveller's crossings; on all totals, of parties and means too; on the same facts as the
#: net, without their order; and the net.
COUNTED, TOTALLED = "boosting on counts of crossings", "boosting on all totals"
SUMMARIES, HISTORIES = "boosting on facts without order", "net on histories"
MODELS = (COUNTED, TOTALLED, SUMMARIES, HISTORIES)


@dataclass(frozen=True)
class Trained:
    """One of each model a seed, calibrated; and what training saw."""

    trees: dict[str, tuple[Boosted, ...]]
    nets: tuple[Net, ...]
    calibrations: dict[str, tuple[Calibration, ...]]
    rows: dict[str, int]

    def odds(self, histories: Histories, rows: Places) -> dict[str, list[Scores]]:
        """Log-odds by model and seed, not calibrated."""
        tables = _tables(histories, rows)
        found = {name: [model.odds(tables[name]) for model in of_seeds] for name, of_seeds in self.trees.items()}
        return found | {HISTORIES: [model.odds(histories, rows) for model in self.nets]}

    def probabilities(self, histories: Histories, rows: Places) -> dict[str, list[Scores]]:
        """Calibrated, by model and seed."""
        found = self.odds(histories, rows)
        return {
            name: [as_said(odds) for as_said, odds in zip(self.calibrations[name], of_seeds, strict=True)]
            for name, of_seeds in found.items()
        }


def train(histories: Histories, marks: Marks, training: Bools, calibrating: Bools, settings: Settings) -> Trained:
    """Models from the crossings of ``training``, calibrated on those of ``calibrating``.

    Unsure crossings and behaviours that are held out are seen by neither. Raises
    ``TooLittleKnown`` where either part holds nothing that is looked for.
    """
    seen = ~marks.holds("is_unsure") & ~marks.holds("is_held_out")
    positive, hard = marks.holds("is_positive"), marks.holds("is_hard")
    parts = {"training": seen & training, "calibration": seen & calibrating}
    for name, part in parts.items():
        if not (part & positive).any() or not (part & ~positive).any():
            raise TooLittleKnown(f"The crossings of {name} hold none that are looked for among {int(part.sum()):,}.")
    inside = parts["training"]
    rows, came = _sampled(inside, positive, hard, settings)
    seeds, boosting = settings.seeds, settings.boosting
    trees = {
        name: tuple(boosted(table, came, boosting, seed) for seed in seeds)
        for name, table in _tables(histories, rows).items()
    }
    looked_for, others, alike = (
        np.flatnonzero(inside & part) for part in (positive, ~positive & ~hard, ~positive & hard)
    )
    nets = tuple(trained(histories, looked_for, others, alike, settings.net, seed) for seed in seeds)
    held = np.flatnonzero(parts["calibration"])
    counts = {name: int(part.sum()) for name, part in parts.items()} | {
        f"{name} looked for": int((part & positive).sum()) for name, part in parts.items()
    }
    raw = Trained(trees, nets, {}, counts)
    calibrations = {
        name: tuple(calibrated(odds, positive[held]) for odds in of_seeds)
        for name, of_seeds in raw.odds(histories, held).items()
    }
    return Trained(trees, nets, calibrations, counts)


def calibrated(odds: Scores, came: Bools) -> Calibration:
    """Slope and intercept of greatest likelihood, by Newton's steps, each halved until it is a gain."""
    columns, weights = np.column_stack([odds, np.ones(len(odds))]), np.array([1.0, 0.0])
    # A little of a ridge keeps it solvable where positives and negatives do not overlap.
    ridge = 1e-3 * np.eye(2)

    def loss(at: npt.NDArray[np.float64]) -> float:
        logits = columns @ at
        return float(np.sum(np.logaddexp(0, logits) - came * logits) + at @ ridge @ at / 2)

    for _ in range(100):
        said = 1 / (1 + np.exp(-np.clip(columns @ weights, -50, 50)))
        curvature = (columns * (said * (1 - said))[:, None]).T @ columns + ridge
        step = np.linalg.solve(curvature, columns.T @ (said - came) + ridge @ weights)
        before = loss(weights)
        while loss(weights - step) > before and np.abs(step).max() > 1e-9:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() < 1e-7:
            break
    return Calibration(float(weights[0]), float(weights[1]))


def _tables(histories: Histories, rows: Places) -> dict[str, Floats32]:
    """What each boosted model reads."""
    return {
        COUNTED: histories.totals[rows, : len(COUNTS)],
        TOTALLED: histories.totals[rows],
        SUMMARIES: histories.summaries(rows),
    }


def _sampled(inside: Bools, positive: Bools, hard: Bools, settings: Settings) -> tuple[Places, Bools]:
    """Crossings that trees see: all that are looked for or hard, and as many others as is set."""
    others = np.flatnonzero(inside & ~positive & ~hard)
    draw = np.random.default_rng(0)
    drawn = draw.choice(others, min(len(others), settings.most_negatives), replace=False)
    rows = np.sort(np.concatenate([np.flatnonzero(inside & (positive | hard)), drawn]))
    return rows, positive[rows]
