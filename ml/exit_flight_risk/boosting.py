"""Boosted trees (LightGBM) that know which way some facts point: what the regression is compared with."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np

from ml.exit_flight_risk.dataset import Bools, Floats, Floats32
from ml.exit_flight_risk.features import FEATURES
from ml.exit_flight_risk.settings import BoostingSettings

#: Facts of which more may raise a score and never lower it, and the other way round.
_RAISE = ("is_booked", "is_stop", "has_crossed", "exits_per_year_log")
_LOWER = ("issued_log", "is_outside")


@dataclass(frozen=True)
class Boosted:
    """Trees as LightGBM writes them."""

    text: str

    def probabilities(self, rows: Floats32) -> Floats:
        found = lightgbm.Booster(model_str=self.text).predict(rows, num_threads=1)
        return np.asarray(found, dtype=np.float64)


def boosted(rows: Floats32, came: Bools, settings: BoostingSettings, seed: int) -> Boosted:
    """Trees that tell the rows of which ``came`` holds from the others."""
    wanted = {
        "objective": "binary",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_rows,
        "bagging_fraction": settings.row_share,
        "bagging_freq": 1,
        "feature_fraction": settings.feature_share,
        "lambda_l2": settings.l2,
        "monotone_constraints": [(name in _RAISE) - (name in _LOWER) for name in FEATURES],
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": settings.threads,
        "verbose": -1,
    }
    return Boosted(lightgbm.train(wanted, lightgbm.Dataset(rows, came), settings.rounds).model_to_string())
