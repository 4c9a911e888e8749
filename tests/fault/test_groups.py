"""Large tables of documents, persons and pairs: a day rebuilds what changed, to what a whole build gives."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import plan, run
from jobs.steps import Bench
from lakehouse import groups
from lakehouse.bronze.exit_bans import ExitBans
from lakehouse.bronze.inspections import Inspections as LandedInspections
from lakehouse.bronze.lost_stolen_documents import LostStolenDocuments
from lakehouse.compile.sample import landed_rows, write_landing
from lakehouse.session import Sessions
from tests.lake import AT, Lake


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Iterator[Lake]:
    """A lake whose smallest tables count as large."""
    made = Lake(spark, tmp_path / "by-group")
    write_landing(made.settings.landing)
    for source in ("inspections", "lost_stolen_documents", "exit_bans"):
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


def ban(lake: Lake, day: str, **births: str) -> None:
    """The whole list of bans of a day: who, and when born."""
    plain = landed_rows(ExitBans, 1)[0] | {"document_number": None, "secondary_identifier": None, "native_name": None}
    rows = [
        plain | {"ban_id": f"B-{who}", "primary_identifier": who, "date_of_birth": born} for who, born in births.items()
    ]
    folder = lake.settings.landing / "exit_bans" / day
    folder.mkdir(parents=True)
    (folder / ExitBans.part).write_bytes(ExitBans.format.render(rows, ExitBans))


def run_on(lake: Lake, hours: int, name: str = "silver.documents") -> tuple[str, ...]:
    """What a run says of the table; all that it needs is brought up to date."""
    bench = Bench.open(Sessions(lambda: lake.spark), lake.settings, None, AT + timedelta(hours=hours))
    report = run(bench, plan(name))
    assert report.exit_status == 0
    return next(step.messages for step in report.steps if step.name == name)


def test_a_day_rebuilds_the_documents_of_which_something_else_is_told(
    lake: Lake, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Of the day before B alone differs, whose number was mistyped; C is known by a report alone."""
    land(
        lake,
        "2025-12-01",
        *(inspected(f"{who}1", "2025-12-01", f"TK-{who}") for who in "AD"),
        inspected("B1", "2025-12-01", "TK-8"),
    )
    assert run_on(lake, 0) == ()

    land(
        lake,
        "2025-12-02",
        inspected("A2", "2025-12-02", "TK-A"),
        inspected("B1", "2025-12-01", "TK-B", version="2"),
        lost="TK-C",
    )
    assert run_on(lake, 1) == ("4 of its document_key values rebuilt",)
    whole = Lake(lake.spark, tmp_path / "whole")
    shutil.copytree(lake.settings.landing, whole.settings.landing, dirs_exist_ok=True)
    shutil.copy(lake.settings.key_file, whole.settings.key_file)
    run_on(whole, 1)
    assert lake.rows("silver.documents") == whole.rows("silver.documents")
    assert {row["document_number"] for row in lake.rows("silver.documents")} == {f"TK-{who}" for who in "ABCD"}

    again = {"version": "3", "lane": "counter"}
    land(
        lake,
        "2025-12-03",
        inspected("A1", "2025-12-01", "TK-A", **again),
        inspected("A2", "2025-12-02", "TK-A", **again),
    )
    run_on(lake, 2, "silver.inspections")
    vacuum(lake)
    # The version read last is gone, so that nobody can tell what changed.
    assert run_on(lake, 3) == ()
    assert "rebuilt whole" in caplog.text
    assert lake.rows("silver.documents") == whole.rows("silver.documents")


def test_a_day_matches_new_travellers_with_all_entries_and_all_travellers_with_new_entries(
    lake: Lake, tmp_path: Path
) -> None:
    """KOMUROV is banned and travels; PELLINI travels and is banned later; SORIANO comes later and was banned before."""
    table = "silver.watchlist_matches"

    def traveller(record: str, day: str, name: str) -> dict[str, Any]:
        born = {"KOMUROV": "1980-05-04", "PELLINI": "1981-06-07", "SORIANO": "1982-08-09"}[name]
        return inspected(record, day, f"TK-{name}", primary_identifier=name, secondary_identifier=None,
                         native_name=None, date_of_birth=born)  # fmt: skip

    land(lake, "2025-12-01", traveller("K", "2025-12-01", "KOMUROV"), traveller("P", "2025-12-01", "PELLINI"))
    ban(lake, "2025-12-01", KOMUROV="1980-05-04", SORIANO="1982-08-09")
    assert run_on(lake, 0, table) == ()
    assert len(lake.rows(table)) == 1

    land(lake, "2025-12-02", traveller("S", "2025-12-02", "SORIANO"))
    ban(lake, "2025-12-02", KOMUROV="1980-05-04", SORIANO="1982-08-09", PELLINI="1981-06-07")
    assert run_on(lake, 1, table) == ("1 of its person_key and 1 of its entry_key values rebuilt",)
    whole = Lake(lake.spark, tmp_path / "whole")
    shutil.copytree(lake.settings.landing, whole.settings.landing, dirs_exist_ok=True)
    shutil.copy(lake.settings.key_file, whole.settings.key_file)
    run_on(whole, 1, table)
    assert lake.rows(table) == whole.rows(table)
    assert {row["entry_id"] for row in lake.rows(table)} == {"B-KOMUROV", "B-SORIANO", "B-PELLINI"}

    ban(lake, "2025-12-03", SORIANO="1982-08-09", PELLINI="1981-06-07")
    assert run_on(lake, 2, table) == ("1 of its entry_key values rebuilt",)
    assert {row["entry_id"] for row in lake.rows(table)} == {"B-SORIANO", "B-PELLINI"}


def vacuum(lake: Lake) -> None:
    """Remove the files of all versions of the inspections but the newest."""
    inspections = f"delta.`{lake.settings.warehouse / 'silver' / 'inspections'}`"
    check = "spark.databricks.delta.retentionDurationCheck.enabled"
    lake.spark.conf.set(check, "false")
    try:
        lake.spark.sql(f"VACUUM {inspections} RETAIN 0 HOURS")
    finally:
        lake.spark.conf.unset(check)
