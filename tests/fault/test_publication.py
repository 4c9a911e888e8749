"""What readers see when an audit fails, a disk is full, or two runs meet."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import Report, plan, run
from lakehouse.compile.sample import write_landing
from lakehouse.declare import Between, Column, NotNull, Unit
from lakehouse.disk import check_writable, unwritable_explained
from lakehouse.errors import WarehouseUnwritable
from lakehouse.gold.clearance_time import ClearanceTime
from lakehouse.silver.wait_times import WaitTimes
from tests.lake import AT, Lake

GOLD = "gold.clearance_time"


@pytest.fixture(scope="module")
def published(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = Lake(spark, tmp_path_factory.mktemp("published"))
    write_landing(lake.settings.landing)
    assert lake.run(GOLD).exit_status == 0
    return lake


def test_a_failed_audit_leaves_the_last_good_version_and_says_what_broke(
    published: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, versions = published.rows(GOLD), published.versions()[GOLD]
    count = ClearanceTime.columns()["passengers_count"]
    impossible = Column(count.kind, count.meaning, (NotNull(), Between(-2, -1)), Unit.COUNT)
    monkeypatch.setattr(ClearanceTime, "passengers_count", impossible)
    monkeypatch.setattr("lakehouse.refresh.fingerprint", lambda table: "changed")
    monkeypatch.setattr(ClearanceTime, "quarantine_limit_ratio", 1.0)
    monkeypatch.setattr("lakehouse.compile.screening.checks", _no_checks)

    report = published.run(GOLD)

    failed = next(s for s in report.steps if s.name == GOLD)
    assert (failed.outcome, report.exit_status) == ("failed", 1)
    assert "keeps its last good version" in failed.messages[0]
    assert "passengers_count lies between -2 and -1" in failed.messages[0]
    assert "5 rows" in failed.messages[0]
    assert failed.audits, "the failed audit is on the pages too"
    monkeypatch.undo()
    assert published.rows(GOLD) == before
    assert published.versions()[GOLD] == versions


def _no_checks(table: object, companions: object = ()) -> list[object]:
    return []


def test_too_much_quarantine_stops_a_table(published: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    maximum = WaitTimes.columns()["passengers_count"]
    monkeypatch.setattr(WaitTimes, "passengers_count", Column(maximum.kind, "None.", (Between(-2, -1),), Unit.COUNT))
    monkeypatch.setattr("lakehouse.refresh.fingerprint", lambda table: "changed again")
    report = published.run("silver.wait_times")
    failed = next(s for s in report.steps if s.name == "silver.wait_times")
    assert "more than the 5% that quarantine may take" in failed.messages[0]


def test_a_promise_of_an_older_declaration_gives_way_to_the_one_of_now(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_landing(lake.settings.landing)
    with monkeypatch.context() as before:
        before.setattr("lakehouse.compile.spark.check_condition", lambda table: "passengers_count < 0")
        lake.open().store.provide(WaitTimes)
    assert lake.outcomes("silver.wait_times")["silver.wait_times"] == "published"
    assert len(lake.rows("silver.wait_times")) == 5


def test_two_runs_at_once_publish_each_table_once(lake: Lake) -> None:
    write_landing(lake.settings.landing)
    reports: list[Report] = []
    both = [lake.open(AT), lake.open(AT + timedelta(seconds=1))]
    threads = [threading.Thread(target=lambda b=b: reports.append(run(b, plan(GOLD)))) for b in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r.exit_status for r in reports] == [0, 0]
    outcomes = sorted(s.outcome for r in reports for s in r.steps if s.name == GOLD)
    assert outcomes == ["published", "unchanged"]
    assert lake.versions()[GOLD] == 1, "one commit to create it, one to fill it"
    assert len(lake.rows("bronze.cbp_wait_times")) == 5


def test_a_warehouse_that_cannot_be_written_is_said_before_anything_starts(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(WarehouseUnwritable, match="cannot be written"):
        check_writable(blocked / "warehouse")


def test_many_at_once_may_ask_whether_a_folder_can_be_written(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        for asked in [threads.submit(check_writable, tmp_path) for _ in range(400)]:
            asked.result()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnwritable, match=r"is full .* make room and run again"):
        _fill_the_disk_of(tmp_path)


def _fill_the_disk_of(warehouse: Path) -> None:
    with unwritable_explained(warehouse), Path("/dev/full").open("w") as full:
        full.write("x")
        full.flush()
