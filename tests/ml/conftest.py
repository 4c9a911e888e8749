"""A tracking store of its own for the tests, and small models in ONNX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from lakehouse.settings import Settings
from ml.card import Card
from ml.evaluated import Comparison, Curve, Evaluated
from ml.measures import Bin, GroupRatio, Interval
from ml.origin import Origin
from ml.packaging import Graph
from ml.tracking import Tracking

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CARD = Card(
    "A small model",
    "Which of two numbers is larger?",
    "Positive where the first is larger.",
    "Drawn numbers.",
    ("It knows two numbers and nothing else.",),
)
ORIGIN = Origin({"silver.stays": 7, "silver.journeys": 3}, "0" * 40, False, "0123456789ab")


def group(name: str, relative: Interval, negatives: int = 500) -> GroupRatio:
    """False alerts of a group of some size."""
    return GroupRatio(name, negatives, 20, 25, 0.05, relative)


@pytest.fixture(scope="session")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> Tracking:
    """One store for all tests, as making its tables takes seconds; tests use models of their own."""
    home = tmp_path_factory.mktemp("tracking")
    return Tracking.of(Settings(home / "landing", home / "warehouse", home / "person.key"))


@pytest.fixture
def graph() -> Callable[..., Graph]:
    """The chance that a·weight is above b, as a graph of one matrix."""

    def make(weight: float = 1.0) -> Graph:
        weights = numpy_helper.from_array(np.array([[weight], [-1.0]], np.float32), "w")
        nodes = [helper.make_node("MatMul", ["x", "w"], ["m"]), helper.make_node("Sigmoid", ["m"], ["p"])]
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])]
        outputs = [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, 1])]
        drawn = helper.make_graph(nodes, "larger", inputs, outputs, [weights])
        model = helper.make_model(drawn, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model)
        return Graph(model.SerializeToString(), {"x": ("a", "b")})

    return make


@pytest.fixture
def evaluated() -> Callable[..., Evaluated]:
    """An evaluation that passes every gate, but for what a test says."""

    def make(**otherwise: Any) -> Evaluated:
        features: Mapping[str, tuple[str, ...]] = {"a": ("party_persons_count",), "b": ("beside_count",)}
        plain: dict[str, Any] = {
            "params": {"seed": 7, "learning_rate": 0.05},
            "metrics": {"pr_auc": 0.4, "roc_auc": 0.9},
            "intervals": {"pr_auc": Interval(0.4, 0.35, 0.45)},
            "features": features,
            "comparison": Comparison("pr_auc", "the base rate", Interval(0.1, 0.05, 0.15)),
            "calibration_error": 0.01,
            "calibration": [Bin(500, 0.01, 0.012), Bin(500, 0.2, 0.19)],
            "groups": {
                "nationality": [group("JPN", Interval(1.1, 0.9, 1.3)), group("VNM", Interval(0.9, 0.7, 1.2))],
                "sex": [group("F", Interval(1.0, 0.9, 1.1)), group("M", Interval(1.0, 0.9, 1.1))],
                "age": [group("18_24", Interval(1.2, 0.8, 1.5)), group("3_years", Interval(1, 0.5, 2), negatives=4)],
            },
            "drift": {"a": 0.02, "b": 0.3},
            "contributions": {"a": 0.2, "b": 0.1},
            "curves": [Curve("Precision and recall", "recall", "precision", {"model": [(0.0, 0.9), (1.0, 0.1)]})],
            "is_simulated": True,
        }
        return Evaluated(**{**plain, **otherwise})

    return make


def folder(tracking: Tracking) -> Path:
    """Where the embedded store is."""
    assert tracking.artifacts is not None
    return Path(tracking.artifacts.removeprefix("file://")).parent


def artifacts(tracking: Tracking, run_id: str) -> list[Path]:
    """Every file that a run has left in the embedded store."""
    return [path for path in folder(tracking).rglob("*") if path.is_file() and run_id in path.parts]
