"""``lakehouse rules``: the rules, and what they would have hit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from typer.testing import CliRunner, Result

from lakehouse.cli import app
from lakehouse.compile.sample import sample
from lakehouse.compile.spark import schema
from lakehouse.declare import Table
from lakehouse.publication import Publication
from lakehouse.rules.catalogue import RULES
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.referrals import Referrals
from lakehouse.silver.rule_hits import RuleHits
from lakehouse.silver.screening_facts import ScreeningFacts
from lakehouse.store import of_rows
from tests.lake import Lake

_DAYS = "inspection_id string, inspected_on date"


@pytest.fixture
def ask() -> Callable[..., Result]:
    return lambda *words: CliRunner(env={"COLUMNS": "250"}).invoke(app, ["rules", *map(str, words)])


def test_rules_are_listed_and_shown_with_condition_and_law(ask: Callable[..., Result]) -> None:
    listed = ask("list").output
    assert not [code for code in RULES if code not in listed]
    shown = ask("show", "card_of_strangers").output
    assert not [said for said in ("card_parties_count >= 4", "2016/681", "network-analysis") if said not in shown]
    assert "There is no rule nothing" in ask("show", "nothing").output


def test_a_dry_run_tells_of_the_last_days_and_changes_nothing(ask: Callable[..., Result], lake: Lake) -> None:
    """Three inspections a day, on 1 and 2 December; documents of the last day had expired 9 days before."""
    store = lake.open().store

    def entries(table: type[Table], **columns: object) -> DataFrame:
        """Six entries of the table that are alike but for number and day."""
        alike = of_rows(lake.spark, sample(table, 1, seed=1), schema(table))
        kinds = {name: str(column.kind) for name, column in table.columns().items()}
        said = {"direction": "entry", "restriction": None, "agency_flagged_count": 0, "outcome": "admitted", **columns}
        days = of_rows(lake.spark, [(f"I-{n}", date(2025, 12, 1 + n // 3)) for n in range(6)], _DAYS)
        plain = {name: F.lit(value).cast(kinds[name]) for name, value in said.items() if name in kinds}
        return alike.drop("inspection_id", "inspected_on").crossJoin(days).withColumns(plain)

    expired = F.when(F.col("inspected_on") == date(2025, 12, 2), 9)
    facts = entries(ScreeningFacts).withColumn("expired_days", expired)
    frames = {
        ScreeningFacts: facts,
        Inspections: entries(Inspections),
        RuleHits: RuleHits.build(facts),
        Referrals: of_rows(lake.spark, [], schema(Referrals)),
    }
    for table, frame in frames.items():
        staged = store.stage(table, frame.select(*table.columns()))
        assert staged.counts["refused"] == 0
        store.publish(staged, Publication(store.run_id, {}, {}, "", staged.counts))
    before = lake.versions()

    said = ask("dry-run", "expired_document", "--days", 1, "--warehouse", lake.settings.warehouse)
    changed = ask(
        *("dry-run", "expired_document", "--days", 2, "--warehouse", lake.settings.warehouse),
        *("--condition", "expired_days > 10"),
    )

    assert said.exit_code == 0, said.output
    assert said.output.splitlines()[0] == "2025-12-02 to 2025-12-02"
    assert said.output.splitlines()[-1].split()[:8] == ["expired_document", "1", "on", "3", "3", "3", "0", "0"]
    assert changed.output.splitlines()[-1].split()[:8] == ["expired_document", "2", "on", "6", "0", "3", "0", "3"]
    assert lake.versions() == before
    assert ask("dry-run", "--condition", "true", "--warehouse", lake.settings.warehouse).exit_code == 2
