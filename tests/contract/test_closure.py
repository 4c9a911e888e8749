"""Valid inputs give a valid output, whole or in parts: every build keeps the promises of its table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.compile.sample import landed_rows, sample
from lakehouse.compile.screening import good, screen
from lakehouse.compile.spark import kept, schema
from lakehouse.declare import PROVENANCE, Bronze, Table
from lakehouse.registry import tables
from lakehouse.store import in_one_piece, of_rows
from tests.served import SERVED

BUILT = [t for t in tables().values() if hasattr(t, "build")]
IN_PARTS = [t for t in BUILT if t.slice or t.rebuilt_by]
AS_OF = date(2016, 9, 19)


Make = Callable[[type[Table]], DataFrame]


@pytest.fixture(scope="module")
def made(spark: SparkSession) -> Make:
    """Rows of a table, made up once and held: plans of those who read them do not hold how they were made."""

    held: dict[type[Table], DataFrame] = {}

    def make(table: type[Table]) -> DataFrame:
        if table not in held:
            frame = _landed(table, spark) if issubclass(table, Bronze) else _made_up(table, spark)
            held[table] = in_one_piece(spark, frame.toArrow(), frame.schema)
        return held[table]

    return make


@pytest.mark.parametrize("table", BUILT, ids=lambda t: t.full_name())
def test_rows_made_from_the_inputs_declarations_build_rows_that_keep_the_promises(
    table: type[Table], spark: SparkSession, made: Make, drawn_keyring: DataFrame
) -> None:
    inputs = {name: made(source) for name, source in table.inputs().items()}
    built = table.build(**inputs, **_arguments(table, drawn_keyring))
    kept_rows = good(screen(built, table), table)
    rows = kept_rows.toArrow()
    assert rows.num_rows > 0
    promises = [(f"{name or table.full_name()}: {rule}", kept(rule, name)) for name, rule in table.promises()]
    counts = (f"count_if(NOT {condition})" for _, condition in promises)
    found = in_one_piece(spark, rows, kept_rows.schema).selectExpr("count(1)", *counts).collect()[0]
    assert found[0] == rows.num_rows
    assert {promise for (promise, _), count in zip(promises, found[1:], strict=True) if count} == set()
    assert rows.group_by(list(table.key)).aggregate([]).num_rows == rows.num_rows


@pytest.mark.parametrize("table", IN_PARTS, ids=lambda t: t.full_name())
def test_a_part_built_from_its_own_input_rows_is_that_part_of_the_whole(
    table: type[Table], made: Make, drawn_keyring: DataFrame
) -> None:
    column = str(table.slice or table.rebuilt_by)
    inputs = {name: made(source) for name, source in table.inputs().items()}
    arguments = _arguments(table, drawn_keyring)
    whole = table.build(**inputs, **arguments)
    values = sorted({row[0] for row in whole.select(column).collect() if row[0] is not None})[::2]
    theirs = F.col(column).isin(values)
    some = {name: frame.where(theirs) if column in frame.columns else frame for name, frame in inputs.items()}
    part = table.build(**some, **arguments).where(theirs)

    assert values
    assert sorted(map(str, part.collect())) == sorted(map(str, whole.where(theirs).collect()))


def _arguments(table: type[Table], keyring: DataFrame) -> dict[str, Any]:
    known_until = {"USA": AS_OF, "TWN": date(2026, 1, 31)}
    arguments: dict[str, Any] = {"as_of": AS_OF, "known_until": known_until, "keyring": keyring}
    served = {name: SERVED[model.name]() for name, model in table.models().items()}
    return {name: arguments[name] for name in table.parameters()} | served


def _made_up(table: type[Table], spark: SparkSession) -> DataFrame:
    """Made-up rows that keep every promise of ``table``, of single columns and of several."""
    frame = of_rows(spark, sample(table, rows=1500, seed=7), schema(table))
    made_up = good(screen(frame, table), table).dropDuplicates(list(table.key))
    assert not made_up.isEmpty(), f"{table.full_name()}: no sample row keeps its promises; give examples that do"
    return made_up


def _landed(table: type[Bronze], spark: SparkSession) -> DataFrame:
    rows = landed_rows(table, 400)
    raw = of_rows(
        spark,
        [(*row.values(), number) for number, row in enumerate(rows, start=1)],
        ", ".join(f"{n} {c.kind}" for n, c in table.raw_columns().items()) + ", source_line bigint",
    )
    name = table.sample_name or table.part.replace("*", "20210901")
    facts = {
        "source_file": f"{table.source.name}/{name}",
        "source_sha256": "0" * 64,
        "source_delivery": f"{table.source.name}/{name}",
        "release_number": 1,
        "run_id": "test",
    }
    framed = raw.select("*", *(F.lit(v).alias(n) for n, v in facts.items()))
    at = F.to_timestamp(F.lit("2026-01-02 03:04:05")).alias("ingested_at_utc")
    return framed.select("*", at).select(*table.raw_columns(), *PROVENANCE)
