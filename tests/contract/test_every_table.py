"""What must hold of every declared table, including the next one."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lakehouse.compile.expectations import expectation, expectations
from lakehouse.compile.spark import schema
from lakehouse.declare import Bronze, Column, Gold, Kind, NotNull, Pii, Rule, Table, Unit
from lakehouse.errors import DeclarationError
from lakehouse.registry import tables

ROOT = Path(__file__).parents[2]
TABLES = tables()
BUILT = {name: table for name, table in TABLES.items() if hasattr(table, "build")}

each_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
each_built = pytest.mark.parametrize("table", BUILT.values(), ids=BUILT)


@each_table
def test_every_table_states_its_facts(table: type[Table]) -> None:
    assert table.owner
    assert table.grain.startswith("one row per ")
    assert table.fresh_within > timedelta(0)
    assert len(table.authority) > 8, "authority names the statute, standard, paper or publisher"


@each_table
def test_every_docstring_says_what_a_row_tells_and_by_what_rule(table: type[Table]) -> None:
    said = " ".join((table.__doc__ or "").split())
    assert said.startswith("Each row tells ")
    assert said.count(".") >= 2, "the first sentence says what a row tells; the rule follows"


@each_table
def test_every_column_means_something_and_nested_ones_have_examples(table: type[Table]) -> None:
    for name, column in table.columns().items():
        assert len(column.meaning) > 5, name
        if str(column.kind).startswith(("array", "map", "struct")):
            assert column.examples, f"{name}: give examples to make samples from"


@each_table
@pytest.mark.usefixtures("spark")
def test_every_table_has_a_schema_and_a_suite_with_an_expectation_for_each_promise(
    table: type[Table],
) -> None:
    assert schema(table).names == list(table.columns())
    assert len(list(expectations(table))) == len(table.promises()) + 1


@each_table
def test_every_indexed_column_is_of_a_kind_that_delta_keeps_statistics_of(table: type[Table]) -> None:
    of_order = {str(kind) for kind in Kind} - {Kind.BOOLEAN, Kind.STRINGS, Kind.STRING_MAP}
    filtered = [name for name in (table.slice, *table.indexed) if name]
    assert not [name for name in filtered if str(table.columns()[name].kind) not in of_order]


@each_built
def test_every_key_is_promised_to_be_present_or_explained(table: type[Table]) -> None:
    absent = [n for n in table.key if not any(isinstance(r, NotNull) for r in table.columns()[n].rules)]
    assert not absent, f"key columns may not be null: {absent}"


@each_built
def test_every_built_table_has_a_spec_test(table: type[Table]) -> None:
    spec = ROOT / "tests" / "spec" / f"test_{table.short_name()}.py"
    assert spec.exists(), f"write {spec.relative_to(ROOT)}"
    asserted = [n for n in ast.walk(ast.parse(spec.read_text())) if isinstance(n, ast.FunctionDef)]
    assert any(n.name.startswith("test_") for n in asserted)


@each_built
def test_every_build_is_short(table: type[Table]) -> None:
    lines = inspect.getsource(table.build).splitlines()
    assert len(lines) <= 35, f"{len(lines)} lines: split it by what its parts mean"


@each_built
def test_every_raw_column_that_is_read_is_used_or_ignored_with_a_reason(table: type[Table]) -> None:
    module = inspect.getsource(inspect.getmodule(table) or table)
    body = module.replace(_ignored_text(module), "")
    for source in table.inputs().values():
        if issubclass(source, Bronze):
            lost = [n for n in source.raw_columns() if n not in table.ignored and not re.search(rf"\b{n}\b", body)]
            assert not lost, f"{table.full_name()} neither uses nor ignores {lost} of {source.full_name()}"
    known = {n for source in table.inputs().values() for n in source.columns()}
    assert set(table.ignored) <= known, f"ignored, but in no input: {set(table.ignored) - known}"
    assert all(len(reason) > 5 for reason in table.ignored.values())


@each_built
def test_no_column_that_knows_the_outcome_is_passed_on_unmarked(table: type[Table]) -> None:
    if table.layer == "silver":
        for source in table.inputs().values():
            for name, column in source.columns().items():
                if column.leaks and name in table.columns():
                    assert table.columns()[name].leaks, f"{name} leaks in {source.full_name()}: {column.leaks}"


@pytest.mark.parametrize("table", [t for t in TABLES.values() if issubclass(t, Gold)], ids=str)
def test_gold_holds_no_direct_pii_and_no_type_that_readers_choke_on(table: type[Table]) -> None:
    assert not [n for n, c in table.columns().items() if c.pii is Pii.DIRECT]
    assert not [n for n, c in table.columns().items() if str(c.kind) not in set(Kind)]


@pytest.mark.parametrize("rule", sorted(Rule.__subclasses__(), key=str))
def test_every_kind_of_rule_has_an_expectation(rule: type[Rule]) -> None:
    assert expectation.dispatch(rule) is not expectation.dispatch(object)


def test_bad_declarations_are_refused_with_all_their_faults() -> None:
    with pytest.raises(DeclarationError, match=r"owner is missing.*direct PII, which gold may not hold"):
        type("Bad", (Gold,), {"__doc__": "x", "name": Column(Kind.STRING, "Name.", pii=Pii.DIRECT)})
    with pytest.raises(DeclarationError, match=r"not named \*_minutes"):
        type("Bad", (Gold,), {"wait": Column(Kind.DOUBLE, "Wait.", unit=Unit.MINUTES)})
    with pytest.raises(DeclarationError, match="number without a unit"):
        type("Bad", (Gold,), {"wait": Column(Kind.DOUBLE, "Wait.")})


def test_lineage_has_no_table_that_nothing_leads_to() -> None:
    bronze = {n for n, t in TABLES.items() if issubclass(t, Bronze)}
    for name, table in BUILT.items():
        assert table.inputs(), f"{name} reads nothing"
        assert _ancestors(table) & bronze, f"{name} does not come from any source"


def _ancestors(table: type[Table]) -> set[str]:
    found: set[str] = set()
    for source in table.inputs().values():
        found |= {source.full_name()} | _ancestors(source)
    return found


def _ignored_text(module: str) -> str:
    return "".join(_segments(module))


def _segments(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "ignored" for t in node.targets):
            yield ast.get_source_segment(module, node) or ""
