"""Queries as users write them, with tables called ``layer.table``, as text that Spark can run.

Nothing is parsed beyond what tells names from literals; whether the query is
right, Spark says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lakehouse.errors import LakehouseError

LAYERS = ("bronze", "silver", "gold", "ops")
#: Statements that only read.
READING = ("SELECT", "WITH", "VALUES", "EXPLAIN", "DESCRIBE", "DESC", "SHOW")
_WRITING = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})
_FORMATS = frozenset({"delta", "parquet", "orc", "csv", "json", "text", "avro", "xml", "binaryfile"})

_PART = r"(?:`(?:[^`]|``)*`|[^\W\d]\w*)"
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|$))"
    r"|(?P<literal>[rR]'[^']*'|[rR]\"[^\"]*\"|'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\")"
    rf"|(?P<name>{_PART}(?:\s*\.\s*{_PART})*)"
    r"|(?P<number>\d\w*)"
    r"|(?P<sign>\S)",
    re.DOTALL,
)


class NotAQuery(LakehouseError):
    """The text does more than read declared tables, or is no SQL at all."""


@dataclass(frozen=True)
class Query:
    """A query that Spark can run once ``views`` exist: name of each view with the table it stands for."""

    text: str
    views: dict[str, str]


def query(text: str, tables: Collection[str]) -> Query:
    """``text`` with each of ``tables`` (full names) replaced by the name of a view.

    A view is called like its table without the layer, so that columns may be
    qualified by either; blanks keep every other word where it was. Raises
    ``NotAQuery``.
    """
    tokens = list(_TOKEN.finditer(text))
    words = [token for token in tokens if token.lastgroup != "comment"]
    _refuse_all_but_reading(words)
    known = {name.lower(): name for name in tables}
    used = {known[name] for token in words if (name := _table_name(token)) in known}
    views = {_view(name, used, text): name for name in sorted(used)}
    of_table = {name: view for view, name in views.items()}
    pieces, end = [], 0
    for token in tokens:
        name = known.get(_table_name(token) or "")
        if name:
            named = _leading_name(token[0])
            pieces += [text[end : token.start()], of_table[name].rjust(len(named)), token[0][len(named) :]]
            end = token.end()
    return Query("".join([*pieces, text[end:]]), views)


def unknown(text: str, tables: Collection[str]) -> Iterator[str]:
    """Names after FROM or JOIN that look like tables of a layer and are none."""
    before = ""
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "comment":
            continue
        name = _table_name(token)
        if name and before in ("FROM", "JOIN") and name not in {known.lower() for known in tables}:
            yield name
        before = token[0].upper()


def _refuse_all_but_reading(words: list[re.Match[str]]) -> None:
    first = next((token[0].upper() for token in words if token[0] != "("), "")
    if first not in READING:
        said = f"{first} is not" if first.isidentifier() else "This is not"
        raise NotAQuery(
            f"{said} what `lakehouse query` does. It only reads: begin with {', '.join(READING[:-1])} or "
            f"{READING[-1]}. Tables change by `lakehouse run` alone."
        )
    for token in words:
        if token.lastgroup != "name":
            continue
        parts = _parts(token[0])
        if len(parts) == 1 and parts[0] in _WRITING:
            raise NotAQuery(
                f"{parts[0]} would write, and `lakehouse query` only reads. A column of that name goes in backticks."
            )
        if (len(parts) > 1 and parts[0].lower() in _FORMATS) or re.search(r"`[^`]*[/:][^`]*`", token[0]):
            raise NotAQuery(
                f"{token[0]} names a file, which may hold rows that were replaced or that no audit has passed. "
                "Ask for tables by name, such as gold.stay_ledger; `lakehouse tables` lists them."
            )


def _table_name(token: re.Match[str]) -> str | None:
    """``layer.table`` in lower case where the token begins with a layer's name."""
    if token.lastgroup != "name":
        return None
    parts = [part.strip("`").lower() for part in _parts(token[0])]
    return ".".join(parts[:2]) if len(parts) > 1 and parts[0] in LAYERS else None


def _parts(name: str) -> list[str]:
    found = re.findall(_PART, name)
    return [part.upper() for part in found] if len(found) == 1 else found


def _leading_name(name: str) -> str:
    """The first two parts of a dotted name, as written."""
    found = re.match(rf"{_PART}\s*\.\s*{_PART}", name)
    return found[0] if found else name


def _view(name: str, used: Collection[str], text: str) -> str:
    """The table's own name, unless another table or a common table expression bears it too."""
    layer, short = name.split(".")
    shared = sum(other.split(".")[1] == short for other in used) > 1
    defined = re.search(rf"\b{short}\s*(\([^()]*\)\s*)?AS\s*\(", text, re.IGNORECASE)
    return f"{layer}_{short}" if shared or defined else short
