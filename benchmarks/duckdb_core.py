"""The pipeline's core in plain DuckDB and delta-rs, as a yardstick for CPU and for totals.

From the landing of the I-94 arrivals or of the agency's inspections, and of what
the seven gold tables need beside them, to Delta tables of bronze, silver and
gold: the SQL in ``sql/``, one file a table, run in order. It shares no code with the pipeline, only the
declared lists in ``lakehouse/reference``. It does no audits, knows no
increments and replaces every table.
"""

from __future__ import annotations

import argparse
import time
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from deltalake import DeltaTable, write_deltalake

SQL = Path(__file__).parent / "sql"
REFERENCE = Path(__file__).parents[1] / "lakehouse" / "reference"

#: Landing folders of crossings, one of which has to be there, and the others that the core reads, which all have to be.
CROSSINGS = ("i94_arrivals", "inspections")
SOURCES = (
    "i94_labels",
    "iso3166",
    "openflights",
    "nia_port_daily",
    "hk_daily_traffic",
    "cbp_wait_times",
)

#: Files of ``sql/`` in order: statements in ``working``, else queries that become Delta tables.
STEPS = (
    "working/macros",
    "working/landed",
    "bronze/i94_arrivals",
    "bronze/inspections",
    "bronze/i94_labels",
    "bronze/iso3166_countries",
    "bronze/iso3166_country_codes",
    "bronze/openflights_airports",
    "bronze/cbp_wait_times",
    "bronze/hk_daily_traffic",
    "bronze/nia_port_daily",
    "silver/countries",
    "working/country_called",
    "silver/airports",
    "silver/source_codes",
    "working/latest_inspections",
    "working/zones",
    "silver/inspections",
    "working/crossings_screened",
    "working/crossings_of_agency",
    "silver/crossings",
    "silver/quarantine",
    "working/known_until",
    "silver/entry_exit_matches",
    "silver/stays",
    "silver/wait_times",
    "silver/port_daily_counts",
    "working/overstay_measures",
    "gold/border_crossing_daily",
    "gold/stay_ledger",
    "gold/overstay_rate_nationality_class",
    "gold/overstay_rate_port",
    "gold/unmatched_entry_exit",
    "gold/inbound_visitor_profile",
    "gold/clearance_time",
)


def build(landing: Path, warehouse: Path, key_file: Path, as_of: date | None, cores: int, later: str = "9999") -> None:
    """Build all tables of the core in ``warehouse``, judging stays as of ``as_of`` or the last day that is known.

    What landed on the day ``later`` or after it counts as read after all else.
    """
    absent = {f"bronze/{source}": f"absent/{source}" for source in CROSSINGS if source not in _sources(landing)}
    with duckdb.connect(config={"threads": cores}) as connection:
        _prepare(connection, landing, key_file, as_of, later)
        for step in STEPS:
            begun, used = time.monotonic(), time.process_time()
            query = (SQL / f"{absent.get(step, step)}.sql").read_text()
            if step.startswith("working/"):
                connection.execute(query)
            elif step in absent:
                connection.execute(f"CREATE VIEW {step.replace('/', '.')} AS {query}")
            else:
                _publish(connection, step, query, warehouse / step)
            wall, cpu = time.monotonic() - begun, time.process_time() - used
            print(f"{step:40} {cpu:6.2f} CPU-s {wall:6.2f} s", flush=True)


def _prepare(
    connection: duckdb.DuckDBPyConnection, landing: Path, key_file: Path, as_of: date | None, later: str
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    variables = {
        "landing": str(landing),
        "reference": str(REFERENCE),
        "sources": _sources(landing),
        "as_of": as_of,
        "later": later,
        "run_at": now,
        "run_id": f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}",
    }
    connection.execute("SET TimeZone = 'UTC'")
    for name, value in variables.items():
        connection.execute(f"SET VARIABLE {name} = $1", [value])
    for layer in ("bronze", "silver", "gold"):
        connection.execute(f"CREATE SCHEMA {layer}")
    # The secret comes from its file into a table of one row, so no statement holds it.
    connection.read_csv(str(key_file), header=False, names=["inner", "outer"], all_varchar=True).create("keyring")


def _sources(landing: Path) -> list[str]:
    return [source for source in (*CROSSINGS, *SOURCES) if any((landing / source).glob("*"))]


def _publish(connection: duckdb.DuckDBPyConnection, step: str, query: str, location: Path) -> None:
    """Write a query's rows as a Delta table; what comes after reads them from its files."""
    write_deltalake(location, connection.sql(query), mode="overwrite")
    files = ", ".join(f"'{uri}'" for uri in DeltaTable(location).file_uris())
    written = f"SELECT * FROM read_parquet([{files}])" if files else query  # which has no rows then
    connection.execute(f"CREATE VIEW {step.replace('/', '.')} AS {written}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duckdb_core", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--key-file", type=Path, required=True, help="the secret for person keys")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, help="day as of which stays are judged; else the last known"
    )
    parser.add_argument("--cores", type=int, default=4)
    parser.add_argument("--later", default="9999", help="day from which on files count as read by a later run")
    return parser.parse_args()


if __name__ == "__main__":
    build(**vars(_arguments()))
