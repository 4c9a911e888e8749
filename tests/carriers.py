"""Messages of carriers, written for tests, and the frames that they become."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from lakehouse.compile.spark import schema
from lakehouse.declare import Bronze, Table
from lakehouse.silver.airports import Airports
from lakehouse.silver.countries import Countries
from lakehouse.store import in_one_piece
from tests.conftest import Draw

AIRPORTS = """
iata_code | country_code
TPE       | TWN
KHH       | TWN
NRT       | JPN
SIN       | SGP
OOL       | AUS
"""

COUNTRIES = """
country_code | alpha2_code
TWN          | TW
GBR          | GB
"""
DRAWN: dict[type[Table], str] = {Airports: AIRPORTS, Countries: COUNTRIES}


def interchange(body: str, sent: str = "251201:0100", recipient: str = "TWNAPIS", kind: str = "PAXLST:D:02B:UN") -> str:
    count = body.count("'") + 2
    return f"UNB+UNOA:4+CI+{recipient}+{sent}+1'UNH+1+{kind}'{body}UNT+{count}+1'UNZ+1+1'"


def flight(number: str = "CI0100", leg: str = "NRT:2512010900>TPE:2512011230", code: str = "745") -> str:
    (origin, off), (destination, on) = (end.split(":") for end in leg.split(">"))
    return f"BGM+{code}'TDT+20+{number}+++CI'LOC+125+{origin}'DTM+189:{off}:201'LOC+87+{destination}'DTM+232:{on}:201'"


def travellers(count: int, stated: int | None = None) -> str:
    return "".join(f"NAD+FL+++CHEN:NO{n}'" for n in range(count)) + f"CNT+42:{count if stated is None else stated}'"


def bookings(*legs: str, tvl: str = "011225:0900:011225:1230+NRT+TPE+CI+100", function: str = "22") -> str:
    each = "".join(f"SRC'RCI+CI:ABC12{n}'TIF+CHEN+MEI:A:1'TVL+{leg}'" for n, leg in enumerate(legs))
    return f"MSG+:{function}'ORG+CI:TPE'TVL+{tvl}'EQN+{len(legs)}'{each}"


def pnrgov(body: str, sent: str = "251130:0100", recipient: str = "TWNPNR") -> str:
    return interchange(body, sent, recipient, "PNRGOV:11:1:IA")


def landed(of: type[Table], spark: SparkSession, rows: Draw, **files: str) -> dict[str, DataFrame]:
    """The tables that ``of`` is built from: of each kind of message the interchanges that were landed as one file."""
    frames: dict[str, DataFrame] = {}
    for name, table in of.inputs().items():
        if not issubclass(table, Bronze):
            frames[name] = rows(table, DRAWN[table])
            continue
        kind = "paxlst" if "paxlst" in table.short_name() else "pnrgov"
        content = files.get(f"agency_{kind}" if table.source.name == "manifests" else kind, "")
        frames[name] = of_file(spark, table, content)
    return frames


def of_file(spark: SparkSession, table: type[Bronze], content: str) -> DataFrame:
    declared = schema(table)
    names = (*table.raw_columns(), "source_line", "source_delivery")
    kinds = StructType([declared[name] for name in names])
    wanted = to_arrow_schema(kinds)
    found = wanted.empty_table()
    if content:
        read = table.format.table(content.encode(), table)
        delivery = pa.array([f"{table.source.name}/{table.part}"] * read.num_rows, pa.string())
        found = read.append_column("source_delivery", delivery).select(names).cast(wanted)
    return in_one_piece(spark, found, kinds)
