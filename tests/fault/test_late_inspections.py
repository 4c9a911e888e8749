"""Inspections that come late, are corrected or cannot be read: only the days they speak of are rebuilt."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import Report, plan, run
from jobs.steps import Bench
from lakehouse.bronze.inspections import Inspections as LandedInspections
from lakehouse.compile.sample import landed_rows, write_landing
from lakehouse.session import Sessions
from lakehouse.silver.inspections import Inspections
from tests.lake import AT, Lake

STAYS, INSPECTIONS = "silver.stays", "silver.inspections"


@pytest.fixture(scope="module")
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    made = Lake(spark, tmp_path_factory.mktemp("late"))
    write_landing(made.settings.landing)
    for file in (made.settings.landing / "inspections").rglob("*.gz"):
        file.unlink()
    with pytest.MonkeyPatch.context() as patch:
        # One bad record among three is more than a day's quarantine may take.
        patch.setattr(Inspections, "quarantine_limit_ratio", 1.0)
        yield made


def land(lake: Lake, day: str, *records: dict[str, Any]) -> None:
    """A file of records landed on ``day``; what a record does not say is as in the first made-up one."""
    first = landed_rows(LandedInspections, 1)[0]
    folder = lake.settings.landing / "inspections" / day
    folder.mkdir(parents=True)
    rows = [first | record for record in records]
    (folder / "TPE2-08.ndjson.gz").write_bytes(LandedInspections.format.render(rows, LandedInspections))


def inspected(record: str, day: str, **facts: Any) -> dict[str, Any]:
    at = {"inspected_on": day, "inspected_at": f"{day}T08:15:30+08:00", "recorded_at": f"{day}T08:16:00+08:00"}
    return {"record_id": record, "version": "1", "queued_at": None} | at | facts


def run_on(lake: Lake, at: datetime) -> Report:
    bench = Bench.open(Sessions(lambda: lake.spark), lake.settings, None, at)
    return run(bench, plan(STAYS))


def messages(report: Report, name: str) -> tuple[str, ...]:
    return next(step.messages for step in report.steps if step.name == name)


LEFT = {"direction": "exit", "outcome": "departed", "authorised_until": None}


def test_late_and_corrected_records_rebuild_the_days_they_speak_of_and_nothing_is_lost(lake: Lake) -> None:
    land(
        lake,
        "2025-12-03",
        inspected("IN", "2025-12-01", authorised_until="2025-12-10"),
        inspected("BAD", "2025-12-01", lane="tunnel"),
        inspected("NEXT", "2025-12-02", document_number="TK9", primary_identifier="SUZUKI"),
    )
    assert run_on(lake, AT).exit_status == 0
    assert stays(lake) == {"IN": ("within_time", "2025-12-02"), "NEXT": ("within_time", "2025-12-02")}
    assert quarantined(lake) == {("BAD", "inspections/2025-12-01")}

    land(
        lake,
        "2025-12-12",
        inspected("BAD", "2025-12-01", version="2", document_number="TK8", primary_identifier="ITO"),
        inspected("OUT", "2025-12-11", **LEFT),
    )
    report = run_on(lake, AT + timedelta(hours=1))

    assert report.exit_status == 0
    assert messages(report, INSPECTIONS) == ("2 of its inspected_on slices rebuilt",)
    assert messages(report, "silver.crossings") == ("2 of its source_delivery slices rebuilt",)
    assert stays(lake) == {
        "IN": ("departed_late", "2025-12-11"),
        "BAD": ("within_time", "2025-12-11"),
        "NEXT": ("within_time", "2025-12-11"),
    }
    assert quarantined(lake) == set()


def test_a_record_of_a_day_that_is_none_is_put_aside(lake: Lake) -> None:
    land(lake, "2025-12-13", inspected("NO DAY", "2025-12-13", inspected_on="2025-02-30"))

    assert run_on(lake, AT + timedelta(hours=2)).exit_status == 0
    assert quarantined(lake) == {("NO DAY", "inspections/2025-02-30")}
    assert set(stays(lake)) == {"IN", "BAD", "NEXT"}


def test_records_of_2016_are_not_judged_as_of_2025(lake: Lake) -> None:
    judged = {r["border_state"]: r["as_of_date"].isoformat() for r in lake.rows(STAYS)}

    assert judged == {"USA": "2016-09-19", "TWN": "2025-12-11"}


@pytest.mark.parametrize("name", ["gold.suspected_in_country_overstayer", "gold.document_alert"])
def test_a_landing_without_the_agencys_feeds_builds_all_that_others_tell(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    bare = Lake(spark, tmp_path)
    write_landing(bare.settings.landing)
    for source in ("inspections", "lost_stolen_documents"):
        shutil.rmtree(bare.settings.landing / source)

    report = run(Bench.open(Sessions(lambda: spark), bare.settings, None, AT), plan(name))

    assert {s.outcome for s in report.steps} == {"published", "skipped"}
    assert bare.rows(name) == []


def stays(lake: Lake) -> dict[str, tuple[str, str]]:
    ours = [r for r in lake.rows(STAYS) if r["border_state"] == "TWN"]
    return {r["admission_id"]: (r["state"], r["as_of_date"].isoformat()) for r in ours}


def quarantined(lake: Lake) -> set[tuple[str, str]]:
    found = [r for r in lake.rows("silver.quarantine") if r["table_name"] == INSPECTIONS]
    return {(r["record_key"], r["source_delivery"]) for r in found}
