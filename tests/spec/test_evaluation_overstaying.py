"""Overstayers found and wrongly named, in a world of a dozen persons."""

from __future__ import annotations

import polars as pl

from lakehouse.evaluation.measures import Counts
from lakehouse.evaluation.overstaying import DATASET, in_country, measure
from lakehouse.evaluation.truth import Truth
from tests.worlds import day, drawn, truth

_NAMED = {"person_key": pl.String, "as_of_date": pl.Date, "over_days": pl.Int64}


def _world() -> Truth:
    return truth(
        """
        person_id | behaviour  | onset      | is_twin
        stays     | overstaying | 2025-12-10 | false
        stays_too | overstaying | 2025-12-20 | false
        left      | overstaying | 2025-12-10 | false
        slipped   | overstaying | 2025-12-10 | false
        later     | overstaying | 2026-01-20 | false
        unseen    | overstaying | 2025-12-10 | false
        lost_exit | overstaying | 2025-12-12 | true
        extended  | overstaying | 2025-12-12 | true
        worker    | absconding  | 2025-12-01 | false
        """,
        """
        person_id | crossed_on | direction | inspected_on | person_key
        stays     | 2025-12-01 | entry     |              |
        stays_too | 2025-12-01 | entry     |              |
        left      | 2025-12-01 | entry     |              |
        left      | 2025-12-28 | exit      |              |
        slipped   | 2025-12-01 | entry     |              |
        slipped   | 2025-12-28 | exit      | -            |
        later     | 2026-01-02 | entry     |              |
        unseen    | 2025-12-01 | entry     | -            |
        lost_exit | 2025-12-01 | entry     |              |
        lost_exit | 2025-12-05 | exit      | -            |
        extended  | 2025-12-01 | entry     |              |
        worker    | 2025-10-01 | entry     |              |
        misread   | 2025-12-01 | entry     |              | key-mistyped
        misread   | 2025-12-05 | exit      |              |
        arrested  | 2025-12-01 | entry     |              |
        """,
    )


def test_in_the_country_are_those_whose_overstay_has_begun_and_who_have_not_left_and_are_in_the_data() -> None:
    found = in_country(_world(), day("2026-01-01"))
    assert found.members == {"stays", "stays_too"}
    assert found.twins == {"lost_exit", "extended"}
    assert found.unseen == 1


def test_who_leaves_after_the_day_of_judgement_is_still_in_the_country_on_it() -> None:
    assert in_country(_world(), day("2025-12-15")).members == {"stays", "left", "slipped"}


def test_overstayers_are_found_at_each_number_of_days_and_wrong_names_have_reasons() -> None:
    named = drawn(
        """
        person_key   | as_of_date | over_days
        key-stays    | 2026-01-01 | 22
        key-stays_too| 2026-01-01 | 12
        key-lost_exit| 2026-01-01 | 20
        key-extended | 2026-01-01 | 2
        key-worker   | 2026-01-01 | 5
        key-left     | 2026-01-01 | 5
        key-slipped  | 2026-01-01 | 5
        key-mistyped | 2026-01-01 | 4
        key-nobody   | 2026-01-01 | 4
        key-arrested | 2026-01-01 | 3
        key-later    | 2025-12-31 | 90
        """,
        _NAMED,
    )
    rows = {row.threshold: row for row in measure(_world(), {DATASET: named})}
    all_named = rows[1.0]
    assert all_named.counts == Counts(actual=2, unseen=1, named=10, true_positives=2, twins=2, named_twins=2)
    assert all_named.wrongly_named == {
        "the record of an exit never arrived": 2,
        "absconded: the permit may have run out": 1,
        "benign twin: looks like an overstay and is none": 1,
        "has not left in truth either: arrested on arrival, or another permit holds": 1,
        "names or birth were misread, which parts entry from exit": 1,
        "no person in truth has the key": 1,
        "overstayed and left: the exit is on record": 1,
    }
    from_two_weeks_on = rows[14.0]
    assert (from_two_weeks_on.counts.named, from_two_weeks_on.counts.true_positives) == (2, 1)
    assert (rows[60.0].counts.named, rows[60.0].columns()["precision_ratio"]) == (0, None)
