"""Declarations as Great Expectations suites."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import singledispatch
from typing import Any

from great_expectations import expectations as gxe
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.expectation import Expectation

from lakehouse.declare import Between, DateBetween, Holds, Length, Matches, NotBefore, NotNull, OneOf, Rule, Table

#: Prefix of the columns that tell, per row, whether a promise over several columns is kept.
PROMISE = "promise_"


@singledispatch
def expectation(rule: Rule, column: str, meta: dict[str, Any]) -> Expectation:
    """The expectation that audits ``rule``; every kind of rule has one."""
    raise NotImplementedError(f"no expectation for {type(rule).__name__}")


@expectation.register
def _(rule: NotNull, column: str, meta: dict[str, Any]) -> Expectation:  # noqa: ARG001
    return gxe.ExpectColumnValuesToNotBeNull(column=column, meta=meta)


@expectation.register
def _(rule: Between, column: str, meta: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=rule.low, max_value=rule.high, meta=meta)


@expectation.register
def _(rule: DateBetween, column: str, meta: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=rule.first, max_value=rule.last, meta=meta)


@expectation.register
def _(rule: OneOf, column: str, meta: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(rule.values), meta=meta)


@expectation.register
def _(rule: Matches, column: str, meta: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=f"^(?:{rule.pattern})$", meta=meta)


@expectation.register
def _(rule: Length, column: str, meta: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnValueLengthsToEqual(column=column, value=rule.characters, meta=meta)


@expectation.register
def _(rule: NotBefore, column: str, meta: dict[str, Any]) -> Expectation:
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=column,
        column_B=rule.column,
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        meta=meta,
    )


@expectation.register
def _(rule: Holds, column: str, meta: dict[str, Any]) -> Expectation:  # noqa: ARG001
    return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=[True], meta=meta)


def promise_columns(table: type[Table]) -> dict[str, Holds]:
    """Name of the boolean column that each row rule is audited through."""
    return {f"{PROMISE}{number}": rule for number, rule in enumerate(table.rules, start=1)}


def suite(table: type[Table]) -> ExpectationSuite:
    """All promises of ``table``: its key, each column's rules, and rules over rows."""
    return ExpectationSuite(name=table.full_name(), expectations=list(expectations(table)), meta={"owner": table.owner})


def suite_json(table: type[Table]) -> str:
    """The suite as text that changes only when the declaration does."""
    found = [
        {
            "type": e.expectation_type,
            **{k: v for k, v in e.configuration.kwargs.items() if v is not None},
            "meta": e.meta,
        }
        for e in expectations(table)
    ]
    return (
        json.dumps({"name": table.full_name(), "expectations": found}, indent=2, default=str, ensure_ascii=False) + "\n"
    )


def expectations(table: type[Table]) -> Iterator[Expectation]:
    """An expectation for the key and for each promise of ``table``."""
    key = {"promise": f"{', '.join(table.key)} is unique", "column": ""}
    if len(table.key) == 1:
        yield gxe.ExpectColumnValuesToBeUnique(column=table.key[0], meta=key)
    else:
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key), meta=key)
    for name, column in table.columns().items():
        for rule in column.rules:
            yield expectation(rule, name, {"promise": rule.words(name), "column": name})
    for name, row_rule in promise_columns(table).items():
        yield expectation(row_rule, name, {"promise": row_rule.because, "column": ""})


def columns_asked(table: type[Table]) -> list[str]:
    """Columns that the expectations of ``table`` look at, in the order of the declaration, promises last."""
    asked: set[str] = set()
    for found in expectations(table):
        said = found.configuration.kwargs
        asked |= {said[name] for name in ("column", "column_A", "column_B") if name in said}
        asked |= set(said.get("column_list", ()))
    return [name for name in (*table.columns(), *promise_columns(table)) if name in asked]
