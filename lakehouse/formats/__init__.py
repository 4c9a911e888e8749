"""Readers of file formats: strict, pure, with every surprise named."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.errors import SourceSurprise

if TYPE_CHECKING:
    import pyarrow as pa

    from lakehouse.declare import Bronze


@dataclass(frozen=True)
class Record:
    """One raw record: its line or row in the file, from 1, and its values by declared column."""

    line: int
    values: dict[str, Any]


class DriverFormat(ABC):
    """A format of small files, read whole in the driver, record by record."""

    @abstractmethod
    def records(self, content: bytes, table: type[Bronze]) -> Iterator[Record]:
        """Yield every record of a file for the columns that ``table`` declares.

        Each column or element of the file is declared, named in ``table.ignored``,
        or raises ``SourceSurprise``, which lists all differences at once.
        """

    @abstractmethod
    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A made-up file that reads back as ``rows``."""


class ArrowFormat(ABC):
    """A format of small files that come in great number, read whole in the driver, column by column."""

    @abstractmethod
    def table(self, content: bytes, table: type[Bronze]) -> pa.Table:
        """The raw columns that ``table`` declares, in its order, and ``source_line`` (int64), from 1.

        Strict as ``DriverFormat.records`` is; raises ``SourceSurprise``.
        """

    def tables(self, contents: Sequence[bytes], table: type[Bronze]) -> list[pa.Table | SourceSurprise]:
        """The same for many files; of one that is refused, why."""
        return [self._table_or_surprise(content, table) for content in contents]

    def _table_or_surprise(self, content: bytes, table: type[Bronze]) -> pa.Table | SourceSurprise:
        try:
            return self.table(content, table)
        except SourceSurprise as surprise:
            return surprise

    @abstractmethod
    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A made-up file that reads back as ``rows``."""


class SparkFormat(ABC):
    """A format of large files, read by Spark; the driver only inspects the structure."""

    @abstractmethod
    def inspect(self, path: Path, table: type[Bronze]) -> int:
        """Rows in the file, after checking its columns; raises ``SourceSurprise``."""

    @abstractmethod
    def verify(self, path: Path) -> None:
        """Read the file through; raises ``SourceSurprise`` where it is damaged."""

    @abstractmethod
    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A made-up file that reads back as ``rows``."""


def difference(found: list[str], declared: list[str], ignored: list[str]) -> str:
    """Missing and unknown columns in words; empty where there are none."""
    missing = [name for name in declared if name not in found]
    unknown = [name for name in found if name not in declared and name not in ignored]
    said = []
    if missing:
        said.append(f"missing: {', '.join(missing)}")
    if unknown:
        said.append(f"unknown: {', '.join(unknown)}")
    return "; ".join(said)
