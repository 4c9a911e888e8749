"""Personal names of simulated travellers, as their documents print them.

A name is a function of the traveller's own row: origin, sex, year of birth and
256 random bits. It does not depend on other rows, on their order, or on origins
declared beside its own, so a person keeps the name for life. Primary and
secondary identifier are those of ICAO Doc 9303 part 3, section 4.6 (8th
edition, 2021): a state's own division of a name; a name that is not divided is
all primary, and the secondary identifier is then empty.

What is declared, and how to add an origin or a name: ``name_book``.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lakehouse.errors import DeclarationError
from lakehouse.simulator.choices import Codes, Draws
from lakehouse.simulator.name_book import Book, book
from lakehouse.simulator.name_lists import DECADES, FIRST_DECADE, Texts
from lakehouse.simulator.name_patterns import SLOTS

#: Columns of ``draws``, each of 64 random bits: tradition and pattern; parts 1 and 2; parts 3 and 4; spelling.
DRAWS = 4
_SPELLING = 3

#: Odd, so that a product's low half takes every value once (Knuth, volume 3, section 6.4).
_SCATTER = np.uint64(2654435769)


def names(
    origins: pl.Series | NDArray[np.str_], sexes: NDArray[np.bool_], draws: Draws, birth_years: NDArray[np.integer]
) -> pl.DataFrame:
    """Names of n travellers, a row each, in their order.

    ``origins`` (n,) are nationalities (ISO 3166-1 alpha-3) or traditions of
    ``people/patterns.csv``, which are finer; one that is not declared is named
    from many countries. ``sexes`` (n,) tell who is female. ``draws`` (n, 4) are
    uniform 64-bit integers, the only randomness; the last of them tells the spelling
    alone, so that another makes the same name in another document, or an alias.
    ``birth_years`` (n,) are of the common era.

    Columns: ``native_primary`` and ``native_secondary`` in the script of the
    country, ``primary_identifier`` and ``secondary_identifier`` of the visual
    zone in A to Z, space, hyphen and apostrophe, and ``romanisation``, the scheme
    that both follow. Raises ``DeclarationError`` where shapes differ.
    """
    _check(origins, sexes, draws, birth_years)
    declared = book()
    is_female = sexes.astype(np.int64)
    tradition = declared.origin_choices.choose(_codes(declared, origins), _high(draws[:, 0]))
    pattern = declared.pattern_choices.choose(tradition * 2 + is_female, _low(draws[:, 0]))
    spelling = declared.spelling_choices.choose(tradition, _high(draws[:, _SPELLING]))
    parts = _parts(declared, pattern, is_female, (birth_years.astype(np.int64) - FIRST_DECADE) // 10, draws)
    latin = _latin(declared.texts, parts, spelling, _low(draws[:, _SPELLING]))
    found = declared.templates.filled(pattern, parts, latin, spelling)
    return found.with_columns(romanisation=declared.schemes[spelling])


def _check(origins: pl.Series | np.ndarray, sexes: np.ndarray, draws: Draws, birth_years: np.ndarray) -> None:
    n = len(origins)
    given = {"sexes": sexes.shape, "draws": draws.shape, "birth_years": birth_years.shape}
    needed = {"sexes": (n,), "draws": (n, DRAWS), "birth_years": (n,)}
    if given != needed:
        raise DeclarationError(f"{n} origins need the shapes {needed}; these were given: {given}")


def _high(draws: Draws) -> Draws:
    return draws >> np.uint64(32)


def _low(draws: Draws) -> Draws:
    return draws & np.uint64(0xFFFFFFFF)


def _codes(declared: Book, origins: pl.Series | np.ndarray) -> Codes:
    known = pl.Series(origins, dtype=pl.String).cast(declared.origins, strict=False).to_physical()
    return known.fill_null(declared.elsewhere).to_numpy().astype(np.int64)


def _parts(declared: Book, pattern: Codes, is_female: Codes, decade: Codes, draws: Draws) -> Codes:
    """The part that fills each slot, shape (SLOTS, n); 0 where the pattern has no such slot."""
    parts = np.zeros((SLOTS, len(pattern)), np.int64)
    for slot in range(SLOTS):
        rows = np.flatnonzero(declared.slot_lists[pattern, slot] >= 0)
        of = pattern[rows]
        before = declared.slot_decades[of, slot]
        born = np.clip(decade[rows] - np.maximum(before, 0), 0, DECADES - 1)
        group = declared.lists.groups[declared.slot_lists[of, slot], is_female[rows] * (before < 0), born]
        half = (_high, _low)[slot % 2](draws[rows, 1 + slot // 2])
        chosen = declared.lists.choices.choose(group, half)
        # Nobody is called Maria Maria: a second name that repeats the first is drawn once more, from the same bits.
        unlike = declared.slot_unlike[of, slot]
        again = np.flatnonzero((unlike >= 0) & (parts[np.maximum(unlike, 0), rows] == chosen))
        chosen[again] = declared.lists.choices.choose(group[again], _low(half[again] * _SCATTER))
        parts[slot, rows] = chosen
    return parts


def _latin(texts: Texts, parts: Codes, spelling: Codes, variant: Draws) -> Codes:
    """Place of each part's text in Latin letters among all, shape (SLOTS, n)."""
    count = texts.count[parts, spelling].astype(np.uint64)
    return np.asarray(texts.start[parts, spelling] + _high(variant * count).astype(np.int64))
