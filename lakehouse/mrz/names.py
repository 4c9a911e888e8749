"""Names as a zone prints them (ICAO Doc 9303-3, 4.6; truncation: parts 4 to 7, 4.2.3)."""

from __future__ import annotations

import polars as pl

from lakehouse.mrz.layouts import FILLER

#: Stands between the primary and the secondary identifier.
BETWEEN = FILLER * 2


def name_field(primary: pl.Series, secondary: pl.Series, width: int) -> pl.Series:
    """Both identifiers as the name field holds them, at most ``width`` characters, not yet filled up.

    Upper-case Latin letters come in; hyphens and spaces become fillers, apostrophes
    are left out. The secondary identifier may be empty or null.
    """
    first, second = pl.col("primary"), pl.col("secondary")
    whole = pl.when(second == "").then(first).otherwise(first + BETWEEN + second)
    parts = pl.DataFrame({"primary": _transcribed(primary), "secondary": _transcribed(secondary.fill_null(""))})
    names = parts.select(whole).to_series()
    # Few names are too long: only those leave the vectorised path.
    too_long = (names.str.len_chars() > width).fill_null(False)
    return names.scatter(too_long.arg_true(), [truncated(name, width) for name in names.filter(too_long)])


def truncated(name: str, width: int) -> str:
    """A transcribed name of more than ``width`` characters, shortened to exactly so many.

    Letters are taken from the ends of components, the last component first, and each
    keeps its initial; the primary identifier is shortened only where the secondary
    is but initials. Where initials alone are too many, the last components of the
    secondary identifier are left out, then those of the primary, but for the first of
    each. The field then ends with a letter, which tells that it may be truncated,
    unless it holds nothing but initials, an even number of characters in an odd width
    or the other way round.
    """
    primary, _, secondary = name.partition(BETWEEN)
    first, second = primary.split(FILLER), secondary.split(FILLER) if secondary else []
    while len(_joined(_initials(first), _initials(second))) > width:
        (second if len(second) > 1 else first).pop()
    excess = len(_joined(first, second)) - width
    for components in (second, first):
        for place in reversed(range(len(components))):
            cut = max(0, min(excess, len(components[place]) - 1))
            components[place] = components[place][: len(components[place]) - cut]
            excess -= cut
    return _joined(first, second)


def _transcribed(name: pl.Series) -> pl.Series:
    return name.str.replace_all("['’]", "").str.replace_all("[ -]+", FILLER).str.strip_chars(FILLER)


def _joined(primary: list[str], secondary: list[str]) -> str:
    return BETWEEN.join(FILLER.join(components) for components in (primary, secondary) if components)


def _initials(components: list[str]) -> list[str]:
    return [component[:1] for component in components]
