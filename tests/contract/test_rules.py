"""What must hold of every risk rule, including the next one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import BooleanType

from lakehouse.compile.spark import schema
from lakehouse.errors import DeclarationError
from lakehouse.gold.rule_hit_performance import RuleHitPerformance
from lakehouse.publication import _imports
from lakehouse.rules.catalogue import RULES, rule
from lakehouse.rules.declare import RiskRule, Severity
from lakehouse.silver.rule_hits import RuleHits
from lakehouse.silver.screening_facts import ScreeningFacts
from lakehouse.store import of_rows
from ml.policy import protected_in

FOLDER = Path(__file__).parents[2] / "lakehouse" / "rules"
#: Modules beside the rules.
CARRIERS = {"__init__", "catalogue", "declare", "dry_run", "performance"}

each_rule = pytest.mark.parametrize("declared", RULES.values(), ids=RULES)


def test_every_module_of_a_rule_is_in_the_catalogue() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} - CARRIERS == set(RULES)


@each_rule
def test_a_rule_asks_for_facts_and_says_yes_or_no(declared: RiskRule, spark: SparkSession) -> None:
    facts = of_rows(spark, [], schema(ScreeningFacts))
    asked = facts.selectExpr(f"{declared.condition} AS raw", f"{declared.hits} AS hits")

    assert [field.dataType for field in asked.schema] == [BooleanType(), BooleanType()]
    assert declared.words() & set(ScreeningFacts.columns()), "it asks for no fact"


@each_rule
def test_no_rule_asks_for_a_protected_attribute_or_for_one_person(declared: RiskRule) -> None:
    assert not protected_in(declared.words())
    assert not [word for word in declared.words() if word.endswith(("_key", "_id"))]


@each_rule
def test_nothing_known_is_no_hit(declared: RiskRule, spark: SparkSession) -> None:
    kinds = {name: str(column.kind) for name, column in ScreeningFacts.columns().items()}
    nothing = {name: "array()" if kind == "array<string>" else "NULL" for name, kind in kinds.items()}
    nothing |= {"direction": f"'{declared.directions[0]}'", "exempt_entries_count": "0"}
    row = ", ".join(f"cast({value} as {kinds[name]}) AS {name}" for name, value in nothing.items())

    assert spark.sql(f"SELECT {declared.hits} FROM (SELECT {row})").collect()[0][0] is False


@each_rule
def test_a_rule_states_purpose_owner_and_law(declared: RiskRule) -> None:
    assert len(declared.purpose.split()) > 5
    assert len(declared.legal_basis) > 8
    assert declared.owner
    assert len(set(declared.digests)) == declared.version, "a version is not an earlier one again"


def test_a_change_of_any_rule_rebuilds_hits_and_performance_and_not_the_facts() -> None:
    modules = {f"lakehouse.rules.{code}" for code in RULES}
    for table in (RuleHits, RuleHitPerformance):
        assert modules <= set(_imports(table.__module__))
    assert not modules & set(_imports(ScreeningFacts.__module__))


def test_facts_hold_no_protected_attribute() -> None:
    assert not protected_in(ScreeningFacts.columns())


def test_a_rule_that_is_changed_without_a_new_version_does_not_load() -> None:
    known = rule("expired_document")
    with pytest.raises(DeclarationError, match=r"not what its last version was: add '[0-9a-f]{8}' to its digests"):
        replace(known, condition="expired_days > 30")
    with pytest.raises(DeclarationError, match="add '"):
        replace(known, severity=Severity.HIGH)
    assert replace(known, condition=" expired_days\n  > 0 ").version == known.version
    assert not replace(known, off_because="too many false alerts").is_on


def test_all_faults_of_a_declaration_are_told_at_once() -> None:
    with pytest.raises(
        DeclarationError, match=r"lower case.*tells has to be a sentence.*legal_basis is missing.*among"
    ):
        RiskRule("A-1", "no", "true", Severity.LOW, "x", "Finds what is to be found.", "", (), ("sideways",))


def test_an_unknown_rule_is_said_to_be_so() -> None:
    with pytest.raises(DeclarationError, match=r"There is no rule nothing.*rules list"):
        rule("nothing")
