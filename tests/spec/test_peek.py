"""What a table holds, told by its log alone: the same as Delta reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructType

from lakehouse import peek
from lakehouse.store import of_rows

MANY = 1 << 30


def table(spark: SparkSession, folder: Path, **properties: str) -> str:
    """A table of three versions with rows: one written, one appended to, one overwritten in part."""
    told = ", ".join(f"'delta.{name}'='{value}'" for name, value in properties.items())
    spark.sql(f"CREATE TABLE delta.`{folder}` (port string, n bigint) USING delta TBLPROPERTIES ({told})")
    frame = of_rows(spark, [("TPE", 1), ("KHH", 2), ("TPE", 3)], "port string, n bigint")
    for _ in range(2):
        frame.write.format("delta").mode("append").save(str(folder))
    frame.where("port = 'TPE'").write.format("delta").mode("overwrite").option("replaceWhere", "port = 'TPE'").save(
        str(folder)
    )
    return str(folder)


def told(spark: SparkSession, folder: str, version: int | None = None) -> list[tuple[str, int]] | None:
    found = peek.contents(Path(folder), MANY, version)
    if found is None:
        return None
    kinds, files = found
    return sorted(map(tuple, spark.read.schema(StructType.fromJson(json.loads(kinds))).parquet(*files).collect()))


@pytest.mark.parametrize("version", [1, 2, 3, None])
def test_each_version_has_the_files_that_delta_reads(spark: SparkSession, tmp_path: Path, version: int | None) -> None:
    folder = table(spark, tmp_path / "with space", enableDeletionVectors="false")
    reader = spark.read.format("delta")
    delta = (reader if version is None else reader.option("versionAsOf", version)).load(folder)
    assert told(spark, folder, version) == sorted(map(tuple, delta.collect()))


def test_rows_deleted_within_files_are_left_to_delta(spark: SparkSession, tmp_path: Path) -> None:
    folder = table(spark, tmp_path / "vectors", enableDeletionVectors="true")
    assert told(spark, folder, 2) is not None
    assert told(spark, folder) is None


def test_versions_before_a_checkpoint_are_left_to_delta(spark: SparkSession, tmp_path: Path) -> None:
    folder = table(spark, tmp_path / "checkpoint", checkpointInterval="2", enableDeletionVectors="false")
    assert told(spark, folder, 1) is None
    assert told(spark, folder, 3) == sorted(map(tuple, spark.read.format("delta").load(folder).collect()))


def test_large_tables_are_left_to_delta(spark: SparkSession, tmp_path: Path) -> None:
    folder = table(spark, tmp_path / "large", enableDeletionVectors="false")
    assert peek.contents(Path(folder), 10) is None
    assert peek.contents(tmp_path / "nothing", MANY) is None
