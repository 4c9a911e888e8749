"""Check digits of zones as SQL text: what each should be, and whether the printed one is that.

Characters are read as digits of a number in base 36, in which each has the value
that Doc 9303-3, 4.9 gives it once the filler is 0; a few divisions then take the
place of a search for every character.
"""

from __future__ import annotations

from collections.abc import Iterator

from lakehouse.compile.spark import quoted
from lakehouse.mrz.check_digits import ALPHABET, WEIGHTS
from lakehouse.mrz.layouts import FILLER, LAYOUTS, Layout
from lakehouse.mrz.slices import STAGED, by_format

#: Check digits, in the order in which they are named.
CHECKS = ("document_number", "date_of_birth", "expiry_date", "optional_data", "composite")

#: Fields that check digits cover, with the most characters that are covered.
_COVERED = {
    name: max(x[name].length for x in LAYOUTS.values() for check in x.checks if name in check.covers)
    for name in dict.fromkeys(name for x in LAYOUTS.values() for check in x.checks for name in check.covers)
    if not name.endswith("_check_digit")
}

#: The rest of a long number, its check digit and the filler behind it fill the optional data at most.
_REST = max(x["optional_data"].length - 2 for x in LAYOUTS.values() if x.long_number)

_BASE = len(ALPHABET)
#: Characters read as one number: they fit a bigint, and each piece starts at the first weight.
_PIECE = 12


def check_stages() -> list[dict[str, str]]:
    """Stages from fields to ``kept_…`` for each of ``CHECKS``: true, false, or null where the format has it not."""
    texts = {**_COVERED, "number_rest": _REST}
    return [
        {"number_continued": _continued()},
        {
            "number_rest": f"left({STAGED}number_continued, length({STAGED}number_continued) - 1)",
            "number_digit": f"coalesce(right({STAGED}number_continued, 1), {STAGED}document_number_check_digit)",
        },
        {
            f"{name}_{first}": _number(name, first, length)
            for name, length in texts.items()
            for first in _firsts(length)
        },
        {f"{name}_at_{place}": _sum(name, length, place) for name, length in texts.items() for place in range(3)},
        {f"due_{name}": f"cast(({_due(name)}) % 10 AS string)" for name in CHECKS},
        {f"kept_{name}": _kept(name) for name in CHECKS},
    ]


def _continued() -> str:
    """What follows the nine characters of a long number: its other characters and their check digit."""
    formats = ", ".join(quoted(layout.name) for layout in LAYOUTS.values() if layout.long_number)
    return (
        f"CASE WHEN {STAGED}document_number_check_digit = '{FILLER}' AND {STAGED}format IN ({formats}) "
        f"AND {STAGED}optional_data RLIKE '^[A-Z0-9]{{2,}}<' "
        f"THEN substring_index({STAGED}optional_data, '{FILLER}', 1) END"
    )


def _firsts(length: int) -> range:
    return range(0, length, _PIECE)


def _number(name: str, first: int, length: int) -> str:
    """The characters of a text from ``first`` on as a number; the text is filled up to ``length``."""
    filled = f"rpad(replace({STAGED}{name}, '{FILLER}', '0'), {length}, '0')"
    number = f"conv(substr({filled}, {first + 1}, {_PIECE}), {_BASE}, 10)"
    return f"coalesce(cast({number} AS bigint), 0L)"


def _sum(name: str, length: int, place: int) -> str:
    """The values of every third character of a text, from its character ``place`` on, added up."""
    values = []
    for position in range(place, length, 3):
        first = position - position % _PIECE
        after = min(first + _PIECE, length) - position - 1
        values.append(f"{STAGED}{name}_{first} div {_BASE**after}L % {_BASE}L")
    return " + ".join(values)


def _due(check: str) -> str:
    """The weighted values that a check digit covers, added up; they may be its own in some formats only.

    What a format lacks counts nothing. Where a text stands equally far from the
    first weight in all formats, as most do, one term serves them all.
    """
    if check == "document_number":
        return f"{_weighted('document_number', 0)} + {_weighted('number_rest', 9)}"
    shifts: dict[str, dict[str, int]] = {}
    for layout in LAYOUTS.values():
        for name, before in _covered(layout, check):
            shifts.setdefault(name, {})[layout.name] = before % 3
    return " + ".join(
        _weighted(name, *set(of_formats.values()))
        if len(set(of_formats.values())) == 1
        else by_format({layout: _weighted(name, shift) for layout, shift in of_formats.items()}, "0L")
        for name, of_formats in shifts.items()
    )


def _covered(layout: Layout, check: str) -> Iterator[tuple[str, int]]:
    """Fields that a check digit of a layout covers, with the number of characters covered before each."""
    before = 0
    for name in next((x.covers for x in layout.checks if x.name == check), ()):
        yield name, before
        before += layout[name].length


def _weighted(name: str, before: int) -> str:
    """The weighted values of a text that stands behind ``before`` other characters."""
    weights = [WEIGHTS[(before + place) % 3] for place in range(3)]
    if name.endswith("_check_digit"):
        return f"{weights[0]} * coalesce(instr({quoted(ALPHABET[1:])}, {STAGED}{name}), 0)"
    return " + ".join(f"{weight} * {STAGED}{name}_at_{place}" for place, weight in enumerate(weights))


def _kept(check: str) -> str:
    printed = f"{STAGED}number_digit" if check == "document_number" else f"{STAGED}{check}_check_digit"
    kept = f"{STAGED}due_{check} = {printed}"
    if check != "optional_data":
        return kept
    # Doc 9303-4, 4.2.2.2: without optional data its check digit may be a filler.
    return f"{kept} OR {printed} = '{FILLER}' AND trim(BOTH '{FILLER}' FROM {STAGED}optional_data) = ''"
