"""From bytes to text to cells, strictly: what the readers of text files share."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib

from lakehouse.errors import SourceSurprise
from lakehouse.formats import Record

#: DOS programs close a text with it.
END_OF_FILE = "\x1a"
_AGAIN = "fetch the file again or ask its publisher"


def unpacked(content: bytes) -> bytes:
    """What a gzip file holds; raises ``SourceSurprise`` where it is cut off, damaged, or no gzip at all."""
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as fault:
        raise SourceSurprise(f"not a whole gzip file; {_AGAIN}") from fault


def decoded(content: bytes, encoding: str = "utf-8", *, bom: bool = False) -> str:
    """The text of a file, without byte-order mark (allowed with ``bom``) and DOS end-of-file mark.

    Raises ``SourceSurprise`` for an empty file, another encoding or NUL bytes.
    """
    marked = content.startswith(codecs.BOM_UTF8)
    if marked and not bom:
        raise SourceSurprise("wrong encoding: a byte-order mark that is not declared; declare it if it is meant")
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise SourceSurprise(f"wrong encoding: line {line} is not {encoding}; {_AGAIN}") from fault
    text = text.removesuffix(END_OF_FILE)
    if not text.strip():
        raise SourceSurprise(f"empty file; {_AGAIN}")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SourceSurprise(f"NUL byte in line {line}: the file is damaged; {_AGAIN}")
    return text


def split(text: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """Every record of a delimited text with the line it starts on, from 1.

    Raises ``SourceSurprise`` where quotes do not pair.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found = []
    first = 1
    try:
        for cells in reader:
            found.append((first, cells))
            first = reader.line_num + 1
    except csv.Error as fault:
        raise SourceSurprise(f"line {first} is cut off or wrongly quoted ({fault}); {_AGAIN}") from fault
    return found


def width_faults(rows: list[tuple[int, list[str]]], width: int) -> list[str]:
    """Lines that have not ``width`` cells, in words: the first few and how many more."""
    wrong = [(line, len(cells)) for line, cells in rows if len(cells) != width]
    said = [f"line {line} has {count} cells instead of {width}" for line, count in wrong[:5]]
    return said + ([f"and {len(wrong) - 5} lines more"] if len(wrong) > 5 else [])


def placed(records: list[Record]) -> list[Record]:
    """Records by the line they start on or, where a line holds several, by their row."""
    if len({record.line for record in records}) == len(records):
        return records
    return [Record(row, record.values) for row, record in enumerate(records, 1)]


def has_last_line_end(text: str) -> bool:
    """Whether the last line is closed; one that is not may have been cut off."""
    return text[-1] in "\r\n"


def quoted(cell: str, delimiter: str = ",", *, always: bool = False) -> str:
    """A cell as it is written to a delimited text."""
    if always or any(mark in cell for mark in (delimiter, '"', "\r", "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell
