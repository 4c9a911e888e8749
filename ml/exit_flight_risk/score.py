"""Scores of days of restricted persons in Arrow batches where the rows are, with reasons for officers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, DoubleType, StringType, StructField, StructType

from lakehouse.errors import InputRefused
from ml.exit_flight_risk.dataset import Floats, Floats32
from ml.exit_flight_risk.features import FEATURES
from ml.exit_flight_risk.hazard import WEIGHTS_FILE, Hazard
from ml.serving import Served

#: Reasons given for one row, and the log-odds that one has to add: what adds less changes nothing that is seen.
MOST_REASONS, LEAST_REASON = 3, 0.1


def scored(days: DataFrame, served: Served, keep: Sequence[str]) -> DataFrame:
    """The columns ``keep`` of each row of ``features.with_features``, its ``probability`` and its ``reason_codes``.

    Probabilities come from the served graph, which travels with the task.
    Raises ``InputRefused`` before any row is read where the version reads what is no feature here.
    """
    graph, wanted = served.graph, list(served.scorer.columns)
    missing = [name for name in wanted if name not in days.columns]
    if missing:
        raise InputRefused(
            f"{served.model} version {served.version} cannot score these rows: {', '.join(missing)} missing. "
            "Train a new version."
        )
    told = [StructField("probability", DoubleType()), StructField("reason_codes", ArrayType(StringType()))]
    schema = StructType([*(days.schema[kept] for kept in keep), *told])

    def score(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        scorer, hazard = graph.scorer(), Hazard.from_json(graph.beside[WEIGHTS_FILE])
        for batch in batches:
            given = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in wanted}
            said = pa.array(scorer.score(given), pa.float64())
            rows = np.column_stack([given[name] for name in hazard.columns]).astype(np.float32)
            codes = pa.array(reasons(hazard, rows), pa.list_(pa.string()))
            yield pa.RecordBatch.from_arrays([*(batch.column(kept) for kept in keep), said, codes], schema.names)

    return days.select(*dict.fromkeys((*keep, *wanted))).mapInArrow(score, schema)


def reasons(hazard: Hazard, rows: Floats32) -> list[list[str]]:
    """Codes of ``features.IN_WORDS`` for what raised each row beyond the mean of training, the strongest first."""
    codes = np.array([FEATURES[name].reason for name in hazard.columns])
    known, values = np.unique(codes), hazard.contributions(rows)
    by_code = np.column_stack([values[:, codes == code].sum(axis=1) for code in known])
    return [_raised(row, known) for row in by_code]


def _raised(row: Floats, codes: np.ndarray) -> list[str]:
    top = np.argsort(-row, kind="stable")[:MOST_REASONS]
    return [str(codes[place]) for place in top if row[place] >= LEAST_REASON]
