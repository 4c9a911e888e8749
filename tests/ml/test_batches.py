"""A model scores Spark's rows as it scores those of pandas."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyspark.sql import SparkSession

from lakehouse.errors import InputRefused
from ml.batches import scored
from ml.packaging import Graph
from ml.serving import Served


def test_rows_are_scored_in_batches_and_keep_what_is_asked(spark: SparkSession, graph: Callable[..., Graph]) -> None:
    served = Served("traveller_risk", 3, graph())
    rows = spark.range(5000).selectExpr("id", "cast(id % 7 as double) a", "cast(id % 5 as float) b", "'x' unread")

    found = scored(rows, served, ["id"]).toPandas().set_index("id")["probability"]

    expected = rows.toPandas().set_index("id")
    assert found.sort_index().tolist() == pytest.approx(served.predict(expected[["a", "b"]]).tolist())


def test_a_table_without_the_models_columns_is_refused_before_a_row_is_read(
    spark: SparkSession, graph: Callable[..., Graph]
) -> None:
    served = Served("traveller_risk", 3, graph())
    with pytest.raises(
        InputRefused, match="traveller_risk version 3 cannot score this table: b is missing; a is no number"
    ):
        scored(spark.sql("SELECT 1 id, 'X7654321' a"), served, ["id"])
