"""Landed files with structural faults: that file is refused whole and named, the rest goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse.bronze.cbp_wait_times import CbpWaitTimes
from lakehouse.bronze.facility_incidents import FacilityIncidents
from lakehouse.bronze.i94_arrivals import I94Arrivals
from lakehouse.compile.sample import landed_rows
from tests.lake import AT, Lake


def parquet(rows: int = 120) -> pa.Table:
    made = landed_rows(I94Arrivals, rows)
    return pq.read_table(pa.BufferReader(I94Arrivals.format.render(made, I94Arrivals)))


def renamed(table: pa.Table) -> pa.Table:
    return table.rename_columns(["sex" if n == "gender" else n for n in table.column_names])


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut off": (lambda p: p.write_bytes(p.read_bytes()[:-500]), "not a whole Parquet file"),
    "zero bytes": (lambda p: p.write_bytes(b""), "empty"),
    "damaged inside": (lambda p: p.write_bytes(_scrambled(p.read_bytes())), "damaged Parquet file"),
    "no parquet at all": (lambda p: p.write_text("cicid,i94yr\n1,2016\n"), "not a whole Parquet file"),
    "a column missing": (lambda p: pq.write_table(parquet().drop_columns(["gender"]), p), "missing: gender"),
    "a column more": (
        lambda p: pq.write_table(parquet().append_column("mood", pa.array(["x"] * 120)), p),
        "unknown: mood",
    ),
    "a column renamed": (lambda p: pq.write_table(renamed(parquet()), p), "missing: gender; unknown: sex"),
    "another type": (
        lambda p: pq.write_table(parquet().set_column(0, "cicid", parquet()["cicid"].cast("string")), p),
        "cicid is string, declared double",
    ),
    "far too few rows": (lambda p: pq.write_table(parquet(5), p), "5 rows, expected between 50 and 1,000,000"),
}


def _scrambled(content: bytes) -> bytes:
    """Pages overwritten, footer whole: only reading it through tells."""
    return content[:4] + b"\xff" * 600 + content[604:]


def land(lake: Lake, name: str, rows: int = 120) -> Path:
    path = lake.settings.landing / "i94_arrivals" / name
    path.parent.mkdir(exist_ok=True)
    pq.write_table(parquet(rows), path)
    return path


def ingest(lake: Lake, source: str = "i94_arrivals", days: int = 0) -> tuple[str, dict[str, str]]:
    """Outcome of ingesting a source, and the fate of each of its files."""
    from jobs.steps import ingest_source

    bench = lake.open(AT + timedelta(days=days))
    step = ingest_source(bench, source)
    return step.outcome, {r["source_file"]: f"{r['outcome']} {r['reason']}" for r in lake.rows("ops.file_ledger")}


def test_each_fault_refuses_its_file_and_the_others_go_on(lake: Lake) -> None:
    land(lake, "good.parquet")
    for name, (damage, _) in FAULTS.items():
        damage(land(lake, f"{name}.parquet", rows=130))
    outcome, fates = ingest(lake)
    assert outcome == "refused"
    assert fates["i94_arrivals/good.parquet"].startswith("accepted")
    for name, (_, said) in FAULTS.items():
        fate = fates[f"i94_arrivals/{name}.parquet"]
        assert fate.startswith("refused"), name
        assert said in fate, f"{name}: {fate}"
    assert {r["source_file"] for r in lake.rows("bronze.i94_arrivals")} == {"i94_arrivals/good.parquet"}


def test_a_count_far_from_the_usual_is_refused(lake: Lake) -> None:
    for day in range(3):
        land(lake, f"day-{day}.parquet", rows=1000 + day)
    land(lake, "strange.parquet", rows=60)
    _, fates = ingest(lake)
    assert "60 rows, more than 10 times off the usual 1,001" in fates["i94_arrivals/strange.parquet"]


def test_a_refused_file_that_is_mended_is_accepted_later(lake: Lake) -> None:
    path = land(lake, "day.parquet")
    path.write_bytes(path.read_bytes()[:-100])
    assert ingest(lake)[0] == "refused"
    assert ingest(lake, days=1)[0] == "refused", "it still is not in, and the status still says so"
    land(lake, "day.parquet")
    outcome, _ = ingest(lake, days=2)
    assert outcome == "published"
    assert len(lake.rows("bronze.i94_arrivals")) == 120
    assert [r["outcome"] for r in lake.rows("ops.file_ledger")] == ["refused", "accepted"] or len(
        lake.rows("ops.file_ledger")
    ) == 2


def test_a_file_that_changes_is_a_new_release_and_the_old_one_is_kept(lake: Lake) -> None:
    land(lake, "day.parquet", rows=120)
    ingest(lake)
    land(lake, "day.parquet", rows=140)
    outcome, _ = ingest(lake, days=1)
    assert outcome == "published"
    assert len(lake.rows("bronze.i94_arrivals")) == 140, "readers see the newest release"
    store = lake.open().store
    kept = (
        store.spark.read.format("delta").load(store.location(I94Arrivals)).groupBy("release_number").count().collect()
    )
    assert {r["release_number"]: r["count"] for r in kept} == {1: 120, 2: 140}


def test_the_same_content_under_another_name_adds_nothing(lake: Lake) -> None:
    first = land(lake, "day.parquet")
    ingest(lake)
    shutil.copy(first, first.with_name("copy.parquet"))
    outcome, fates = ingest(lake, days=1)
    assert outcome == "unchanged"
    assert fates["i94_arrivals/copy.parquet"] == "repeated the same content as i94_arrivals/day.parquet"
    assert len(lake.rows("bronze.i94_arrivals")) == 120


def test_many_files_that_repeat_another_are_told_of_in_one_sentence(lake: Lake) -> None:
    from jobs.steps import ingest_source

    first = land(lake, "day.parquet")
    for copy in range(4):
        shutil.copy(first, first.with_name(f"copy-{copy}.parquet"))
    messages = ingest_source(lake.open(), "i94_arrivals").messages
    assert messages == ("4 deliveries are repeated: the same content as others; ops.file_ledger names them",)


def test_a_text_file_in_a_wrong_encoding_and_one_with_dates_twice_are_told(lake: Lake) -> None:
    folder = lake.settings.landing / "cbp_wait_times"
    folder.mkdir()
    good = CbpWaitTimes.format.render(landed_rows(CbpWaitTimes, 10), CbpWaitTimes)
    (folder / "ORD-2016.csv").write_bytes(good)
    (folder / "ORD-2017.csv").write_bytes(good.decode().replace("Terminal", "Términal").encode("latin-1"))
    outcome, fates = ingest(lake, "cbp_wait_times")
    assert outcome == "refused"
    assert fates["cbp_wait_times/ORD-2016.csv"].startswith("accepted")
    assert "encoding" in fates["cbp_wait_times/ORD-2017.csv"] or "UTF-8" in fates["cbp_wait_times/ORD-2017.csv"]


def test_a_delivery_that_lacks_a_part_is_refused_whole(lake: Lake) -> None:
    from lakehouse.compile.sample import write_landing

    write_landing(lake.settings.landing)
    (lake.settings.landing / "ofac_sdn" / "release-1" / "alt.csv").unlink()
    outcome, fates = ingest(lake, "ofac_sdn")
    assert outcome == "refused"
    assert all("alt.csv is missing from the delivery" in fate for fate in fates.values())
    assert lake.rows("bronze.ofac_sdn") == []


@pytest.mark.parametrize("name", ["notes.txt", "2016.xlsx"])
def test_a_file_that_no_table_is_declared_for_is_a_surprise(lake: Lake, name: str) -> None:
    folder = lake.settings.landing / "cbp_wait_times"
    folder.mkdir()
    (folder / name).write_text("what is this")
    outcome, fates = ingest(lake, "cbp_wait_times")
    assert outcome == "refused"
    assert "no table is declared for a file of this name" in fates[f"cbp_wait_times/{name}"]


def test_a_quiet_day_is_a_header_alone_and_no_fault(lake: Lake) -> None:
    """A day without incidents is accepted beside one with some; one without probes is not."""
    folder = lake.settings.landing / "facility_incidents"
    incidents = FacilityIncidents.format.render(landed_rows(FacilityIncidents, 3), FacilityIncidents)
    for day, content in {"2025-12-01": incidents, "2025-12-02": incidents.splitlines(keepends=True)[0]}.items():
        (folder / day).mkdir(parents=True)
        (folder / day / "incidents.csv").write_bytes(content)
    (folder / "2025-12-02" / "probes.csv").write_bytes(b"probed_at,service,status,response_ms\n")
    outcome, fates = ingest(lake, "facility_incidents")
    assert outcome == "refused"
    assert fates["facility_incidents/2025-12-02/incidents.csv"].startswith("accepted")
    assert "empty file" in fates["facility_incidents/2025-12-02/probes.csv"]
    assert len(lake.rows("bronze.facility_incidents")) == 3


def test_a_quiet_day_may_come_first(lake: Lake) -> None:
    path = lake.settings.landing / "facility_incidents" / "2025-12-01" / "incidents.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(FacilityIncidents.format.render([], FacilityIncidents))
    assert ingest(lake, "facility_incidents")[0] == "published"
    assert lake.rows("bronze.facility_incidents") == []
