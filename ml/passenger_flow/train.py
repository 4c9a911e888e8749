"""Boosted trees over all series together, walked forward through the days."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import lightgbm
import numpy as np

from lakehouse.errors import TooLittleKnown
from ml.packaging import Graph
from ml.passenger_flow import conformal
from ml.passenger_flow.conformal import NO_SCORES, Bounds, Scores, bounds, together
from ml.passenger_flow.features import FEATURES, LEAST_DAYS, Ahead, Floats32, ahead
from ml.passenger_flow.forecast import SCORES_FILE, UNTIL_FILE, expected_counts
from ml.passenger_flow.panel import Floats, Panel
from ml.passenger_flow.series import DAY
from ml.passenger_flow.settings import Settings
from ml.trees import tree_graph

#: Scores of a panel that are kept with a version.
MOST_SCORES = 2_000
#: Days between the origins that are judged: not a week, so that each weekday is forecast from one to seven days ahead.
ORIGIN_STEP = 5
#: Rows without which nothing is learned.
LEAST_ROWS = 500


@dataclass(frozen=True)
class Block:
    """Forecasts of a panel's days from one cut to the next by a model that learned from earlier ones."""

    rows: Ahead
    expected: Floats
    bounds: Bounds
    members: tuple[Floats, ...]


@dataclass(frozen=True)
class Trained:
    """The model of the last cut, and all that was forecast on the way to it."""

    texts: tuple[str, ...]
    until: dict[str, date]
    scores: dict[str, Scores]
    blocks: tuple[Block, ...]
    learned: Floats32 = field(repr=False)

    def graph(self) -> Graph:
        """All seeds' trees as one graph, the scores and the last days learned from beside it."""
        kept = {name: of.thinned(MOST_SCORES) for name, of in self.scores.items()}
        until = {name: day.isoformat() for name, day in sorted(self.until.items())}
        beside = {SCORES_FILE: conformal.to_json(kept), UNTIL_FILE: json.dumps(until).encode()}
        return Graph(tree_graph(self.texts, len(FEATURES), output="log_ratio"), {"x": FEATURES}, beside)


def train(panels: Sequence[Panel], settings: Settings) -> Trained:
    """A model for each cut from the days before it, and what each forecasts of the days up to the next.

    The same settings give the same models. The first block's errors make intervals and are judged by nobody.
    Raises ``TooLittleKnown``.
    """
    scores: dict[str, Scores] = {}
    blocks: list[Block] = []
    cuts = (*settings.cuts, 1.0)
    texts: tuple[str, ...] = ()
    learned = np.empty((0, len(FEATURES)), np.float32)
    kept: dict[str, Scores] = {}
    for number, (cut, following) in enumerate(pairwise(cuts)):
        texts, learned = _fitted([_learned_from(panel, cut, settings) for panel in panels], settings)
        models = [lightgbm.Booster(model_str=text) for text in texts]
        kept = {
            panel.name: scores[panel.name].until(panel.on(_place(panel, cut) - 1).toordinal())
            for panel in panels
            if panel.name in scores
        }
        for panel in panels:
            rows = ahead(panel, origins_between(panel, cut, following))
            if not len(rows):
                continue
            members = tuple(np.asarray(model.predict(rows.matrix, num_threads=1)) for model in models)
            expected = expected_counts(rows, np.mean(members, axis=0))
            scores[panel.name] = scores.get(panel.name, NO_SCORES) + Scores.of(rows, expected)
            if number:
                made = bounds(rows, expected, scores[panel.name], together(list(kept.values())))
                blocks.append(Block(rows, expected, made, tuple(expected_counts(rows, one) for one in members)))
    if not blocks:
        raise TooLittleKnown("No series is known for long enough to be forecast and judged.")
    until = {panel.name: panel.on(_place(panel, settings.cuts[-1]) - 1) for panel in panels}
    return Trained(texts, until, kept, tuple(blocks), learned)


def origins_between(panel: Panel, cut: float, following: float) -> range:
    """Days that are each the last one known, from the day before a cut to the one before the next."""
    return range(max(_place(panel, cut), LEAST_DAYS) - 1, _place(panel, following) - 1, ORIGIN_STEP)


def _place(panel: Panel, cut: float) -> int:
    return int(panel.days * cut)


def _learned_from(panel: Panel, cut: float, settings: Settings) -> Ahead:
    """Rows whose day lies before the cut."""
    step = settings.day_step if panel.span == DAY else settings.hour_step
    before = panel.until(_place(panel, cut) - 1)
    return ahead(before, range(LEAST_DAYS - 1, before.days - 1, step))


def _fitted(parts: Iterable[Ahead], settings: Settings) -> tuple[tuple[str, ...], Floats32]:
    """Trees of each seed, and the rows that were learned from."""
    found = list(parts)
    matrix = np.concatenate([part.matrix for part in found])
    wanted = np.concatenate([np.log1p(part.actual / part.scale) - np.log1p(part.base) for part in found])
    known = ~np.isnan(wanted)
    if known.sum() < LEAST_ROWS:
        raise TooLittleKnown(f"Of {known.sum():,} days and hours the count and two weeks before are known: too few.")
    params = {
        "objective": "regression_l1",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_rows,
        "feature_fraction": settings.feature_share,
        "bagging_fraction": settings.row_share,
        "bagging_freq": 1,
        "lambda_l2": settings.l2,
        "max_bin": settings.bins,
        "feature_pre_filter": False,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": settings.threads,
        "verbose": -1,
    }
    rows = lightgbm.Dataset(matrix[known], wanted[known], params=params).construct()
    models = (lightgbm.train(params | {"seed": seed}, rows, settings.rounds) for seed in settings.seeds)
    return tuple(model.model_to_string() for model in models), matrix[known]
