"""The declared names of ``people/``, compiled to arrays in which a million travellers are looked up at once.

``origins.csv``      the traditions that people of an origin are named in
``patterns.csv``     how a tradition puts a full name together
``spellings.csv``    the schemes under which a tradition's names are written in Latin letters
``parts/*.csv``      lists of names with sex, years of birth in which they are given, and weight
``han*.csv``, ``hangul*.csv``, ``letters.csv``   readings (see ``romanisation``)

Weights count against each other within an origin, a tradition, a list. They are
approximate, from general knowledge of published name statistics; nothing is
taken from records of people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from lakehouse.simulator.choices import Choices, Codes
from lakehouse.simulator.name_lists import Lists, Spelling, Texts
from lakehouse.simulator.name_patterns import SLOTS, Pattern, Templates
from lakehouse.simulator.romanisation import table

#: Where people of an origin that is not declared take their names from.
ELSEWHERE = "OTHER"

#: Tags of ancestors, whose names are men's: decades that they were born before their descendant.
_DECADES_BEFORE = {"father": 3, "grandfather": 6}

#: Tag of a second name, which differs from the one drawn without a tag.
_SECOND = "second"

_JOINERS = {"hyphen": "-", "space": " ", "none": ""}

_Rows = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Book:
    """Everything declared; each array is indexed by the codes that another one holds."""

    #: All origins in the order of their codes, which choose among traditions; the code of those not declared.
    origins: pl.Enum
    elsewhere: int
    origin_choices: Choices
    #: Patterns, chosen by tradition * 2 + is_female, and what they are compiled to.
    patterns: list[Pattern]
    pattern_choices: Choices
    templates: Templates
    #: By (pattern, slot): the list that fills it, or -1; decades that its bearer was born before, or -1.
    slot_lists: Codes
    slot_decades: Codes
    #: And the slot whose part it may not repeat, or -1.
    slot_unlike: Codes
    #: Scheme of each spelling, chosen by tradition.
    schemes: pl.Series
    spelling_choices: Choices
    lists: Lists
    texts: Texts


@cache
def book() -> Book:
    """The book of ``people/``, compiled once for the process, which takes some tenths of a second."""
    shapes, ways = _by("tradition", "patterns"), _by("tradition", "spellings")
    patterns, pattern_choices = _patterns(shapes)
    spellings, spelling_choices = _spellings(ways, shapes)
    origins, origin_choices = _origins(_by("origin", "origins"), list(shapes))
    lists = Lists.read()
    texts = Texts.of(lists, spellings, dict.fromkeys(_needed(shapes, ways, spellings)))
    slot_lists, slot_decades, slot_unlike = _slots(patterns, lists)
    return Book(
        origins=pl.Enum(origins),
        elsewhere=origins.index(ELSEWHERE),
        origin_choices=origin_choices,
        patterns=patterns,
        pattern_choices=pattern_choices,
        templates=Templates.of(patterns, lists.natives, texts.all, [way.joiner for way in spellings]),
        slot_lists=slot_lists,
        slot_decades=slot_decades,
        slot_unlike=slot_unlike,
        schemes=pl.Series([way.scheme for way in spellings], dtype=pl.Enum(sorted({way.scheme for way in spellings}))),
        spelling_choices=spelling_choices,
        lists=lists,
        texts=texts,
    )


def _by(column: str, name: str) -> _Rows:
    groups: _Rows = {}
    for row in table(name):
        groups.setdefault(row[column], []).append(row)
    return groups


def _origins(homes: _Rows, traditions: list[str]) -> tuple[list[str], Choices]:
    """Origins and, as finer ones, the traditions themselves."""
    number = {tradition: number for number, tradition in enumerate(traditions)}
    groups = [[(number[row["tradition"]], int(row["weight"])) for row in rows] for rows in homes.values()]
    groups += [[(code, 1)] for code in number.values()]
    return [*homes, *number], Choices.of(groups)


def _pattern(row: dict[str, str]) -> Pattern:
    return Pattern(row["native_primary"], row["native_secondary"], row["primary"], row["secondary"])


def _patterns(shapes: _Rows) -> tuple[list[Pattern], Choices]:
    patterns: list[Pattern] = []
    groups: list[list[tuple[int, int]]] = []
    for rows in shapes.values():
        weighed = [(len(patterns) + place, row["sex"], int(row["weight"])) for place, row in enumerate(rows)]
        patterns += map(_pattern, rows)
        groups += [[(pattern, weight) for pattern, sex, weight in weighed if sex in ("", one)] for one in "mf"]
    return patterns, Choices.of(groups)


def _spelling(row: dict[str, str]) -> Spelling:
    return Spelling(row["scheme"], row["readings"], _JOINERS[row["joiner"]])


def _spellings(ways: _Rows, traditions: Iterable[str]) -> tuple[list[Spelling], Choices]:
    known = list(dict.fromkeys(_spelling(row) for rows in ways.values() for row in rows))
    groups = [[(known.index(_spelling(row)), int(row["weight"])) for row in ways[name]] for name in traditions]
    return known, Choices.of(groups)


def _slots(patterns: list[Pattern], lists: Lists) -> tuple[Codes, Codes, Codes]:
    numbers, decades, unlike = np.full((3, len(patterns), SLOTS), -1, np.int64)
    for place, pattern in enumerate(patterns):
        blanks = list(pattern.blanks().values())
        for slot, (name, tag) in enumerate(blanks):
            numbers[place, slot] = lists.numbers[name]
            decades[place, slot] = _DECADES_BEFORE.get(tag, -1)
            if tag == _SECOND:
                unlike[place, slot] = blanks.index((name, ""))
    return numbers, decades, unlike


def _needed(shapes: _Rows, ways: _Rows, spellings: list[Spelling]) -> Iterator[tuple[str, int]]:
    """Each ``(list, spelling)`` that a tradition can come to."""
    for tradition, rows in shapes.items():
        for way in ways[tradition]:
            number = spellings.index(_spelling(way))
            yield from ((name, number) for row in rows for name, _ in _pattern(row).blanks().values())
