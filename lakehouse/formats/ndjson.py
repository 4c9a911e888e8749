"""Newline-delimited JSON, packed with gzip: an object of texts on each line."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np
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
        plain, lines = _lines(content)
        found = _parsed(plain, table)
        if found is None or found.num_rows != lines or not _has_all_keys(plain, lines, table):
            said = _surprise(plain.decode(), table)
            if found is None or said:
                raise SourceSurprise(said)
        return _numbered(found, table)

    def tables(self, contents: Sequence[bytes], table: type[Bronze]) -> list[pa.Table | SourceSurprise]:
        """As ``table``; good files are parsed together, which takes a tenth of the time where they are small."""
        read: dict[int, tuple[bytes, int]] = {}
        for place, content in enumerate(contents):
            with suppress(SourceSurprise):
                plain, lines = _lines(content)
                if _has_all_keys(plain, lines, table):
                    read[place] = plain, lines
        together = _parsed(b"".join(plain for plain, _ in read.values()), table) if read else None
        if together is None or together.num_rows != sum(lines for _, lines in read.values()):
            return super().tables(contents, table)
        found: list[pa.Table | SourceSurprise] = []
        first = 0
        for place, content in enumerate(contents):
            if place in read:
                rows = read[place][1]
                found.append(_numbered(together.slice(first, rows), table))
                first += rows
            else:
                found.append(self._table_or_surprise(content, table))
        return found

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A file that reads back as ``rows``."""
        lines = (json.dumps({n: row[n] for n in table.raw_columns()}, ensure_ascii=False) + "\n" for row in rows)
        return gzip.compress("".join(lines).encode(), mtime=0)


def _lines(content: bytes) -> tuple[bytes, int]:
    """The text of a file, as bytes that are good UTF-8, and how many lines it has."""
    plain = unpacked(content)
    if not has_last_line_end(decoded(plain)):
        raise SourceSurprise(f"the last line has no end: the file is cut off; {_AGAIN}")
    return plain, plain.count(b"\n")


def _parsed(plain: bytes, table: type[Bronze]) -> pa.Table | None:
    """All objects by declared key; None where a line is no object or holds anything else than declared texts."""
    names = (*table.raw_columns(), *table.ignored)
    try:
        return pj.read_json(io.BytesIO(plain), _ONE_THREAD, _texts(names))
    except pa.ArrowInvalid:  # It may quote what it could not read.
        return None


def _has_all_keys(plain: bytes, lines: int, table: type[Bronze]) -> bool:
    """Whether there are as many keys as declared: a colon after a quote within a value has a backslash before both."""
    return plain.count(b'":') - plain.count(b'\\":') == lines * (len(table.raw_columns()) + len(table.ignored))


def _numbered(found: pa.Table, table: type[Bronze]) -> pa.Table:
    numbers = pa.array(np.arange(1, found.num_rows + 1))
    return found.select(list(table.raw_columns())).append_column("source_line", numbers)


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
