"""Declarations as one JSON document, for schedulers and other readers without Spark."""

from __future__ import annotations

import json
from typing import Any

from lakehouse.declare import Bronze, Column, Table
from lakehouse.registry import bronze_tables, models, sources, tables, told_of
from ml.policy import policy_of
from ml.training import training_of


def manifest() -> str:
    """Sources and tables, with what each reads, as text that changes only with the declarations."""
    said = {
        "sources": {
            s.name: {"publisher": s.publisher, "tables": [t.full_name() for t in ts]} for s, ts in sources().items()
        },
        "models": {name: _model(name, scored) for name, scored in models().items()},
        "tables": {name: _table(table) for name, table in tables().items()},
    }
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


def _model(name: str, scored: list[type[Table]]) -> dict[str, Any]:
    policy = policy_of(name)
    return {
        "owner": policy.owner,
        "purpose": policy.purpose,
        "legal_basis": policy.legal_basis,
        "reads": [read.full_name() for read in training_of(name).reads],
        "scores": [table.full_name() for table in scored],
    }


def _table(table: type[Table]) -> dict[str, Any]:
    reads = [source.full_name() for source in table.inputs().values()]
    of_bronze = bronze_tables()
    return {
        "owner": table.owner,
        "grain": table.grain,
        "key": list(table.key),
        "meaning": " ".join((table.__doc__ or "").split()),
        "authority": table.authority,
        "fresh_within_minutes": int(table.fresh_within.total_seconds() // 60),
        "slice": table.slice,
        "source": table.source.name if issubclass(table, Bronze) else None,
        "is_built": hasattr(table, "build"),
        "reads": reads,
        "scored_by": sorted(model.name for model in table.models().values()),
        "tells_of": sorted(told_of(table) - set(reads)),
        "reads_sources": sorted({of_bronze[n].source.name for n in reads if n in of_bronze}),
        "columns": {name: _column(column) for name, column in table.columns().items()},
    }


def _column(column: Column) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": str(column.kind), "meaning": column.meaning, "pii": column.pii}
    if column.unit:
        said["unit"] = column.unit
    if column.leaks:
        said["leaks"] = column.leaks
    return said
