"""A light look at published tables: Delta's log read as files, without starting Spark.

Answers what the commits say, and for the store the rows of the file ledger and
where those of small tables lie; rows are read through ``lakehouse.store`` alone.
Needs the warehouse on a disk of this machine, as the store's locks do. Delta
keeps the commits after a table's last checkpoint, and older ones for thirty days.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lakehouse.declare import Table
from lakehouse.publication import Publication


@dataclass(frozen=True)
class Commit:
    """One version of a table: when, by which operation, rows it wrote, and what it says of itself.

    A partial one replaced some of the table's rows.
    """

    version: int
    at_utc: datetime
    operation: str
    is_partial: bool
    rows_written: int | None
    publication: Publication | None


def folder(warehouse: Path, table: type[Table]) -> Path:
    """Where a table of ``warehouse`` is."""
    return warehouse / table.layer / table.short_name()


def commits(table_folder: Path) -> Iterator[Commit]:
    """Versions of a table, newest first; none where nothing was written."""
    for version in reversed(_versions(table_folder)):
        actions = _actions(_commit_file(table_folder, version))
        info: dict[str, Any] = next((a["commitInfo"] for a in actions if "commitInfo" in a), {})
        yield Commit(
            version,
            datetime.fromtimestamp(info.get("timestamp", 0) / 1000, UTC),
            info.get("operation", ""),
            "predicate" in info.get("operationParameters", {}),
            _whole(info.get("operationMetrics", {}).get("numOutputRows")),
            Publication.from_json(info.get("userMetadata"), version),
        )


def published(table_folder: Path) -> Commit | None:
    """The commit that readers see; None where nothing has been published.

    The file ledger is appended to without a publication: there it is the newest
    commit that wrote rows.
    """
    return next((c for c in commits(table_folder) if c.publication or c.operation == "WRITE"), None)


def rows(table_folder: Path) -> int | None:
    """How many rows the newest version holds; None where its files do not say."""
    files = _live(table_folder)
    counts = [_rows_of(file) for file in files or []]
    return None if files is None or None in counts else sum(c for c in counts if c is not None)


def last_day(table_folder: Path, column: str) -> date | None:
    """Latest day in a column of dates, from the files' statistics; None where these do not tell it exactly."""
    found = []
    for file in _live(table_folder) or []:
        said = json.loads(file.get("stats") or "{}")
        if said.get("numRecords") == 0:
            continue
        value = said.get("maxValues", {}).get(column)
        # Rows that were deleted since may have held the latest.
        if value is None or file.get("deletionVector"):
            return None
        found.append(date.fromisoformat(value))
    return max(found, default=None)


def last_days(table_folder: Path, column: str, per: str) -> dict[str, date] | None:
    """Latest day in a column of dates for each value of the column ``per``, from the files; None as ``last_day``."""
    from pyarrow import parquet

    live = _live(table_folder)
    if live is None or any(file.get("deletionVector") for file in live):
        return None
    found: dict[str, date] = {}
    for file in live:
        both = parquet.read_table(table_folder / file["path"], columns=[per, column])
        grouped = both.group_by(per).aggregate([(column, "max")]).to_pydict()
        for value, day in zip(grouped[per], grouped[f"{column}_max"], strict=True):
            if day is not None:
                found[value] = max(day, found.get(value, day))
    return found


def records(table_folder: Path) -> list[dict[str, Any]] | None:
    """Rows of a table that is only ever appended to; None where its files cannot be told."""
    from pyarrow import parquet

    live = _live(table_folder)
    if live is None:
        return None
    return [row for file in live for row in parquet.read_table(table_folder / file["path"]).to_pylist()]


def contents(table_folder: Path, most_bytes: int, version: int | None = None) -> tuple[str, list[str]] | None:
    """Schema, as Delta keeps it (JSON), and files of a version, the newest by default.

    None where the log does not tell both, rows of the files are deleted, or they have more bytes than ``most_bytes``.
    """
    live = _live(table_folder, version)
    if live is None or any(file.get("deletionVector") or ":" in file["path"] for file in live):
        return None
    if sum(file["size"] for file in live) > most_bytes:
        return None
    for number in reversed([v for v in _versions(table_folder) if version is None or v <= version]):
        for line in _commit_file(table_folder, number).read_text(encoding="utf-8").splitlines():
            if line.startswith('{"metaData":'):
                schema = json.loads(line)["metaData"]["schemaString"]
                return schema, [str(table_folder / unquote(file["path"])) for file in live]
    return None


def _live(table_folder: Path, version: int | None = None) -> list[dict[str, Any]] | None:
    """Files of a version; None where nothing is, or a checkpoint keeps them elsewhere or is of a later version."""
    versions = [v for v in _versions(table_folder) if version is None or v <= version]
    live: dict[str, dict[str, Any]] = {}
    start = 0
    if checkpoint := _checkpoint(table_folder):
        start = int(checkpoint.name.split(".")[0]) + 1
        live = _live_at(checkpoint)
        if not live or (version is not None and version < start - 1):
            return None
    for number in (v for v in versions if v >= start):
        for action in _actions(_commit_file(table_folder, number)):
            if removed := action.get("remove"):
                live.pop(_identity(removed), None)
            if added := action.get("add"):
                live[_identity(added)] = added
    return list(live.values()) if versions else None


def _versions(table_folder: Path) -> list[int]:
    names = (path.stem for path in (table_folder / "_delta_log").glob("*.json"))
    return sorted(int(name) for name in names if name.isdigit())


def _commit_file(table_folder: Path, version: int) -> Path:
    return table_folder / "_delta_log" / f"{version:020}.json"


def _actions(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _checkpoint(table_folder: Path) -> Path | None:
    found = sorted((table_folder / "_delta_log").glob("*.checkpoint.parquet"))
    return found[-1] if found else None


def _live_at(checkpoint: Path) -> dict[str, dict[str, Any]]:
    """Files of a checkpoint; empty where it keeps them elsewhere."""
    from pyarrow import parquet

    added = parquet.read_table(checkpoint, columns=["add"])["add"].to_pylist()
    return {_identity(file): file for file in added if file}


def _identity(file: dict[str, Any]) -> str:
    vector = file.get("deletionVector") or {}
    return f"{file['path']}|{vector.get('pathOrInlineDv', '')}|{vector.get('offset', '')}"


def _rows_of(file: dict[str, Any]) -> int | None:
    stats = file.get("stats")
    count = _whole(json.loads(stats).get("numRecords")) if stats else None
    deleted = (file.get("deletionVector") or {}).get("cardinality") or 0
    return None if count is None else count - deleted


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
