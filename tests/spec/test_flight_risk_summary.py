"""Legs with their hits by kind, the highest risk and the lead."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.flight_risk_summary import FlightRiskSummary
from lakehouse.silver.airports import Airports
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.rule_hits import RuleHits
from lakehouse.silver.watchlist_matches import WatchlistMatches
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

COMES, GOES = "CI101-NRT-TPE-20251220", "CI100-TPE-NRT-20251220"
LEGS = f"""
    flight_leg_id | border_state | direction | origin | destination | etd_local | eta_local | pnrgov_received_at_utc | paxlst_received_at_utc
    {COMES} | TWN | entry | NRT | TPE | 2025-12-20 09:00:00 | 2025-12-20 12:00:00 | 2025-12-20 02:30:00 | 2025-12-20 02:00:00
    {GOES}  | TWN | exit  | TPE | NRT | 2025-12-20 18:00:00 | 2025-12-20 22:00:00 |                     | 2025-12-20 10:30:00
"""  # noqa: E501


@pytest.fixture
def legs(rows: Draw) -> Build:
    """Summaries built from drawn journeys and hits, of ten others on each leg beside those drawn."""

    def build(journeys: str, matches: str = "person_key\nnone", hits: str = "inspection_id\nnone",
              others: int = 10) -> DataFrame:  # fmt: skip
        more = "\n".join(f"other{n} | {leg} | {way}" for n in range(others)
                         for leg, way in ((COMES, "entry"), (GOES, "exit")))  # fmt: skip
        drawn = "person_key | flight_leg_id | direction\n" + journeys.strip() + "\n" + more
        return FlightRiskSummary.build(
            filled(rows(FlightLegs, LEGS), FlightLegs),
            filled(rows(Journeys, drawn), Journeys, travelled_on="2025-12-20"),
            filled(rows(Airports, "iata_code\nnone"), Airports),
            filled(rows(WatchlistMatches, matches), WatchlistMatches, name_score=2.0, match_score=0.995),
            filled(
                rows(
                    ExitRestrictions,
                    "ban_id | valid_from | in_force_until\nB1 | 2025-01-01 |\nB0 | 2025-01-01 | 2025-06-01",
                ),
                ExitRestrictions,
            ),
            filled(rows(RuleHits, hits), RuleHits),
        )

    return build


def test_hits_are_counted_by_kind_and_each_passenger_once(legs: Build, same: Same) -> None:
    """A is listed and hit by two rules; B is banned, which counts on the way out alone; C's ban is over."""
    built = legs(
        f"""
        A | {COMES} | entry
        B | {COMES} | entry
        B | {GOES}  | exit
        C | {GOES}  | exit
        """,
        """
        person_key | list_name        | entry_id | is_same_person
        A          | ofac_sdn         | 17       | false
        A          | un_consolidated  | Q1       | false
        B          | exit_bans        | B1       | true
        C          | exit_bans        | B0       | true
        other1     | document_reports | d1       | false
        """,
        f"""
        inspection_id | rule_code | person_key | flight_leg_id | severity
        I1            | r1        | A          | {COMES}       | low
        I1            | r2        | A          | {COMES}       | low
        """,
    )

    same(
        built,
        FlightRiskSummary,
        f"""
        flight_leg_id | passengers_count | watchlist_persons_count | exact_persons_count | rule_persons_count | hit_persons_count | highest_risk
        {COMES}       | 12               | 1                       | 0                   | 1                  | 1                 | medium
        {GOES}        | 12               | 1                       | 1                   | 0                  | 1                 | high
        """,  # noqa: E501
    )


def test_the_lead_is_to_arrival_for_entries_and_to_departure_for_exits(legs: Build, same: Same) -> None:
    """Noon in Taipei is 04:00 UTC; the list came at 02:00. At 18:00, 10:00 UTC, the other had left for half an hour."""
    same(
        legs(f"A | {COMES} | entry"),
        FlightRiskSummary,
        f"""
        flight_leg_id | lead_minutes | highest_risk | hit_persons_count
        {COMES}       | 120          | none         | 0
        {GOES}        | -30          | none         | 0
        """,
    )


def test_legs_of_fewer_than_ten_keep_their_row_without_counts(legs: Build, same: Same) -> None:
    same(
        legs(f"A | {COMES} | entry", others=8),
        FlightRiskSummary,
        f"""
        flight_leg_id | passengers_count | hit_persons_count | highest_risk | lead_minutes
        {COMES}       |                  |                   |              | 120
        {GOES}        |                  |                   |              | -30
        """,
    )
