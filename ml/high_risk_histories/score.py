"""Scores of crossings where the rows are, with reasons an officer would understand.

The features are Spark's (``features.with_histories``). Probabilities come from
the served graph alone, which knows neither Keras nor MLflow; reasons are asked
of it for the crossings that are to be shown, as they cost some forty scores each.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, StringType, StructField, StructType

from ml.batches import scored as probabilities
from ml.high_risk_histories.dataset import Floats32
from ml.high_risk_histories.features import HISTORY, KEYS, LENGTH, STEPS
from ml.high_risk_histories.network import Scores
from ml.high_risk_histories.reasons import codes, shapley
from ml.packaging import Graph
from ml.scorer import Scorer
from ml.serving import Served


def scored(histories: DataFrame, served: Served) -> DataFrame:
    """``KEYS`` and the probability of each row of ``features.with_histories``. Raises ``InputRefused``."""
    return probabilities(histories, served, KEYS)


def with_reasons(histories: DataFrame, graph: Graph) -> DataFrame:
    """``KEYS`` and ``reason_codes`` of each row, the strongest first: codes of ``reasons.FACTS``.

    Meant for the few crossings that are shown to somebody.
    """
    given = histories.select(*KEYS, *HISTORY)
    schema = StructType([*(given.schema[name] for name in KEYS), StructField("reason_codes", ArrayType(StringType()))])

    def explain(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        scorer = graph.scorer()
        for batch in batches:
            columns = [batch.column(name).to_numpy(zero_copy_only=False) for name in HISTORY]
            rows = np.column_stack(columns).astype(np.float32).reshape(-1, LENGTH, len(STEPS))
            found = codes(shapley(lambda some: log_odds(scorer, some), rows)) if len(rows) else []
            said = pa.array(found, pa.list_(pa.string()))
            yield pa.RecordBatch.from_arrays([*(batch.column(name) for name in KEYS), said], schema.names)

    return given.mapInArrow(explain, schema)


def log_odds(scorer: Scorer, histories: Floats32) -> Scores:
    """What the served graph says of histories, on the scale on which reasons add up."""
    flat = histories.reshape(len(histories), -1)
    said = np.clip(scorer.score(dict(zip(HISTORY, flat.T, strict=True))), 1e-7, 1 - 1e-7)
    found: Scores = np.log(said / (1 - said))
    return found
