"""What is picked from the segments of a group, each pick with the type of its column."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from lakehouse.formats.edifact_messages import Found
from lakehouse.formats.edifact_syntax import Segment


@dataclass(frozen=True)
class At:
    """A component by its place, element and component from 1; the first of ``others`` where that is empty."""

    element: int
    component: int = 1
    others: tuple[At, ...] = ()
    kind = "string"
    arrow = pa.string()

    def of(self, segment: Segment) -> str | None:
        found = segment.value(self.element, self.component)
        if self.others and not found:
            return next((text for other in self.others if (text := other.of(segment))), None)
        return found


@dataclass(frozen=True)
class Components:
    """All components of an element; where ``parted_by`` is given, the pieces of its component ``component`` instead."""

    element: int
    component: int = 0
    parted_by: str = ""
    kind = "array<string>"
    arrow = pa.list_(pa.string())

    def of(self, segment: Segment) -> list[str] | None:
        if not self.parted_by:
            return segment.components(self.element) or None
        text = segment.value(self.element, self.component)
        return text.split(self.parted_by) if text else None


@dataclass(frozen=True)
class Elements:
    """The first component of each element from one on."""

    first: int
    kind = "array<string>"
    arrow = pa.list_(pa.string())

    def of(self, segment: Segment) -> list[str] | None:
        places = range(self.first, len(segment.elements) + 1)
        return [segment.value(place) or "" for place in places] or None


Place = At | Components | Elements


class Pick(ABC):
    """A column's value, found in a group."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """Type in Spark's DDL."""

    @property
    @abstractmethod
    def arrow(self) -> pa.DataType:
        """The same in Arrow."""

    @abstractmethod
    def of(self, found: Found) -> Any:
        """The value in a group; None where there is none."""


@dataclass(frozen=True)
class One(Pick):
    """A place in the first segment of a tag."""

    tag: str
    place: Place

    @property
    def kind(self) -> str:
        return self.place.kind

    @property
    def arrow(self) -> pa.DataType:
        return self.place.arrow

    def of(self, found: Found) -> Any:
        segments = found.own.get(self.tag)
        return self.place.of(segments[0]) if segments else None


@dataclass(frozen=True)
class Every(Pick):
    """Each segment of a tag as a struct; with ``each_from`` each of its elements from that one on, as element 1."""

    tag: str
    fields: Mapping[str, Place]
    each_from: int = 0

    @property
    def kind(self) -> str:
        return f"array<struct<{','.join(f'{name}:{place.kind}' for name, place in self.fields.items())}>>"

    @property
    def arrow(self) -> pa.DataType:
        return pa.list_(pa.struct([(name, place.arrow) for name, place in self.fields.items()]))

    def of(self, found: Found) -> list[dict[str, Any]] | None:
        segments = found.own.get(self.tag)
        if not segments:
            return None
        if self.each_from:
            segments = [unit for segment in segments for unit in segment.units(self.each_from)]
        fields = self._fields
        return [{name: of(segment) for name, of in fields} for segment in segments] or None

    @cached_property
    def _fields(self) -> list[tuple[str, Callable[[Segment], Any]]]:
        return [(name, place.of) for name, place in self.fields.items()]


@dataclass(frozen=True)
class Inside(Pick):
    """Each group of a name as a struct of what is picked from it."""

    name: str
    picks: Mapping[str, Pick]

    @property
    def kind(self) -> str:
        return f"array<struct<{','.join(f'{name}:{pick.kind}' for name, pick in self.picks.items())}>>"

    @property
    def arrow(self) -> pa.DataType:
        return pa.list_(pa.struct([(name, pick.arrow) for name, pick in self.picks.items()]))

    def of(self, found: Found) -> list[dict[str, Any]] | None:
        groups = found.inside.get(self.name)
        return [{n: p.of(g) for n, p in self.picks.items()} for g in groups] if groups else None


def iso_day(year: str, month: str, day: str) -> str | None:
    """A day of this century, YYYY-MM-DD, of its parts in two digits each; None where there is no such day."""
    try:
        return date.fromisoformat(f"20{year}-{month}-{day}").isoformat()
    except ValueError:
        return None
