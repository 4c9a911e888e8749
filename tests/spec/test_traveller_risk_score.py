"""The chance that a crossing is worth a second look, of the last two months, with reasons and the version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.traveller_risk_score import SCORED_DAYS, TravellerRiskScore
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.screening_facts import ScreeningFacts
from tests.drawn import filled
from tests.served import risk

Draw = Callable[[type[Table], str], DataFrame]


@pytest.mark.parametrize("is_champion", [False, True])
def test_scores_are_of_the_last_days_with_the_crossings_before_behind_them(rows: Draw, is_champion: bool) -> None:
    """P showed a reported document on 1 October, too long ago for a row, and that is in the score of 20 December.

    The net says 1 / (1 + e^-3) = 0.953 of whoever ever showed one, and 0.5 of others. Crew and unknown persons have
    no row.
    """
    assert SCORED_DAYS == 62
    inspections = filled(
        rows(
            Inspections,
            """
            inspection_id | person_key | inspected_on | inspected_at_utc    | direction | lane    | port_code
            I1            | P          | 2025-10-01   | 2025-10-01 04:00:00 | entry     | counter | TWTPE
            I2            | P          | 2025-12-20   | 2025-12-20 04:00:00 | exit      | counter | TWTPE
            I3            | Q          | 2025-10-31   | 2025-10-31 04:00:00 | entry     | e_gate  | TWTPE
            I4            | Q          | 2025-10-30   | 2025-10-30 04:00:00 | exit      | e_gate  | TWTPE
            I5            | R          | 2025-12-20   | 2025-12-20 04:00:00 | entry     | crew    | TWTPE
            I6            |            | 2025-12-20   | 2025-12-20 04:00:00 | entry     | counter | TWTPE
            """,
        ),
        Inspections,
    )
    facts = filled(
        rows(
            ScreeningFacts,
            """
            inspection_id | reported_kind
            I1            | stolen
            I2            |
            I3            |
            I4            |
            I5            | stolen
            I6            | stolen
            """,
        ),
        ScreeningFacts,
    )
    journeys = filled(rows(Journeys, "person_key | flight_leg_id"), Journeys)
    flags = filled(rows(PersonFlags, "person_key | kind"), PersonFlags)

    built = TravellerRiskScore.build(
        inspections, facts, journeys, flags, risk(is_champion=is_champion), {"TWN": date(2025, 12, 31)}
    )

    told = {row["inspection_id"]: row for row in built.collect()}
    assert set(told) == {"I2", "I3"}
    assert told["I2"]["probability"] == pytest.approx(0.9526, abs=1e-4)
    assert (told["I2"]["is_referred"], told["I2"]["reason_codes"]) == (True, ["document"])
    assert told["I3"]["probability"] == pytest.approx(0.5)
    assert (told["I3"]["is_referred"], told["I3"]["reason_codes"]) == (False, [])
    assert {(row["model_version_number"], row["is_approved"]) for row in told.values()} == {(3, is_champion)}
    assert told["I2"]["direction"] == "exit"
