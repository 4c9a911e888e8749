"""The packaged lists as frames, without a session and without touching the store."""

import csv
import json
from functools import cache
from importlib.resources import files

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def declared(frame: DataFrame, name: str) -> DataFrame:
    """Rows of the packaged list ``name``, all columns text, empty cells null.

    ``frame`` only lends its session: what it holds does not matter.
    """
    columns, rows = _packaged(name)
    struct = ", ".join(f"{column} string" for column in columns)
    # An aggregate without groups has one row, even over none.
    one = frame.limit(0).agg(F.count(F.lit(1)))
    return one.select(F.inline(F.from_json(F.lit(rows), f"array<struct<{struct}>>")))


@cache
def _packaged(name: str) -> tuple[tuple[str, ...], str]:
    """Columns of the list, and its rows as one JSON text, which makes a plan of one literal."""
    with files(__package__).joinpath(f"{name}.csv").open(encoding="utf-8") as text:
        reader = csv.DictReader(text)
        rows = [{column: cell or None for column, cell in row.items()} for row in reader]
        return tuple(reader.fieldnames or ()), json.dumps(rows, ensure_ascii=False)
