"""Hits, the examined among them and the confirmed, by rule and day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.rule_hit_performance import RuleHitPerformance
from lakehouse.rules.catalogue import SWITCHED_ON
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.referrals import Referrals
from lakehouse.silver.rule_hits import RuleHits
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Measure = Callable[[str, str, str], DataFrame]


@pytest.fixture
def measured(rows: Draw) -> Measure:
    def measure(inspections: str, hits: str, referrals: str) -> DataFrame:
        return RuleHitPerformance.build(
            filled(rows(RuleHits, hits), RuleHits),
            filled(rows(Inspections, inspections), Inspections),
            filled(rows(Referrals, referrals), Referrals),
        )

    return measure


def test_precision_is_of_examined_hits_and_false_alerts_are_per_thousand_travellers(
    measured: Measure, same: Same
) -> None:
    """Of 8 entries 5 are hit: one refused, one confirmed, one cleared, two let through unexamined."""
    built = measured(
        """
        inspection_id | inspected_on | direction | outcome
        I1            | 2025-12-02   | entry     | refused
        I2            | 2025-12-02   | entry     | admitted
        I3            | 2025-12-02   | entry     | admitted
        I4            | 2025-12-02   | entry     | admitted
        I5            | 2025-12-02   | entry     | admitted
        I6            | 2025-12-02   | entry     | admitted
        I7            | 2025-12-02   | entry     | refused
        I8            | 2025-12-02   | entry     | admitted
        X1            | 2025-12-02   | exit      | departed
        """,
        """
        inspection_id | rule_code
        I1            | refused_before
        I2            | refused_before
        I3            | refused_before
        I4            | refused_before
        I5            | refused_before
        """,
        """
        inspection_id | label
        I2            | confirmed
        I2            | not_confirmed
        I3            | not_confirmed
        I6            | confirmed
        """,
    )

    same(
        built.where("rule_code = 'refused_before'"),
        RuleHitPerformance,
        """
        inspected_on | travellers_count | hits_count | examined_count | confirmed_count | precision_ratio    | false_alerts_count | false_alerts_per_thousand
        2025-12-02   | 8                | 5          | 3              | 2               | 0.6666666666666666 | 1                  | 125
        """,  # noqa: E501
    )
    ends = built.where("rule_code = 'refused_before'").collect()[0]
    # Wilson's interval of 2 of 3, as tables give it.
    assert ends["precision_28_days_low_ratio"] == pytest.approx(0.2077, abs=1e-4)
    assert ends["precision_28_days_high_ratio"] == pytest.approx(0.9385, abs=1e-4)


def test_a_rule_that_hits_nobody_has_a_row_for_each_day_of_its_directions(measured: Measure) -> None:
    built = measured(
        "inspection_id | inspected_on | direction | outcome\nX1 | 2025-12-02 | exit | departed",
        "inspection_id | rule_code",
        "inspection_id | label",
    )
    found = {row["rule_code"]: row for row in built.collect()}

    assert set(found) == {rule.code for rule in SWITCHED_ON if "exit" in rule.directions}
    names = ("hits_count", "precision_ratio", "precision_28_days_high_ratio", "false_alerts_per_thousand")
    assert {tuple(row[name] for name in names) for row in found.values()} == {(0, None, None, 0.0)}


def test_the_window_is_of_28_days_with_the_day_itself(measured: Measure, same: Same) -> None:
    days = ("2025-12-01", "2025-12-02", "2025-12-29")
    inspections = [f"I{n} | {day} | entry | refused" for n, day in enumerate(days)]
    hits = [f"I{n} | expired_document" for n in range(3)]
    built = measured(
        "\n".join(["inspection_id | inspected_on | direction | outcome", *inspections]),
        "\n".join(["inspection_id | rule_code", *hits]),
        "inspection_id | label",
    )

    same(
        built.where("rule_code = 'expired_document'"),
        RuleHitPerformance,
        """
        inspected_on | hits_count | hits_28_days_count | confirmed_28_days_count | precision_28_days_ratio
        2025-12-01   | 1          | 1                  | 1                       | 1
        2025-12-02   | 1          | 2                  | 2                       | 1
        2025-12-29   | 1          | 2                  | 2                       | 1
        """,
    )
