"""Gradient boosting (LightGBM), the baseline that a deep model has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from ml.overstay_arrivals.dataset import Floats32, Inputs

#: The first seed's trees, beside the graph of a version.
TREES_FILE = "trees.txt"


@dataclass(frozen=True)
class BoostingSettings:
    """Size of the trees, and how long they are added."""

    rounds: int = 1000
    patience: int = 60
    learning_rate: float = 0.03
    leaves: int = 24
    least_rows: int = 200
    feature_share: float = 0.2
    row_share: float = 0.7
    l2: float = 10.0
    bins: int = 127
    threads: int = 2


@dataclass(frozen=True)
class Boosted:
    """Trees as LightGBM writes them, and the names of the columns they read."""

    text: str
    columns: tuple[str, ...]
    trees: int

    def scores(self, inputs: Inputs) -> npt.NDArray[np.float64]:
        """Probability of an overstay for each row."""
        found = lightgbm.Booster(model_str=self.text).predict(inputs.only(self.columns), num_threads=1)
        return np.asarray(found, dtype=np.float64)


def contributions(model: Boosted, inputs: Inputs) -> npt.NDArray[np.float64]:
    """Shapley values of each row and column on the log-odds (TreeSHAP), without the base value."""
    return contributions_of(lightgbm.Booster(model_str=model.text), inputs.only(model.columns))


def contributions_of(trees: lightgbm.Booster, matrix: Floats32) -> npt.NDArray[np.float64]:
    """The same of rows that hold the trees' columns."""
    return np.asarray(trees.predict(matrix, pred_contrib=True, num_threads=1), dtype=np.float64)[:, :-1]


def boosted(
    train: tuple[Inputs, npt.NDArray[np.bool_]],
    validation: tuple[Inputs, npt.NDArray[np.bool_]],
    settings: BoostingSettings,
    seeds: tuple[int, ...],
    columns: tuple[str, ...],
) -> list[Boosted]:
    """A model a seed on ``columns``, each stopped where validation's log loss no longer falls; binned once."""
    shared = {"max_bin": settings.bins, "feature_pre_filter": False, "verbose": -1, "num_threads": settings.threads}
    rows = lightgbm.Dataset(train[0].only(columns), train[1], params=shared).construct()
    held = lightgbm.Dataset(validation[0].only(columns), validation[1], reference=rows)
    found = []
    for seed in seeds:
        wanted = shared | {
            "objective": "binary",
            "metric": "binary_logloss",
            "learning_rate": settings.learning_rate,
            "num_leaves": settings.leaves,
            "min_data_in_leaf": settings.least_rows,
            "feature_fraction": settings.feature_share,
            "bagging_fraction": settings.row_share,
            "bagging_freq": 1,
            "lambda_l2": settings.l2,
            "seed": seed,
            "deterministic": True,
            "force_col_wise": True,
        }
        stop = lightgbm.early_stopping(settings.patience, verbose=False)
        model = lightgbm.train(wanted, rows, settings.rounds, valid_sets=[held], callbacks=[stop])
        text = model.model_to_string(num_iteration=model.best_iteration)
        found.append(Boosted(text, columns, model.best_iteration))
    return found
