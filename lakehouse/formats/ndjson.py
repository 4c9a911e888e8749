"""Newline-delimited JSON, packed with gzip: an object of texts on each line."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.json as pj

from lakehouse.declare import Bronze
from lakehouse.errors import SourceSurprise
from lakehouse.formats import ArrowFormat, difference
from lakehouse.formats.text import decoded, has_last_line_end, unpacked

_AGAIN = "fetch the file again or ask its publisher"
_ONE_THREAD = pj.ReadOptions(use_threads=False)


class Ndjson(ArrowFormat):
    """Objects that all have exactly the declared keys, in any order, each value a text or null.

    Keys named in the table's ``ignored`` may be there or not. The last line must
    be closed: a file cut inside it looks whole otherwise.
    """

    def table(self, content: bytes, table: type[Bronze]) -> pa.Table:
        plain = unpacked(content)
        text = decoded(plain)
        if not has_last_line_end(text):
            raise SourceSurprise(f"the last line has no end: the file is cut off; {_AGAIN}")
        names = [*table.raw_columns(), *table.ignored]
        try:
            found = pj.read_json(io.BytesIO(plain), _ONE_THREAD, _texts(tuple(names)))
        except pa.ArrowInvalid as fault:  # It may quote what it could not read.
            raise SourceSurprise(_surprise(text, table)) from fault
        # Every key is declared, so as many as declared are all; a colon within a value has a backslash before it.
        lines = text.count("\n")
        if found.num_rows != lines or text.count('":') - text.count('\\":') != lines * len(names):
            said = _surprise(text, table)
            if said:
                raise SourceSurprise(said)
        numbers = pa.array(range(1, found.num_rows + 1), pa.int64())
        return found.select(list(table.raw_columns())).append_column("source_line", numbers)

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A file that reads back as ``rows``."""
        lines = (json.dumps({n: row[n] for n in table.raw_columns()}, ensure_ascii=False) + "\n" for row in rows)
        return gzip.compress("".join(lines).encode(), mtime=0)


@cache
def _texts(names: tuple[str, ...]) -> pj.ParseOptions:
    declared = pa.schema([(name, pa.string()) for name in names])
    return pj.ParseOptions(explicit_schema=declared, unexpected_field_behavior="error")


def _surprise(text: str, table: type[Bronze]) -> str:
    """What is wrong, in words without a value of the file; empty where only ignored keys are missing."""
    faults: Counter[str] = Counter()
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            faults["a line is no JSON"] += 1
            continue
        if not isinstance(found, dict):
            faults["a line is no object"] += 1
            continue
        faults[difference(list(found), list(table.raw_columns()), list(table.ignored))] += 1
        faults.update(f"{name} is no text" for name, value in found.items() if not isinstance(value, str | None))
    del faults[""]
    said = [f"{fault} (on {count} lines)" for fault, count in faults.most_common(5)]
    return f"{'; '.join(said)}: declare each key or name it in `ignored`, or {_AGAIN}" if said else ""
