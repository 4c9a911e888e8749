"""Values of rows as text: for tables, CSV and JSON."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO

from lakehouse.errors import LakehouseError

if TYPE_CHECKING:
    import pyarrow as pa


class RepeatedColumn(LakehouseError):
    """JSON is asked for of a query two of whose columns bear one name."""


def as_text(value: Any, null: str = "NULL") -> str:
    """A value as read in a table: ISO dates, times in UTC, lists and maps as JSON."""
    plain = as_json(value)
    if plain is None:
        return null
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def as_json(value: Any) -> Any:
    """A value in the types that JSON has; numbers that are none are null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {as_text(name): as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return value


def write_csv(found: pa.Table, file: TextIO) -> None:
    """A header and a line for each row; NULL is an empty field."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(found.column_names)
    writer.writerows([as_text(value, null="") for value in row] for row in rows(found))


def write_json(found: pa.Table, file: TextIO) -> None:
    """An array with an object for each row, a row a line; raises ``RepeatedColumn``."""
    names = found.column_names
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise RepeatedColumn(f"Two columns are called {', '.join(repeated)}. Give one another name with AS.")
    lines = (json.dumps(dict(zip(names, map(as_json, row), strict=True)), ensure_ascii=False) for row in rows(found))
    file.write("[" + ",".join(f"\n {line}" for line in lines) + "\n]\n")


def rows(found: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Rows as tuples; columns may share a name."""
    for batch in found.to_batches():
        yield from zip(*(column.to_pylist(maps_as_pydicts="strict") for column in batch.columns), strict=True)
