"""Fields cut from zones whose format differs from row to row, as SQL text.

Columns that one stage of reading leaves to the next are called ``_mrz_…``.
"""

from __future__ import annotations

from collections.abc import Mapping

from lakehouse.compile.spark import quoted
from lakehouse.mrz.layouts import LAYOUTS

#: Prefix of the columns between stages.
STAGED = "_mrz_"


def slices() -> dict[str, str]:
    """The characters of every field, null where the format has it not."""
    names = dict.fromkeys(field.name for layout in LAYOUTS.values() for field in layout.fields)
    return {name: _slice(name) for name in names}


def by_format(choices: Mapping[str, str]) -> str:
    """SQL for the choice that goes by the name of the row's format, null where there is none."""
    formats: dict[str, list[str]] = {}
    for name, sql in choices.items():
        formats.setdefault(sql, []).append(quoted(name))
    cases = (f"WHEN {STAGED}format IN ({', '.join(names)}) THEN {sql}" for sql, names in formats.items())
    return f"CASE {' '.join(cases)} END"


def listed(conditions: Mapping[str, str]) -> str:
    """SQL for the names whose condition is true, as an array."""
    names = ", ".join(f"if({condition}, {quoted(name)}, NULL)" for name, condition in conditions.items())
    # Names hold no comma; functions with lambdas, as array_compact, would keep the stage from being compiled.
    return f"filter(split(concat_ws(',', {names}), ','), name -> name <> '')"


def _slice(name: str) -> str:
    return by_format(
        {
            layout.name: f"substr({STAGED}zone, {layout.start(name) + 1}, {layout[name].length})"
            for layout in LAYOUTS.values()
            if name in layout
        }
    )
