"""Documents that were reported, by what their reports say."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze.lost_stolen_documents import LostStolenDocuments
from lakehouse.compile.screening import good, screen
from lakehouse.declare import Table
from lakehouse.silver.document_reports import DocumentReports

Draw = Callable[[type[Table], str], DataFrame]
Build = Callable[[str], DataFrame]


@pytest.fixture
def reported(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Documents as drawn reports tell of them: Japanese passports, where they do not say otherwise."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(LostStolenDocuments, drawing)
        plain = {"issuing_state": "JPN", "document_type": "P", "reported_at": "2025-12-01T10:00:00+08:00"}
        missing = [n for n in LostStolenDocuments.columns() if n not in drawn.columns]
        kinds = {n: str(LostStolenDocuments.columns()[n].kind) for n in missing}
        return DocumentReports.build(
            drawn.withColumns({n: F.lit(plain.get(n)).cast(kind) for n, kind in kinds.items()}), drawn_keyring
        )

    return build


def test_the_reports_on_a_document_are_one_row_however_its_number_is_written(reported: Build) -> None:
    built = reported("""
        report_id | document_number | kind   | reported_at
        L-1       | TK1             | lost   | 2025-12-01T09:00:00+08:00
        L-2       | tk-1            | stolen | 2025-12-02T09:00:00+08:00
        L-3       | TK2             | stolen | 2025-12-02T09:00:00+08:00
    """)

    assert sorted([told["report_kind"] for told in r["reports"]] for r in built.collect()) == [
        ["lost", "stolen"],
        ["stolen"],
    ]


def test_a_report_that_comes_again_is_told_as_it_came_last_and_from_when_it_came_first(reported: Build) -> None:
    built = reported("""
        report_id | document_number | kind   | lost_on    | reported_at               | withdrawn_on | source_line
        L-1       | TK1             | lost   | 2025-11-28 | 2025-12-01T09:00:00+08:00 |              | 1
        L-1       | TK1             | lost   | 2025-11-28 | 2025-12-03T09:00:00+08:00 | 2025-12-03   | 2
        L-2       | TK2             | melted |            | 2025-12-01T10:00:00+08:00 |              | 3
    """)

    assert {r["document_number"]: [tuple(map(str, told)) for told in r["reports"]] for r in built.collect()} == {
        "TK1": [("2025-12-01 01:00:00", "lost", "2025-11-28", "2025-12-03")],
        "TK2": [("2025-12-01 02:00:00", "None", "None", "None")],
    }


@pytest.mark.parametrize("report", ["TK3 |", "-- | JPN", " | JPN"])
def test_a_report_whose_document_cannot_be_told_is_refused(reported: Build, report: str) -> None:
    built = reported(f"document_number | issuing_state | report_id\nTK1 | JPN | L-1\n{report} | L-2")

    assert built.count() == 2
    assert {r["document_number"] for r in good(screen(built, DocumentReports), DocumentReports).collect()} == {"TK1"}
