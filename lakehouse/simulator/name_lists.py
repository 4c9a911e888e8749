"""Lists of names: who is given them when, and how each is spelled.

Sex and years of birth weigh the names of a list. Every group of (list, sex,
decade of birth) is one group of choices; groups that weigh alike are one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from lakehouse.simulator.choices import Choices, Codes
from lakehouse.simulator.romanisation import PEOPLE, spellings, table

#: Decades of birth told apart; earlier and later births count as the first and the last.
FIRST_DECADE, DECADES = 1930, 10

#: Weight of a name in the decades it is declared for, and in those just before and after.
_IN_FASHION, _NEARLY = 4, 1


@dataclass(frozen=True)
class Part:
    """One name of a list: a surname, a given name, a father's name, a character of one."""

    native: str
    #: Its spellings where it has its own, else empty.
    own: str
    #: ``m``, ``f``, or empty for both.
    sex: str
    #: Years of birth such as 1950-1969, or empty for all.
    born: str
    weight: int

    def weight_for(self, is_female: int, decade: int) -> int:
        """Its weight among the names given to one sex in one decade of birth, counted from ``FIRST_DECADE``."""
        if self.sex not in ("", "mf"[is_female]):
            return 0
        if not self.born:
            return self.weight * _IN_FASHION
        first, last = ((int(year) - FIRST_DECADE) // 10 for year in self.born.split("-"))
        if first <= decade <= last:
            return self.weight * _IN_FASHION
        return self.weight * _NEARLY if first - 1 <= decade <= last + 1 else 0


@dataclass(frozen=True)
class Spelling:
    """A way to write a tradition's names in Latin letters."""

    #: What the way is called.
    scheme: str
    #: The column of readings, or the system of letters.
    readings: str
    #: Between the syllables of a name.
    joiner: str


@dataclass(frozen=True)
class Lists:
    """All parts, list after list; ``groups[list, is_female, decade]`` is the group that chooses among them."""

    numbers: dict[str, int]
    spans: list[range]
    parts: list[Part]
    natives: pl.Series
    choices: Choices
    groups: Codes

    @classmethod
    def read(cls) -> Lists:
        """The lists of ``people/parts``."""
        named: dict[str, list[Part]] = {}
        for name in sorted(path.stem for path in (PEOPLE / "parts").glob("*.csv")):
            for row in table(f"parts/{name}"):
                part = Part(row["native"], row["reading"], row["sex"], row["born"], int(row["weight"]))
                named.setdefault(row["list"], []).append(part)
        parts = [part for members in named.values() for part in members]
        ends = np.cumsum([len(members) for members in named.values()]).tolist()
        spans = [range(end - len(members), end) for end, members in zip(ends, named.values(), strict=True)]
        numbers = {name: number for number, name in enumerate(named)}
        return cls(numbers, spans, parts, pl.Series([part.native for part in parts]), *_choices(parts, spans))


def _choices(parts: list[Part], spans: list[range]) -> tuple[Choices, Codes]:
    known: dict[tuple[tuple[int, int], ...], int] = {}
    groups = np.zeros((len(spans), 2, DECADES), np.int64)
    for place in np.ndindex(groups.shape):
        number, is_female, decade = place
        weighed = ((part, parts[part].weight_for(is_female, decade)) for part in spans[number])
        group = tuple((part, weight) for part, weight in weighed if weight)
        groups[place] = known.setdefault(group, len(known))
    return Choices.of(list(known)), groups


@dataclass(frozen=True)
class Texts:
    """Parts in Latin letters: part p under spelling s has ``count[p, s]`` variants, from ``all[start[p, s]]`` on."""

    all: pl.Series
    start: Codes
    count: Codes

    @classmethod
    def of(cls, lists: Lists, ways: list[Spelling], needed: Iterable[tuple[str, int]]) -> Texts:
        """Texts of each needed ``(list, number of a way)``; the others count 0."""
        texts: list[str] = []
        start, count = np.zeros((2, len(lists.parts), len(ways)), np.int64)
        for name, number in needed:
            way, is_surname = ways[number], name.endswith("_surname")
            for place in lists.spans[lists.numbers[name]]:
                part = lists.parts[place]
                found = spellings(part.native, part.own, way.readings, way.joiner, surname=is_surname)
                start[place, number], count[place, number] = len(texts), len(found)
                texts += found
        return cls(pl.Series(texts), start, count)
