"""Declarations as made-up rows that satisfy them, and as files that could have been landed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

from lakehouse.declare import Between, Bronze, Column, DateBetween, Kind, Matches, NotBefore, OneOf, Table
from lakehouse.errors import DeclarationError
from lakehouse.registry import sources

#: Records in a made-up file; sources whose examples are fewer repeat none of them.
SAMPLE_ROWS = 120


def sample(table: type[Table], rows: int, seed: int) -> list[tuple[Any, ...]]:
    """``rows`` made-up rows that keep the rules of single columns; the same for the same ``seed``.

    Rules over several columns are not looked at: filter by them.
    """
    random = Random(seed)
    made = []
    for number in range(rows):
        row = {name: _value(table, name, column, random, number) for name, column in table.columns().items()}
        for name, column in table.columns().items():
            for rule in column.rules:
                if isinstance(rule, NotBefore) and row[name] is not None and row[rule.column] is not None:
                    row[name] = max(row[name], row[rule.column])
        made.append(tuple(row.values()))
    return made


def landed_rows(table: type[Bronze], rows: int) -> list[dict[str, Any]]:
    """Raw rows as a file of ``table`` could hold them; examples of the columns go in step."""
    raw = table.raw_columns()
    stepped = {len(c.examples) for c in raw.values() if c.examples}
    fewest = rows if table.sample_name.endswith(".parquet") else max(stepped, default=rows)
    return [{name: _raw(column, name, number) for name, column in raw.items()} for number in range(min(rows, fewest))]


def write_landing(landing: Path) -> list[Path]:
    """Write one made-up delivery per source below ``landing``; the files written."""
    written = []
    for source, tables in sources().items():
        for table in tables:
            folder = landing / source.name / ("release-1" if source.foldered else "")
            name = table.sample_name or table.part.replace("*", "sample")
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            if path in written:  # Tables that one file becomes: the first has all of it.
                continue
            path.write_bytes(table.format.render(landed_rows(table, SAMPLE_ROWS), table))
            written.append(path)
    return written


def _raw(column: Column, name: str, number: int) -> Any:
    if column.examples:
        return column.examples[number % len(column.examples)]
    match column.kind:
        case Kind.DOUBLE:
            return float(number + 1)
        case Kind.LONG | Kind.INT:
            return number + 1
        case Kind.STRING:
            return str(number + 1)
    raise DeclarationError(f"{name} is {column.kind}: give it examples to make samples from")


def _value(table: type[Table], name: str, column: Column, random: Random, number: int) -> Any:
    if (table.key == (name,) or name.endswith("_id")) and not column.examples:
        return number if isinstance(column.kind, Kind) and column.kind.is_number else f"{name}-{number}"
    if column.examples:
        return _typed(column, random.choice(column.examples))
    for rule in column.rules:
        match rule:
            case OneOf(values):
                return random.choice(values)
            case Between(low, high) if column.kind is Kind.DOUBLE:
                return random.uniform(low, min(high, low + 1000))
            case Between(low, high):
                return random.randint(int(low), int(min(high, low + 1000)))
            case DateBetween(first, last):
                return first + dt.timedelta(days=random.randint(0, (last - first).days))
            case Matches(pattern):
                raise DeclarationError(f"{table.full_name()}.{name} matches {pattern}: give it examples")
    match column.kind:
        case Kind.STRING:
            return random.choice(("A", "B", "C"))
        case Kind.TIMESTAMP:
            return dt.datetime(2016, 4, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=random.randint(0, 43_200))
        case Kind.DATE:
            return dt.date(2016, 4, 1) + dt.timedelta(days=random.randint(0, 90))
        case Kind.LONG | Kind.INT:
            return random.randint(0, 100)
        case Kind.DOUBLE:
            return random.random()
        case Kind.BOOLEAN:
            return random.random() < 0.5
    raise DeclarationError(f"{table.full_name()}.{name} is {column.kind}: give it examples to make samples from")


def _typed(column: Column, example: Any) -> Any:
    if isinstance(example, int) and not isinstance(example, bool) and column.kind == Kind.DOUBLE:
        return float(example)
    return list(example) if isinstance(example, tuple) and str(column.kind).startswith("array") else example
