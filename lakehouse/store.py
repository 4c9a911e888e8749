"""The one module that reads and writes tables.

Rows are staged as plain Parquet, few of them in memory, audited there, and
become what readers see in one Delta commit. The commit's metadata say what it was made from, so a run that
was killed between any two steps is repeated by the next without a trace.
"""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, Observation, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.conversion import LocalDataToArrowConversion
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from lakehouse import peek
from lakehouse.compile.screening import good, is_flawed, is_refused, refusals, screen
from lakehouse.compile.spark import ddl, schema
from lakehouse.declare import Bronze, Pii, Table
from lakehouse.disk import held, is_abandoned, unwritable_explained
from lakehouse.errors import NotPublished, PromiseBroken
from lakehouse.formats import Fault
from lakehouse.landing import LedgerRow, current, is_part
from lakehouse.ops.file_ledger import FileLedger
from lakehouse.privacy import KEY_SCHEMA, ensure_key
from lakehouse.publication import MOST_TOUCHED, Publication
from lakehouse.session import Sessions
from lakehouse.settings import Settings
from lakehouse.silver.quarantine import Quarantine

log = logging.getLogger(__name__)

#: Tables read from no more rows than this are built in a lean session and held in memory until they are published.
LEAN_UP_TO = 25_000

#: Tables of no more bytes than this are read from their files in the lean session.
SMALL_TABLE_BYTES = 8 << 20

#: Two versions of a table of no more rows than this are compared row by row.
MOST_COMPARED = 250_000

#: More files than this are joined with, instead of being listed in a condition.
MANY_FILES = 500


@dataclass(frozen=True)
class ReadFault:
    """A fault that reading found in one record of a good file: the file's hash, and the line or row."""

    source_sha256: str
    source_line: int
    fault: Fault


@dataclass(frozen=True)
class Staged:
    """Screened rows of a table that no reader sees yet, and how many: staged, refused, blanked."""

    table: type[Table]
    screened: DataFrame
    counts: dict[str, int]
    #: The same rows where the driver holds them anyway.
    local: pa.Table | None = None
    #: Of bronze, by delivery: what reading found wrong with single records, which quarantine holds from now on.
    read_faults: Mapping[str, Sequence[ReadFault]] | None = None

    def rows(self) -> DataFrame:
        """The rows that would be published."""
        return good(self.screened, self.table)


@dataclass
class _Ledger:
    """The ledger as last read, and the commit it was read at."""

    rows: list[LedgerRow] = field(default_factory=list)
    commit: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)


class Store:
    """Tables of one warehouse, through sessions that are opened when first needed.

    ``at`` is the time of the run, which every row and commit carries.
    """

    def __init__(self, sessions: Sessions, settings: Settings, run_id: str, at: datetime) -> None:
        self.sessions, self.settings, self.run_id, self.at = sessions, settings, run_id, at
        self.is_lean = False
        self._staging = settings.warehouse / "_staging" / run_id
        self._ledger = _Ledger()

    @property
    def spark(self) -> SparkSession:
        """The session that this store's frames go through."""
        return self.sessions.lean if self.is_lean else self.sessions.main

    def suited_to(self, rows_count: int | None) -> Store:
        """This store for frames of so many rows; None are many."""
        suited = copy(self)
        suited.is_lean = rows_count is not None and rows_count <= LEAN_UP_TO
        return suited

    # -- what readers see

    def location(self, table: type[Table]) -> str:
        """Folder of a table: ``warehouse/layer/table``."""
        return str(self.settings.warehouse / table.layer / table.short_name())

    def rows_count(self, table: type[Table]) -> int | None:
        """How many rows the newest version holds; None where its commits do not say."""
        return peek.rows(Path(self.location(table))) if self._has_log(table) else 0

    def read(self, table: type[Table], version: int | None = None) -> DataFrame:
        """Published rows; of bronze, those of the deliveries that are current.

        Raises ``NotPublished``; a bronze table that nothing was landed for is empty.
        """
        if not self._has_log(table):
            if issubclass(table, Bronze):
                return of_rows(self.spark, [], schema(table))
            raise NotPublished(f"{table.full_name()} is not published yet. `lakehouse run` builds it.")
        frame = self._read_files(table, version) if self.is_lean else None
        if frame is None:
            reader = self.spark.read.format("delta")
            reader = reader.option("versionAsOf", version) if version is not None else reader
            frame = reader.load(self.location(table))
        return self._current(frame, table) if issubclass(table, Bronze) else frame

    def history(self, table: type[Table], since: int = -1) -> list[Publication]:
        """Publications after version ``since``, newest first."""
        newer = takewhile(lambda commit: commit.version > since, peek.commits(Path(self.location(table))))
        return [commit.publication for commit in newer if commit.publication]

    def last(self, table: type[Table]) -> Publication | None:
        """The publication that readers see."""
        commit = next((c for c in peek.commits(Path(self.location(table))) if c.publication), None)
        return commit.publication if commit else None

    def keyring(self) -> DataFrame:
        """The secret for person keys, read by Spark itself so that no plan holds it."""
        path = ensure_key(self.settings.key_file)
        return self.spark.read.schema(KEY_SCHEMA).csv(f"file://{path}")

    def last_day(self, table: type[Table], column: str) -> date | None:
        """Latest day in a published column; None where there is none."""
        if known := peek.last_day(Path(self.location(table)), column):
            return known
        found: date | None = self.read(table).agg(F.max(column)).collect()[0][0]
        return found

    def last_days(self, table: type[Table], column: str, per: str) -> dict[str, date]:
        """Latest day in a published column for each value of ``per``; none where nothing is published."""
        if not self._has_log(table):
            return {}
        known = peek.last_days(Path(self.location(table)), column, per)
        if known is None:
            rows = self.read(table).groupBy(per).agg(F.max(column)).collect()
            known = {value: day for value, day in rows if day is not None}
        return known

    def ledger(self) -> list[LedgerRow]:
        """Every row of the file ledger, oldest first; read anew when another run has added to it."""
        with self._ledger.lock:
            newest = self._newest_commit(FileLedger)
            if newest != self._ledger.commit:
                found = peek.records(Path(self.location(FileLedger)))
                if found is None:
                    found = [row.asDict() for row in self.read(FileLedger).collect()]
                self._ledger.rows = sorted(found, key=lambda row: row["seen_at_utc"])
                self._ledger.commit = newest
            return self._ledger.rows

    # -- staging

    def stage(self, table: type[Table], frame: DataFrame) -> Staged:
        """Put ``frame``, screened by the table's rules, where no reader looks: few rows into memory, many on disk."""
        location = str(self._staging / table.full_name())
        seen = Observation(table.full_name())
        screened = screen(frame, table)
        refused = is_refused(table)
        counted = screened.observe(
            seen,
            F.count(F.lit(1)).alias("staged"),
            F.expr(f"count_if({refused})").alias("refused"),
            F.expr(f"count_if(({is_flawed(screened)}) AND NOT ({refused}))").alias("blanked"),
        )
        with unwritable_explained(self.settings.warehouse):
            if self.is_lean:
                held = in_one_piece(self.spark, counted.toArrow(), counted.schema)
            else:
                writer = counted.write.mode("overwrite").option("compression", "lz4_raw")
                for name in _all_different(table):
                    writer = writer.option(f"parquet.enable.dictionary#{name}", "false")
                writer.parquet(location)
                held = self.spark.read.parquet(location)
        return Staged(table, held, {name: int(value or 0) for name, value in seen.get.items()})

    @staticmethod
    def staged_already(table: type[Table], frame: DataFrame, rows_count: int, local: pa.Table | None) -> Staged:
        """Rows that need no staging: they stand in landed files, which nobody changes."""
        counts = {"staged": rows_count, "refused": 0, "blanked": 0}
        return Staged(table, screen(frame, table), counts, local)

    def hold(self, table: type[Table], rows: pa.Table) -> DataFrame:
        """Rows of the driver as a frame: few through memory, many through staging."""
        if self.is_lean:
            return in_one_piece(self.spark, rows, schema(table))
        folder = self._staging / table.full_name()
        with unwritable_explained(self.settings.warehouse):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            pq.write_table(rows, folder / "rows.parquet", compression="lz4", row_group_size=1 << 16)
        return self.spark.read.schema(schema(table)).parquet(str(folder))

    def left_behind(self, files: set[str], table: type[Bronze]) -> list[str]:
        """``files`` (SHA-256), whose rows are to be replaced should a killed run have left some.

        Of very many none where none is there: a condition that lists thousands
        costs more than looking.
        """
        if len(files) > MANY_FILES and self._has_log(table):
            there = self.spark.read.format("delta").load(self.location(table)).select("source_sha256").distinct()
            if files.isdisjoint(row[0] for row in there.collect()):
                return []
        return sorted(files)

    def discard(self) -> None:
        """Remove what this run staged."""
        shutil.rmtree(self._staging, ignore_errors=True)

    # -- publishing

    def publish(
        self,
        staged: Staged,
        publication: Publication,
        only: dict[str, list[str]] | None = None,
        last: Publication | None = None,
    ) -> Publication:
        """Make staged rows what readers see, in one commit.

        ``only`` names a column and the values whose rows are replaced, none if it
        lists none; without it the whole table is. The ``last`` publication tells whether quarantine
        holds anything of the table.
        """
        table, rows = staged.table, staged.rows()
        is_first = self._create(table)
        found = staged.counts["refused"] + staged.counts["blanked"]
        put_aside = bool(found or (last and last.put_aside))
        said = replace(publication, counts=staged.counts, put_aside=put_aside, at_utc=self.at.isoformat())
        with unwritable_explained(self.settings.warehouse):
            if put_aside:
                self._put_aside(staged, only)
            writer = rows.write.format("delta").option("userMetadata", said.to_json())
            if is_first or (only is not None and not any(only.values())):
                writer = writer.mode("append")
            elif only is not None:
                writer = writer.mode("overwrite").option("replaceWhere", in_values(table, only))
            else:
                writer = writer.mode("overwrite").option("overwriteSchema", "true")
            try:
                writer.save(self.location(table))
            except Exception as fault:
                if only is not None or "DELTA_VIOLATE_CONSTRAINT" not in str(fault):
                    raise
                # The rows keep what is declared now, or they would not be here: the CHECK is of an older declaration.
                log.warning("an older promise is given up", extra={"table": table.full_name()})
                self.spark.sql(f"ALTER TABLE delta.`{self.location(table)}` DROP CONSTRAINT IF EXISTS promises")
                writer.save(self.location(table))
        self._check_written(staged)
        return said

    def record(self, rows: list[Row]) -> None:
        """Add rows to the file ledger: from now on every reader of bronze sees those files."""
        with self._ledger.lock, self.locked(FileLedger), unwritable_explained(self.settings.warehouse):
            known = self.ledger()
            self._create(FileLedger)
            frame = of_rows(self.spark, rows, schema(FileLedger)).coalesce(1)
            frame.write.format("delta").mode("append").save(self.location(FileLedger))
            self._ledger.rows = [*known, *(row.asDict() for row in rows)]
            self._ledger.commit = self._newest_commit(FileLedger)

    def records(self, table: type[Table]) -> list[dict[str, Any]]:
        """Rows of a table that is only ever appended to; none where nothing was."""
        if not self._has_log(table):
            return []
        found = peek.records(Path(self.location(table)))
        return [row.asDict() for row in self.read(table).collect()] if found is None else found

    def append(self, table: type[Table], rows: list[Row]) -> None:
        """Add rows to one of the platform's own tables."""
        with unwritable_explained(self.settings.warehouse):
            self._create(table)
            said = Publication(self.run_id, {}, {}, "", {"staged": len(rows)}, at_utc=self.at.isoformat())
            frame = of_rows(self.spark, rows, schema(table)).coalesce(1)
            writer = frame.write.format("delta").mode("append").option("userMetadata", said.to_json())
            writer.save(self.location(table))

    def provide(self, table: type[Table]) -> None:
        """Make sure that readers find the table, if only an empty one."""
        with self.locked(table):
            self._create(table)

    def touched(self, staged: Staged, columns: list[str], only: dict[str, list[str]] | None) -> dict[str, list[str]]:
        """For each of ``columns`` the values in whose rows publishing ``staged`` changes anything.

        Nothing is listed for a table that is replaced whole, or for a column
        with very many values: readers then take everything. A row without a
        value is of no slice: a table that is sliced by the column has no row
        of it.
        """
        if only is None or not columns:
            return {}
        before = self.read(staged.table).where(in_values(staged.table, only))
        rows = _differing(staged.rows(), before, columns)
        found = rows.agg(*(F.slice(F.collect_set(column), 1, MOST_TOUCHED + 1) for column in columns)).collect()[0]
        return {
            column: sorted(values) for column, values in zip(columns, found, strict=True) if len(values) <= MOST_TOUCHED
        }

    def changed_groups(self, source: type[Table], column: str, since: int, now: int) -> DataFrame | None:
        """Values of ``column`` in whose rows two versions of ``source`` differ, some of them repeated.

        None where that cannot be told without comparing all rows of a large table.
        """
        condition = "true"
        if source.slice:
            touched = [said.touched.get(source.slice) for said in self.history(source, since)]
            if None in touched:
                return None
            slices = {value for values in touched for value in values or ()}
            condition = in_values(source, {source.slice: sorted(slices)})
        elif (self.rows_count(source) or MOST_COMPARED + 1) > MOST_COMPARED:
            return None
        after, before = (self.read(source, version).where(condition) for version in (now, since))
        return _differing(after, before, [column]).select(column)

    def hold_groups(self, table: type[Table], groups: DataFrame) -> DataFrame:
        """Groups found, on disk: to find them again costs what finding them did."""
        location = str(self._staging / f"{table.full_name()}.{groups.columns[0]}")
        with unwritable_explained(self.settings.warehouse):
            groups.write.mode("overwrite").parquet(location)
        return self.spark.read.parquet(location)

    def replace_groups(self, staged: Staged, before: DataFrame, publication: Publication) -> None:
        """Put staged rows in the place of ``before``, rows of the table, in one commit.

        Rows that are as they were stay where they are.
        """
        table, names = staged.table, list(staged.table.columns())
        key, row = list(table.key), F.xxhash64(*names)
        said = replace(publication, counts=staged.counts, at_utc=self.at.isoformat())
        known = before.select(*key, row.alias("_before"))
        rows = staged.rows().join(known, key, "left").where(F.col("_before").isNull() | (F.col("_before") != row))
        gone = before.join(staged.rows().select(*key), key, "left_anti")
        changes = str(self._staging / f"{table.full_name()}.changes")
        with unwritable_explained(self.settings.warehouse):
            marked = [
                f.select(*names, F.lit(is_gone).alias("_is_gone")) for f, is_gone in ((rows, False), (gone, True))
            ]
            marked[0].unionAll(marked[1]).write.mode("overwrite").parquet(changes)
            if self.spark.read.parquet(changes).isEmpty():
                nothing = self.read(table).where("false")
                writer = nothing.write.format("delta").mode("append").option("userMetadata", said.to_json())
                writer.save(self.location(table))
                return
            same = " AND ".join(f"t.{name} = s.{name}" for name in key)
            self.sessions.commit(
                f"MERGE INTO delta.`{self.location(table)}` AS t USING parquet.`{changes}` AS s ON {same} "
                "WHEN MATCHED AND s._is_gone THEN DELETE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
                said.to_json(),
            )

    # -- locks

    @contextmanager
    def locked(self, table: type[Table], wait: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold a table against other runs; the system lets go when the process ends, however it ends."""
        with held(self.settings.warehouse / "_locks" / table.full_name(), wait):
            yield

    def sweep(self) -> None:
        """Remove what killed runs left in staging."""
        # One at a time: a folder is not yet owned between being made and being locked.
        with held(self.settings.warehouse / "_locks" / "staging"):
            self._staging.mkdir(parents=True, exist_ok=True)
            self._own = (self._staging / ".owner").open("w")
            fcntl.flock(self._own, fcntl.LOCK_EX)
            for other in self._staging.parent.iterdir():
                if other != self._staging and is_abandoned(other / ".owner"):
                    log.info("removed staging of a run that ended early", extra={"run": other.name})
                    shutil.rmtree(other, ignore_errors=True)

    # -- within

    def _has_log(self, table: type[Table]) -> bool:
        return Path(self.location(table), "_delta_log").is_dir()

    def _read_files(self, table: type[Table], version: int | None) -> DataFrame | None:
        """A small table from its files: Delta asks Spark several times which these are, which takes longer than they.

        None where the log does not tell, for a table without files, and for a large one, whose files Delta skips.
        """
        found = peek.contents(Path(self.location(table)), SMALL_TABLE_BYTES, version)
        if found is None or not found[1]:
            return None
        kinds, files = found
        _ = self.spark  # A session has to be there before types are parsed.
        return self.spark.read.schema(StructType.fromJson(json.loads(kinds))).parquet(*files)

    def _newest_commit(self, table: type[Table]) -> str:
        return max((p.name for p in Path(self.location(table), "_delta_log").glob("*.json")), default="")

    def _create(self, table: type[Table]) -> bool:
        """Make the table where there is none; whether it was made now."""
        if self._has_log(table):
            return False
        self.spark.sql(ddl(table, self.location(table)))
        return True

    def _current(self, frame: DataFrame, table: type[Bronze]) -> DataFrame:
        """Rows of the files that the ledger says are current."""
        shas = [r["source_sha256"] for r in current(table.source, self.ledger()) if is_part(r["source_file"], table)]
        if len(shas) <= MANY_FILES:
            return frame.where(F.col("source_sha256").isin(shas))
        listed = self.spark.createDataFrame(pa.table({"source_sha256": shas}))
        return frame.join(F.broadcast(listed), "source_sha256", "left_semi").select(*table.columns())

    def _check_written(self, staged: Staged) -> None:
        """Raise where a commit holds fewer or more rows than were staged: none may be lost on the way."""
        commit = next(c for c in peek.commits(Path(self.location(staged.table))) if c.publication)
        expected = staged.counts["staged"] - staged.counts["refused"]
        if not commit.is_partial and commit.rows_written not in (None, expected):
            raise PromiseBroken(
                f"{staged.table.full_name()}: {commit.rows_written:,} rows were written of {expected:,} staged. "
                "Do not use this version; run again, and tell who keeps the platform."
            )

    def _put_aside(self, staged: Staged, only: dict[str, list[str]] | None) -> None:
        """Replace the quarantine of what is being published; nothing is written where nothing changes."""
        table = staged.table
        whose = f"table_name = '{table.full_name()}'"
        if staged.read_faults is not None:
            only = {"source_delivery": sorted(staged.read_faults)}
        if only is not None:
            if "source_delivery" not in only and not table.delivery_is_slice:
                return
            deliveries = self._deliveries(staged, only)
            if not any(deliveries.values()):
                return
            whose += f" AND {in_values(Quarantine, deliveries)}"
        with self.locked(Quarantine):
            self._create(Quarantine)
            rows = refusals(staged.screened, table, self.at, self.run_id)
            if staged.read_faults is not None:
                rows = rows.unionByName(self._found_in_reading(staged.read_faults, table))
            writer = rows.write.format("delta").mode("overwrite").option("replaceWhere", whose)
            said = Publication(
                self.run_id,
                {},
                {},
                "",
                {"staged": staged.counts["refused"] + staged.counts["blanked"]},
                at_utc=self.at.isoformat(),
            )
            writer.option("userMetadata", said.to_json()).save(self.location(Quarantine))

    def _found_in_reading(self, read_faults: Mapping[str, Sequence[ReadFault]], table: type[Table]) -> DataFrame:
        """Faults of single records as rows of quarantine."""
        rows = [
            (
                table.full_name(),
                delivery,
                found.source_line,
                f"{found.source_sha256}|{found.source_line}",
                found.fault.column,
                found.fault.rule,
                "blanked" if found.fault.column else "refused",
                found.fault.raw_value,
                self.at,
                self.run_id,
            )
            for delivery, faults in read_faults.items()
            for found in faults
        ]
        return of_rows(self.spark, rows, schema(Quarantine))

    def _deliveries(self, staged: Staged, only: dict[str, list[str]]) -> dict[str, list[str]]:
        """The deliveries that are being published, where the table is sliced by what they stand for."""
        if "source_delivery" in only:
            return only
        found = staged.screened.select("source_delivery").distinct().collect()
        return {"source_delivery": sorted(row[0] for row in found if row[0] is not None)}


def _differing(after: DataFrame, before: DataFrame, columns: list[str]) -> DataFrame:
    """``columns``, as texts, of rows that are in one frame and not as often in the other."""

    def signed(frame: DataFrame, sign: int) -> DataFrame:
        texts = (F.col(column).cast("string").alias(column) for column in columns)
        return frame.select(*texts, F.xxhash64(*sorted(frame.columns)).alias("_row"), F.lit(sign).alias("_sign"))

    both = signed(after, 1).unionAll(signed(before, -1))
    return both.groupBy("_row", *columns).agg(F.sum("_sign").alias("_more")).where("_more <> 0")


def _all_different(table: type[Table]) -> list[str]:
    """Columns in which hardly a value repeats: a dictionary of them would be built only to be given up."""
    ids = {n for n, c in table.columns().items() if c.pii is Pii.PSEUDONYM or n.endswith("_id")}
    return sorted(ids - {"run_id"})


def in_one_piece(spark: SparkSession, rows: pa.Table, kinds: StructType) -> DataFrame:
    """Rows of the driver as a frame. Spark takes an empty piece of a table for its end, and drops what follows."""
    return spark.createDataFrame(rows.combine_chunks(), kinds)


def of_rows(spark: SparkSession, rows: Sequence[tuple[Any, ...]], kinds: StructType | str) -> DataFrame:
    """Rows of the driver as a frame; ``kinds`` may be DDL.

    A list as it is goes through Python workers whenever the frame is read.
    """
    known = cast(StructType, StructType.fromDDL(kinds)) if isinstance(kinds, str) else kinds
    held = (
        LocalDataToArrowConversion.convert(list(rows), known, False) if rows else to_arrow_schema(known).empty_table()
    )
    return in_one_piece(spark, held, known)


def in_values(table: type[Table], only: dict[str, list[str]]) -> str:
    """Condition that holds for rows whose column has one of the values, given as text."""
    ((column, values),) = only.items()
    kind = table.columns()[column].kind
    listed = ", ".join(f"cast('{value.replace(chr(39), chr(92) + chr(39))}' as {kind})" for value in values)
    return f"{column} IN ({listed})" if values else "false"


def now_utc() -> datetime:
    """The clock, read once a run."""
    return datetime.now(UTC).replace(microsecond=0)
