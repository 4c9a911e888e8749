"""Delimited text: CSV and its kin, with or without a header."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lakehouse.declare import Bronze
from lakehouse.errors import SourceSurprise
from lakehouse.formats import DriverFormat, Record, difference
from lakehouse.formats.text import decoded, has_last_line_end, quoted, split, unpacked, width_faults


@dataclass(frozen=True)
class Delimited(DriverFormat):
    """Lines of cells; every line has as many as the header, or as the table has raw columns.

    Values stay as they are written, but for null markers, which become None
    however they are padded. Columns named in the table's ``ignored`` may be
    there or not. The last line must be closed: a file cut inside its last cell
    looks whole otherwise.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    #: The file is packed with gzip.
    gzipped: bool = False
    #: The file may begin with a byte-order mark.
    bom: bool = False
    #: Without one the declared columns, in order, are the file's.
    header: bool = True
    #: Header texts that are spelt otherwise than the declared column.
    named: Mapping[str, str] = field(default_factory=dict)
    #: Every line ends with the delimiter, and so with an empty cell.
    trailing_empty: bool = False
    #: Texts that stand for null; the first is the one the publisher writes.
    null_markers: tuple[str, ...] = ("",)
    #: The publisher puts every text in quotes and leaves the end of the last line open: that line is
    #: whole if it ends in a quote, or in a beginning of a null marker.
    quoted_and_open: bool = False
    #: A header alone is a whole file: on that day there was nothing to tell.
    may_be_empty: bool = False

    def records(self, content: bytes, table: type[Bronze]) -> Iterator[Record]:
        text = decoded(unpacked(content) if self.gzipped else content, self.encoding, bom=self.bom)
        rows = split(text, self.delimiter)
        header = self._checked(rows.pop(0)[1], table) if self.header else self._texts(table)
        if not rows and not self.may_be_empty:
            raise SourceSurprise("empty file: a header and no line; fetch it again or ask its publisher")
        said = width_faults(rows, len(header) + self.trailing_empty)
        if self.trailing_empty:
            said += [f"line {line} goes on after its last column" for line, cells in rows if cells[-1:] != [""]][:5]
        if said:
            raise SourceSurprise(f"{'; '.join(said)}: the file is cut off or its columns have changed")
        if not has_last_line_end(text):
            self._close(text, rows[-1] if rows else (1, [""]))
        nulls = {marker.strip() for marker in self.null_markers}
        places = [header.index(text) for text in self._texts(table)]
        for line, cells in rows:
            values = [None if cells[place].strip() in nulls else cells[place] for place in places]
            yield Record(line, dict(zip(table.raw_columns(), values, strict=True)))

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A file that reads back as ``rows``."""
        lines = [[self._written(row[name]) for name in table.raw_columns()] for row in rows]
        if self.header:
            lines.insert(0, [quoted(text, self.delimiter) for text in self._texts(table)])
        end = f"{self.delimiter}\n" if self.trailing_empty else "\n"
        text = "".join(self.delimiter.join(cells) + end for cells in lines)
        written = text.encode("utf-8-sig" if self.bom else self.encoding)
        # Equal rows make equal bytes: no time of packing.
        return gzip.compress(written, mtime=0) if self.gzipped else written

    def _texts(self, table: type[Bronze]) -> list[str]:
        texts = {name: text for text, name in self.named.items()}
        return [texts.get(name, name) for name in table.raw_columns()]

    def _checked(self, header: list[str], table: type[Bronze]) -> list[str]:
        said = []
        if self.trailing_empty and header[-1:] == [""]:
            header = header[:-1]
        elif self.trailing_empty:
            said.append("the empty column at the end is gone")
        said.append(difference(header, self._texts(table), list(table.ignored)))
        twice = sorted({text for text in header if header.count(text) > 1})
        said.append(f"twice: {', '.join(twice)}" if twice else "")
        if any(said):
            raise SourceSurprise(f"{'; '.join(filter(None, said))}: declare each column or name it in `ignored`")
        return header

    def _close(self, text: str, last: tuple[int, list[str]]) -> None:
        line, cells = last
        begun = [marker for marker in self.null_markers if cells[-1] and marker.startswith(cells[-1])]
        if not self.quoted_and_open or not (begun or text.endswith('"')):
            raise SourceSurprise(f"line {line} is the last and has no line end: the file is cut off; fetch it again")
        if begun:
            cells[-1] = begun[0]

    def _written(self, value: Any) -> str:
        if value is None:
            return self.null_markers[0]
        return quoted(str(value), self.delimiter, always=self.quoted_and_open and not str(value).isdecimal())
