"""The regression, the trees that it is compared with, and the baselines, from the days of training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from lakehouse.errors import TooLittleKnown
from ml.exit_flight_risk.boosting import Boosted, boosted
from ml.exit_flight_risk.dataset import Floats, Split, attempts_in, matrix
from ml.exit_flight_risk.features import FEATURES
from ml.exit_flight_risk.hazard import WEIGHTS_FILE, Hazard, fitted
from ml.exit_flight_risk.settings import Settings
from ml.packaging import Graph

#: What is compared: the regression, which is put up; trees; and what needs no model.
HAZARD, TREES, BY_REASON, BOOKED = "regression", "boosted trees", "the rate by reason", "booked or not"
BASELINES = (BY_REASON, BOOKED)
#: Rows by which a reason's rate is drawn towards that of all: a year of one person.
_PRIOR_ROWS = 365.0


@dataclass(frozen=True)
class Trained:
    """All that was learned from the days of training, and how much there was to learn from."""

    hazard: Hazard
    trees: tuple[Boosted, ...]
    rates: dict[str | None, float]
    rate: float
    rows: int
    persons: int
    attempts: int

    def scores(self, days: pl.DataFrame) -> dict[str, list[Floats]]:
        """Scores of each row by what is compared; of the trees by each seed."""
        rows = matrix(days)
        by_reason = days["reason"].replace_strict(self.rates, default=self.rate, return_dtype=pl.Float64).to_numpy()
        return {
            HAZARD: [self.hazard.probabilities(rows)],
            TREES: [trees.probabilities(rows) for trees in self.trees],
            BY_REASON: [by_reason],
            BOOKED: [days["is_booked"].cast(pl.Float64).to_numpy()],
        }

    def graph(self) -> Graph:
        """The regression for service; beside it the weights, from which reasons are told."""
        return Graph(self.hazard.graph(), {"x": self.hazard.columns}, {WEIGHTS_FILE: self.hazard.to_json()})


def train(days: pl.DataFrame, split: Split, settings: Settings) -> Trained:
    """Everything from the training days of ``days`` (``dataset.labelled``), of whose later days nothing is read.

    Raises ``TooLittleKnown`` where they stand for fewer attempts than ``settings.fewest_attempts``.
    """
    known = days.filter(split.part("train"))
    attempts = attempts_in(known)
    if attempts < settings.fewest_attempts:
        raise TooLittleKnown(
            f"The days of training hold {attempts} attempts of restricted persons to leave; "
            f"{settings.fewest_attempts} are needed to learn from. Land more days of the agency's feeds."
        )
    rows, came = matrix(known), known["is_attempt"].to_numpy()
    rate = float(came.mean())
    by_reason = known.group_by("reason").agg(pl.len().alias("rows"), pl.col("is_attempt").sum().alias("came"))
    rates = (by_reason["came"] + _PRIOR_ROWS * rate) / (by_reason["rows"] + _PRIOR_ROWS)
    return Trained(
        fitted(rows, came, tuple(FEATURES), settings.prior_deviation),
        tuple(boosted(rows, came, settings.boosting, seed) for seed in settings.seeds),
        dict(zip(by_reason["reason"], rates, strict=True)),
        rate,
        known.height,
        known["person_key"].n_unique(),
        attempts,
    )


def averaged(scores: list[Floats]) -> Floats:
    """The mean over seeds."""
    found: Floats = np.mean(scores, axis=0)
    return found
