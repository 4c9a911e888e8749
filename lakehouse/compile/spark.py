"""Declarations as Spark schemas, conditions and Delta DDL."""

from __future__ import annotations

from functools import cache

from pyspark.sql import DataFrame
from pyspark.sql.types import DataType, StructType

from lakehouse.declare import Bronze, Column, Matches, NotNull, Rule, Table
from lakehouse.errors import SchemaDrift

#: Suffix of a column that a build may add beside a declared one: the raw text
#: that the value was read from. Where the text is there and the value is not,
#: quarantine is told; the column itself is never published.
RAW = "__raw"


def schema(table: type[Table]) -> StructType:
    """Declared columns as a Spark schema, all nullable, with meaning and PII class as metadata."""
    struct = StructType()
    for name, column in table.columns().items():
        struct.add(name, _data_type(str(column.kind)), metadata={"comment": column.meaning, "pii": column.pii.value})
    return struct


@cache
def _data_type(kind: str) -> DataType:
    parsed = StructType.fromDDL(f"value {kind}")
    assert isinstance(parsed, StructType)
    return parsed["value"].dataType


def conform(frame: DataFrame, table: type[Table]) -> DataFrame:
    """``frame`` with exactly the declared columns and types, in order, or ``SchemaDrift``."""
    found, declared = frame.columns, table.columns()
    companions = sorted(n for n in found if n.endswith(RAW) and n.removesuffix(RAW) in declared)
    missing = [n for n in declared if n not in found]
    unknown = [n for n in found if n not in declared and n not in companions]
    if missing or unknown:
        raise SchemaDrift(
            f"{table.full_name()}: its build left out {missing or 'nothing'} and added {unknown or 'nothing'}. "
            "Declare the columns or select them away."
        )
    return frame.selectExpr(
        *(f"cast(`{name}` AS {column.kind}) AS {name}" for name, column in declared.items()),
        *(f"cast(`{name}` AS string) AS {name}" for name in companions),
    )


def kept(rule: Rule, column: str) -> str:
    """SQL that is true where a row keeps ``rule``; an unknown outcome counts as kept."""
    return f"coalesce({rule.sql(column)}, true)"


def ddl(table: type[Table], location: str) -> str:
    """CREATE TABLE statement for a Delta table at ``location``, with comments, NOT NULL and CHECK."""
    lines = [_column_ddl(name, column) for name, column in table.columns().items()]
    comment = quoted((table.__doc__ or "").strip().split("\n")[0])
    return (
        f"CREATE TABLE IF NOT EXISTS delta.`{location}` (\n  " + ",\n  ".join(lines) + "\n)\n"
        f"USING delta\nCOMMENT {comment}\n"
        f"TBLPROPERTIES ({', '.join(f'{quoted(n)}={quoted(v)}' for n, v in _properties(table).items())})"
    )


def check_condition(table: type[Table]) -> str:
    """All promises that a Delta CHECK holds, as one condition; empty where there are none.

    Presence is a NOT NULL of its own. Patterns are left to screening and audit:
    Delta evaluates CHECKs row by row, and patterns were most of their cost.
    """
    left_out = (NotNull, Matches)
    return " AND ".join(kept(rule, column) for column, rule in table.promises() if not isinstance(rule, left_out))


def _column_ddl(name: str, column: Column) -> str:
    presence = " NOT NULL" if column.required else ""
    return f"{name} {column.kind}{presence} COMMENT {quoted(column.meaning)}"


def _properties(table: type[Table]) -> dict[str, str]:
    # Statistics only where readers filter: they cost writing time, and show values in clear.
    filtered = [n for n in dict.fromkeys((table.slice, *table.indexed)) if n]
    statistics = {"dataSkippingStatsColumns": ",".join(filtered)} if filtered else {"dataSkippingNumIndexedCols": "0"}
    check = check_condition(table)
    constraint = {"constraints.promises": check} if check else {}
    # Where parts are replaced they spare rewriting files; elsewhere each reader would ask twice which files there are.
    by_parts = bool(table.rebuilt_by or table.slice) and not issubclass(table, Bronze)
    vectors = {"enableDeletionVectors": str(by_parts).lower()}
    return {f"delta.{n}": v for n, v in {**vectors, **statistics, **constraint}.items()}


def quoted(text: str) -> str:
    """``text`` as a literal of Spark SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
