"""Referrals, false alerts and precision by group of travellers and month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.model_fairness_audit import ModelFairnessAudit
from lakehouse.gold.traveller_risk_score import TravellerRiskScore
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.referrals import Referrals
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]


@pytest.fixture
def built(rows: Draw) -> dict[tuple[str, str], dict[str, object]]:
    """In December 20 women of Vietnam, 2 of them referred: one is refused the day after, of the other nothing is found.

    One woman was refused in May, long before, and is neither found nor harmless. Beside them 12 men of Indonesia, and
    3 boys of Thailand, too few to be shown.
    """
    persons = [(f"V{n}", "VNM", "F", 1990) for n in range(20)]
    persons += [(f"N{n}", "IDN", "M", 1950) for n in range(12)] + [(f"T{n}", "THA", "M", 2010) for n in range(3)]
    inspections = "inspection_id | person_key | inspected_on | nationality | sex | birth_year\n" + "\n".join(
        f"I{key} | {key} | 2025-12-10 | {state} | {sex} | {year}" for key, state, sex, year in persons
    )
    scores = (
        "inspection_id | person_key | inspected_on | is_referred | model_version_number | is_approved\n"
        + "\n".join(
            f"I{key} | {key} | 2025-12-10 | {str(key in ('V0', 'V1')).lower()} | 3 | false" for key, *_ in persons
        )
    )
    flags = """
        person_key | kind    | flagged_on
        V0         | refused | 2025-12-11
        V2         | refused | 2025-05-01
        """
    frame = ModelFairnessAudit.build(
        filled(rows(TravellerRiskScore, scores), TravellerRiskScore),
        filled(rows(Inspections, inspections), Inspections),
        filled(rows(PersonFlags, flags), PersonFlags),
        filled(rows(Referrals, "inspection_id | label"), Referrals),
        {"TWN": date(2026, 1, 31)},
    )
    return {(row["attribute"], row["group_name"]): row.asDict() for row in frame.collect()}


def test_shares_of_a_group_are_over_those_found_and_harmless(built: dict[tuple[str, str], dict[str, object]]) -> None:
    """2 of 20 referred; 1 of 18 harmless is a false alert; 1 of 2 judged referrals is a hit. Wilson's ends by hand."""
    women = built["nationality", "VNM"]
    assert (women["month_start_date"], women["model"], women["model_version_number"]) == (
        date(2025, 12, 1), "traveller_risk", 3,
    )  # fmt: skip
    assert (women["persons_count"], women["crossings_count"], women["referred_count"]) == (20, 20, 2)
    assert (women["harmless_count"], women["false_alerts_count"]) == (18, 1)
    assert (women["found_count"], women["hits_count"]) == (1, 1)
    assert women["referral_ratio"] == pytest.approx(0.1)
    assert (women["referral_low_ratio"], women["referral_high_ratio"]) == pytest.approx((0.0279, 0.3010), abs=1e-4)
    assert women["false_positive_ratio"] == pytest.approx(1 / 18)
    assert women["precision_ratio"] == pytest.approx(0.5)
    assert (women["precision_low_ratio"], women["precision_high_ratio"]) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    assert built["sex", "F"] | {"attribute": "nationality", "group_name": "VNM"} == women
    assert built["age", "30-44"] | {"attribute": "nationality", "group_name": "VNM"} == women
    men = built["sex", "M"]
    assert (men["persons_count"], men["referral_ratio"], men["precision_ratio"]) == (15, 0.0, None)
    assert (men["precision_low_ratio"], men["precision_high_ratio"]) == (None, None)


def test_a_group_too_thin_takes_another_in_so_that_it_cannot_be_found_by_subtraction(
    built: dict[tuple[str, str], dict[str, object]],
) -> None:
    """3 and 12 persons become one cell of 15; by age as well."""
    assert set(built) == {
        ("nationality", "VNM"), ("nationality", "withheld"), ("sex", "F"), ("sex", "M"),
        ("age", "30-44"), ("age", "withheld"),
    }  # fmt: skip
    for attribute in ("nationality", "age"):
        pool = built[attribute, "withheld"]
        assert (pool["cells_count"], pool["persons_count"], pool["referred_count"]) == (2, 15, 0)
