"""Fields cut from zones whose format differs from row to row, as SQL text.

Columns that one stage of reading leaves to the next are called ``_mrz_…``.
"""

from __future__ import annotations

from collections.abc import Mapping

from lakehouse.compile.spark import quoted
from lakehouse.mrz.layouts import LAYOUTS, Layout

#: Prefix of the columns between stages.
STAGED = "_mrz_"


def lines() -> dict[str, str]:
    """The lines of a zone: a field near the beginning of its line is found sooner than one far into the zone."""
    most = max(layout.lines for layout in LAYOUTS.values())
    return {
        f"line_{line}": by_format({x.name: _line(x, line) for x in LAYOUTS.values()}) for line in range(1, most + 1)
    }


def slices() -> dict[str, str]:
    """The characters of every field, null where the format has it not."""
    names = dict.fromkeys(field.name for layout in LAYOUTS.values() for field in layout.fields)
    return {name: _slice(name) for name in names}


def by_format(choices: Mapping[str, str], otherwise: str = "NULL") -> str:
    """SQL for the choice that goes by the name of the row's format."""
    formats: dict[str, list[str]] = {}
    for name, sql in choices.items():
        formats.setdefault(sql, []).append(quoted(name))
    cases = (f"WHEN {STAGED}format IN ({', '.join(names)}) THEN {sql}" for sql, names in formats.items())
    return f"CASE {' '.join(cases)} ELSE {otherwise} END"


def listed(conditions: Mapping[str, str]) -> str:
    """SQL for the names whose condition is true, with commas between."""
    names = (f"if({condition}, {quoted(name)}, NULL)" for name, condition in conditions.items())
    return f"concat_ws(',', {', '.join(names)})"


def as_array(names: str) -> str:
    """SQL for ``listed`` names as an array, null where the zone could not be read.

    Functions that take a lambda would be shorter, and would keep Spark from compiling the stage.
    """
    array = f"if({names} = '', cast(array() AS array<string>), split({names}, ','))"
    return f"if({STAGED}format IS NULL, NULL, {array})"


def _line(layout: Layout, line: int) -> str:
    if line > layout.lines:
        return "NULL"
    between = f"(length({STAGED}text) - {layout.lines * layout.width}) div {layout.lines - 1}"
    before = f"{(line - 1) * layout.width} + {line - 1} * {between}"
    return f"substr({STAGED}text, {'1' if line == 1 else f'cast({before} AS int) + 1'}, {layout.width})"


def _slice(name: str) -> str:
    cuts = {
        layout.name: f"substr({STAGED}line_{field.line}, {field.first}, {field.length})"
        for layout in LAYOUTS.values()
        for field in layout.fields
        if field.name == name
    }
    return by_format(cuts)
