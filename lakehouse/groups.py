"""Large tables of very many groups, such as persons, brought up to date by the groups whose rows changed."""

from __future__ import annotations

import logging
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
    """Values of a table's column ``rebuilt_by`` in whose rows an input changed, and how many these are."""

    frame: DataFrame
    count: int

    def rows_of(self, frame: DataFrame) -> DataFrame:
        """Rows of the groups; all where ``frame`` does not tell the group."""
        (column,) = self.frame.columns
        if column not in frame.columns:
            return frame
        return frame.join(F.broadcast(self.frame), column, "left_semi").select(*frame.columns)

    def rows_beside(self, frame: DataFrame) -> DataFrame:
        """Rows of all other groups."""
        (column,) = self.frame.columns
        return frame.join(F.broadcast(self.frame), column, "left_anti").select(*frame.columns)


def changed(store: Store, table: type[Table], last: Publication, versions: dict[str, int]) -> Changed | None:
    """What is to be rebuilt of ``table``, last made as ``last`` says, from ``versions`` of its inputs.

    None where the whole table is: it is small, much of it changed, an input
    that changed does not tell the group or what of it changed, or quarantine
    holds rows of the table, which are not told by group.
    """
    all_rows = store.rows_count(table) or 0
    if not table.rebuilt_by or last.put_aside or all_rows < FEWEST_ROWS:
        return None
    found: list[DataFrame] = []
    for source in table.inputs().values():
        since, now = last.inputs.get(source.full_name(), -1), versions[source.full_name()]
        if since == now:
            continue
        known = table.rebuilt_by in source.columns() and since >= 0
        groups = store.changed_groups(source, table.rebuilt_by, since, now) if known else None
        if groups is None:
            return None
        found.append(groups)
    if not found:
        return None
    distinct = reduce(DataFrame.unionAll, found).where(f"{table.rebuilt_by} IS NOT NULL").distinct()
    try:
        held = store.hold_groups(table, distinct)
    except Exception as fault:
        # Files of the version read last may have been removed since; what else is wrong stops the whole build as well.
        log.warning("rebuilt whole", extra={"table": table.full_name(), "fault": type(fault).__name__})
        return None
    count = held.count()
    return Changed(held, count) if count <= MOST_CHANGED_RATIO * all_rows else None


def staged(
    store: Store, table: type[Table], groups: Changed, versions: dict[str, int], arguments: dict[str, Any]
) -> Staged | None:
    """The groups' rows, built anew; None where quarantine would take some of them."""
    inputs = table.inputs().items()
    frames = {n: groups.rows_of(store.read(source, versions[source.full_name()])) for n, source in inputs}
    built = store.stage(table, table.build(**frames, **arguments))
    return None if built.counts["refused"] or built.counts["blanked"] else built


def audited(store: Store, auditor: Auditor, built: Staged, groups: Changed) -> Audit:
    """Audit of the groups' rows beside those that stay; raises ``PromiseBroken``."""
    return auditor.audit(built, groups.rows_beside(store.read(built.table)))
