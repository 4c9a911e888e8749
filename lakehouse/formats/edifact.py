"""UN/EDIFACT messages as records: one for each group of a kind, with what it stands in.

A fault of the file refuses it whole. A message that is at fault becomes one
record that carries the fault, and the messages beside it are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from lakehouse.declare import Bronze, Column, Kind, Pii, Unit
from lakehouse.errors import DeclarationError, SourceSurprise
from lakehouse.formats import DriverFormat, Fault, Record
from lakehouse.formats.edifact_messages import Group, Located, arranged, located
from lakehouse.formats.edifact_picks import Pick
from lakehouse.formats.edifact_syntax import Message, Segment, messages

_CONTROL = "{} is what came"


@dataclass(frozen=True)
class Held:
    """A group of a message, before its columns are taken from it."""

    message: Message
    place: Located


@dataclass(frozen=True)
class Picked(Column):
    """A column with the way in which its value is found."""

    of: Callable[[Held], Any] = lambda _: None
    #: Of a control value what it has to be: where it is not, it is blanked and quarantine told.
    expected: Callable[[Held], Any] | None = None


@dataclass(frozen=True)
class Edifact(DriverFormat):
    """Messages of one type; every group called ``group`` becomes a record, or the message itself by its type's name.

    ``source_line`` is the number of the group's first segment in the file.
    Its reference and structure bind: a message in which they are wrong is
    refused. Where the count of UNT, or the reference of UNE or UNZ, is wrong,
    that value alone is blanked; with ``count_binds`` a wrong count refuses the
    message too (docs/decisions/0010). ``sample`` is a made-up file, from which
    columns have their examples.
    """

    message: Group
    group: str
    sample: str
    count_binds: bool = False

    def records(self, content: bytes, table: type[Bronze]) -> Iterator[Record]:
        columns = {name: column for name, column in table.raw_columns().items() if isinstance(column, Picked)}
        found = messages(content)
        if not found:
            raise SourceSurprise("empty file: an interchange without any message; ask its sender")
        for message in found:
            for held in self._held(message):
                if isinstance(held, Fault):
                    yield Record(message.header.number, dict.fromkeys(columns), (held,))
                else:
                    yield Record(self._line(held), *_controlled(held, columns))

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:  # noqa: ARG002
        """A file that reads back as ``rows``: for each an interchange of one message."""
        return "".join(f"{text}'\n" for row in rows for text in _interchange(row)).encode("ascii")

    def column(self, pick: Pick, meaning: str, pii: Pii = Pii.NONE) -> Picked:
        """The column that ``pick`` finds in a group."""
        return self._column(pick.kind, meaning, pii, lambda held: pick.of(held.place.found))

    def column_around(self, name: str, pick: Pick, meaning: str, pii: Pii = Pii.NONE) -> Picked:
        """The column that ``pick`` finds in the group called ``name`` around a group."""

        def of(held: Held) -> Any:
            return next(pick.of(outer) for outer in held.place.around if outer.group.name == name)

        return self._column(pick.kind, meaning, pii, of)

    def of_header(self, element: int, component: int, meaning: str) -> Picked:
        """The column at a place of the message's header, UNH."""
        return self._column(Kind.STRING, meaning, Pii.NONE, lambda held: held.message.header.value(element, component))

    def message_header(self) -> Picked:
        """The header of the message as it came."""
        said = "Header of the message, UNH, as it came, in the standard's own separators."
        return self._column(Kind.STRING, said, Pii.NONE, lambda held: str(held.message.header))

    def stated_count(self) -> Picked:
        """How many segments the message has by its own count."""
        said = "Segments of the message, UNH and UNT among them, as UNT counts them; null where others came."
        column = self._column(Kind.LONG, said, Pii.NONE, lambda held: held.message.stated_count)
        return replace(column, unit=Unit.COUNT, expected=lambda held: held.message.segments_count)

    def closing_reference(self, name: str) -> Picked:
        """The reference that the trailer of the ``interchange`` or ``group`` repeats."""
        said = f"Reference of the {name} as its trailer repeats it; null where that is another one."
        of, expected = header_value(f"{name}_trailer", 2), header_value(name, 5)
        return replace(self._column(Kind.STRING, said, Pii.NONE, of), expected=expected)

    def segments(self, pii: Pii) -> Picked:
        """Every segment of the group, as it came."""
        said = "Every segment as it came, in the standard's own separators, without terminators."
        return self._column(
            Kind.STRINGS, said, pii, lambda held: [str(segment) for segment in held.place.found.segments()]
        )

    def context(self, pii: Pii, meaning: str) -> Picked:
        """What is said of the group in those around it."""
        return self._column(Kind.STRINGS, meaning, pii, lambda held: [str(segment) for segment in held.place.context()])

    def _column(self, kind: str, meaning: str, pii: Pii, of: Callable[[Held], Any]) -> Picked:
        return Picked(kind, meaning, pii=pii, examples=tuple(of(held) for held in self._sampled), of=of)

    @cached_property
    def _sampled(self) -> list[Held]:
        found = [held for message in messages(self.sample.encode()) for held in self._held(message)]
        if said := [fault.rule for fault in found if isinstance(fault, Fault)]:
            raise DeclarationError(f"the sample of {self.message.name} is at fault: {'; '.join(said)}")
        return [held for held in found if isinstance(held, Held)]

    def _held(self, message: Message) -> Iterator[Held | Fault]:
        """The groups of a message, or what is wrong with it."""
        top, said = arranged(message, self.message)
        if not said and self.count_binds and message.stated_count != message.segments_count:
            said = [f"segment {message.header.number} (UNH): UNT counts other segments than came"]
        if said:
            yield from (Fault(words) for words in said)
        else:
            yield from (Held(message, place) for place in located(top, self.group))

    def _line(self, held: Held) -> int:
        is_message = self.group == self.message.name
        return held.message.header.number if is_message else held.place.found.segments()[0].number


def _controlled(held: Held, columns: Mapping[str, Picked]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The values of a record, wrong control values blanked, and the faults that tell of those."""
    values = {name: column.of(held) for name, column in columns.items()}
    wrong = [n for n, c in columns.items() if c.expected and values[n] != c.expected(held)]
    faults = (Fault(_CONTROL.format(name), name, None if values[name] is None else str(values[name])) for name in wrong)
    return values | dict.fromkeys(wrong), tuple(faults)


def _interchange(row: dict[str, Any]) -> list[str]:
    """The segments that a row makes up, from UNB to UNZ."""
    unb, ung, unh = row["interchange_header"], row["group_header"], row["message_header"]
    body = [*(row.get("context") or ()), *row["segments"]]
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
