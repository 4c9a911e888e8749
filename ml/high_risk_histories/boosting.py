"""Gradient boosting (LightGBM): what a net on histories has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from ml.high_risk_histories.dataset import Floats32


@dataclass(frozen=True)
class BoostingSettings:
    """Size of the trees, and how many."""

    rounds: int = 100
    learning_rate: float = 0.1
    leaves: int = 15
    least_rows: int = 40
    row_share: float = 0.8
    feature_share: float = 0.5
    threads: int = 1


@dataclass(frozen=True)
class Boosted:
    """Trees as LightGBM writes them."""

    text: str

    def odds(self, rows: Floats32) -> npt.NDArray[np.float64]:
        """Log-odds of each row."""
        found = lightgbm.Booster(model_str=self.text).predict(rows, raw_score=True, num_threads=1)
        return np.asarray(found, dtype=np.float64)


def boosted(rows: Floats32, came: npt.NDArray[np.bool_], settings: BoostingSettings, seed: int) -> Boosted:
    """Trees that tell the rows of which ``came`` holds from the others."""
    wanted = {
        "objective": "binary",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_rows,
        "bagging_fraction": settings.row_share,
        "bagging_freq": 1,
        "feature_fraction": settings.feature_share,
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": settings.threads,
        "verbose": -1,
    }
    model = lightgbm.train(wanted, lightgbm.Dataset(rows, came), settings.rounds)
    return Boosted(model.model_to_string())
