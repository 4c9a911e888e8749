"""Records at fault in a good file: they go to quarantine, their neighbours to bronze, and nothing personal is told."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.steps import Step, ingest_source
from lakehouse.bronze.paxlst_messages import PaxlstMessages
from tests.lake import AT, Lake
from tests.property.test_formats_edifact import HEAD, TRAVELLER, UNB, interchange, message

TABLES = ("bronze.paxlst_messages", "bronze.paxlst_passengers")
BAD = message("B", HEAD.replace("TDT", "RFF+TN:1'RFF+TN:2'TDT") + TRAVELLER.replace("X00000017", "CANARY7"))


def land(lake: Lake, name: str, content: str) -> Path:
    path = lake.settings.landing / "paxlst" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    return path


def ingest(lake: Lake, days: int = 0) -> Step:
    return ingest_source(lake.open(AT + timedelta(days=days)), "paxlst")


def quarantine(lake: Lake) -> list[dict[str, Any]]:
    return lake.rows("silver.quarantine")


def test_a_bad_message_is_put_aside_and_its_neighbours_are_read(lake: Lake) -> None:
    land(lake, "day.edi", interchange(message("A"), BAD, message("C")))
    step = ingest(lake)
    assert (step.outcome, step.rows_published, step.put_aside) == ("published", 4, True)
    assert step.messages == tuple(
        f"paxlst/day.edi: 1 of 3 records are refused on the way into {name}; quarantine tells why" for name in TABLES
    )
    assert [(row["source_line"], row["message_reference"]) for row in lake.rows(TABLES[0])] == [(1, "A"), (3, "C")]
    assert [row["message_number"] for row in lake.rows(TABLES[1])] == [1, 3]
    told = [(r["table_name"], r["source_line"], r["rule"], r["consequence"], r["raw_value"]) for r in quarantine(lake)]
    rule = "segment 17 (RFF): a second RFF in one PAXLST"
    assert told == [(name, 2, rule, "refused", None) for name in TABLES]
    (ledger,) = lake.rows("ops.file_ledger")
    assert (ledger["outcome"], ledger["rows_count"]) == ("accepted", 4)


def test_a_wrong_control_value_is_blanked_and_its_message_stays(lake: Lake) -> None:
    land(lake, "day.edi", interchange(message("A", trailer="UNT+99+A'")))
    step = ingest(lake)
    assert (step.rows_published, step.rows_refused, step.values_blanked) == (2, 0, 1)
    assert [row["segments_stated_count"] for row in lake.rows(TABLES[0])] == [None]
    told = [(r["column_name"], r["consequence"], r["raw_value"]) for r in quarantine(lake)]
    assert told == [("segments_stated_count", "blanked", "99")]


def test_a_file_of_bad_messages_alone_is_accepted_without_rows(lake: Lake) -> None:
    land(lake, "day.edi", interchange(BAD))
    assert ingest(lake).outcome == "published"
    assert lake.rows(TABLES[0]) == []
    assert len(quarantine(lake)) == 2


def test_a_mended_release_takes_its_records_out_of_quarantine_and_leaves_those_of_others(lake: Lake) -> None:
    land(lake, "first.edi", interchange(BAD))
    land(lake, "second.edi", interchange(BAD, message("C")))
    ingest(lake)
    land(lake, "first.edi", interchange(message("B")))
    assert ingest(lake, days=1).put_aside is False
    assert {row["source_delivery"] for row in quarantine(lake)} == {"paxlst/second.edi"}
    assert sorted(row["message_reference"] for row in lake.rows(TABLES[0])) == ["B", "C"]


def test_nothing_personal_is_told_of_what_was_put_aside(lake: Lake) -> None:
    land(lake, "day.edi", interchange(message("A"), BAD))
    step = ingest(lake)
    assert "CANARY7" not in str(step.messages) + str(quarantine(lake))
    pages = [p.read_text(errors="replace") for p in lake.settings.warehouse.rglob("*.json") if p.is_file()]
    assert not [page for page in pages if "CANARY7" in page]


def test_more_bad_records_than_quarantine_may_take_refuse_the_file(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PaxlstMessages, "quarantine_limit_ratio", 0.05)
    land(lake, "day.edi", interchange(message("A"), BAD))
    step = ingest(lake)
    assert step.outcome == "refused"
    assert "1 of 2 records break their rules, more than the 5% that quarantine may take" in step.messages[0]


def test_an_hour_of_many_carriers_is_read_but_for_the_interchange_at_fault(lake: Lake) -> None:
    path = lake.settings.landing / "manifests" / "2026-01-01" / "paxlst-06.edi.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("".join([interchange(message("A")), UNB, interchange(message("C"))]).encode()))
    step = ingest_source(lake.open(), "manifests")
    assert (step.outcome, step.rows_published) == ("published", 4)
    assert [row["message_number"] for row in lake.rows("bronze.manifest_paxlst_passengers")] == [1, 3]
    rules = {(row["table_name"], row["source_line"]): row["rule"] for row in quarantine(lake)}
    assert set(rules) == {(f"bronze.manifest_{name.removeprefix('bronze.')}", 2) for name in TABLES}
    assert all("has no UNZ" in rule for rule in rules.values())


def test_what_is_cut_off_is_put_aside_and_what_is_no_message_refused(lake: Lake) -> None:
    land(lake, "cut.edi", interchange(message("A"))[:-1])
    land(lake, "page.edi", "<html>try again later</html>")
    land(lake, "whole.edi", interchange(message("B")))
    assert ingest(lake).outcome == "refused"
    fates = {row["source_file"]: f"{row['outcome']} {row['reason']}" for row in lake.rows("ops.file_ledger")}
    assert fates["paxlst/whole.edi"].startswith("accepted")
    assert "no UN/EDIFACT" in fates["paxlst/page.edi"]
    assert {row["rule"].split(";")[0] for row in quarantine(lake)} == {
        "segment 14 (UNZ): cut off, no terminator (') ends it"
    }
