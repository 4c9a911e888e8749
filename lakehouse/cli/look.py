"""``lakehouse tables``, ``history``, ``show`` and ``quarantine``: what is there, without SQL."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from lakehouse.cli.console import TableName, Warehouse, count, err, indented, listing, out, session

if TYPE_CHECKING:
    from lakehouse.declare import Column, Table
    from lakehouse.peek import Commit
    from lakehouse.settings import Settings
    from lakehouse.store import Store

#: What stands for a direct identifier of a person.
MASK = "•••"
#: Records shown for each rule that was broken.
SAMPLES = 3
#: Characters shown of a value.
_WIDEST = 40


class Layer(StrEnum):
    """Layers in the order in which readers look for tables."""

    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"
    OPS = "ops"


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("tables")(tables)
    app.command("show")(show)
    app.command("history")(history)
    app.command("quarantine")(quarantine)


def tables(
    layer: Annotated[Layer | None, typer.Option(help="Only the tables of one layer.")] = None,
    warehouse: Warehouse = None,
) -> None:
    """List every declared table: rows, when it was last published (UTC), owner and grain.

    Rows of bronze count every release kept, also those that readers no longer see.

    Examples:

      lakehouse tables
      lakehouse tables --layer gold
    """
    from lakehouse import peek, registry

    settings = _settings(warehouse)
    layers = [layer] if layer else list(Layer)
    found = sorted(registry.tables().values(), key=lambda table: table.full_name())
    shown = [table for wanted in layers for table in found if table.layer == wanted]
    rows, styles = [], []
    for table in shown:
        folder = peek.folder(settings.warehouse, table)
        last = peek.published(folder)
        rows_count = count(peek.rows(folder)) if last else ""
        rows.append((table.full_name(), rows_count, _when(last) if last else "not yet", table.owner, table.grain))
        styles.append("" if last else "dim")
    headers = ("table", "rows", "published", "owner", "grain")
    listing(out(), headers, rows, numbers=("rows",), styles=styles)
    if all(style for style in styles):
        err().print(f"Nothing is published in {settings.warehouse} yet. `lakehouse run` does it.")


def history(
    name: TableName,
    limit: Annotated[int, typer.Option(min=1, help="Most versions to list.")] = 20,
    warehouse: Warehouse = None,
) -> None:
    """List a table's published versions, newest first: which run, what it read, what it refused.

    Times are UTC. "slices" says how many pieces of the table a version replaced,
    or whether it replaced the whole.

    Examples:

      lakehouse history silver.stays
      lakehouse history file_ledger --limit 5
    """
    from lakehouse import peek, registry
    from lakehouse.errors import NotPublished

    table = registry.table(name)
    found = peek.commits(peek.folder(_settings(warehouse).warehouse, table))
    commits = list(islice((c for c in found if c.publication or c.operation == "WRITE"), limit))
    if not commits:
        raise NotPublished(f"{table.full_name()} is not published yet. `lakehouse run` builds it.")
    headers = ("version", "published", "run", "staged", "refused", "blanked", "slices", "read")
    numbers = ("version", "staged", "refused", "blanked")
    listing(out(), headers, [_version(table, commit) for commit in commits], numbers=numbers)


def show(
    name: TableName,
    rows: Annotated[int, typer.Option(min=0, max=20, help="Rows to show; 0 starts no Spark.")] = 3,
    warehouse: Warehouse = None,
) -> None:
    """Explain a table: what its rows tell, by what rule, its columns and promises; and show a few rows.

    Direct identifiers of persons are masked.

    Examples:

      lakehouse show gold.stay_ledger
      lakehouse show i94_arrivals --rows 0
    """
    from lakehouse import peek, registry

    table, settings = registry.table(name), _settings(warehouse)
    last = peek.published(peek.folder(settings.warehouse, table))
    console = out()
    _declaration(console, table, last)
    if last and rows:
        _first_rows(console, table, _store(settings), rows)


def quarantine(
    table: Annotated[str | None, typer.Option(metavar="TABLE", help="Only what was put aside of one table.")] = None,
    warehouse: Warehouse = None,
) -> None:
    """Count the records refused and the values blanked, by rule, with a few of each.

    Personal values are withheld; delivery and line lead to the raw record in bronze.

    Examples:

      lakehouse quarantine
      lakehouse quarantine --table silver.crossings
    """
    from lakehouse import peek, registry
    from lakehouse.silver.quarantine import Quarantine

    wanted, settings = registry.table(table) if table else None, _settings(warehouse)
    where = f" of {wanted.full_name()}" if wanted else ""
    if not peek.published(peek.folder(settings.warehouse, Quarantine)):
        out().print(f"Nothing{where} is in quarantine in {settings.warehouse}.")
        return
    _put_aside(_store(settings), wanted, where)


def _settings(warehouse: object) -> Settings:
    from pathlib import Path

    from lakehouse.settings import Settings

    return Settings.from_environment(None, warehouse if isinstance(warehouse, Path) else None)


def _store(settings: Settings) -> Store:
    from lakehouse.session import Sessions
    from lakehouse.store import Store, now_utc

    return Store(Sessions(lambda: session(settings)), settings, "reader", now_utc())


def _when(commit: Commit) -> str:
    return f"{commit.at_utc:%Y-%m-%d %H:%M:%S}"


def _version(table: type[Table], commit: Commit) -> tuple[str, ...]:
    said = commit.publication
    if said is None:
        return (str(commit.version), _when(commit), "", count(commit.rows_written), "", "", "added to", "")
    read = [f"{name} v{version}" for name, version in said.inputs.items() if version >= 0]
    given = [f"{name}={value}" for name, value in said.parameters.items()]
    replaced = said.touched.get(table.slice or "")
    slices = count(len(replaced)) if replaced is not None else "some" if commit.is_partial else "all"
    counts = (count(said.counts.get(name)) for name in ("staged", "refused", "blanked"))
    return (str(commit.version), _when(commit), said.run_id, *counts, slices, ", ".join([*read, *given]))


def _declaration(console: Console, table: type[Table], last: Commit | None) -> None:
    from lakehouse.compile.dictionary import paragraphs

    console.print(table.full_name(), style="bold")
    for paragraph in paragraphs(table):
        indented(console, paragraph.replace("``", ""))
    console.print()
    listing(console, ("", ""), [(name, said) for name, said in _facts(table, last) if said])
    console.print()
    columns = [_column(name, column) for name, column in table.columns().items()]
    listing(console, ("column", "type", "meaning", "promises", "person"), columns)
    for rule in table.rules:
        console.print()
        indented(console, f"Every row: {rule.because}")


def _facts(table: type[Table], last: Commit | None) -> Iterator[tuple[str, str]]:
    from lakehouse import registry
    from lakehouse.compile.dictionary import duration

    yield (
        "published",
        f"{_when(last)} UTC, version {last.version}" if last else "not yet: `lakehouse run` builds it",
    )
    yield "owner", table.owner
    yield "grain", table.grain
    yield "key", ", ".join(table.key)
    yield "fresh within", duration(table.fresh_within)
    yield "rule from", table.authority
    yield "personal data", table.pii_purpose
    yield "reads", ", ".join(source.full_name() for source in table.inputs().values())
    yield (
        "read by",
        ", ".join(n for n, reader in registry.tables().items() if table in reader.inputs().values()),
    )


def _column(name: str, column: Column) -> tuple[str, ...]:
    from lakehouse.compile.dictionary import words
    from lakehouse.declare import Pii

    kind = f"{column.kind}, {column.unit}" if column.unit else str(column.kind)
    meaning = f"{column.meaning} Leaks: {column.leaks}" if column.leaks else column.meaning
    promises = "; ".join(words(rule, name) for rule in column.rules) + (", else blanked" if column.lenient else "")
    return (name, kind, meaning, promises, "" if column.pii is Pii.NONE else column.pii.value)


def _first_rows(console: Console, table: type[Table], store: Store, rows: int) -> None:
    """Rows side by side, a line for each column: tables are wider than terminals."""
    from pyspark.sql import functions as F

    from lakehouse.cli.values import as_text
    from lakehouse.declare import Pii

    # Before any column is named: outside a session Spark has none.
    published = store.read(table)
    masked = [
        F.when(F.col(name).isNotNull(), F.lit(MASK)).alias(name) if column.pii is Pii.DIRECT else F.col(name)
        for name, column in table.columns().items()
    ]
    found = published.select(*masked).limit(rows).toArrow()
    values = [[as_text(value) for value in column.to_pylist(maps_as_pydicts="strict")] for column in found.columns]
    cut = [[value if len(value) <= _WIDEST else value[: _WIDEST - 1] + "…" for value in row] for row in values]
    console.print()
    headers = ("column", *(f"row {number}" for number in range(1, found.num_rows + 1)))
    listing(console, headers, [(name, *row) for name, row in zip(found.column_names, cut, strict=True)])


def _put_aside(store: Store, wanted: type[Table] | None, where: str) -> None:
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    from lakehouse.silver.quarantine import Quarantine

    rows = store.read(Quarantine)
    if wanted:
        rows = rows.where(F.col("table_name") == wanted.full_name())
    by = ["table_name", "column_name", "rule", "consequence"]
    place = F.row_number().over(Window.partitionBy(*by).orderBy("source_delivery", "source_line", "record_key"))
    newest = F.max_by("run_id", "quarantined_at_utc").alias("newest_run")
    counted = rows.groupBy(*by).agg(F.count(F.lit(1)).alias("rows_count"), newest).orderBy(*by).collect()
    sampled = rows.withColumn("_place", place).where(F.col("_place") <= SAMPLES).orderBy(*by, "_place").collect()
    if not counted:
        out().print(f"Nothing{where} is in quarantine.")
        return
    headers = ("table", "rule", "consequence", "count", "newest run")
    said = [(r.table_name, r.rule, r.consequence, count(r.rows_count), r.newest_run) for r in counted]
    listing(out(), headers, said, numbers=("count",))
    out().print(f"\nUp to {SAMPLES} of each", style="bold")
    samples = [
        (
            r.table_name,
            r.rule,
            r.source_delivery,
            str(r.source_line or ""),
            r.record_key,
            r.raw_value or "NULL",
        )
        for r in sampled
    ]
    listing(out(), ("table", "rule", "delivery", "line", "key", "value"), samples, numbers=("line",))
