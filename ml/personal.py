"""Nothing that tells a person is kept with a model: whatever is logged is looked through first.

Names of columns are held against the declarations, texts against the forms
that keys, document numbers and machine-readable zones have, and a count of
persons against the smallest that may be shown.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from functools import cache

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text

from lakehouse.declare import Pii
from lakehouse.errors import PersonalDataFound
from lakehouse.privacy import THIN_BELOW
from lakehouse.registry import tables

#: Counts of rows that stand for persons: thinner rows are left out of what is logged, and counted.
COUNTS_OF_PERSONS = ("negatives", "rows", "persons_count")

_FORMS = {
    "a keyed hash": re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])"),
    "a document number": re.compile(r"(?<![\w.-])(?:[A-Z]{1,3}\d{6,8}[A-Z]?|\d{9})(?![\w-]|\.\d)"),
    "a machine-readable zone": re.compile(r"[A-Z0-9]<[A-Z<]{3}|<<<"),
    "an address of mail": re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}"),
}


@cache
def personal_columns() -> frozenset[str]:
    """Names of columns that any table declares as personal or as the key of a person's record."""
    declared = {
        name for table in tables().values() for name, column in table.columns().items() if column.pii != Pii.NONE
    }
    keys = {name for table in tables().values() for name in table.key if name.endswith(("_id", "_key"))}
    return frozenset(declared | keys)  # fmt: skip


def check_text(text: str, place: str) -> None:
    """Raise ``PersonalDataFound`` where ``text`` holds what may tell a person."""
    found = [kind for kind, form in _FORMS.items() if form.search(text)]
    if found:
        raise PersonalDataFound(
            f"{place} holds what looks like {' and '.join(found)}. Nothing was logged: show counts, no cases."
        )


def check_table(table: pd.DataFrame, place: str) -> None:
    """Raise ``PersonalDataFound`` where a table has a column or a text that may tell a person."""
    named = sorted(set(map(str, table.columns)) & personal_columns())
    if named:
        raise PersonalDataFound(f"{place} has the columns {', '.join(named)}, which tell persons. Nothing was logged.")
    for text in _texts(table):
        check_text(text, place)


def check_figure(figure: Figure, place: str) -> None:
    """Raise ``PersonalDataFound`` where a text in a picture may tell a person."""
    for text in figure.findobj(Text):
        check_text(text.get_text(), place)


def check_file(name: str, content: bytes) -> None:
    """Raise ``PersonalDataFound`` where a file beside a graph may tell a person, or cannot be looked through."""
    place = f"the file {name}"
    if name.endswith(".parquet"):
        check_table(pd.read_parquet(io.BytesIO(content)), place)
        return
    try:
        check_text(content.decode(), place)
    except UnicodeDecodeError:
        raise PersonalDataFound(
            f"{place} is neither text nor a table, so nobody can say what it tells. Nothing was logged."
        ) from None


def without_thin_rows(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The rows that stand for ten persons or more, and how many others were left out."""
    kept = table
    for name in COUNTS_OF_PERSONS:
        if name in table.columns:
            kept = kept[kept[name] >= THIN_BELOW]
    return kept, len(table) - len(kept)


def _texts(table: pd.DataFrame) -> Iterator[str]:
    yield from map(str, table.columns)
    columns: Iterable[str] = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
    for name in columns:
        yield from table[name].dropna().astype(str).unique()
