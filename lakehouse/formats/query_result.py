"""Results of a query as a database tool exports them: a table, then a footer that counts its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lakehouse.declare import Bronze
from lakehouse.errors import SourceSurprise
from lakehouse.formats import DriverFormat, Record, difference
from lakehouse.formats.text import decoded, quoted, split, width_faults

_FOOTER = re.compile(
    r"\r?\n\((\d{1,12}) rows? affected\)\s*\r?\n(?:\s*\r?\n)*"
    r"Completion time: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}[+-]\d\d:\d\d\r?\n\Z"
)


@dataclass(frozen=True)
class QueryResult(DriverFormat):
    """A header and lines of tab-separated cells, an empty line, ``(N rows affected)`` and when the query ended.

    The footer is what tells a whole file: without it, or where it counts other
    rows than there are, the file is refused. Values stay as they are written.
    """

    delimiter: str = "\t"

    def records(self, content: bytes, table: type[Bronze]) -> Iterator[Record]:
        text = decoded(content, bom=True)
        footer = _FOOTER.search(text)
        if not footer:
            raise SourceSurprise("the footer that counts the rows is missing: the file is cut off; fetch it again")
        (_, header), *rows = split(text[: footer.start()], self.delimiter)
        declared = list(table.raw_columns())
        said = [difference(header, declared, []), *width_faults(rows, len(header))]
        twice = sorted({name for name in header if header.count(name) > 1})
        said.append(f"twice: {', '.join(twice)}" if twice else "")
        if len(rows) != int(footer[1]):
            said.append(f"the footer counts {int(footer[1]):,} rows, there are {len(rows):,}")
        if not rows:
            said.append("no rows")
        if any(said):
            raise SourceSurprise(f"{'; '.join(filter(None, said))}: the file is damaged or its columns have changed")
        places = [header.index(name) for name in declared]
        for line, cells in rows:
            values = [cells[place] or None for place in places]
            yield Record(line, dict(zip(declared, values, strict=True)))

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A file that reads back as ``rows``."""
        names = list(table.raw_columns())
        lines = [names, *([str(row[n]) if row[n] is not None else "" for n in names] for row in rows)]
        body = "".join(self.delimiter.join(quoted(c, self.delimiter) for c in cells) + "\n" for cells in lines)
        footer = f"\n({len(rows)} rows affected)\n\n\nCompletion time: 2025-10-31T10:35:47.0119102-04:00\n"
        return (body + footer).encode("utf-8-sig")
