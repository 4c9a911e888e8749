"""Large tables of very many groups, such as persons, brought up to date by the groups whose rows changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.audit import Audit, Auditor
from lakehouse.declare import Table
from lakehouse.publication import Publication
from lakehouse.store import Staged, Store

log = logging.getLogger(__name__)

#: A table of fewer rows is rebuilt whole, which takes less than finding out what changed; so is one of which a
#: larger share changed.
FEWEST_ROWS, MOST_CHANGED_RATIO = 100_000, 0.25


@dataclass(frozen=True)
class Changed:
    """Values in whose rows an input changed, of the columns that a table is rebuilt by, and how many these are."""

    frames: Mapping[str, DataFrame]
    counts: Mapping[str, int]

    @property
    def words(self) -> str:
        """How many values of which columns."""
        return " and ".join(f"{count:,} of its {column}" for column, count in self.counts.items())

    def of(self, *columns: str) -> Changed:
        """The values of some of the columns."""
        return Changed({c: self.frames[c] for c in columns}, {c: self.counts[c] for c in columns})

    def rows_of(self, frame: DataFrame) -> DataFrame:
        """Rows of any of the values; all where ``frame`` does not tell them."""
        told = [column for column in self.frames if column in frame.columns]
        rows = [
            self.of(*told[:n]).rows_beside(self._joined(frame, column, "left_semi")) for n, column in enumerate(told)
        ]
        return reduce(DataFrame.unionAll, rows) if rows else frame

    def rows_beside(self, frame: DataFrame) -> DataFrame:
        """Rows of none of the values."""
        return reduce(lambda rest, column: self._joined(rest, column, "left_anti"), self.frames, frame)

    def _joined(self, frame: DataFrame, column: str, how: str) -> DataFrame:
        return frame.join(F.broadcast(self.frames[column]), column, how).select(*frame.columns)


def changed(store: Store, table: type[Table], last: Publication, versions: dict[str, int]) -> Changed | None:
    """What is to be rebuilt of ``table``, last made as ``last`` says, from ``versions`` of its inputs.

    None where the whole table is: it is small, much of it changed, an input
    that changed does not tell the group or what of it changed, or quarantine
    holds rows of the table, which are not told by group. Of a table of pairs
    not its rows count, which are few, but those of the inputs of each side.
    """
    columns = [column for column in (table.rebuilt_by, table.paired_with) if column]
    if not columns or last.put_aside or _rows_count(store, table, columns[0]) < FEWEST_ROWS:
        return None
    found: dict[str, list[DataFrame]] = {column: [] for column in columns}
    for source in table.inputs().values():
        since, now = last.inputs.get(source.full_name(), -1), versions[source.full_name()]
        if since == now:
            continue
        column = next((column for column in columns if column in source.columns()), None)
        groups = store.changed_groups(source, column, since, now) if column and since >= 0 else None
        if column is None or groups is None:
            return None
        found[column].append(groups)
    if not any(found.values()):
        return None
    try:
        held = {column: store.hold_groups(table, _distinct(of, column)) for column, of in found.items() if of}
    except Exception as fault:
        # Files of the version read last may have been removed since; what else is wrong stops the whole build as well.
        log.warning("rebuilt whole", extra={"table": table.full_name(), "fault": type(fault).__name__})
        return None
    counts = {column: frame.count() for column, frame in held.items()}
    many = any(n > MOST_CHANGED_RATIO * _rows_count(store, table, column) for column, n in counts.items())
    return None if many else Changed(held, counts)


def _distinct(groups: list[DataFrame], column: str) -> DataFrame:
    return reduce(DataFrame.unionAll, groups).where(f"{column} IS NOT NULL").distinct()


def _rows_count(store: Store, table: type[Table], column: str) -> int:
    """Rows that tell how large a table is: its own, of a table of pairs those of its inputs that have the column."""
    if not table.paired_with:
        return store.rows_count(table) or 0
    return max(store.rows_count(source) or 0 for source in table.inputs().values() if column in source.columns())


def staged(
    store: Store, table: type[Table], groups: Changed, versions: dict[str, int], arguments: dict[str, Any]
) -> Staged | None:
    """The groups' rows, built anew; None where quarantine would take some of them."""
    inputs = table.inputs().items()
    frames = {n: store.read(source, versions[source.full_name()]) for n, source in inputs}
    done: list[str] = []
    parts: list[DataFrame] = []
    for column in [column for column, count in groups.counts.items() if count] or list(groups.counts)[:1]:
        some = {n: groups.of(column).rows_of(frame) for n, frame in frames.items()}
        # Pairs of which both sides changed are built once.
        parts.append(groups.of(*done).rows_beside(table.build(**some, **arguments)))
        done.append(column)
    built = store.stage(table, reduce(DataFrame.unionByName, parts))
    return None if built.counts["refused"] or built.counts["blanked"] else built


def audited(store: Store, auditor: Auditor, built: Staged, groups: Changed) -> Audit:
    """Audit of the groups' rows beside those that stay; raises ``PromiseBroken``."""
    return auditor.audit(built, groups.rows_beside(store.read(built.table)))
