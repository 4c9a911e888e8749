"""Large tables of persons and documents: a day rebuilds those whose records changed, to what a whole build gives."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import Report, plan, run
from jobs.steps import Bench
from lakehouse import groups
from lakehouse.bronze.inspections import Inspections as LandedInspections
from lakehouse.bronze.lost_stolen_documents import LostStolenDocuments
from lakehouse.compile.sample import landed_rows, write_landing
from lakehouse.session import Sessions
from lakehouse.silver.documents import Documents
from lakehouse.silver.persons import Persons
from tests.lake import AT, Lake

TABLES = (Persons, Documents)


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Iterator[Lake]:
    """A lake whose smallest tables count as large."""
    made = Lake(spark, tmp_path / "by-group")
    write_landing(made.settings.landing)
    for source in ("inspections", "lost_stolen_documents"):
        shutil.rmtree(made.settings.landing / source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(groups, "FEWEST_ROWS", 0)
        patch.setattr(groups, "MOST_CHANGED_RATIO", 2.0)
        yield made


def inspected(record: str, day: str, number: str, **facts: Any) -> dict[str, Any]:
    at = {"inspected_on": day, "inspected_at": f"{day}T08:15:30+08:00", "recorded_at": f"{day}T08:16:00+08:00"}
    return {"record_id": record, "version": "1", "queued_at": None, "mrz": None, "document_number": number} | at | facts


def land(lake: Lake, day: str, *records: dict[str, Any], lost: str | None = None) -> None:
    first = landed_rows(LandedInspections, 1)[0]
    folder = lake.settings.landing / "inspections" / day
    folder.mkdir(parents=True)
    rows = [first | record for record in records]
    (folder / "TPE2-08.ndjson.gz").write_bytes(LandedInspections.format.render(rows, LandedInspections))
    if lost:
        report = landed_rows(LostStolenDocuments, 1)[0] | {"document_number": lost, "issuing_state": "JPN"}
        folder = lake.settings.landing / "lost_stolen_documents" / day
        folder.mkdir(parents=True)
        (folder / LostStolenDocuments.part).write_bytes(
            LostStolenDocuments.format.render([report], LostStolenDocuments)
        )


def run_on(lake: Lake, hours: int) -> dict[str, tuple[str, ...]]:
    reports = [
        run(Bench.open(Sessions(lambda: lake.spark), lake.settings, None, AT + timedelta(hours=hours)), plan(name))
        for name in ("silver.persons", "silver.documents")
    ]
    assert [report.exit_status for report in reports] == [0, 0]
    return {table.full_name(): said(report, table.full_name()) for table, report in zip(TABLES, reports, strict=True)}


def said(report: Report, name: str) -> tuple[str, ...]:
    return next(step.messages for step in report.steps if step.name == name)


def contents(lake: Lake) -> list[list[str]]:
    return [sorted(map(str, lake.rows(table.full_name()))) for table in TABLES]


def test_a_day_rebuilds_the_persons_and_documents_whose_records_changed(lake: Lake, tmp_path: Path) -> None:
    born = {"primary_identifier": "ITO"}
    land(
        lake,
        "2025-12-01",
        inspected("A1", "2025-12-01", "TK1"),
        inspected("B1", "2025-12-01", "TK2", primary_identifier="SUZUKI"),
        inspected("C1", "2025-12-01", "TK3", **born),
        inspected("D1", "2025-12-01", "TK4", primary_identifier="MORI"),
    )
    assert run_on(lake, 0) == {"silver.persons": (), "silver.documents": ()}

    land(
        lake,
        "2025-12-02",
        inspected("A2", "2025-12-02", "TK1"),
        inspected("B1", "2025-12-01", "TK2", version="2", primary_identifier="SUZUKA"),
        inspected("E2", "2025-12-02", "TK5", primary_identifier="KATO"),
        lost="TK3",
    )
    # The day before is read again: of it only B, misspelt until now, differs. TK3 is known by its report alone.
    assert run_on(lake, 1) == {
        "silver.persons": ("4 of its person_key values rebuilt",),
        "silver.documents": ("4 of its document_key values rebuilt",),
    }

    whole = Lake(lake.spark, tmp_path / "whole")
    shutil.copytree(lake.settings.landing, whole.settings.landing, dirs_exist_ok=True)
    shutil.copy(lake.settings.key_file, whole.settings.key_file)
    run_on(whole, 1)
    assert contents(lake) == contents(whole)
    assert len(contents(lake)[0]) == 5, "the misspelt person is gone"


def test_nothing_changes_where_the_same_is_told_again(lake: Lake) -> None:
    land(lake, "2025-12-01", inspected("A1", "2025-12-01", "TK1"), inspected("B1", "2025-12-01", "TK2"))
    run_on(lake, 0)
    before = contents(lake)

    land(lake, "2025-12-02", inspected("A1", "2025-12-01", "TK1", version="2", lane="counter"))
    run_on(lake, 1)

    assert contents(lake) == before


def test_all_is_rebuilt_where_the_version_read_last_is_gone(lake: Lake) -> None:
    land(lake, "2025-12-01", inspected("A1", "2025-12-01", "TK1"), inspected("B1", "2025-12-01", "TK2"))
    run_on(lake, 0)
    land(lake, "2025-12-02", inspected("B1", "2025-12-01", "TK3", version="2"))
    again = AT + timedelta(hours=1)
    run(Bench.open(Sessions(lambda: lake.spark), lake.settings, None, again), plan("silver.inspections"))
    inspections = f"delta.`{lake.settings.warehouse / 'silver' / 'inspections'}`"
    check = "spark.databricks.delta.retentionDurationCheck.enabled"
    lake.spark.conf.set(check, "false")
    try:
        lake.spark.sql(f"REORG TABLE {inspections} APPLY (PURGE)")
        lake.spark.sql(f"VACUUM {inspections} RETAIN 0 HOURS")
    finally:
        lake.spark.conf.unset(check)

    assert run_on(lake, 2) == {"silver.persons": (), "silver.documents": ()}
    assert {row["document_number"] for row in lake.rows("silver.documents")} == {"TK1", "TK3"}
