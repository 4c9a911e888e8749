"""Many small files read before they are judged one by one: together where that is faster, else on all cores."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from lakehouse.declare import Bronze
from lakehouse.errors import SourceSurprise
from lakehouse.formats import ArrowFormat, Record
from lakehouse.processes import pool

_T = TypeVar("_T")

#: Files that are parsed together, and files that a process is handed at a time.
TOGETHER, HANDED = 500, 16
#: Packed files are about ten times as large unpacked.
PACKED_TIMES = 10
#: Starting processes takes a second or so: fewer bytes than these, unpacked, are read here.
WORTH_PROCESSES = 16 << 20

CHANGED = "the file changed while it was being read; run again when it is complete"

#: Columns of a file, and its records that are at fault; or why it is refused.
Read = tuple[pa.Table, tuple[Record, ...]] | SourceSurprise


@dataclass(frozen=True)
class LandedFile:
    """A file of a delivery: where it is, what it is called in the ledger, its hash and size in bytes."""

    path: Path
    name: str
    sha256: str
    bytes_count: int

    @property
    def weight(self) -> int:
        """About how many bytes it has unpacked."""
        return self.bytes_count * (PACKED_TIMES if self.name.endswith(".gz") else 1)

    def content(self) -> bytes:
        """The bytes; raises ``SourceSurprise`` where they are not those that were found at first."""
        content = self.path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise SourceSurprise(CHANGED)
        return content


#: A file, and the tables that it becomes.
Job = tuple[LandedFile, tuple[type[Bronze], ...]]
Found = dict[tuple[type[Bronze], Path], Read]


def read_ahead(jobs: Sequence[Job]) -> Found:
    """What every file holds for those of its tables whose format gives columns."""
    together: dict[type[Bronze], list[LandedFile]] = {}
    apart: list[Job] = []
    for file, tables in jobs:
        columnar = [t for t in tables if isinstance(t.format, ArrowFormat)] if file.bytes_count else []
        for table in columnar:
            if table.format.is_faster_together:
                together.setdefault(table, []).append(file)
        if others := tuple(t for t in columnar if not t.format.is_faster_together):
            apart.append((file, others))
    many = sum(file.weight for file, _ in apart) >= WORTH_PROCESSES
    found = _on_all_cores(apart) if many else read_each(apart)
    for table, files in together.items():
        for some in _chunks(files, TOGETHER):
            found.update(_read_together(table, some))
    return found


def read_each(jobs: Sequence[Job]) -> Found:
    """The same, one after the other."""
    found: Found = {}
    for file, tables in jobs:
        try:
            content = file.content()
        except SourceSurprise as surprise:
            found.update({(table, file.path): surprise for table in tables})
            continue
        found.update({(table, file.path): _read(content, table) for table in tables})
    return found


def _read(content: bytes, table: type[Bronze]) -> Read:
    try:
        return table.format.table(content, table), table.format.faulty(content, table)
    except SourceSurprise as surprise:
        return surprise


def _on_all_cores(jobs: Sequence[Job]) -> Found:
    found: Found = {}
    with pool(len(os.sched_getaffinity(0))) as processes:
        for packed in processes.map(_packed, list(_chunks(jobs, HANDED))):
            for table, (columns, reads) in packed.items():
                first = 0
                for path, read in reads:
                    if isinstance(read, SourceSurprise):
                        found[table, path] = read
                    else:
                        rows, faulty = read
                        found[table, path] = columns.slice(first, rows), faulty
                        first += rows
    return found


def _packed(jobs: Sequence[Job]) -> dict[type[Bronze], Any]:
    """Of each table the columns of all files together, and of each file how many rows, or why it is refused.

    Few pieces, since each takes its time on the way to another process.
    """
    reads: dict[type[Bronze], list[Any]] = {}
    columns: dict[type[Bronze], list[pa.Table]] = {}
    for (table, path), read in read_each(jobs).items():
        if isinstance(read, SourceSurprise):
            reads.setdefault(table, []).append((path, read))
        else:
            columns.setdefault(table, []).append(read[0])
            reads.setdefault(table, []).append((path, (read[0].num_rows, read[1])))
    together = {
        table: pa.concat_tables(some, promote_options="default").combine_chunks() for table, some in columns.items()
    }
    return {table: (together.get(table), told) for table, told in reads.items()}


def _read_together(table: type[Bronze], files: Sequence[LandedFile]) -> Found:
    contents, found = [], Found()
    whole: list[LandedFile] = []
    for file in files:
        try:
            contents.append(file.content())
            whole.append(file)
        except SourceSurprise as surprise:
            found[table, file.path] = surprise
    for file, columns in zip(whole, table.format.tables(contents, table), strict=True):
        found[table, file.path] = columns if isinstance(columns, SourceSurprise) else (columns, ())
    return found


def _chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    return (items[first : first + size] for first in range(0, len(items), size))
