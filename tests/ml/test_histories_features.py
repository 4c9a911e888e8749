"""What a model on histories may know: the crossing at hand, those before it, and no later day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pyspark.sql import DataFrame, SparkSession

from lakehouse.declare import Table
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.referrals import Referrals
from ml.high_risk_histories.company import again, handed_on, means
from ml.high_risk_histories.dataset import Histories
from ml.high_risk_histories.features import (
    BEHIND,
    INPUTS,
    STEPS,
    TOTALS,
    crossings,
)
from ml.high_risk_histories.job import Split, known_marks
from ml.high_risk_histories.marks import found_by_agency
from ml.high_risk_histories.score import REFERRAL_FILE, crossings_scored, referral
from ml.policy import check_features, policy_of
from tests.conftest import Draw
from tests.drawn import filled
from tests.served import risk

Table_ = Callable[..., DataFrame]

JOURNEYS = """
person_key | flight_leg_id | travelled_on | direction | booking_key | payment_key | card_phone_key | sponsor_key | agency_code
a          | L1            | 2025-12-01   | entry     | b1          | card        | tel            |             | x
b          | L1            | 2025-12-01   | entry     | b2          | card        |                |             | x
c          | L1            | 2025-12-01   | entry     | b3          |             |                |             |
d          | L1            | 2025-12-01   | entry     | b3          |             |                |             |
a          | L2            | 2025-12-05   | exit      | b1          | card        | tel            |             | x
e          | L3            | 2025-12-08   | entry     | b4          | card        | tel            |             |
a          | L4            | 2025-12-20   | entry     | b5          | card        | tel            |             |
b          | L4            | 2025-12-20   | entry     | b6          | card        |                |             |
c          | L4            | 2025-12-20   | entry     | b7          |             |                |             |
d          | L4            | 2025-12-20   | entry     | b7          |             |                |             |
"""  # noqa: E501
FLAGS = """
person_key | kind    | flagged_on
b          | refused | 2025-12-04
c          | refused | 2025-12-20
"""
INSPECTIONS = """
inspection_id | person_key | flight_leg_id | inspected_on | inspected_at_utc    | direction | lane    | port_code | foreign_port | document_key
I1            | a          | L1            | 2025-12-01   | 2025-12-01 08:00:00 | entry     | counter | TWTPE     | NRT          | doc
I2            | a          | L2            | 2025-12-05   | 2025-12-05 20:00:00 | exit      | e_gate  | TWTPE     | NRT          | doc
I3            | e          | L3            | 2025-12-08   | 2025-12-08 08:00:00 | entry     | counter | TWTPE     | HKG          | own
I4            | a          | L4            | 2025-12-20   | 2025-12-20 08:00:00 | entry     | counter | TWKHH     | NRT          | new
I5            | c          | L4            | 2025-12-20   | 2025-12-20 08:01:00 | entry     | counter | TWKHH     | NRT          | its
I6            | c          | L1            | 2025-12-01   | 2025-12-01 08:01:00 | entry     | crew    | TWKHH     | NRT          | its
"""  # noqa: E501
FACTS = """
inspection_id | wrong_check_digits | announced_differently | reported_kind | restriction | refused_before_days | form_of_payment | booking_lead_days | party_persons_count | exempt_entries_count
I1            | []                 | []                    |               |             |                     | card            | 20                | 1                   | 0
I2            | []                 | []                    |               |             |                     | card            | 25                | 1                   | 1
I3            | ["expiry_date"]    | []                    | lost          |             |                     |                 |                   |                     | 0
I4            | []                 | ["document"]          |               | notify      | 3                   | cash            | 0                 | 2                   | 1
I5            | []                 | []                    |               |             |                     | card            | 1                 | 1                   | 0
I6            | []                 | []                    |               |             |                     |                 |                   |                     | 0
"""  # noqa: E501


@pytest.fixture
def table(rows: Draw) -> Table_:
    """A drawn table with all its columns."""

    def read(of: type[Table], drawing: str, **plain: Any) -> DataFrame:
        return filled(rows(of, drawing), of, **plain)

    return read


@pytest.fixture
def journeys(table: Table_) -> DataFrame:
    return table(Journeys, JOURNEYS, is_announced=True)


@pytest.fixture
def flags(table: Table_) -> DataFrame:
    return table(PersonFlags, FLAGS)


def _rows(frame: DataFrame, *wanted: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    told = frame.select("person_key", "flight_leg_id", *wanted).collect()
    return {(row[0], row[1]): tuple(row[2:]) for row in told}


def test_others_count_from_the_day_after_they_used_the_means_and_findings_from_the_day_after(
    journeys: DataFrame, flags: DataFrame
) -> None:
    found = _rows(means(journeys, flags), "payment_others_count", "payment_flagged_count", "agency_others_count")
    assert found == {
        ("a", "L1"): (0, 0, 0),
        ("b", "L1"): (0, 0, 0),
        ("a", "L2"): (1, 1, 1),
        ("e", "L3"): (2, 1, None),
        ("a", "L4"): (2, 1, None),
        ("b", "L4"): (2, 0, None),
    }


def test_a_telephone_is_handed_on_where_somebody_else_used_it_for_another_leg_before(journeys: DataFrame) -> None:
    found = _rows(handed_on(journeys), "handed_on_days", "handed_on_count")
    assert found == {
        ("a", "L1"): (None, 0),
        ("a", "L2"): (None, 0),
        ("e", "L3"): (3, 1),
        ("a", "L4"): (12, 2),
    }


def test_company_is_told_apart_by_bookings_and_means(journeys: DataFrame, flags: DataFrame) -> None:
    """On L4 a meets b, c and d for the second time that way: b pays with the same card, c and d are on one booking."""
    told = again(journeys, flags)
    found = _rows(told, "again_count", "again_apart_count", "again_means_count", "again_flagged_count")
    assert found == {
        ("a", "L4"): (3, 2, 1, 1),
        ("b", "L4"): (3, 2, 1, 0),
        ("c", "L4"): (3, 2, 0, 1),
        ("d", "L4"): (3, 2, 0, 1),
    }


#: The frame without a future, made once: its plan is wide, and planning it is what takes time.
_KNOWN: list[pl.DataFrame] = []


def _known(table: Table_) -> pl.DataFrame:
    if not _KNOWN:
        _KNOWN.append(_crossings(table))
    return _KNOWN[0]


def _crossings(table: Table_, later: tuple[str, str, str, str] = ("", "", "", "")) -> pl.DataFrame:
    drawn = (INSPECTIONS, FACTS, JOURNEYS, FLAGS)
    plain: tuple[dict[str, Any], ...] = ({}, {"is_document_of_another": False}, {"is_announced": True}, {})
    frames = (
        table(of, first + more.lstrip("\n"), **values)
        for of, first, more, values in zip(INPUTS, drawn, later, plain, strict=True)
    )
    return pl.DataFrame(crossings(*frames).toArrow()).sort("inspection_id")


def test_a_crossing_tells_what_was_known_when_it_began(table: Table_) -> None:
    found = {row["inspection_id"]: row for row in _known(table).iter_rows(named=True)}
    assert set(found) == {"I1", "I2", "I3", "I4", "I5"}  # Crew have no history.
    last = found["I4"]
    assert last["place"] == 3
    assert last["gap_days"] == pytest.approx(2.740, abs=0.001)  # The logarithm of 14.5 days and one.
    assert (last["is_same_port"], last["is_same_foreign_port"], last["is_new_document"]) == (0, 1, 1)
    assert (last["is_cash"], last["restriction_level"], last["is_refused_before"]) == (1, 1, 1)
    assert (last["total_crossings_count"], last["total_entries_count"], last["total_ports_count"]) == (3, 2, 2)
    assert found["I1"]["gap_days"] == 0
    assert (found["I3"]["is_reported"], found["I3"]["wrong_check_digits_count"], found["I3"]["has_booking"]) == (
        1,
        1,
        0,
    )


def test_nothing_known_later_enters(table: Table_) -> None:
    """A future in which everybody travels together again, shares everything, and is found out."""
    before = _known(table)
    later = (
        """
I7            | a          | L9            | 2026-01-05   | 2026-01-05 08:00:00 | entry     | counter | TWTPE     | HKG          | its
I8            | e          | L9            | 2026-01-05   | 2026-01-05 08:00:00 | entry     | counter | TWTPE     | HKG          | own
""",  # noqa: E501
        """
I7            | ["number"]         | ["document"]          | stolen        | stop        | 30                  | cash            | 0                 | 9                   | 9
I8            | []                 | []                    |               |             |                     | cash            | 0                 | 9                   | 9
""",  # noqa: E501
        """
a          | L9            | 2026-01-05   | entry     | b9          | card        | tel            | host        | x
b          | L9            | 2026-01-05   | entry     | b9          | card        | tel            | host        | x
c          | L9            | 2026-01-05   | entry     | b9          | card        | tel            | host        | x
d          | L9            | 2026-01-05   | entry     | b9          | card        | tel            | host        | x
e          | L9            | 2026-01-05   | entry     | b9          | card        | tel            | host        | x
e          | L10           | 2026-01-09   | entry     | b9          | card        | tel            | host        | x
""",
        """
a          | refused | 2026-01-05
d          | refused | 2026-01-05
e          | stopped | 2026-01-09
""",
    )
    after = _crossings(table, later).filter(pl.col("inspected_on") <= date(2025, 12, 20))
    assert_frame_equal(before, after)


def test_no_protected_attribute_is_a_feature_and_every_feature_says_its_columns() -> None:
    assert set(BEHIND) == set(STEPS)
    assert check_features(policy_of("traveller_risk"), BEHIND) == set()
    read: tuple[type[Table], ...] = (*INPUTS, Referrals)
    known = {name for of in read for name in of.columns()}
    behind = {column for columns in BEHIND.values() for column in columns}
    assert not behind - known
    assert not {name for of in read for name, column in of.columns().items() if column.leaks} & behind
    assert not {total for total in TOTALS if total.startswith(("nationalit", "sex", "age_"))}


def test_what_the_agency_found_counts_as_it_was_known_on_a_day(table: Table_, flags: DataFrame) -> None:
    inspections = table(
        Inspections,
        """
        inspection_id | person_key | inspected_on
        I1            | b          | 2025-10-01
        I2            | b          | 2025-12-01
        I3            | b          | 2025-12-09
        I4            | c          | 2025-12-09
        I5            | q          | 2025-12-09
        """,
    )
    referrals = table(
        Referrals,
        """
        referral_id | inspection_id | label         | decided_at_utc
        R1          | I4            | not_confirmed | 2025-12-09 12:00:00
        R2          | I5            | not_confirmed | 2025-12-09 12:00:00
        """,
    )

    def found(until: date) -> dict[str, tuple[bool, bool, bool]]:
        told = found_by_agency(inspections, flags, referrals, until).collect()
        return {row["inspection_id"]: (row["is_positive"], row["is_hard"], row["is_unsure"]) for row in told}

    looked_for, hard, unsure = (True, False, False), (False, True, False), (False, False, True)
    assert found(date(2025, 12, 3)) == {}
    assert found(date(2025, 12, 10)) == {"I1": unsure, "I2": looked_for, "I3": unsure, "I4": hard, "I5": hard}
    assert found(date(2025, 12, 20))["I4"] == looked_for


def test_training_knows_nothing_of_what_was_found_later(table: Table_, flags: DataFrame) -> None:
    """c is released on the 9th, in the days of training, and found on the 20th, in those of the test."""
    rows = [("I1", "b", date(2025, 12, 1)), ("I2", "c", date(2025, 12, 9)), ("I3", "c", date(2025, 12, 20))]
    drawn = "\n".join(f"{key} | {person} | {day}" for key, person, day in rows)
    inspections = table(Inspections, f"inspection_id | person_key | inspected_on\n{drawn}")
    referrals = table(
        Referrals,
        """
        referral_id | inspection_id | label         | decided_at_utc
        R1          | I2            | not_confirmed | 2025-12-09 12:00:00
        """,
    )
    keys = pl.DataFrame(rows, schema=["inspection_id", "person_key", "inspected_on"], orient="row")
    nothing = np.zeros((3, 1), np.float32)
    histories = Histories(keys, nothing, nothing, np.arange(3))
    marks = known_marks(histories, Split(date(2025, 12, 10), date(2025, 12, 15)), inspections, flags, referrals)
    assert marks.holds("is_positive").tolist() == [True, False, True]
    assert marks.holds("is_hard").tolist() == [False, True, False]


def test_crossings_are_scored_and_explained_where_travellers_are_whole(spark: SparkSession) -> None:
    """A net that asks how often the document was reported in all crossings: the score and the first reason are of that.

    p crosses three times in two batches of Spark, q once; only what is asked for comes back.
    """
    days = {"p": [date(2025, 12, 1), date(2025, 12, 5), date(2025, 12, 9)], "q": [date(2025, 12, 9)]}
    rows = [
        {"inspection_id": f"{person}{n}", "person_key": person, "inspected_on": day, "flight_leg_id": None, "place": n}
        | dict.fromkeys(STEPS, 0.0)
        | {"is_reported": float(person == "p" and n == 1)}
        for person, crossed in days.items()
        for n, day in enumerate(crossed, start=1)
    ]
    kinds = dict.fromkeys(STEPS, pl.Float32) | {"flight_leg_id": pl.String}
    told = spark.createDataFrame(pl.DataFrame(rows, schema_overrides=kinds).to_arrow()).repartition(3)
    scores = crossings_scored(told, risk("is_reported", least=0.9), date(2025, 12, 5)).collect()
    said = {row["inspection_id"]: row["probability"] for row in scores}
    assert said == {
        "p2": pytest.approx(1 / (1 + np.exp(-3)), abs=1e-5),
        "p3": pytest.approx(1 / (1 + np.exp(-3)), abs=1e-5),
        "q1": pytest.approx(0.5),
    }
    assert {row["inspection_id"]: (row["is_referred"], row["reason_codes"]) for row in scores} == {
        "p2": (True, ["document"]),
        "p3": (True, ["document"]),
        "q1": (False, []),
    }


def test_the_probability_of_a_referral_is_the_one_that_its_share_reached() -> None:
    said = referral(np.linspace(0, 1, 1001), 0.01)
    assert json.loads(said[REFERRAL_FILE]) == {"share": 0.01, "probability": pytest.approx(0.99)}
