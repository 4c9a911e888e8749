"""Patterns of full names, compiled so that people of all patterns are written in one pass."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lakehouse.errors import DeclarationError
from lakehouse.simulator.choices import Codes

Places = NDArray[np.uint32]

#: Most parts that one person's name is put together from.
SLOTS = 4

#: A blank of a pattern, ``{list}`` or ``{list:tag}``: another tag is another draw from the same list.
_BLANK = re.compile(r"\{(\w+)(?::(\w+))?\}")

#: What a template is made of: blanks with the text after each, the joiner of syllables, text.
_PIECES = re.compile(r"(\{[^}]*\}|~|)([^{~]*)")

#: Which of a person's codes a piece is looked up by: parts by slot, their Latin letters by slot, the joiner, none.
_LATIN, _JOINER, _NONE = SLOTS, 2 * SLOTS, 2 * SLOTS + 1


@dataclass(frozen=True)
class Pattern:
    """How a full name is put together: a template for each part of the name in a document."""

    native_primary: str
    native_secondary: str
    primary_identifier: str
    secondary_identifier: str

    def blanks(self) -> dict[str, tuple[str, str]]:
        """Its different blanks in the order in which they are drawn: text, and the list and tag that it names."""
        found = (blank for template in astuple(self) for blank in _BLANK.finditer(template))
        blanks = {blank[0]: (blank[1], blank[2] or "") for blank in found}
        if len(blanks) > SLOTS:
            raise DeclarationError(f"{self} has more than {SLOTS} blanks: leave one out")
        return blanks


@dataclass(frozen=True)
class Templates:
    """The templates of all patterns, piece by piece, as places in one pool of texts.

    ``sources[column][piece, pattern]`` tells which of a person's codes counts on from
    ``starts[column][piece, pattern]`` in the pool; a piece that a template lacks is an empty text.
    """

    pool: pl.Series
    sources: dict[str, Codes]
    starts: dict[str, Places]

    @classmethod
    def of(cls, patterns: list[Pattern], natives: pl.Series, latin: pl.Series, joiners: list[str]) -> Templates:
        """``natives`` by part, ``latin`` by the place of a part's text, ``joiners`` by spelling."""
        columns = {
            field.name: [_pieces(getattr(pattern, field.name)) for pattern in patterns] for field in fields(Pattern)
        }
        pool = _Pool({"native": natives, "latin": latin, "~": pl.Series(joiners), "": pl.Series([""])})
        sources, starts = {}, {}
        for name, templates in columns.items():
            shape = max(map(len, templates)), len(patterns)
            source, start = np.full(shape, _NONE), np.full(shape, pool.start("", ""), np.uint32)
            script, first = ("native", 0) if name.startswith("native") else ("latin", _LATIN)
            for number, pieces in enumerate(templates):
                codes = {blank: first + slot for slot, blank in enumerate(patterns[number].blanks())}
                codes |= {"~": _JOINER, "": _NONE}
                for place, (blank, after) in enumerate(pieces):
                    source[place, number] = codes[blank]
                    start[place, number] = pool.start(script if blank[:1] == "{" else blank, after)
            sources[name], starts[name] = source, start
        return cls(pool.texts(), sources, starts)

    def filled(self, pattern: Codes, parts: Codes, latin: Codes, spelling: Codes) -> pl.DataFrame:
        """Names of n people: ``parts`` and ``latin`` have the shape (SLOTS, n), the others (n,)."""
        codes = np.zeros((_NONE + 1, len(pattern)), np.uint32)
        codes[:SLOTS], codes[_LATIN:_JOINER], codes[_JOINER] = parts, latin, spelling
        rows, columns = np.arange(len(pattern)), []
        for name, source in self.sources.items():
            places = codes[source[:, pattern], rows] + self.starts[name][:, pattern]
            columns.append(pl.concat_str([pl.lit(self.pool[place]) for place in places]).alias(name))
        return pl.select(columns)


class _Pool:
    """Texts one after the other: those of a kind, each with the same text after it."""

    def __init__(self, kinds: dict[str, pl.Series]) -> None:
        self._kinds = kinds
        self._starts: dict[tuple[str, str], int] = {}
        self._count = 0

    def start(self, kind: str, after: str) -> int:
        """Place of the first of a kind with ``after`` behind it."""
        if (kind, after) not in self._starts:
            self._starts[kind, after] = self._count
            self._count += len(self._kinds[kind])
        return self._starts[kind, after]

    def texts(self) -> pl.Series:
        return pl.concat([self._kinds[kind] + after for kind, after in self._starts])


def _pieces(template: str) -> list[tuple[str, str]]:
    return [piece for piece in _PIECES.findall(template) if any(piece)]
