"""Great Expectations on staged rows, before any reader sees them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.compile.spark import kept
from lakehouse.declare import Pii, Table
from lakehouse.errors import PromiseBroken
from lakehouse.store import Staged, in_one_piece

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult

#: Up to so many rows the audit runs on pandas, which starts no Spark job.
PANDAS_UP_TO = 250_000
#: Keys shown of rows that break a promise.
SAMPLES = 5
#: Counts without a single value of a row: results are kept and published as pages.
_COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}

_LOCKS = {"pandas": threading.Lock(), "spark": threading.Lock()}
_OPENING = threading.Lock()


@dataclass(frozen=True)
class Audit:
    """Result of auditing one table: how many promises were checked, and the whole result for the pages."""

    table: type[Table]
    promises_count: int
    result: ExpectationSuiteValidationResult


class Auditor:
    """Audits tables and writes Data Docs, under ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[str, Any] = {}

    def audit(self, staged: Staged, published: DataFrame | None = None) -> Audit:
        """Check every promise of a table on its staged rows; raises ``PromiseBroken``.

        ``published`` are the rows that stay beside the staged ones: keys must be
        unique over both.
        """
        from lakehouse.compile.expectations import suite

        table = staged.table
        is_small = staged.counts["staged"] <= PANDAS_UP_TO
        engine = "pandas" if is_small else "spark"
        with ThreadPoolExecutor(1) as beside:
            counting = beside.submit(_repeated_keys, table, staged.rows(), published)
            data = _as_pandas(staged) if is_small else _with_promises(staged)
            # A project is not made for threads: one audit at a time in each.
            with _LOCKS[engine]:
                batch = self._batch(table, engine, data)
                result = batch.validate(suite(table), result_format=_COUNTS_ONLY)
            repeated = counting.result()
        audit = Audit(table, len(result.results), result)
        if not result.success or repeated:
            raise PromiseBroken(_complaint(staged, result, repeated), audit)
        return audit

    def write_pages(self, audits: list[Audit]) -> Path | None:
        """Store results, without values, and render them as HTML; the address of the first page."""
        if not audits:
            return None
        from lakehouse.audit_pages import render

        return render(self._folder, audits)

    def _batch(self, table: type[Table], engine: str, data: Any) -> Any:
        source, name = self._source(engine), table.full_name()
        if name not in {asset.name for asset in source.assets}:
            source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("staged")
        definition = source.get_asset(name).get_batch_definition("staged")
        return definition.get_batch(batch_parameters={"dataframe": data})

    def _source(self, engine: str) -> Any:
        """The data source of an engine, in a project of its own: small audits do not wait for large ones."""
        with _OPENING:
            if engine not in self._sources:
                import great_expectations as gx

                project: Any = gx.get_context(mode="ephemeral")
                project.variables.progress_bars = {"globally": False}
                sources = project.data_sources
                self._sources[engine] = (
                    sources.add_pandas(engine) if engine == "pandas" else sources.add_spark(engine, persist=False)
                )
            return self._sources[engine]


def _complaint(staged: Staged, result: Any, repeated: int) -> str:
    table, said = staged.table, []
    for outcome in result.results:
        if outcome.success:
            continue
        meta = outcome.expectation_config.meta
        count = (outcome.result or {}).get("unexpected_count", "an unknown number of")
        sample = _sample_keys(table, staged.rows(), meta["column"], meta["promise"])
        said.append(f"{meta['promise']} ({outcome.expectation_config.type}): {count} rows{sample}")
    if repeated:
        said.append(f"{repeated} keys ({', '.join(table.key)}) are published already in another part of the table")
    return f"{table.full_name()} keeps its last good version; the new rows break: " + "; ".join(said)


def _repeated_keys(table: type[Table], staged: DataFrame, published: DataFrame | None) -> int:
    if published is None:
        return 0
    keys, published = staged.select(*table.key), published.select(*table.key)
    if keys.sparkSession is not published.sparkSession:
        # Few keys, from a lean session: every core looks for them among the published, which are not moved.
        keys = F.broadcast(in_one_piece(published.sparkSession, keys.toArrow(), keys.schema))
    return published.join(keys, list(table.key), "left_semi").count()


def _sample_keys(table: type[Table], staged: DataFrame, column: str, promise: str) -> str:
    """Keys of some failing rows, where the key says nothing of a person."""
    if any(table.columns()[n].pii is not Pii.NONE for n in table.key):
        return ", keys withheld as personal"
    rule = next((r for n, r in table.promises() if n == column and r.words(n) == promise), None)
    if rule is None:
        failing = staged.groupBy(*table.key).count().where("count > 1")
    else:
        failing = staged.where(f"NOT ({kept(rule, column)})")
    rows = failing.select(F.concat_ws("|", *(F.col(n).cast("string") for n in table.key))).limit(SAMPLES).collect()
    return ", for example " + ", ".join(row[0] for row in rows) if rows else ""


def _with_promises(staged: Staged) -> DataFrame:
    """What the audit looks at: columns of staged rows, and a truth value for each promise over several."""
    from lakehouse.compile.expectations import columns_asked, promise_columns

    promises = promise_columns(staged.table)
    asked = (f"{kept(promises[n], '')} AS {n}" if n in promises else n for n in columns_asked(staged.table))
    return staged.rows().selectExpr(*asked)


def _as_pandas(staged: Staged) -> pd.DataFrame:
    """The same as pandas, with objects for texts: missing ones are None."""
    from lakehouse.compile.expectations import columns_asked

    looked_at = staged.local
    if looked_at is None or staged.table.rules:
        looked_at = _with_promises(staged).toArrow()
    frame: pd.DataFrame = _told_by_presence(looked_at.select(columns_asked(staged.table))).to_pandas()
    texts = [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]
    return frame.assign(**{n: frame[n].astype(object).where(frame[n].notna(), None) for n in texts})


def _told_by_presence(rows: pa.Table) -> pa.Table:
    """Lists and maps as whether they are there: nothing else is asked of them.

    Great Expectations takes a fingerprint of each frame, twice, and values that have no
    hash are pickled for it one by one: a minute for some 250,000 rows.
    """
    for number, field in enumerate(rows.schema):
        if pa.types.is_nested(field.type):
            there = pc.if_else(pc.is_valid(rows.column(number)), "there", pa.scalar(None, pa.string()))
            rows = rows.set_column(number, field.name, there)
    return rows
