"""Which facts make which rule hit, and what a dry run says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.errors import DeclarationError
from lakehouse.rules.catalogue import RULES, rule
from lakehouse.rules.dry_run import dry_run, tried
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.referrals import Referrals
from lakehouse.silver.rule_hits import RuleHits
from lakehouse.silver.screening_facts import ScreeningFacts
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]


@pytest.fixture
def facts(rows: Draw) -> Callable[[str], DataFrame]:
    """Facts at entries of 2 December, where a test does not say otherwise."""

    def draw(drawing: str) -> DataFrame:
        drawn = filled(
            rows(ScreeningFacts, drawing),
            ScreeningFacts,
            inspected_on="2025-12-02",
            direction="entry",
            exempt_entries_count=0,
        )
        return drawn.fillna({"direction": "entry"}).selectExpr(
            *(
                f"coalesce({name}, array()) AS {name}" if column.kind == "array<string>" else name
                for name, column in ScreeningFacts.columns().items()
            )
        )

    return draw


def test_each_rule_hits_on_its_facts_and_not_beside_them(facts: Callable[[str], DataFrame]) -> None:
    told = facts(
        """
        inspection_id | direction | class_of_admission | reported_kind | wrong_check_digits             | expired_days | is_document_of_another | refused_before_days | overstayed_before_days | confirmed_before_days | restriction | missing_days | exempt_entries_count | form_of_payment | booking_lead_days | party_persons_count | announced_differently | card_parties_count | agency_persons_count | agency_flagged_count | all_flagged_ratio
        I1            | entry     | visa_exempt        | stolen        |                                |              | true                   | 365                 | 1825                   | 1                     |             |              | 3                    | cash            | 2                 | 1                   | ["document"]          | 4                  | 30                   | 3                    | 0.02
        I2            | entry     | resident           |               | ["document_number","composite"]            | 0            | false                  | 366                 | 1826                   |                       |             |              | 3                    | cash            | 3                 | 1                   | []                    | 3                  | 31                   | 3                    | 0.02
        I3            | exit      | visa_exempt        |               | ["document_number","date_of_birth"] | 5            | false                  | 5                   | 5                      |                       | stop        | 9            | 4                    | card            | 0                 | 1                   | []                    |                    | 10                   | 2                    | 0.02
        I4            | entry     | migrant_worker     |               | ["composite"]                  | 5            | false                  |                     |                        |                       |             |              | 0                    | cash            | 0                 | 2                   | []                    |                    |                      |                      |
        """  # noqa: E501
    )
    found: dict[str, set[str]] = {}
    for row in RuleHits.build(told).collect():
        found.setdefault(row["inspection_id"], set()).add(row["rule_code"])

    expected = {
        "I1": {
            *("lost_or_stolen_document", "document_of_another", "refused_before", "overstayed_before"),
            *("confirmed_before", "many_short_stays", "late_cash_booking", "announced_otherwise", "card_of_strangers"),
            "agency_of_flagged",
        },
        "I3": {"wrong_check_digits", "restricted_from_leaving", "reported_missing_worker"},
        "I4": {"expired_document", "wrong_check_digits"},
    }
    assert found == {
        inspection: on for inspection, codes in expected.items() if (on := {c for c in codes if RULES[c].is_on})
    }


def test_a_hit_carries_version_severity_and_what_the_officer_reads(
    facts: Callable[[str], DataFrame], same: Same
) -> None:
    built = RuleHits.build(facts("inspection_id | expired_days\nI1 | 3\nI2 |"))

    same(
        built,
        RuleHits,
        """
        inspection_id | rule_code        | rule_version_number | severity | reason                    | inspected_on
        I1            | expired_document | 1                   | medium   | The document had expired. | 2025-12-02
        """,
    )


def test_a_dry_run_says_what_another_condition_would_change(facts: Callable[[str], DataFrame], rows: Draw) -> None:
    """Published are hits of 1 day and more. From 10 days on one hit goes; of the two left one is examined, in vain."""
    told = facts("inspection_id | expired_days | refused_before_days\nI1 | 3 | \nI2 | 10 | \nI3 | 20 | 5\nI4 | |")
    published = RuleHits.build(told)
    inspections = filled(
        rows(Inspections, "inspection_id | outcome\nI1 | refused\nI2 | admitted\nI3 | admitted\nI4 | admitted"),
        Inspections,
        inspected_on="2025-12-02",
        direction="entry",
    )
    referrals = filled(rows(Referrals, "inspection_id | label\nI3 | not_confirmed"), Referrals)
    stricter = tried(rule("expired_document"), "expired_days >= 10")

    days = (date(2025, 12, 1), date(2025, 12, 31))
    (found,) = dry_run([stricter], told, published, inspections, referrals, *days).collect()

    assert {name: found[f"{name}_count"] for name in ("travellers", "hits", "published", "new", "gone", "alone")} == {
        "travellers": 4,
        "hits": 2,
        "published": 3,
        "new": 0,
        "gone": 1,
        "alone": 1,
    }
    assert (found["rule_version_number"], found["examined_count"], found["confirmed_count"]) == (2, 1, 0)
    assert (found["precision_ratio"], found["false_alerts_per_thousand"]) == (0.0, 250.0)
    with pytest.raises(DeclarationError, match="cannot be read"):
        dry_run([tried(rule("expired_document"), "nothing > 3")], told, published, inspections, referrals, *days)
