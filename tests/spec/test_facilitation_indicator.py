"""Groups that flagged travellers share, beside families and agencies that only look like them."""

from collections.abc import Callable
from math import log, sqrt

import pytest
from pyspark.sql import DataFrame, SparkSession

from lakehouse.declare import Table
from lakehouse.gold.facilitation_indicator import FacilitationIndicator, binomial_score
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.store import of_rows
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

HEAD = "person_key | booking_key | inspection_id | payment_key | agency_code"


@pytest.fixture
def indicated(rows: Draw) -> Build:
    """Indicators built from drawn journeys and the persons flagged."""

    def build(journeys: list[str], flagged: list[str]) -> DataFrame:
        drawn = filled(
            rows(Journeys, "\n".join([HEAD, *journeys])),
            Journeys,
            flight_leg_id="CI100-NRT-TPE-20251201",
            travelled_on="2025-12-01",
            direction="entry",
        )
        flags = filled(rows(PersonFlags, "\n".join(["person_key", *flagged])), PersonFlags, kind="refused")
        return FacilitationIndicator.build(drawn, flags)

    return build


def _strangers(count: int, agency: str = "") -> list[str]:
    return [f"s{agency}{n} | b{agency}{n} | I{agency}{n} | c{agency}{n} | {agency}" for n in range(count)]


def test_a_card_that_four_flagged_strangers_share_is_named_at_each_crossing(indicated: Build, same: Same) -> None:
    """Four of four parties where 4 of 104 are flagged: root of 2 x 4 x ln(26) = 5.1."""
    ring = [f"p{n} | r{n} | R{n} | ring | " for n in range(4)]
    built = indicated([*ring, *_strangers(100)], ["p0", "p1", "p2", "p3"])

    same(
        built,
        FacilitationIndicator,
        """
        group_kind | group_key | inspection_id | person_key | is_flagged_person | groups_count | persons_count | parties_count | flagged_parties_count | flagged_ratio
        payment    | ring      | R0            | p0         | true              | 1            | 4             | 4             | 4                     | 1
        payment    | ring      | R1            | p1         | true              | 1            | 4             | 4             | 4                     | 1
        payment    | ring      | R2            | p2         | true              | 1            | 4             | 4             | 4                     | 1
        payment    | ring      | R3            | p3         | true              | 1            | 4             | 4             | 4                     | 1
        payment    | not_named | all           |            |                   | 100          | 100           | 100           | 0                     | 0
        """,  # noqa: E501
    )
    for row in built.where("person_key IS NOT NULL").collect():
        assert row["evidence_score"] == pytest.approx(sqrt(2 * 4 * log(26)))


def test_a_family_that_always_books_together_is_one_party(indicated: Build, same: Same) -> None:
    """Four flagged persons, three journeys, one card: one party."""
    family = [f"p{n} | r{trip} | R{trip}{n} | family | " for n in range(4) for trip in range(3)]
    built = indicated([*family, *_strangers(100)], ["p0", "p1", "p2", "p3"])

    same(
        built,
        FacilitationIndicator,
        """
        group_kind | group_key | groups_count | persons_count | flagged_persons_count | parties_count | flagged_parties_count
        payment    | not_named | 101          | 104           | 4                     | 101           | 1
        """,  # noqa: E501
    )


def test_an_agency_of_hundreds_is_not_named_for_its_size_and_a_small_one_with_the_same_flagged_is(
    indicated: Build,
) -> None:
    """Six flagged of 600 clients are what others have; six of twelve are not."""
    clients = [*_strangers(600, "34300001"), *_strangers(600, "34300002"), *_strangers(12, "34300003")]
    flagged = [f"s{agency}{n}" for agency in ("34300001", "34300002", "34300003") for n in range(6)]
    agencies = indicated(clients, flagged).where("group_kind = 'agency'")

    assert {(r["group_key"], r["groups_count"]) for r in agencies.collect()} == {("34300003", 1), ("not_named", 2)}
    assert agencies.where("group_key = '34300003'").count() == 12


def test_two_flagged_strangers_are_too_few(indicated: Build) -> None:
    ring = [f"p{n} | r{n} | R{n} | ring | " for n in range(2)]

    assert {r["group_key"] for r in indicated([*ring, *_strangers(2000)], ["p0", "p1"]).collect()} == {"not_named"}


def test_the_score_is_the_signed_root_of_the_likelihood_ratio(spark: SparkSession) -> None:
    drawn = of_rows(spark, [(2, 20, 0.1), (0, 10, 0.5), (10, 10, 0.5)], "k bigint, n bigint, p double")
    scores = [row[0] for row in drawn.select(binomial_score("k", "n", "p")).collect()]

    assert scores == [pytest.approx(0.0), pytest.approx(-sqrt(20 * log(2))), pytest.approx(sqrt(20 * log(2)))]
