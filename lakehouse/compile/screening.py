"""Record-level rules as one native Spark pass: what is refused, what is blanked, and why.

Each rule is evaluated once a row and leaves a bit; what the bits mean is spelled
out only for the few rows that have any.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.compile.spark import RAW, conform, kept
from lakehouse.declare import Pii, Table

#: Name of the columns that hold one bit for each broken promise.
BROKEN = "_broken_"
_BITS = 62


@dataclass(frozen=True)
class Check:
    """One promise as screening sees it: where it is broken and what that means for the row."""

    column: str
    words: str
    broken: SparkColumn
    blanks: bool
    shown: SparkColumn
    number: int

    @property
    def bit(self) -> SparkColumn:
        """Whether this promise is broken, read from the screened row."""
        return F.col(f"{BROKEN}{self.number // _BITS}").bitwiseAND(F.lit(1 << self.number % _BITS)) != 0


def checks(table: type[Table], companions: list[str]) -> list[Check]:
    """Every promise of ``table``, and that each raw companion could be read, in a fixed order."""
    columns = table.columns()
    found = [
        (
            name,
            rule.words(name),
            ~kept(rule, name),
            bool(name) and columns[name].lenient,
            _shown(table, name, rule.sql("")),
        )
        for name, rule in table.promises()
    ]
    for companion in companions:
        name = companion.removesuffix(RAW)
        unread = F.col(companion).isNotNull() & F.col(name).isNull()
        shown = F.lit("withheld") if columns[name].pii is not Pii.NONE else F.col(companion)
        found.append((name, f"{name} can be read", unread, True, shown))
    return [Check(*parts, number) for number, parts in enumerate(found)]


def screen(frame: DataFrame, table: type[Table]) -> DataFrame:
    """``frame`` conformed to ``table``, with a bit for each promise that a row breaks."""
    conformed = conform(frame, table)
    found = checks(table, _companions(conformed))
    masks = []
    for number in range(0, max(len(found), 1), _BITS):
        bits = [
            F.when(c.broken, F.lit(1 << c.number % _BITS)).otherwise(F.lit(0)) for c in found[number : number + _BITS]
        ]
        mask = reduce(lambda left, right: left.bitwiseOR(right), bits, F.lit(0))
        masks.append(mask.cast("bigint").alias(f"{BROKEN}{number // _BITS}"))
    return conformed.select("*", *masks)


def good(screened: DataFrame, table: type[Table]) -> DataFrame:
    """The rows of a screened frame that may be published, values of broken lenient columns blanked."""
    found = checks(table, _companions(screened))
    blanking: dict[str, list[Check]] = {}
    for check in (c for c in found if c.blanks):
        blanking.setdefault(check.column, []).append(check)
    return screened.where(~is_refused(screened, table)).select(
        *(
            F.when(~reduce(lambda left, right: left | right, (c.bit for c in blanking[name])), F.col(name)).alias(name)
            if name in blanking
            else F.col(name)
            for name in table.columns()
        )
    )


def is_refused(screened: DataFrame, table: type[Table]) -> SparkColumn:
    """Whether a row breaks a promise that keeps it out."""
    masks: dict[int, int] = {}
    for check in checks(table, _companions(screened)):
        if not check.blanks:
            masks[check.number // _BITS] = masks.get(check.number // _BITS, 0) | 1 << check.number % _BITS
    tests = [F.col(f"{BROKEN}{n}").bitwiseAND(F.lit(mask)) != 0 for n, mask in masks.items()]
    return reduce(lambda left, right: left | right, tests, F.lit(False))


def is_flawed(screened: DataFrame) -> SparkColumn:
    """Whether a row breaks any promise."""
    tests = [F.col(n) != 0 for n in screened.columns if n.startswith(BROKEN)]
    return reduce(lambda left, right: left | right, tests, F.lit(False))


def refusals(screened: DataFrame, table: type[Table], at: SparkColumn, run_id: str) -> DataFrame:
    """What screening found, as rows of ``silver.quarantine``: one for each broken promise."""
    has = table.columns()
    personal_key = any(has[name].pii is Pii.DIRECT for name in table.key)
    key = F.lit("withheld") if personal_key else F.concat_ws("|", *(F.col(n).cast("string") for n in table.key))
    delivery = F.col("source_delivery") if "source_delivery" in has else F.lit("")
    line = F.col("source_line") if "source_line" in has else F.lit(None).cast("bigint")
    details = [F.when(c.bit, _detail(c)) for c in checks(table, _companions(screened))]
    return (
        screened.where(is_flawed(screened))
        .withColumn("_finding", F.explode(F.array_compact(F.array(*details))))
        .select(
            F.lit(table.full_name()).alias("table_name"),
            F.coalesce(delivery, F.lit("")).alias("source_delivery"),
            line.alias("source_line"),
            key.alias("record_key"),
            "_finding.*",
            at.alias("quarantined_at_utc"),
            F.lit(run_id).alias("run_id"),
        )
    )


def _companions(frame: DataFrame) -> list[str]:
    return sorted(name for name in frame.columns if name.endswith(RAW))


def _detail(check: Check) -> SparkColumn:
    return F.struct(
        F.lit(check.column).alias("column_name"),
        F.lit(check.words).alias("rule"),
        F.lit("blanked" if check.blanks else "refused").alias("consequence"),
        check.shown.cast("string").alias("raw_value"),
    )


def _shown(table: type[Table], name: str, condition: str) -> SparkColumn:
    """The values a rule speaks of, none of them personal."""
    columns = table.columns()
    spoken = [name] if name else [n for n in columns if re.search(rf"\b{n}\b", condition)]
    parts = [
        F.lit("withheld") if columns[n].pii is not Pii.NONE else F.coalesce(F.col(n).cast("string"), F.lit("null"))
        for n in spoken
    ]
    if len(parts) == 1:
        return parts[0]
    return F.concat_ws(", ", *(F.concat(F.lit(f"{n}="), p) for n, p in zip(spoken, parts, strict=True)))
