"""``lakehouse query``: SQL over published tables, for readers and for pipes."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lakehouse.cli.console import Warehouse, count, err, fits, listing, out, session
from lakehouse.errors import LakehouseError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.errors import PySparkException

    from lakehouse.cli.sql import Query
    from lakehouse.settings import Settings
    from lakehouse.store import Store


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class QueryFailed(LakehouseError):
    """Spark does not understand a query, or could not run it to its end."""


#: Parameters of Spark's messages that name types, functions and settings, and never hold a cell.
_HARMLESS = frozenset({"sourceType", "targetType", "ansiConfig", "config", "configVal", "suggestion", "func"})
#: Rows of a table that are shown unless more are asked for.
SHOWN = 50


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("query")(query)


def query(
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="A query over tables named layer.table.", show_default=False)
    ],
    form: Annotated[Format, typer.Option("--format", help="How to write the result.")] = Format.TABLE,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help=f"Most rows; {SHOWN} by default in a table, all in csv and json.", show_default=False),
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Ask the published tables, in Spark SQL, with names like gold.stay_ledger.

    Only reads. csv and json go to standard output with nothing beside them;
    times are UTC. Bronze shows the records of current deliveries.

    Examples:

      lakehouse query "SELECT * FROM gold.overstay_rate_port LIMIT 5"
      lakehouse query --format csv "SELECT * FROM gold.stay_ledger" > ledger.csv
      lakehouse query "DESCRIBE silver.stays"
    """
    from lakehouse.cli import values
    from lakehouse.settings import Settings

    settings = Settings.from_environment(None, warehouse)
    asked = _understood(sql, settings)
    most = limit or (SHOWN if form is Format.TABLE else None)
    found = _answer(_opened(settings), asked, None if most is None else most + 1)
    cut = most is not None and found.num_rows > most
    shown = found.slice(0, most) if cut else found
    if form is Format.CSV:
        values.write_csv(shown, sys.stdout)
    elif form is Format.JSON:
        values.write_json(shown, sys.stdout)
    else:
        _as_table(shown)
    if cut:
        err().print(f"The first {count(most)} rows. For more: --limit, or --format csv.")


def _understood(sql: str, settings: Settings) -> Query:
    """The query, refused before Spark starts where that can be known."""
    from lakehouse import peek
    from lakehouse.cli import sql as text
    from lakehouse.declare import Bronze
    from lakehouse.errors import NotPublished
    from lakehouse.registry import table, tables

    known = tables()
    asked = text.query(sql, known)
    for name in text.unknown(sql, known):
        table(name)  # Raises, and names those that are near.
    for name in asked.views.values():
        declared = known[name]
        if not issubclass(declared, Bronze) and not peek.published(peek.folder(settings.warehouse, declared)):
            raise NotPublished(f"{name} is not published in {settings.warehouse}. `lakehouse run` builds it.")
        if declared.pii_purpose:
            err().print(f"{name} holds personal data: {declared.pii_purpose}", style="yellow")
    return asked


def _opened(settings: Settings) -> Store:
    from lakehouse.session import Sessions
    from lakehouse.store import Store, now_utc

    return Store(Sessions(lambda: session(settings)), settings, "reader", now_utc())


def _answer(store: Store, asked: Query, most: int | None) -> pa.Table:
    from pyspark.errors import PySparkException

    from lakehouse.registry import table

    for view, name in asked.views.items():
        store.read(table(name)).createOrReplaceTempView(view)
    try:
        found = store.spark.sql(asked.text)
        return (found if most is None else found.limit(most)).toArrow()
    except PySparkException as fault:
        raise QueryFailed(_explained(fault)) from None
    finally:
        for view in asked.views:
            store.spark.catalog.dropTempView(view)


def _explained(fault: PySparkException) -> str:
    """What Spark complains of, as one paragraph.

    Faults of the text quote the text; those met on the way may quote a cell, and
    are told without.
    """
    from pyspark.errors import AnalysisException

    if isinstance(fault, AnalysisException):
        said = next((line.strip() for line in str(fault).splitlines() if line.strip()), "")
        return f"The query is not understood. {_without_state(said)}{_hint(fault)}"
    pieces = [context.fragment() for context in fault.getQueryContext() if context.contextType().name == "SQL"]
    near = f" It befell: {' '.join(pieces[0].split())}" if pieces else ""
    return f"The query failed on its way. {_without_state(_without_cells(fault))}{near}"


def _without_cells(fault: PySparkException) -> str:
    """Spark's message with everything that it filled in left out, but for types and functions."""
    from lakehouse.logs import first_words

    if fault.getCondition() is None:
        return first_words(str(fault))
    said = " ".join(fault.getMessage().split())
    for name, value in (fault.getMessageParameters() or {}).items():
        if name not in _HARMLESS and value.strip():
            said = re.sub(rf"(?<!\w){re.escape(' '.join(value.split()))}(?!\w)", "…", said)
    return said


def _without_state(said: str) -> str:
    """The message without SQL's code, and without advice on settings that no user of the command can change."""
    said = re.sub(r"\.? If necessary set .*", "", re.sub(r"\.? SQLSTATE: \w+;?", "", said))
    return said.rstrip(";. ") + "."


def _hint(fault: PySparkException) -> str:
    if fault.getCondition() != "TABLE_OR_VIEW_NOT_FOUND":
        return ""
    missing = (fault.getMessageParameters() or {}).get("relationName", "").replace("`", "")
    from lakehouse.registry import tables

    near = [name for name in tables() if name.split(".")[1] == missing.split(".")[-1].lower()]
    return f" Did you mean {', '.join(near)}?" if near else " `lakehouse tables` lists what there is."


def _as_table(found: pa.Table) -> None:
    """Print a line for each row; row by row where the lines would not fit the terminal."""
    import pyarrow as pa

    from lakehouse.cli import values

    console, names = out(), found.column_names
    rows = [tuple(values.as_text(value) for value in row) for row in values.rows(found)]
    if fits(console, names, rows):
        numbers = [f.name for f in found.schema if pa.types.is_integer(f.type) or pa.types.is_floating(f.type)]
        listing(console, names, rows, numbers=numbers)
    else:
        for number, row in enumerate(rows, start=1):
            console.print(f"row {number}", style="bold")
            listing(console, ("", ""), list(zip(names, row, strict=True)))
    if not rows:
        err().print("No rows.")
