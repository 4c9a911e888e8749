"""Record-level rules as one native Spark pass: what is refused, what is blanked, and why.

Each rule is evaluated once a row and leaves a bit; what the bits mean is spelled
out only for the few rows that have any. Everything is compiled to SQL text: a
frame of many columns is then built in a handful of calls.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import DataFrame

from lakehouse.compile.spark import RAW, conform, kept, quoted
from lakehouse.declare import Pii, Table

#: Name of the columns that hold one bit for each broken promise.
BROKEN = "_broken_"
_BITS = 62


@dataclass(frozen=True)
class Check:
    """One promise as screening sees it: where it is kept, and what a break means for the row."""

    column: str
    words: str
    condition: str
    blanks: bool
    shown: str
    number: int

    @property
    def mask(self) -> str:
        """Name of the column that holds this promise's bit."""
        return f"{BROKEN}{self.number // _BITS}"

    @property
    def bit(self) -> int:
        """This promise's bit in its mask."""
        return 1 << self.number % _BITS


def checks(table: type[Table], companions: Sequence[str] = ()) -> list[Check]:
    """Every promise of ``table``, and that each raw companion could be read, in a fixed order."""
    columns = table.columns()
    found = [
        (
            name,
            rule.words(name),
            kept(rule, name),
            bool(name) and columns[name].lenient,
            _shown(table, name, rule.sql("")),
        )
        for name, rule in table.promises()
    ]
    for companion in companions:
        name = companion.removesuffix(RAW)
        shown = "'withheld'" if columns[name].pii is not Pii.NONE else companion
        found.append((name, f"{name} can be read", f"({companion} IS NULL OR {name} IS NOT NULL)", True, shown))
    return [Check(*parts, number) for number, parts in enumerate(found)]


def screen(frame: DataFrame, table: type[Table]) -> DataFrame:
    """``frame`` conformed to ``table``, with a bit for each promise that a row breaks."""
    conformed = conform(frame, table)
    masks: dict[str, list[str]] = {f"{BROKEN}0": ["0L"]}
    for check in checks(table, _companions(conformed)):
        masks.setdefault(check.mask, []).append(f"if({check.condition}, 0L, {check.bit}L)")
    return conformed.selectExpr("*", *(f"{' | '.join(bits)} AS {name}" for name, bits in masks.items()))


def good(screened: DataFrame, table: type[Table]) -> DataFrame:
    """The rows of a screened frame that may be published, values of broken lenient columns blanked."""
    blanking: dict[str, list[str]] = {}
    for check in checks(table, _companions(screened)):
        if check.blanks:
            blanking.setdefault(check.column, []).append(f"{check.mask} & {check.bit}L = 0")
    return screened.where(f"NOT ({is_refused(table)})").selectExpr(
        *(f"if({' AND '.join(blanking[n])}, {n}, NULL) AS {n}" if n in blanking else n for n in table.columns())
    )


def is_refused(table: type[Table]) -> str:
    """Condition on a screened row: it breaks a promise that keeps it out."""
    masks: dict[str, int] = {}
    for check in checks(table):
        if not check.blanks:
            masks[check.mask] = masks.get(check.mask, 0) | check.bit
    return " OR ".join(f"{name} & {bits}L <> 0" for name, bits in masks.items()) or "false"


def is_flawed(screened: DataFrame) -> str:
    """Condition on a screened row: it breaks any promise."""
    return " OR ".join(f"{name} <> 0" for name in screened.columns if name.startswith(BROKEN))


def refusals(screened: DataFrame, table: type[Table], at: datetime, run_id: str) -> DataFrame:
    """What screening found, as rows of ``silver.quarantine``: one for each broken promise."""
    has = table.columns()
    personal_key = any(has[name].pii is Pii.DIRECT for name in table.key)
    key = "'withheld'" if personal_key else f"concat_ws('|', {', '.join(f'cast({n} AS string)' for n in table.key)})"
    delivery = "coalesce(source_delivery, '')" if "source_delivery" in has else "''"
    line = "source_line" if "source_line" in has else "cast(NULL AS bigint)"
    details = ", ".join(
        f"if({c.mask} & {c.bit}L <> 0, named_struct('column_name', {quoted(c.column)}, 'rule', {quoted(c.words)}, "
        f"'consequence', {quoted('blanked' if c.blanks else 'refused')}, 'raw_value', cast({c.shown} AS string)), NULL)"
        for c in checks(table, _companions(screened))
    )
    return (
        screened.where(is_flawed(screened))
        .selectExpr("*", f"explode(array_compact(array({details}))) AS _finding")
        .selectExpr(
            f"{quoted(table.full_name())} AS table_name",
            f"{delivery} AS source_delivery",
            f"{line} AS source_line",
            f"{key} AS record_key",
            "_finding.*",
            f"TIMESTAMP'{at:%Y-%m-%d %H:%M:%S}+00:00' AS quarantined_at_utc",
            f"{quoted(run_id)} AS run_id",
        )
    )


def _companions(frame: DataFrame) -> list[str]:
    return sorted(name for name in frame.columns if name.endswith(RAW))


def _shown(table: type[Table], name: str, condition: str) -> str:
    """SQL for the values a rule speaks of, none of them personal."""
    columns = table.columns()
    spoken = [name] if name else [n for n in columns if re.search(rf"\b{n}\b", condition)]
    parts = [
        "'withheld'" if columns[n].pii is not Pii.NONE else f"coalesce(cast({n} AS string), 'null')" for n in spoken
    ]
    if len(parts) == 1:
        return parts[0]
    named = (f"concat({quoted(n + '=')}, {part})" for n, part in zip(spoken, parts, strict=True))
    return f"concat_ws(', ', {', '.join(named)})"
