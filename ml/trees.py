"""Boosted trees as one ONNX graph that decides every row as LightGBM does.

Written outright from LightGBM's own dump: a converter would take three more
packages, round thresholds to the nearest and know one model at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import lightgbm
import numpy as np
import onnx
from onnx import TensorProto, helper

from ml.scorer import OUTPUT, PROBABILITY

#: ONNX's operators of version 15, and of trees 3: what every ONNX Runtime of these years reads.
_OPSETS = (("", 15), ("ai.onnx.ml", 3))


_LARGEST = float(np.finfo(np.float32).max)


@dataclass
class _Nodes:
    """Nodes of all trees, a list an attribute, as the operator wants them."""

    attributes: dict[str, list[Any]] = field(
        default_factory=lambda: (
            {
                f"nodes_{name}": []
                for name in (
                    *("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids"),
                    "missing_value_tracks_true",
                )
            }
            | {f"target_{name}": [] for name in ("treeids", "nodeids", "ids", "weights")}
        )
    )

    def add(self, tree: int, root: dict[str, Any], scale: float) -> None:
        """A tree, its leaves times ``scale``."""
        waiting, places = [root], 1
        for place, node in enumerate(waiting):
            if "leaf_value" in node:
                self._node(tree, place, 0, "LEAF", 0.0, 0, 0, 0)
                leaf = {"treeids": tree, "nodeids": place, "ids": 0, "weights": node["leaf_value"] * scale}
                for name, value in leaf.items():
                    self.attributes[f"target_{name}"].append(value)
                continue
            waiting += [node["left_child"], node["right_child"]]
            goes_left = _missing_left(node)
            feature, value = int(node["split_feature"]), _not_above(node["threshold"])
            self._node(tree, place, feature, "BRANCH_LEQ", value, places, places + 1, goes_left)
            places += 2

    def _node(self, *values: Any) -> None:
        for name, value in zip(self.attributes, values, strict=False):
            self.attributes[name].append(value)


def tree_graph(
    models: Sequence[str],
    columns_count: int,
    slope: float = 1.0,
    intercept: float = 0.0,
    output: str = PROBABILITY,
) -> bytes:
    """The graph of ``models`` as LightGBM writes them: their mean on the log-odds, on a straight line, as a probability.

    Input ``x`` takes float32, rows × ``columns_count``, NaN where a number is
    missing; output ``probability`` is rows × 1. Of another ``output`` the trees
    give that itself, and it is no probability. Raises ``ValueError`` where a
    tree splits by sets of categories or takes nought for missing.
    """  # noqa: E501
    nodes, number = _Nodes(), 0
    for text in models:
        for tree in lightgbm.Booster(model_str=text).dump_model()["tree_info"]:
            nodes.add(number, tree["tree_structure"], slope / len(models))
            number += 1
    trees: dict[str, Any] = nodes.attributes
    of_trees = "log_odds" if output == PROBABILITY else output
    summed = helper.make_node(
        "TreeEnsembleRegressor",
        ["x"],
        [of_trees],
        domain="ai.onnx.ml",
        n_targets=1,
        base_values=[intercept],
        **trees,
    )
    graph = helper.make_graph(
        [summed, *([helper.make_node("Sigmoid", [of_trees], [output])] if output == PROBABILITY else [])],
        "boosted_trees",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, columns_count])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [None, 1])],
    )
    opsets = [helper.make_opsetid(*opset) for opset in _OPSETS]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    helper.set_model_props(model, {OUTPUT: output})
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _not_above(threshold: float) -> float:
    """The largest float32 that is not above ``threshold``: float32 numbers are on the same side of both."""
    near = np.float32(np.clip(threshold, -_LARGEST, _LARGEST))
    return float(near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf)))


def _missing_left(node: dict[str, Any]) -> int:
    if node["decision_type"] != "<=" or node["missing_type"] == "Zero":
        raise ValueError("only splits of numbers with missing ones as NaN can be written")
    # Where training saw no missing number, LightGBM takes one for nought.
    return int(node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0)
