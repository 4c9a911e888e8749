"""Versions of models that say what a test can work out by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import lightgbm
import numpy as np

from ml.exit_flight_risk.features import FEATURES as OF_PERSONS
from ml.exit_flight_risk.hazard import WEIGHTS_FILE, Hazard
from ml.high_risk_histories.features import STEPS
from ml.high_risk_histories.network import Calibration, Net, Scaling, graph_of
from ml.high_risk_histories.score import REFERRAL_FILE
from ml.packaging import Graph
from ml.passenger_flow.conformal import Scores, to_json
from ml.passenger_flow.features import FEATURES as OF_FLOWS
from ml.passenger_flow.forecast import SCORES_FILE, UNTIL_FILE
from ml.serving import Served
from ml.trees import tree_graph


def risk(step: str = "is_reported", least: float = 0.9, *, is_champion: bool = False) -> Served:
    """Version 3 of ``traveller_risk``: log-odds are three times the greatest of one step over all crossings.

    From the probability ``least`` on a crossing would be referred.
    """
    graph = graph_of(_asks_for(step), Calibration())
    said = {REFERRAL_FILE: json.dumps({"share": 0.01, "probability": least}).encode()}
    return Served("traveller_risk", 3, replace(graph, beside=said), is_champion)


def _asks_for(step: str) -> Net:
    width = 2
    embed = np.zeros((len(STEPS), width), np.float32)
    embed[STEPS.index(step), 0] = 1
    still = np.zeros((width, 3 * width), np.float32)
    # The state of the GRU comes first, then the crossing at hand, the greatest and the mean of all.
    mix = np.zeros((4 * width, width), np.float32)
    mix[2 * width, 0] = 1
    say = np.array([[3.0], [0.0]], np.float32)
    none = np.zeros(width, np.float32)
    weights = {
        "embed": (embed, none),
        "read": (still, still, np.zeros((2, 3 * width), np.float32)),
        "mix": (mix, none),
        "say": (say, none[:1]),
    }
    return Net(weights, Scaling(np.zeros(len(STEPS), np.float32), np.ones(len(STEPS), np.float32)))


def flow(*, is_champion: bool = False) -> Served:
    """Version 2 of ``passenger_flow``: it forecasts what passed a week before.

    Its errors were evenly spread: 401 scores from -2 to 2 in steps of 0.01.
    """
    nought = {"objective": "regression", "min_data_in_leaf": 1, "verbose": -1, "num_threads": 1}
    rows = lightgbm.Dataset(np.zeros((10, len(OF_FLOWS))), np.zeros(10), params=nought)
    still = lightgbm.train(nought, rows, 1).model_to_string()
    scores = Scores(np.full(401, date(2020, 1, 1).toordinal()), np.linspace(-2, 2, 401))
    beside = {SCORES_FILE: to_json({"elsewhere": scores}), UNTIL_FILE: b"{}"}
    graph = Graph(tree_graph([still], len(OF_FLOWS), output="log_ratio"), {"x": OF_FLOWS}, beside)
    return Served("passenger_flow", 2, graph, is_champion)


def flight_risk(*, is_champion: bool = False) -> Served:
    """Version 5 of ``exit_flight_risk``: log-odds are -3, 2 more of who is booked, 1 more of who was stopped."""
    adds = {"is_booked": 2.0, "is_stopped": 1.0}
    weights = np.array([adds.get(name, 0.0) for name in OF_PERSONS])
    hazard = Hazard(tuple(OF_PERSONS), weights, np.zeros(len(OF_PERSONS)), -3.0)
    graph = Graph(hazard.graph(), {"x": hazard.columns}, {WEIGHTS_FILE: hazard.to_json()})
    return Served("exit_flight_risk", 5, graph, is_champion)


#: One of each model that a table is scored by.
SERVED: dict[str, Callable[[], Served]] = {
    "exit_flight_risk": flight_risk,
    "passenger_flow": flow,
    "traveller_risk": risk,
}
