"""Scoring where the rows are: Arrow batches of Spark through ONNX Runtime, one thread a core."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.types import BooleanType, DoubleType, NumericType, StructField, StructType

from lakehouse.errors import InputRefused
from ml.serving import Served


def scored(frame: DataFrame, served: Served, keep: Sequence[str], name: str = "probability") -> DataFrame:
    """The columns ``keep`` of each row and its score, called ``name``.

    The graph travels with the task; workers need neither MLflow nor its store.
    Only columns that the model reads or that are kept leave the JVM, as moving
    rows costs more than scoring them. Raises ``InputRefused`` before any row is read.
    """
    graph, wanted = served.graph, list(served.scorer.columns)
    _check(frame.schema, served, wanted)
    schema = StructType([*(frame.schema[kept] for kept in keep), StructField(name, DoubleType())])

    def score(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        scorer = graph.scorer()
        for batch in batches:
            given = {column: batch.column(column).to_numpy(zero_copy_only=False) for column in wanted}
            found = pa.array(scorer.score(given), pa.float64())
            yield pa.RecordBatch.from_arrays([*(batch.column(kept) for kept in keep), found], [*keep, name])

    return frame.select(*dict.fromkeys((*keep, *wanted))).mapInArrow(score, schema)


def _check(given: StructType, served: Served, wanted: Sequence[str]) -> None:
    numbers = {field.name for field in given if isinstance(field.dataType, NumericType | BooleanType)}
    said = [f"{name} is missing" for name in wanted if name not in given.names]
    said += [f"{name} is no number" for name in wanted if name in given.names and name not in numbers]
    if said:
        raise InputRefused(
            f"{served.model} version {served.version} cannot score this table: {'; '.join(said)}. "
            "Make the features as this version's signature says."
        )
