"""Parquet files, checked by their footers and read by Spark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.declare import Bronze, Kind
from lakehouse.errors import SourceSurprise
from lakehouse.formats import SparkFormat, difference

_ARROW_TYPES = {
    Kind.STRING: (pa.types.is_string, pa.types.is_large_string),
    Kind.DOUBLE: (pa.types.is_float64,),
    Kind.LONG: (pa.types.is_int64,),
    Kind.INT: (pa.types.is_int32,),
    Kind.BOOLEAN: (pa.types.is_boolean,),
    Kind.DATE: (pa.types.is_date32,),
}
_WRITTEN_TYPES = {
    Kind.STRING: pa.string(),
    Kind.DOUBLE: pa.float64(),
    Kind.LONG: pa.int64(),
    Kind.INT: pa.int32(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
}


@dataclass(frozen=True)
class Parquet(SparkFormat):
    """Parquet with exactly the declared columns and types, in any order."""

    def inspect(self, path: Path, table: type[Bronze]) -> int:
        try:
            footer = pq.ParquetFile(path)
        except (pa.ArrowInvalid, pa.ArrowException, OSError) as fault:
            raise SourceSurprise(f"not a whole Parquet file ({_first_line(fault)})") from fault
        found = footer.schema_arrow
        said = [difference(found.names, list(table.raw_columns()), list(table.ignored))]
        for name, column in table.raw_columns().items():
            if name in found.names:
                kind = found.field(name).type
                if not any(fits(kind) for fits in _ARROW_TYPES[Kind(column.kind)]):
                    said.append(f"{name} is {kind}, declared {column.kind}")
        if any(said):
            raise SourceSurprise("; ".join(filter(None, said)))
        return int(footer.metadata.num_rows)

    def verify(self, path: Path) -> None:
        try:
            footer = pq.ParquetFile(path)
            for batch in footer.iter_batches(batch_size=1 << 17):
                batch.validate(full=True)
        except (pa.ArrowInvalid, pa.ArrowException, OSError) as fault:
            raise SourceSurprise(f"damaged Parquet file ({_first_line(fault)})") from fault

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A file that reads back as ``rows``."""
        kinds = {name: _WRITTEN_TYPES[Kind(column.kind)] for name, column in table.raw_columns().items()}
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items()))), sink)
        return bytes(sink.getvalue())


def _first_line(fault: BaseException) -> str:
    return str(fault).splitlines()[0][:200] if str(fault) else type(fault).__name__
