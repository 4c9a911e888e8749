"""Which gold datasets are in service, told from their commits and written down where that changes."""

from datetime import UTC, datetime

from pyspark.sql import Row

from lakehouse.declare import Table
from lakehouse.ops.dataset_service import DatasetService
from lakehouse.registry import datasets
from lakehouse.store import Store

_ROW = Row(*DatasetService.columns())


def record_standing(store: Store) -> None:
    """Add to ``ops.dataset_service`` what has changed since the last check."""
    with store.locked(DatasetService):
        if rows := unrecorded(store):
            store.suited_to(len(rows)).append(DatasetService, rows)


def unrecorded(store: Store) -> list[Row]:
    """Datasets with another version, or another freshness, than was last written down; told without a session."""
    known = {}
    for row in sorted(store.records(DatasetService), key=lambda row: (row["checked_at_utc"], row["version_number"])):
        known[row["dataset"]] = (row["version_number"], row["is_in_service"])
    found = [_standing(store, name, table) for name, table in datasets().items()]
    return [r for r in found if r and known.get(r["dataset"]) != (r["version_number"], r["is_in_service"])]


def _standing(store: Store, name: str, table: type[Table]) -> Row | None:
    last = store.last(table)
    if last is None:
        return None
    published = datetime.fromisoformat(last.at_utc).astimezone(UTC)
    return _ROW(
        name,
        store.at,
        last.version,
        published,
        store.rows_count(table),
        int(table.fresh_within.total_seconds() // 60),
        store.at - published <= table.fresh_within,
        store.run_id,
    )
