"""Documents as they were presented, and as they were reported."""

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze.lost_stolen_documents import LostStolenDocuments
from lakehouse.compile.screening import good, screen
from lakehouse.declare import Table
from lakehouse.identity import with_document_key
from lakehouse.silver.document_reports import DocumentReports
from lakehouse.silver.documents import Documents
from lakehouse.silver.inspections import Inspections

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

#: What an inspection and a report say where a drawing does not speak of it.
PLAIN: dict[str, Any] = {
    "inspected_at_utc": "2025-12-01 00:15:30",
    "inspected_on": "2025-12-01",
    "document_type": "P",
    "issuing_state": "JPN",
    "expiry_date": "2030-01-01",
    "person_key": "a" * 32,
    "reported_at": "2025-12-01T10:00:00+08:00",
    "kind": "stolen",
    "source_line": 1,
}


@pytest.fixture
def documents(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Documents built from drawn inspections and reports; columns not drawn are plain."""

    def filled(table: type[Table], drawing: str) -> DataFrame:
        drawn = rows(table, drawing)
        kinds = {n: str(c.kind) for n, c in table.columns().items() if n not in drawn.columns}
        return drawn.withColumns({n: F.lit(PLAIN.get(n)).cast(kind) for n, kind in kinds.items()})

    def build(inspections: str, reports: str = "document_number\nnone") -> DataFrame:
        seen = filled(Inspections, inspections).drop("document_key")
        keyed = with_document_key(seen, drawn_keyring, F.col("issuing_state"), F.col("document_number"))
        reported = filled(LostStolenDocuments, reports).where("coalesce(document_number, '') <> 'none'")
        return Documents.build(
            keyed, good(screen(DocumentReports.build(reported, drawn_keyring), DocumentReports), DocumentReports)
        )

    return build


def test_a_document_is_told_by_its_newest_inspection_and_counted_over_all(documents: Build, same: Same) -> None:
    built = documents("""
        document_number | inspected_on | inspected_at_utc    | expiry_date | person_key
        TK1             | 2025-12-01   | 2025-12-01 00:15:30 | 2029-01-01  | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        TK1             | 2025-12-09   | 2025-12-09 00:15:30 | 2030-01-01  | bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
        TK1             | 2025-12-10   | 2025-12-10 00:15:30 |             | bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
        TK2             | 2025-12-10   | 2025-12-10 00:15:30 | 2025-12-19  | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        TK3             | 2025-12-20   | 2025-12-20 00:15:30 | 2025-12-20  | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    """)

    same(
        built,
        Documents,
        """
        document_number | issuing_state | expiry_date | persons_count | inspections_count | first_seen_on | last_seen_on | is_reported
        TK1             | JPN           | 2030-01-01  | 2             | 3                 | 2025-12-01    | 2025-12-10   | false
        TK2             | JPN           | 2025-12-19  | 1             | 1                 | 2025-12-10    | 2025-12-10   | false
        TK3             | JPN           | 2025-12-20  | 1             | 1                 | 2025-12-20    | 2025-12-20   | false
        """,  # noqa: E501
    )


def test_a_report_is_in_force_until_it_is_withdrawn_also_on_what_was_never_presented(
    documents: Build, same: Same
) -> None:
    """L-1 comes again, withdrawn, and keeps the time at which it was first written."""
    built = documents(
        """
        document_number
        TK1
        TK2
        """,
        """
        report_id | document_number | kind   | lost_on    | reported_at               | withdrawn_on
        L-1       | TK1             | lost   | 2025-11-28 | 2025-12-01T09:00:00+08:00 |
        L-1       | TK1             | lost   | 2025-11-28 | 2025-12-03T09:00:00+08:00 | 2025-12-03
        L-2       | tk-2            | stolen |            | 2025-12-01T10:00:00+08:00 |
        L-3       | TK9             | melted |            | 2025-12-01T10:00:00+08:00 |
        """,
    )

    same(
        built,
        Documents,
        """
        document_number | inspections_count | is_reported
        TK1             | 1                 | false
        TK2             | 1                 | true
        TK9             | 0                 | true
        """,
    )
    reports = {r["document_number"]: [tuple(map(str, x)) for x in r["reports"]] for r in built.collect()}
    assert reports == {
        "TK1": [("2025-12-01 01:00:00", "lost", "2025-11-28", "2025-12-03")],
        "TK2": [("2025-12-01 02:00:00", "stolen", "None", "None")],
        "TK9": [("2025-12-01 02:00:00", "None", "None", "None")],
    }
