"""Data Docs: pages tell every promise and how many rows keep it, and no value of a row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import escape, unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pyspark.sql import DataFrame

import lakehouse.audit
from lakehouse.audit import Audit, Auditor
from lakehouse.audit_pages import COUNTS, KEPT, render, without_values
from lakehouse.compile.expectations import suite
from lakehouse.compile.screening import screen
from lakehouse.declare import Between, Column, Holds, Kind, Matches, NotNull, Pii, Silver, Table, Unit
from lakehouse.store import Staged

CANARY = "X98765432"
DRAWING = f"""
    slip_id | passport   | stay_days | left_days
    a       | {CANARY}   | 3         | 1
    b       | {CANARY}   | 4         | 2
"""

Draw = Callable[[type[Table], str], DataFrame]


class AuditedSlips(Silver):
    """Each row tells of one slip, audited in this test."""

    owner = "border-records"
    grain = "one row per slip"
    key = ("slip_id",)
    fresh_within = timedelta(days=1)
    authority = "a drawn source"
    pii_purpose = "to see that no page shows a passport"
    rules = (Holds("left_days < stay_days", "what is left is < what was used & nothing else"),)

    slip_id = Column(Kind.STRING, "Identifier.", (NotNull(), Matches("[a-z]|<none>")))
    passport = Column(Kind.STRING, "Passport number.", (NotNull(), Matches("[A-Z][0-9]{8}")), pii=Pii.DIRECT)
    stay_days = Column(Kind.INT, "Days used.", (Between(0, 9),), Unit.DAYS)
    left_days = Column(Kind.INT, "Days left.", (), Unit.DAYS)


class AuditedPairs(Silver):
    """Each row tells of a pair, whose key has two columns."""

    owner = "border-records"
    grain = "one row per pair"
    key = ("first_id", "second_id")
    fresh_within = timedelta(days=1)
    authority = "a drawn source"

    first_id = Column(Kind.STRING, "One.", (NotNull(),))
    second_id = Column(Kind.STRING, "Other.", (NotNull(),))


def staged(table: type[Table], frame: DataFrame) -> Staged:
    return Staged(table, screen(frame, table), {"staged": frame.count(), "refused": 0, "blanked": 0})


def at(audit: Audit, moment: str) -> Audit:
    """The same audit, taken at another moment."""
    markers = {**audit.result.meta["batch_markers"], "ge_load_time": moment}
    result = type(audit.result)(
        success=bool(audit.result.success),
        results=audit.result.results,
        suite_name=audit.result.suite_name,
        statistics=audit.result.statistics,
        meta={**audit.result.meta, "batch_markers": markers},
    )
    return replace(audit, result=result)


def with_samples(table: type[Table], **columns: list[Any]) -> Audit:
    """An audit of a frame of pandas that holds all that Great Expectations can find, values too."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    asset = context.data_sources.add_pandas("small").add_dataframe_asset(table.full_name())
    definition = asset.add_batch_definition_whole_dataframe("staged")
    batch = definition.get_batch(batch_parameters={"dataframe": pd.DataFrame(columns)})
    result: Any = batch.validate(suite(table), result_format="COMPLETE")
    return Audit(table, len(result.results), result)


@pytest.fixture(scope="module")
def slips() -> Audit:
    """Two slips that keep all promises."""
    return with_samples(
        AuditedSlips,
        slip_id=["a", "b"],
        passport=[CANARY] * 2,
        stay_days=[3, 4],
        left_days=[1, 2],
        promise_1=[True, True],
    )


@pytest.fixture(scope="module")
def broken() -> Audit:
    """Two slips under one identifier, with passports of another form, and a promise of the row broken."""
    return with_samples(
        AuditedSlips,
        slip_id=["a", "a"],
        passport=[f"{CANARY}0", f"{CANARY}1"],
        stay_days=[1, 11],
        left_days=[1, 1],
        promise_1=[False, True],
    )


@pytest.fixture(scope="module")
def pairs() -> Audit:
    return with_samples(AuditedPairs, first_id=["a", "a", "b"], second_id=["b", "c", "c"])


def pages(folder: Path, table: type[Table] = AuditedSlips) -> list[Path]:
    """Pages of a table, newest first."""
    return sorted((folder / table.full_name()).glob("*.html"), reverse=True)


def text_of(page: Path) -> str:
    raw = re.sub(r"<style>.*?</style>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", raw)).split())


@pytest.mark.parametrize("small_up_to", [50_000, 0], ids=["on pandas", "on Spark"])
def test_a_page_tells_every_promise_and_that_it_is_kept(
    small_up_to: int, rows: Draw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lakehouse.audit, "PANDAS_UP_TO", small_up_to)
    auditor = Auditor(tmp_path)
    audit = auditor.audit(staged(AuditedSlips, rows(AuditedSlips, DRAWING)))
    auditor.write_pages([audit])
    (page,) = pages(tmp_path)
    text = text_of(page)
    promises = ["slip_id is unique", *(rule.words(name) for name, rule in AuditedSlips.promises())]
    assert [promise for promise in promises if promise not in text] == []
    assert f"all {len(promises)} promises kept" in text
    assert "Rows audited 2 " in text


def test_a_page_of_a_broken_promise_tells_which_and_how_many_rows(broken: Audit, tmp_path: Path) -> None:
    render(tmp_path, [broken])
    text = text_of(pages(tmp_path)[0])
    assert "4 of 7 promises broken" in text
    assert "slip_id is unique: 2 rows" in text
    assert "passport has the form [A-Z][0-9]{8}: 2 rows" in text
    assert "stay_days lies between 0 and 9: 1 row" in text
    assert "what is left is < what was used & nothing else: 1 row" in text


def test_no_value_of_a_row_is_kept_or_shown_even_where_the_audit_held_it(broken: Audit, tmp_path: Path) -> None:
    assert CANARY in str(broken.result)
    render(tmp_path, [broken])
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} == {".html", ".json"}
    assert [p for p in files if CANARY in p.read_text(encoding="utf-8")] == []


def test_what_is_said_where_an_expectation_cannot_run_is_not_shown(tmp_path: Path) -> None:
    audit = with_samples(AuditedSlips, slip_id=["a"], passport=[CANARY], stay_days=[CANARY], left_days=[1])
    assert "Traceback" in str([outcome.exception_info for outcome in audit.result.results])
    render(tmp_path, [audit])
    page = pages(tmp_path)[0]
    assert "stay_days lies between 0 and 9: could not be audited" in text_of(page)
    assert "Traceback" not in page.read_text(encoding="utf-8")
    assert CANARY not in page.read_text(encoding="utf-8")


def test_a_result_without_values_holds_counts_and_declared_bounds_only(broken: Audit) -> None:
    said = without_values(broken.result)
    assert set(said.meta) == {"great_expectations_version"}
    assert {name for outcome in said.results for name in outcome.result} == set(COUNTS)
    bounds = [o.expectation_config.kwargs.get("max_value") for o in said.results if o.expectation_config]
    assert 9 in bounds


def test_promises_are_escaped(slips: Audit, tmp_path: Path) -> None:
    render(tmp_path, [slips])
    text = pages(tmp_path)[0].read_text(encoding="utf-8")
    for raw in ("<none>", "is < what was used & nothing"):
        assert raw not in text
        assert escape(raw, quote=False) in text


def test_a_key_of_several_columns_is_audited_and_told_as_one(pairs: Audit, tmp_path: Path) -> None:
    render(tmp_path, [pairs])
    assert "first_id, second_id is unique" in text_of(pages(tmp_path, AuditedPairs)[0])


def test_the_first_page_lists_every_table_with_its_newest_result(slips: Audit, pairs: Audit, tmp_path: Path) -> None:
    index = render(tmp_path, [at(slips, "20260101T000000.000000Z"), at(pairs, "20260102T000000.000000Z")])
    index = render(tmp_path, [at(slips, "20260103T101112.000000Z")])
    assert index == tmp_path / "index.html"
    text = text_of(index)
    assert "silver.audited_slips kept 7 2 2026-01-03 10:11" in text
    assert "silver.audited_pairs kept 3 3 2026-01-02 00:00" in text


def test_the_first_page_says_which_table_broke_a_promise(broken: Audit, pairs: Audit, tmp_path: Path) -> None:
    text = text_of(render(tmp_path, [broken, pairs]))
    assert "1 broke a promise" in text
    assert "silver.audited_slips 4 broken 7 2" in text


def test_pages_of_tables_that_are_not_audited_stay_as_they_were(slips: Audit, pairs: Audit, tmp_path: Path) -> None:
    render(tmp_path, [pairs])
    (page,) = pages(tmp_path, AuditedPairs)
    before = page.stat().st_mtime_ns
    render(tmp_path, [slips])
    assert page.stat().st_mtime_ns == before


def test_only_the_newest_results_of_a_table_are_kept(slips: Audit, tmp_path: Path) -> None:
    moments = [f"202601{day:02}T000000.000000Z" for day in range(1, KEPT + 4)]
    for moment in moments:
        render(tmp_path, [at(slips, moment)])
    home = tmp_path / AuditedSlips.full_name()
    assert sorted(p.name for p in home.iterdir()) == sorted(f"{m}{s}" for m in moments[3:] for s in (".html", ".json"))


def test_the_same_audit_rendered_twice_is_one_result(slips: Audit, tmp_path: Path) -> None:
    first = render(tmp_path, [slips]).read_text(encoding="utf-8")
    assert render(tmp_path, [slips]).read_text(encoding="utf-8") == first


def test_every_link_leads_to_a_page(broken: Audit, slips: Audit, pairs: Audit, tmp_path: Path) -> None:
    render(tmp_path, [broken, slips, pairs])
    for page in tmp_path.rglob("*.html"):
        links = re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8"))
        assert links
        assert [link for link in links if not (page.parent / link).is_file()] == []


def test_pages_load_nothing_and_tell_nobody_who_reads_them(broken: Audit, tmp_path: Path) -> None:
    render(tmp_path, [broken])
    for page in tmp_path.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<script|<link|<img|src=|@import|url\(|https?:", text)


def test_what_is_kept_is_json_that_tells_the_promise_beside_its_counts(slips: Audit, tmp_path: Path) -> None:
    render(tmp_path, [slips])
    (kept,) = (tmp_path / AuditedSlips.full_name()).glob("*.json")
    said = json.loads(kept.read_text(encoding="utf-8"))
    first = said["results"][0]
    assert said["suite_name"] == "silver.audited_slips"
    assert first["expectation_config"]["meta"]["promise"] == "slip_id is unique"
    assert (first["result"]["element_count"], first["result"]["unexpected_count"]) == (2, 0)


def test_without_audits_no_page_is_written(tmp_path: Path) -> None:
    assert Auditor(tmp_path).write_pages([]) is None
    assert list(tmp_path.iterdir()) == []
