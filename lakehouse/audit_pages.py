"""Data Docs: what the audits found, as pages that show no value of a row and load nothing from elsewhere.

Great Expectations renders the results; the page around them is our own. Its
site builder would load scripts, styles and a logo from seven hosts, which an
agency's network refuses and which would tell them who reads what, and it reads
all results of all tables again to write the first page.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from html import escape
from pathlib import Path
from typing import Any

from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView

from lakehouse.audit import Audit
from lakehouse.compile.dictionary import paragraphs
from lakehouse.compile.expectations import PROMISE
from lakehouse.compile.templates import FOLDER, filled

#: Results kept of each table, the newest ones.
KEPT = 5
#: All that is taken of a result: how many rows, never which.
COUNTS = (
    "element_count",
    "unexpected_count",
    "unexpected_percent",
    "unexpected_percent_total",
    "missing_count",
    "missing_percent",
)
#: Heads the promises over several columns of a row.
WHOLE_ROW = "the row as a whole"
_STAMP = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True)
class Kept:
    """One kept result of a table: a file of JSON beside its page."""

    path: Path

    @property
    def table(self) -> str:
        return self.path.parent.name

    @property
    def page(self) -> Path:
        return self.path.with_suffix(".html")

    @property
    def link(self) -> str:
        """Address of the page from the first page on."""
        return f"{self.table}/{self.page.name}"

    @property
    def audited_at_utc(self) -> datetime:
        return datetime.strptime(self.path.stem, _STAMP).replace(tzinfo=UTC)

    @cached_property
    def said(self) -> dict[str, Any]:
        """The result as stored, in Great Expectations' own form."""
        found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return found

    @property
    def rows_count(self) -> int:
        return max((outcome["result"].get("element_count", 0) for outcome in self.said["results"]), default=0)

    @property
    def broken(self) -> list[dict[str, Any]]:
        """The promises that rows break, each with how many."""
        return [
            {
                "promise": o["expectation_config"]["meta"]["promise"],
                "rows_count": o["result"].get("unexpected_count"),
            }
            for o in self.said["results"]
            if not o["success"]
        ]


def render(folder: Path, audits: list[Audit]) -> Path:
    """Keep the result of each audit below ``folder`` and write its page; the path of the page that lists all.

    Results and pages of other tables stay as earlier runs left them. A result
    is known by its table and the moment of its audit.
    """
    for audit in audits:
        result = without_values(audit.result)
        stamp = audit.result.meta["batch_markers"]["ge_load_time"]
        kept = Kept(folder / audit.table.full_name() / f"{stamp}.json")
        kept.path.parent.mkdir(parents=True, exist_ok=True)
        _write(kept.path, _json(result))
        _write(kept.page, _page(audit, result, kept))
        for old in _kept(kept.path.parent)[KEPT:]:
            old.path.unlink()
            old.page.unlink(missing_ok=True)
    index = folder / "index.html"
    _write(index, _index(folder))
    return index


def without_values(result: ExpectationSuiteValidationResult) -> ExpectationSuiteValidationResult:
    """``result`` with what its tables promise and how many rows keep it, and no value of a row.

    Fields are taken one by one, so that what a new kind of expectation adds
    stays out: samples, observed extremes, fingerprints of the data, traces.
    """
    return ExpectationSuiteValidationResult(
        success=bool(result.success),
        results=[_outcome(outcome) for outcome in result.results],
        suite_name=result.suite_name,
        statistics=result.statistics,
        meta={"great_expectations_version": result.meta["great_expectations_version"]},
    )


def _outcome(outcome: ExpectationValidationResult) -> ExpectationValidationResult:
    config = outcome.expectation_config
    assert config is not None
    kwargs = {name: value for name, value in config.kwargs.items() if name != "batch_id"}
    if str(kwargs.get("column", "")).startswith(PROMISE):
        kwargs["column"] = WHOLE_ROW
    counts = {name: outcome.result[name] for name in COUNTS if name in (outcome.result or {})}
    return ExpectationValidationResult(
        success=bool(outcome.success),
        expectation_config=ExpectationConfiguration(config.type, kwargs, dict(config.meta)),
        result=counts,
        exception_info={
            "raised_exception": not counts,
            "exception_message": None if counts else "what it says may hold values, and is not kept",
            "exception_traceback": None if counts else "",
        },
    )


def _json(result: Any) -> str:
    return json.dumps(result.to_json_dict(), indent=1, ensure_ascii=False) + "\n"


def _page(audit: Audit, result: ExpectationSuiteValidationResult, kept: Kept) -> str:
    """One result as a page: our head, then Great Expectations' sections, column by column."""
    for outcome in result.results:
        config = outcome.expectation_config
        assert config is not None
        # Shown instead of its own words for the expectation, and as it is.
        config.description = escape(config.meta["promise"], quote=False)
    text: str = _view().render(
        ValidationResultsPageRenderer().render(result),
        template="audit.html",
        table=audit.table,
        meaning=paragraphs(audit.table)[0],
        kept=kept,
        promises_count=len(result.results),
    )
    return text


@cache
def _view() -> Any:
    """Great Expectations' templates beside ours, compiled once for all pages."""
    return DefaultJinjaPageView(custom_views_directory=str(FOLDER))


def _index(folder: Path) -> str:
    tables = [kept for home in sorted(folder.iterdir()) if home.is_dir() and (kept := _kept(home))]
    return filled("audits.html", tables=tables, failing_count=sum(not newest.said["success"] for newest, *_ in tables))


def _kept(home: Path) -> list[Kept]:
    """Results of one table, newest first."""
    return [Kept(path) for path in sorted(home.glob("*.json"), reverse=True)]


def _write(path: Path, text: str) -> None:
    """Write at once or not at all: readers and killed runs never leave half a file."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
