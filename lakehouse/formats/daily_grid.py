"""Counts by day and port under two header rows, as Taiwan's agency publishes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lakehouse.declare import Bronze
from lakehouse.errors import SourceSurprise
from lakehouse.formats import DriverFormat, Record
from lakehouse.formats.text import decoded, has_last_line_end, quoted, split, width_faults

_REVIEW = "compare the file with the declaration of its format"


@dataclass(frozen=True)
class _Port:
    """A group of columns: the port named above them, where they begin, and what each counts."""

    name: str
    start: int
    labels: tuple[str, ...]


@dataclass(frozen=True)
class DailyGrid(DriverFormat):
    """A line a day: some leading columns, then a group of columns for each port.

    The first row names the ports, each over the first of its columns, the
    second what is counted. Ports are data: a new one needs no change here. All
    counts of a line become one map, with keys like "port/label"; empty cells
    are left out. Columns without any header may follow, and hold nothing or 0.
    """

    #: First text, second text and declared column of each leading column.
    leading: tuple[tuple[str, str, str], ...]
    #: Labels that a port may have; where there are several the last is the sum of the others.
    groups: tuple[tuple[str, ...], ...]
    #: Declared column that takes the counts.
    counts: str

    def records(self, content: bytes, table: type[Bronze]) -> Iterator[Record]:
        text = decoded(content)
        rows = split(text)
        if len(rows) < 3:
            raise SourceSurprise("empty file: no line after the two header rows; fetch it again")
        if said := width_faults(rows, len(rows[0][1])):
            raise SourceSurprise(f"{'; '.join(said)}: the file is cut off or its columns have changed")
        ports = self._ports(rows[0][1], rows[1][1])
        self._check_lines(rows[2:], ports)
        if not has_last_line_end(text):
            self._check_end(*rows[-1], ports[-1])
        for line, cells in rows[2:]:
            values: dict[str, Any] = {name: cells[place] or None for place, (_, _, name) in enumerate(self.leading)}
            values[self.counts] = _counts(cells, ports)
            yield Record(line, {name: values[name] for name in table.raw_columns()})

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:  # noqa: ARG002
        """A file that reads back as ``rows``, with the ports that any of them counts."""
        keys = dict.fromkeys(key for row in rows for key in row[self.counts])
        held: dict[str, set[str]] = {}
        for port, label in (key.rsplit("/", 1) for key in keys):
            held.setdefault(port, set()).add(label)
        ports = {port: next(g for g in self.groups if labels <= set(g)) for port, labels in held.items()}
        first = [text for text, _, _ in self.leading]
        second = [text for _, text, _ in self.leading]
        for port, labels in ports.items():
            first += [port] + [""] * (len(labels) - 1)
            second += labels
        lines = [first, second]
        for row in rows:
            cells = [row[name] or "" for _, _, name in self.leading]
            lines.append(cells + [row[self.counts].get(f"{p}/{x}", "") for p, labels in ports.items() for x in labels])
        return "".join(",".join(map(quoted, cells)) + "\r\n" for cells in lines).encode()

    def _ports(self, first: list[str], second: list[str]) -> list[_Port]:
        lead = len(self.leading)
        said = [
            f"column {place} is headed '{above}' and '{below}' instead of '{wanted}' and '{wanted_below}'"
            for place, (above, below, (wanted, wanted_below, _)) in enumerate(
                zip(first, second, self.leading, strict=False), 1
            )
            if (above, below) != (wanted, wanted_below)
        ]
        end = max((place + 1 for place in range(len(first)) if first[place] or second[place]), default=0)
        starts = [place for place in range(lead, end) if first[place]]
        if end <= lead or starts[:1] != [lead]:
            said.append(f"no port is named over column {lead + 1}")
        ports = [_Port(first[start], start, tuple(second[start:stop])) for start, stop in pairwise([*starts, end])]
        known = " or ".join("+".join(group) for group in self.groups)
        said += [f"{p.name} has {'+'.join(p.labels)} instead of {known}" for p in ports if p.labels not in self.groups]
        names = Counter(port.name for port in ports)
        said += [f"{name} is there {count} times" for name, count in names.items() if count > 1]
        if said:
            raise SourceSurprise(f"{'; '.join(said)}: {_REVIEW}")
        return ports

    def _check_lines(self, rows: list[tuple[int, list[str]]], ports: list[_Port]) -> None:
        end = ports[-1].start + len(ports[-1].labels)
        beyond = [str(line) for line, cells in rows if any(cell not in ("", "0") for cell in cells[end:])]
        if beyond:
            said = f"{', '.join(beyond[:5])}{f' and {len(beyond) - 5} more' if beyond[5:] else ''}"
            raise SourceSurprise(f"counts under no header in line {said}: {_REVIEW}")

    def _check_end(self, line: int, cells: list[str], last: _Port) -> None:
        """The last line has no end: it is whole where more columns follow, or where the last port adds up."""
        end = last.start + len(last.labels)
        *parts, whole = cells[last.start : end]
        adds_up = bool(whole) == any(parts) and sum(map(_number, parts)) == _number(whole)
        if end == len(cells) and not (parts and adds_up):
            raise SourceSurprise(f"line {line} is the last, has no end and does not add up: it is cut off")


def _counts(cells: list[str], ports: list[_Port]) -> dict[str, str]:
    found = {f"{p.name}/{label}": cells[p.start + place] for p in ports for place, label in enumerate(p.labels)}
    return {key: cell for key, cell in found.items() if cell}


def _number(cell: str) -> int:
    digits = cell.replace(",", "")
    return int(digits) if digits.isdecimal() else 0
