"""Encoder, boosted trees, nets and their mean, trained on the days before the validation."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from lakehouse.errors import TooLittleKnown
from ml.overstay_arrivals.boosting import TREES_FILE, Boosted, boosted
from ml.overstay_arrivals.dataset import Encoder, Inputs, Split, cohort, fit_encoder, other_classes
from ml.overstay_arrivals.features import columns_behind
from ml.overstay_arrivals.network import Net, trained
from ml.overstay_arrivals.settings import Settings
from ml.packaging import Graph
from ml.policy import protected_in
from ml.trees import tree_graph

log = logging.getLogger(__name__)

Scores = npt.NDArray[np.float64]

#: The models that are compared: trees, the same without protected attributes, nets, and the mean of trees and nets.
BOOSTING, UNPROTECTED, NETS, ENSEMBLE = "boosting", "unprotected boosting", "nets", "ensemble"
MODELS = (BOOSTING, UNPROTECTED, NETS, ENSEMBLE)


@dataclass(frozen=True)
class Calibration:
    """A straight line on the log-odds (Platt 1999), fitted on the validation's days."""

    slope: float
    intercept: float

    def __call__(self, scores: Scores) -> Scores:
        """Probabilities that mean what they say."""
        found: Scores = 1 / (1 + np.exp(-(self.slope * _log_odds(scores) + self.intercept)))
        return found


@dataclass(frozen=True)
class Trained:
    """All that scoring needs, and what training saw."""

    encoder: Encoder
    trees: tuple[Boosted, ...]
    unprotected: tuple[Boosted, ...]
    nets: tuple[Net, ...]
    calibrations: dict[str, Calibration]
    rows: dict[str, int]
    overstays: dict[str, int]

    def members_of(self, model: str) -> tuple[Boosted, ...]:
        """The seeds' trees of ``BOOSTING`` or ``UNPROTECTED``."""
        return {BOOSTING: self.trees, UNPROTECTED: self.unprotected}[model]

    def graph(self, model: str) -> Graph:
        """``BOOSTING`` or ``UNPROTECTED`` for service: all seeds' trees and the calibration as one graph.

        What rows are encoded by goes beside it, and the first seed's trees, which give reasons.
        """
        trees, line = self.members_of(model), self.calibrations[model]
        columns = trees[0].columns
        beside = {**self.encoder.for_service(columns).files(), TREES_FILE: trees[0].text.encode()}
        onnx = tree_graph([one.text for one in trees], len(columns), line.slope, line.intercept)
        return Graph(onnx, {"x": columns}, beside)

    def member_scores(self, inputs: Inputs) -> dict[str, list[Scores]]:
        """Uncalibrated scores of each seed's model, by kind."""
        return {
            BOOSTING: [model.scores(inputs) for model in self.trees],
            UNPROTECTED: [model.scores(inputs) for model in self.unprotected],
            NETS: [model.scores(inputs) for model in self.nets],
        }

    def scores(self, inputs: Inputs) -> dict[str, Scores]:
        """Calibrated probability of an overstay by each of ``MODELS``."""
        raw = averaged(self.member_scores(inputs))
        return {name: self.calibrations[name](scores) for name, scores in raw.items()}


def averaged(members: dict[str, list[Scores]]) -> dict[str, Scores]:
    """The mean of the seeds of each kind, and the mean of trees and nets, on the log-odds."""
    kinds = {name: _mean(scores) for name, scores in members.items()}
    return kinds | {ENSEMBLE: _mean([kinds[BOOSTING], kinds[NETS]])}


def unprotected_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns that are made from no protected attribute, by the facts behind them."""
    return tuple(name for name in columns if not protected_in(columns_behind(name)))


def train(stays: pl.DataFrame, split: Split, settings: Settings) -> Trained:
    """Models from ``stays`` (features and outcomes), of whose test days nothing is read.

    The same settings give the same models. Raises ``TooLittleKnown`` where training or validation holds no overstay.
    """
    known = stays.filter(split.part("train") | split.part("validation")).sort("admission_id")
    history = history_of(known, split, settings)
    # Stopping and calibrating want outcomes that are ones, whatever is trained on.
    held = cohort(known, clean=True, outages=False).filter(split.part("validation"))
    for name, part in (("training", history), ("validation", held)):
        if not part["is_overstay"].any():
            raise TooLittleKnown(f"The days of {name} hold no overstay among {part.height:,} stays.")
    encoder = fit_encoder(history, other_classes(known.filter(split.part("train"))), settings.prior_rows)
    seen = _sampled(history, settings.flight_days_share)
    rows, overstays = encoder.inputs(seen), seen["is_overstay"].to_numpy()
    stopping, came = encoder.inputs(held), held["is_overstay"].to_numpy()
    trees, unprotected = (
        boosted((rows, overstays), (stopping, came), settings.boosting, settings.seeds, columns)
        for columns in (rows.columns, unprotected_columns(rows.columns))
    )
    log.info("boosted", extra={"trees": [model.trees for model in trees], "rows": seen.height})
    nights = seen["stayed_days"].to_numpy().astype(np.int64)
    nets = [trained(rows, overstays, nights, settings.net, seed) for seed in settings.seeds]
    found = Trained(
        encoder,
        tuple(trees),
        tuple(unprotected),
        tuple(nets),
        {},
        {"train": seen.height, "validation": held.height},
        {"train": int(overstays.sum()), "validation": int(came.sum())},
    )
    raw = averaged(found.member_scores(stopping))
    return replace(found, calibrations={name: calibrated(scores, came) for name, scores in raw.items()})


def history_of(stays: pl.DataFrame, split: Split, settings: Settings) -> pl.DataFrame:
    """The stays that are learned from."""
    return cohort(stays, clean=settings.clean, outages=settings.outages).filter(split.part("train"))


def calibrated(scores: Scores, came: npt.NDArray[np.bool_]) -> Calibration:
    """Slope and intercept of greatest likelihood, by Newton's steps."""
    odds, weights = np.column_stack([_log_odds(scores), np.ones(len(scores))]), np.array([1.0, 0.0])
    for _ in range(25):
        said = 1 / (1 + np.exp(-(odds @ weights)))
        # A little of a ridge keeps it solvable where all scores are alike.
        curvature = (odds * (said * (1 - said))[:, None]).T @ odds + 1e-6 * np.eye(2)
        weights = weights - np.linalg.solve(curvature, odds.T @ (said - came))
    return Calibration(float(weights[0]), float(weights[1]))


def _mean(scores: list[Scores]) -> Scores:
    found: Scores = 1 / (1 + np.exp(-np.mean([_log_odds(s) for s in scores], axis=0)))
    return found


def _log_odds(scores: Scores) -> Scores:
    held = np.clip(scores, 1e-7, 1 - 1e-7)
    found: Scores = np.log(held / (1 - held))
    return found


def _sampled(stays: pl.DataFrame, share: float) -> pl.DataFrame:
    """Whole flight-days, the same ones each time; of at least one overstay."""
    if share >= 1:
        return stays
    place = pl.col("flight_day").hash(seed=1) % 10_000
    drawn = stays.filter(place < int(10_000 * share))
    return drawn if drawn["is_overstay"].any() else stays
