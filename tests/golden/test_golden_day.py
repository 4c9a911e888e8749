"""One made-up day from landed files to gold, every table compared with what was once looked at by eye.

After a change that is meant, write the expected tables anew and read the difference:
``LAKEHOUSE_GOLDEN=write make test ARGS=tests/golden``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import has_work, plan, run
from jobs.steps import MODEL, Bench
from lakehouse.compile.sample import write_landing
from lakehouse.evaluation.truth import FILES
from lakehouse.ops.detection_quality import DetectionQuality
from lakehouse.registry import models, tables
from lakehouse.session import Sessions
from tests.lake import AS_OF, AT, Lake
from tests.watched import Watched

EXPECTED = Path(__file__).parent / "expected"
#: What evaluations publish is no part of a run.
COMPARED = [n for n, t in tables().items() if t.layer in ("silver", "gold", "ops") and t is not DetectionQuality]


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Watched]]:
    """A truth where the simulator puts it, beside the landing of the golden day."""
    folder = tmp_path_factory.mktemp("golden") / "truth"
    folder.mkdir()
    for name in FILES:
        (folder / f"{name}.parquet").write_text("no table may hold this")
    watched = Watched(folder)
    yield folder, watched
    watched.close()


@pytest.fixture(scope="module")
def golden(spark: Any, truth: tuple[Path, Watched]) -> Lake:
    lake = Lake(spark, truth[0].parent)
    write_landing(lake.settings.landing)
    report = lake.run()
    others = {s.name: (s.outcome, s.messages) for s in report.steps if s.outcome != "published"}
    assert others == {f"{MODEL}{model}": ("unchanged", ()) for model in models()}
    return lake


@pytest.mark.parametrize("name", COMPARED)
def test_a_golden_day_gives_the_expected_table(golden: Lake, name: str) -> None:
    actual = [json.loads(json.dumps(row, default=str, ensure_ascii=False)) for row in golden.rows(name)]
    path = EXPECTED / f"{name}.jsonl"
    if os.environ.get("LAKEHOUSE_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in actual))
    assert actual == [json.loads(line) for line in path.read_text().splitlines()]


def test_a_run_opens_nothing_of_the_truth(golden: Lake, truth: tuple[Path, Watched], spark: SparkSession) -> None:
    folder, watched = truth
    assert watched.opened() == set()
    # That the watch sees Python and Java alike is what makes its silence tell.
    (folder / "persons.parquet").read_text()
    assert watched.opened() == {"persons.parquet"}
    assert spark.read.text(str(folder / "crossings.parquet")).count() == 1
    assert "crossings.parquet" in watched.opened()


def test_tables_staged_on_disk_and_audited_by_spark_hold_the_same_rows(
    golden: Lake, spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lakehouse.store.LEAN_UP_TO", -1)
    monkeypatch.setattr("lakehouse.audit.PANDAS_UP_TO", -1)
    many = Lake(spark, tmp_path)
    write_landing(many.settings.landing)
    report = many.run("gold.unmatched_entry_exit")
    assert {s.outcome for s in report.steps} == {"published"}
    for name in ("silver.countries", "silver.crossings", "silver.stays", "gold.unmatched_entry_exit"):
        assert many.rows(name) == golden.rows(name), name


def test_a_second_run_with_nothing_new_commits_nothing_and_starts_no_spark(golden: Lake) -> None:
    def refuse() -> SparkSession:
        raise AssertionError("a session was opened")

    before = golden.versions()
    bench = Bench.open(Sessions(refuse), golden.settings, AS_OF, AT)
    assert not has_work(bench, plan())
    assert {step.outcome for step in run(bench, plan()).steps} == {"unchanged"}
    assert golden.versions() == before


def test_the_same_files_under_other_names_add_nothing(golden: Lake) -> None:
    folder = golden.settings.landing / "i94_arrivals"
    original = next(folder.glob("*.parquet"))
    copy = folder / "the-same-again.parquet"
    copy.write_bytes(original.read_bytes())
    before = golden.rows("silver.stays")
    assert set(golden.outcomes().values()) == {"unchanged"}
    assert golden.rows("silver.stays") == before
    fates = {r["source_file"]: r["outcome"] for r in golden.rows("ops.file_ledger")}
    assert fates["i94_arrivals/the-same-again.parquet"] == "repeated"
