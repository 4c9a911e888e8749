"""A model scores what its signature names, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper

from lakehouse.errors import InputRefused, ModelUnknown
from ml.evaluated import Evaluated
from ml.explaining import contributions, shap_values
from ml.packaging import Graph
from ml.runs import Logged, log_run
from ml.scorer import InputMismatch, Scorer
from ml.serving import load
from ml.tracking import Tracking
from tests.ml.conftest import CARD, ORIGIN, folder

CANARY = "X7654321"


@pytest.fixture
def logged(tracking: Tracking, evaluated: Callable[..., Evaluated], graph: Callable[..., Graph]) -> Logged:
    return log_run(tracking, "traveller_risk", evaluated(), graph(), CARD, ORIGIN)


def test_the_registered_model_scores_as_the_graph_does(tracking: Tracking, logged: Logged) -> None:
    served = load(tracking, "traveller_risk", str(logged.version))

    found = served.predict(pd.DataFrame({"a": [0.0, 2.0], "b": [0.0, 1.0]}))
    assert found == pytest.approx([0.5, 1 / (1 + np.exp(-1))])
    assert served.predict(pd.DataFrame({"a": np.array([]), "b": np.array([])})).shape == (0,)


def test_mlflow_serves_the_same_and_enforces_the_same_signature(tracking: Tracking, logged: Logged) -> None:
    import mlflow

    _ = tracking.client
    served = mlflow.pyfunc.load_model(f"models:/traveller_risk/{logged.version}")

    assert served.metadata.signature.inputs.input_names() == ["a", "b"]
    assert served.predict(pd.DataFrame({"a": [0.0], "b": [0.0]}))["probability"].tolist() == [0.5]
    with pytest.raises(mlflow.exceptions.MlflowException, match="missing inputs"):
        served.predict(pd.DataFrame({"a": [0.0]}))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ({"a": [1.0]}, "b is missing"),
        ({"a": [1.0], "b": [2.0], "c": [3.0]}, "c is not known to the model"),
        ({"a": [1.0], "b": [CANARY]}, "b is (object|str|<U8), not float"),
        ({"a": [1.0], "b": [np.inf]}, "b holds infinite numbers"),
        ({"b": [CANARY], "c": [1]}, "a is missing; c is not known to the model; b is"),
    ],
)
def test_wrong_rows_are_refused_with_all_that_is_wrong_and_no_value(
    tracking: Tracking, logged: Logged, rows: dict[str, list[object]], reason: str
) -> None:
    with pytest.raises(InputRefused, match=reason) as fault:
        load(tracking, "traveller_risk", "challenger").predict(pd.DataFrame(rows))

    assert CANARY not in str(fault.value)
    assert f"traveller_risk version {logged.version}" in str(fault.value)


def test_a_graph_that_was_changed_after_it_was_registered_is_not_served(
    tracking: Tracking, logged: Logged, graph: Callable[..., Graph]
) -> None:
    path = next(p for p in (folder(tracking) / "artifacts").rglob("graph.onnx") if logged.run_id in p.parts)
    path.write_bytes(graph(5.0).onnx)

    with pytest.raises(ModelUnknown, match="its file was changed"):
        load(tracking, "traveller_risk", str(logged.version))


def test_a_layout_that_the_graph_does_not_read_is_refused(graph: Callable[..., Graph]) -> None:
    with pytest.raises(InputMismatch, match="the graph reads x; the layout gives y"):
        Scorer(graph().onnx, {"y": ("a", "b")})
    with pytest.raises(InputMismatch, match="a column stands twice"):
        Scorer(graph().onnx, {"x": ("a", "a")})


def test_a_sequence_is_filled_from_columns_in_order_and_whole_numbers_stay_whole() -> None:
    """Two steps of two numbers each, and a code: the last number of the last step, times the code."""
    nodes = [
        helper.make_node("Slice", ["steps", "from", "to", "axes"], ["last"]),
        helper.make_node("Reshape", ["last", "flat"], ["number"]),
        helper.make_node("Cast", ["code"], ["factor"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["number", "factor"], ["said"]),
    ]
    constants = {"from": [1, 1], "to": [2, 2], "axes": [1, 2], "flat": [-1, 1]}
    held = [numpy_helper.from_array(np.array(value, np.int64), name) for name, value in constants.items()]
    inputs = [
        helper.make_tensor_value_info("steps", TensorProto.FLOAT, ["rows", 2, 2]),
        helper.make_tensor_value_info("code", TensorProto.INT64, ["rows", 1]),
    ]
    outputs = [helper.make_tensor_value_info("said", TensorProto.FLOAT, ["rows", 1])]
    drawn = helper.make_graph(nodes, "sequence", inputs, outputs, held)
    onnx = helper.make_model(drawn, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()
    scorer = Graph(onnx, {"steps": ("a1", "b1", "a2", "b2"), "code": ("code",)}).scorer()
    numbers = {name: np.array([value, value + 0.5]) for value, name in enumerate(("a1", "b1", "a2", "b2"))}

    assert scorer.score({**numbers, "code": np.array([1, 2])}).tolist() == [3.0, 7.0]
    with pytest.raises(InputMismatch, match="code is float64, not int64"):
        scorer.score({**numbers, "code": np.array([1.0, 2.0])})


def test_shap_values_of_a_linear_score_are_its_weights_times_the_distance_from_the_background() -> None:
    """Of 3a - b the value of a is 3(a - mean of a) (Lundberg and Lee 2017, corollary 1)."""
    drawn = np.random.default_rng(7).normal(size=(40, 2))
    rows = pd.DataFrame(drawn, columns=["a", "b"])

    found = shap_values(lambda x: (3 * x["a"] - x["b"]).to_numpy(), rows.head(5), rows, seed=1)

    assert np.allclose(found["a"], 3 * (rows["a"].head(5) - rows["a"].mean()))
    assert np.allclose(found["b"], -(rows["b"].head(5) - rows["b"].mean()))
    assert list(contributions(found)) == ["a", "b"]


def test_shap_values_come_again_with_the_seed() -> None:
    rows = pd.DataFrame(np.random.default_rng(7).normal(size=(80, 3)), columns=["a", "b", "c"])

    def score(x: pd.DataFrame) -> np.ndarray:
        return (x["a"] * x["b"] * x["c"]).to_numpy()

    once, again = (shap_values(score, rows.head(3), rows, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(once, again)
