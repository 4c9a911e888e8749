"""A logistic regression of the chance per day, held back by a prior: few attempts are known, and each is seen often."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ml.exit_flight_risk.dataset import HORIZON_DAYS, Bools, Floats, Floats32

#: What stands beside the graph of a version: weights and means, from which reasons are told.
WEIGHTS_FILE = "weights.json"
_OPSET, _IR = 15, 9


@dataclass(frozen=True)
class Hazard:
    """Weights of features, and their means in training: a row's reasons are what it has beyond these."""

    columns: tuple[str, ...]
    weights: Floats
    means: Floats
    intercept: float

    def odds(self, rows: Floats32) -> Floats:
        """Log-odds of an attempt within the horizon."""
        found: Floats = rows.astype(np.float64) @ self.weights + self.intercept
        return found

    def probabilities(self, rows: Floats32) -> Floats:
        found: Floats = 1 / (1 + np.exp(-self.odds(rows)))
        return found

    def contributions(self, rows: Floats32) -> Floats:
        """What each feature adds to the log-odds beyond the mean of training: Shapley values of a linear model."""
        found: Floats = (rows - self.means) * self.weights
        return found

    def graph(self) -> bytes:
        """The same in ONNX: ``x``, rows × columns, to ``probability``, rows × 1."""
        given = {
            "weights": self.weights.reshape(-1, 1).astype(np.float32),
            "intercept": np.array([self.intercept], np.float32),
        }
        nodes = [
            helper.make_node("Gemm", ["x", "weights", "intercept"], ["log_odds"]),
            helper.make_node("Sigmoid", ["log_odds"], ["probability"]),
        ]
        graph = helper.make_graph(
            nodes,
            "hazard",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, len(self.columns)])],
            [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [None, 1])],
            [numpy_helper.from_array(value, name) for name, value in given.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())

    def to_json(self) -> bytes:
        said = {"columns": self.columns, "weights": self.weights.tolist(), "means": self.means.tolist()}
        return json.dumps(said | {"intercept": self.intercept}, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Hazard:
        said = json.load(io.BytesIO(content))
        return cls(tuple(said["columns"]), np.array(said["weights"]), np.array(said["means"]), said["intercept"])


def fitted(rows: Floats32, came: Bools, columns: tuple[str, ...], prior_deviation: float) -> Hazard:
    """Weights of greatest posterior, by Newton's steps; the same rows give the same weights.

    Features are scaled to a deviation of one, and their weights drawn towards
    nought by a normal prior of ``prior_deviation``; the intercept is free, so
    that on the whole as many are said as came. One attempt is seen from as many
    days as the horizon has, and the days of a person tell much the same, so each
    row counts for its share of an attempt, and no more.
    """
    values = rows.astype(np.float64)
    means, deviations = values.mean(axis=0), values.std(axis=0)
    # What is the same in all rows tells nothing; its weight stays nought.
    scales = np.where(deviations > 1e-9, deviations, 1.0)
    scaled = np.column_stack([np.where(deviations > 1e-9, (values - means) / scales, 0.0), np.ones(len(values))])
    ridge = np.diag([*np.full(len(columns), 1 / prior_deviation**2), 0.0])
    share = 1 / HORIZON_DAYS
    base = np.clip(came.mean(), 1e-6, 1 - 1e-6)
    weights = np.append(np.zeros(len(columns)), np.log(base / (1 - base)))

    def loss(at: Floats) -> float:
        odds = scaled @ at
        return float(share * np.sum(np.logaddexp(0, odds) - came * odds) + at @ ridge @ at / 2)

    for _ in range(100):
        said = 1 / (1 + np.exp(-np.clip(scaled @ weights, -50, 50)))
        curvature = share * (scaled * (said * (1 - said))[:, None]).T @ scaled + ridge
        step = np.linalg.solve(curvature, share * scaled.T @ (said - came) + ridge @ weights)
        before = loss(weights)
        while loss(weights - step) > before and np.abs(step).max() > 1e-9:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() < 1e-7:
            break
    of_columns = weights[:-1] / scales
    return Hazard(columns, of_columns, means, float(weights[-1] - of_columns @ means))
