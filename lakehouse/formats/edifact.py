"""UN/EDIFACT messages as columns: a row for each group of a kind, or for the message itself.

A fault of the file refuses it whole. A message that is at fault is put aside
with the segment that broke it, and the messages beside it are read.
"""

from __future__ import annotations

import gc
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

import pyarrow as pa

from lakehouse.declare import Bronze, Column, Kind, NotNull, Pii, Unit
from lakehouse.errors import DeclarationError, SourceSurprise
from lakehouse.formats import ArrowFormat, Fault, Record
from lakehouse.formats.edifact_messages import Found, Group, arranged
from lakehouse.formats.edifact_picks import Pick
from lakehouse.formats.edifact_syntax import STANDARD, Damaged, Message, Segment, messages

_CONTROL = "{} is what came"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Held:
    """A group of a message, the places in the file of its message and of the group around it, from 1, and its flight.

    ``departure_date`` is the day on which the message's flight leaves, YYYY-MM-DD.
    """

    message: Message
    found: Found
    message_number: int
    outer_number: int
    departure_date: str | None


@dataclass(frozen=True)
class Picked(Column):
    """A column with the way in which its value is found."""

    of: Callable[[Held], Any] = lambda _: None
    arrow: pa.DataType | None = None
    #: Of a control value what it has to be: where it is not, it is blanked and quarantine told.
    expected: Callable[[Held], Any] | None = None


@dataclass(frozen=True)
class Edifact(ArrowFormat):
    """Messages of one type; every group at the end of ``path`` becomes a row, without one the message itself.

    ``source_line`` is the place of the row among its like in the file. Its
    reference and structure bind: a message in which they are wrong is refused.
    Where the count of UNT, or the reference of UNE or UNZ, is wrong, that value
    alone is blanked. ``departs`` finds the day on which the flight of a message
    leaves. ``apart`` names the groups inside that are rows of another
    table. ``sample`` is a made-up file, from which columns have their examples.
    """

    message: Group
    path: tuple[str, ...]
    sample: str
    departs: Callable[[Found], str | None]
    apart: str = ""

    def table(self, content: bytes, table: type[Bronze]) -> pa.Table:
        with _uncollected():
            return self._table(content, table)

    def _table(self, content: bytes, table: type[Bronze]) -> pa.Table:
        held = [one for one in self._held(_plain(content)) if isinstance(one, Held)]
        found = {}
        for name, column in self._picked(table).items():
            values = [column.of(one) for one in held]
            if column.expected:
                right = map(column.expected, held)
                values = [value if value == wanted else None for value, wanted in zip(values, right, strict=True)]
            found[name] = pa.array(values, column.arrow)
        lines = [self._line(one, place) for place, one in enumerate(held, 1)]
        return pa.table(found | {"source_line": pa.array(lines, pa.int64())})

    def faulty(self, content: bytes, table: type[Bronze]) -> tuple[Record, ...]:
        """Messages that are refused, by their place in the file, and rows whose control values are wrong."""
        controls = {name: (c, c.expected) for name, c in self._picked(table).items() if c.expected}
        records, place = [], 0
        for number, one in enumerate(self._held(_plain(content)), 1):
            if isinstance(one, Fault):
                records.append(Record(number, {}, (one,)))
                continue
            place += 1
            wrong = {name: c.of(one) for name, (c, expected) in controls.items() if c.of(one) != expected(one)}
            if wrong:
                said = (Fault(_CONTROL.format(n), n, None if v is None else str(v)) for n, v in wrong.items())
                records.append(Record(self._line(one, place), {}, tuple(said)))
        return tuple(records)

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A file that reads back as ``rows``; what rows of groups do not tell is the sample's."""
        texts = self._rendered_messages(rows) if not self.path else self._rendered_groups(rows)
        content = "".join(f"{text}'\n" for text in texts).encode("ascii")
        return gzip.compress(content, mtime=0) if table.part.endswith(".gz") else content

    def column(self, pick: Pick, meaning: str, pii: Pii = Pii.NONE) -> Picked:
        """The column that ``pick`` finds in a group."""
        return self._column(pick.kind, pick.arrow, meaning, pii, lambda held: pick.of(held.found))

    def of_header(self, element: int, component: int, meaning: str) -> Picked:
        """The column at a place of the message's header, UNH."""
        return self._text(meaning, lambda held: held.message.header.value(element, component))

    def message_header(self) -> Picked:
        """The header of the message as it came."""
        said = "Header of the message, UNH, as it came, in the standard's own separators."
        return self._text(said, lambda held: str(held.message.header))

    def message_number(self) -> Picked:
        """Which message of the file a group stands in."""
        said = "Place of the message among those of the file, from 1: source_line of the message's own row."
        column = self._column(Kind.LONG, pa.int64(), said, Pii.NONE, lambda held: held.message_number)
        return replace(column, rules=(NotNull(),), unit=Unit.NUMBER)

    def outer_number(self, name: str) -> Picked:
        """Which group called ``name`` a group stands in."""
        said = f"Place of the {name} among those of the file, from 1: source_line of the {name}'s own row."
        column = self._column(Kind.LONG, pa.int64(), said, Pii.NONE, lambda held: held.outer_number)
        return replace(column, rules=(NotNull(),), unit=Unit.NUMBER)

    def departure_date(self) -> Picked:
        """Day on which the flight leaves that the message is about."""
        said = "Day on which the flight leaves that the message is about, YYYY-MM-DD, by the clocks there."
        return self._text(said, lambda held: held.departure_date)

    def stated_count(self) -> Picked:
        """How many segments the message has by its own count."""
        said = "Segments of the message, UNH and UNT among them, as UNT counts them; null where others came."
        column = self._column(Kind.LONG, pa.int64(), said, Pii.NONE, lambda held: held.message.stated_count)
        return replace(column, unit=Unit.COUNT, expected=lambda held: held.message.segments_count)

    def closing_reference(self, name: str) -> Picked:
        """The reference that the trailer of the ``interchange`` or ``group`` repeats."""
        said = f"Reference of the {name} as its trailer repeats it; null where that is another one."
        return replace(self._text(said, header_value(f"{name}_trailer", 2)), expected=header_value(name, 5))

    def segments(self, pii: Pii) -> Picked:
        """Every segment of the group, as it came, but for those that are rows of another table."""
        said = "Every segment as it came, in the standard's own separators, without terminators" + (
            f"; those of each {self.apart} stand in another table." if self.apart else "."
        )
        kind, arrow = Kind.STRINGS, pa.list_(pa.string())
        return self._column(kind, arrow, said, pii, lambda held: _written(held.found.without(self.apart)))

    def _line(self, one: Held, place: int) -> int:
        """A message's place counts those that are refused, so that its groups lead to it."""
        return place if self.path else one.message_number

    def _text(self, meaning: str, of: Callable[[Held], Any]) -> Picked:
        return self._column(Kind.STRING, pa.string(), meaning, Pii.NONE, of)

    def _column(self, kind: str, arrow: pa.DataType, meaning: str, pii: Pii, of: Callable[[Held], Any]) -> Picked:
        return Picked(kind, meaning, pii=pii, examples=tuple(of(held) for held in self._sampled), of=of, arrow=arrow)

    @cached_property
    def _sampled(self) -> list[Held]:
        found = list(self._held(self.sample.encode()))
        if said := [fault.rule for fault in found if isinstance(fault, Fault)]:
            raise DeclarationError(f"the sample of {self.message.name} is at fault: {'; '.join(said)}")
        return [held for held in found if isinstance(held, Held)]

    @staticmethod
    def _picked(table: type[Bronze]) -> dict[str, Picked]:
        return {name: column for name, column in table.raw_columns().items() if isinstance(column, Picked)}

    def _held(self, content: bytes) -> Iterator[Held | Fault]:
        """The groups of a file in their order; in the place of a message that is refused, what is wrong with it."""
        outer_number = 0
        for number, (message, top, said) in enumerate(_read(content, self.message), 1):
            if message is None or said:
                yield Fault("; ".join(said))
                continue
            departure_date = self.departs(top)
            for outer in [top] if len(self.path) < 2 else top.inside.get(self.path[0], ()):
                outer_number += 1
                for found in outer.inside.get(self.path[-1], ()) if self.path else [outer]:
                    yield Held(message, found, number, outer_number, departure_date)

    def _rendered_messages(self, rows: list[dict[str, Any]]) -> Iterator[str]:
        for row in rows:
            body = self._whole(row["segments"])
            yield from _interchange(row["interchange_header"], row["group_header"], row["message_header"], body)

    def _rendered_groups(self, rows: list[dict[str, Any]]) -> Iterator[str]:
        (_, top, _), *_ = _read(self.sample.encode(), self.message)
        held = self._sampled[0].message
        *outer, last = self.path
        around = top.inside[outer[0]][0] if outer else top
        ordered = sorted(rows, key=lambda row: [row["message_number"], *(row[f"{name}_number"] for name in outer)])
        for _, mine in groupby(ordered, key=lambda row: row["message_number"]):
            body = _before(top, self.path[0]) if outer else []
            for _, inside in groupby(mine, key=lambda row: [row[f"{name}_number"] for name in outer]):
                body += _before(around, last) + [text for row in inside for text in self._whole(row["segments"])]
            yield from _interchange(str(held.interchange), None, str(held.header), body)

    def _whole(self, segments: list[str]) -> list[str]:
        """Segments of a row with those that are rows of another table: of the sample's own, as they are there."""
        for held in self._sampled if self.apart else ():
            if segments == _written(held.found.without(self.apart)):
                return _written(held.found.segments())
        return segments


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles, which segments never form: it would take as long as reading them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@lru_cache(maxsize=1)  # A file is read for each of its tables in turn.
def _plain(content: bytes) -> bytes:
    """The file itself, unpacked where it is packed."""
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as fault:
        raise SourceSurprise("cut off or damaged: it cannot be unpacked as gzip; fetch the file again") from fault


@lru_cache(maxsize=1)
def _read(content: bytes, root: Group) -> list[tuple[Message | None, Found, list[str]]]:
    """Every message of a file with its groups, and what is wrong with it."""
    found: list[tuple[Message | None, Found, list[str]]] = []
    for message in messages(content):
        if isinstance(message, Damaged):
            found.append((None, Found(root, (), 0), [message.reason]))
        else:
            found.append((message, *arranged(message, root)))
    if not found:
        raise SourceSurprise("empty file: an interchange without any message; ask its sender")
    return found


def _before(found: Found, name: str) -> list[str]:
    """Segments that come before the first group called ``name``."""
    first = found.inside[name][0].first
    return _written(found.segments()[: first - found.first])


def _written(segments: Sequence[Segment]) -> list[str]:
    return [segment.raw if segment.signs is STANDARD else str(segment) for segment in segments]


def _interchange(unb: str, ung: str | None, unh: str, body: list[str]) -> list[str]:
    """The segments of an interchange of one message, from UNB to UNZ."""
    texts = [unh, *body, f"UNT+{len(body) + 2}+{_element(unh, 1)}"]
    if ung:
        texts = [ung, *texts, f"UNE+1+{_element(ung, 5)}"]
    return [unb, *texts, f"UNZ+1+{_element(unb, 5)}"]


def _element(written: str, place: int) -> str:
    """An element of a written segment; references hold no separators."""
    return written.split("+")[place].split(":")[0]


def header_value(name: str, element: int, component: int = 1) -> Callable[[Held], str | None]:
    """What a place of a header or trailer holds, by its name in ``Message``; None where there is none."""

    def of(held: Held) -> str | None:
        segment: Segment | None = getattr(held.message, name)
        return segment.value(element, component) if segment else None

    return of
