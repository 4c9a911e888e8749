"""Sources of many small files: read in batches, each file judged by itself, nothing twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from jobs.steps import ingest_source
from lakehouse import landing, read_ahead, store
from lakehouse.bronze.inspections import Inspections
from lakehouse.bronze.visitor_survey import VisitorSurvey
from lakehouse.compile.sample import landed_rows
from lakehouse.registry import table
from tests.lake import AT, Lake

FILES = 12


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of some files, and conditions that list no more than four."""
    monkeypatch.setattr(landing, "BATCH_BYTES", 40_000)
    monkeypatch.setattr(read_ahead, "TOGETHER", 3)
    monkeypatch.setattr(store, "MANY_FILES", 4)


def land(lake: Lake, number: int, day: str = "2025-12-01") -> Path:
    path = lake.settings.landing / "inspections" / day / f"TPE1-{number:02d}.ndjson.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        row | {"record_id": f"INS-{number}-{n}", "inspected_on": day}
        for n, row in enumerate(landed_rows(Inspections, 3))
    ]
    path.write_bytes(Inspections.format.render(rows, Inspections))
    return path


def ingest(lake: Lake, days: int = 0) -> tuple[str, int]:
    """The step's outcome, and how many rows readers see."""
    outcome = ingest_source(lake.open(AT + timedelta(days=days)), "inspections").outcome
    return outcome, len(lake.rows("bronze.inspections"))


def test_all_are_read_once_and_a_bad_one_is_refused_alone(lake: Lake) -> None:
    paths = [land(lake, number) for number in range(FILES)]
    paths[7].write_bytes(paths[7].read_bytes()[:-20])
    assert ingest(lake) == ("refused", 3 * (FILES - 1))
    fates = {row["source_file"]: row["outcome"] for row in lake.rows("ops.file_ledger")}
    assert [name for name, fate in fates.items() if fate == "refused"] == ["inspections/2025-12-01/TPE1-07.ndjson.gz"]
    land(lake, 7)
    assert ingest(lake, 1) == ("published", 3 * FILES)
    assert ingest(lake, 2) == ("unchanged", 3 * FILES)


def test_each_batch_says_which_days_it_touches(lake: Lake) -> None:
    for number in range(FILES):
        land(lake, number, f"2025-12-{1 + number // 6:02d}")
    ingest(lake)
    history = lake.open().store.history(table("bronze.inspections"))
    assert len(history) > 1, "more than one batch"
    assert {day for said in history for day in said.touched["inspected_on"]} == {"2025-12-01", "2025-12-02"}


def test_a_file_that_changes_shows_its_newest_release_and_touches_everything(lake: Lake) -> None:
    for number in range(FILES):
        land(lake, number)
    ingest(lake)
    land(lake, 5, "2025-12-01").write_bytes(Inspections.format.render(landed_rows(Inspections, 1), Inspections))
    assert ingest(lake, 1) == ("published", 3 * (FILES - 1) + 1)
    newest = lake.open().store.history(table("bronze.inspections"))[0]
    assert newest.touched == {}, "the release before may have spoken of other days"


def test_a_run_killed_before_the_ledger_leaves_no_row_twice(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(FILES):
        land(lake, number)
    with monkeypatch.context() as killed:
        killed.setattr("lakehouse.ingest._record", lambda *_: None)
        ingest_source(lake.open(), "inspections")
    assert ingest(lake, 1) == ("published", 3 * FILES)
    held = lake.open().store
    stored = held.spark.read.format("delta").load(held.location(Inspections))
    assert stored.count() == 3 * FILES


def test_a_file_with_nothing_to_tell_hides_none_of_those_after_it(lake: Lake) -> None:
    rows = landed_rows(VisitorSurvey, 3)
    folder = lake.settings.landing / "visitor_survey"
    for day, some in enumerate((rows[:2], [], rows[2:]), 1):
        path = folder / f"2025-12-{day:02d}" / "visitor_survey.csv"
        path.parent.mkdir(parents=True)
        path.write_bytes(VisitorSurvey.format.render(some, VisitorSurvey))
    assert ingest_source(lake.open(), "visitor_survey").outcome == "published"
    assert len(lake.rows("bronze.visitor_survey")) == 3
