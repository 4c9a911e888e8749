"""Interviews with visitors who depart: whom they reach, what those say and spend, and answers that are no answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from lakehouse.simulator.draws import Draws, Floats
from lakehouse.simulator.text_keys import text_keys

#: What a visitor spends a night, in NT$, and how satisfied and willing to answer a market's visitors are beside others.
_MARKETS = {
    "JPN": (7_900, 0.10, 1.2),
    "KOR": (7_100, 0.05, 1.0),
    "USA": (6_200, 0.15, 1.1),
    "HKG": (6_400, -0.05, 0.8),
    "MAC": (6_000, -0.05, 0.8),
    "CHN": (6_800, -0.10, 0.6),
    "SGP": (7_300, 0.10, 1.0),
    "MYS": (5_600, 0.05, 0.9),
    "VNM": (3_900, 0.0, 0.7),
    "THA": (5_200, 0.05, 0.8),
    "PHL": (4_300, 0.10, 0.9),
    "IDN": (3_700, 0.05, 0.7),
}
_OTHER_MARKET = (5_800, 0.05, 0.9)
_PURPOSES = {"business": 1.45, "pleasure": 1.0, "visiting": 0.55, "student": 0.4, "employment": 0.35, "transit": 0.6}
_OTHER_PURPOSE = 0.8

#: Of visitors by kind; women and those who travel alone are harassed more often, long stays see more of everything.
_INCIDENTS = ("theft", "fraud", "accident", "harassment", "other")
_INCIDENT_RATES = (0.0012, 0.0007, 0.0011, 0.0009, 0.0008)
_AGE_GROUPS = ("under_25", "25_34", "35_44", "45_54", "55_64", "65_and_over")
_AGE_GROUPS_FROM = (25, 35, 45, 55, 65)
_DIRTY = 0.01
_ANSWER_LEFT_OUT = 0.02


def write_day(landing: Path, day: date, departures: pl.DataFrame, seed: int, share: float = 0.02) -> None:
    """Write the day's interviews; about ``share`` of ``departures`` answer, less where fewer are willing.

    ``departures``: record_id, port, nationality, residence_country, sex,
    birth_year, purpose, nights, party_size.
    """
    folder = landing / "visitor_survey" / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    interviews(day, departures, seed, share).write_csv(folder / "visitor_survey.csv")


def interviews(day: date, departures: pl.DataFrame, seed: int, share: float = 0.02) -> pl.DataFrame:
    """A row for each interview, in the order of the visitors' records."""
    visitors = departures.sort("record_id")
    markets = [_MARKETS.get(state, _OTHER_MARKET) for state in visitors["residence_country"].fill_null("").to_list()]
    a_night, liking, willing = np.array(markets, np.float64).reshape(-1, 3).T
    draws = Draws.of(seed, "survey", text_keys(visitors["record_id"]))
    asked = np.flatnonzero(draws.true("asked", share * willing))
    visitors, answers = visitors[asked], Draws(draws.key[asked])
    incident = _incident(visitors, answers)
    satisfaction, safety = _scores(liking[asked], incident, answers)
    left_out = answers.true("left_out", _ANSWER_LEFT_OUT)
    spend = pl.Series(_spend(visitors, a_night[asked], answers))
    return visitors.select(
        response_id=pl.format("S-{}-{}", pl.lit(f"{day:%Y%m%d}"), pl.int_range(1, pl.len() + 1).cast(pl.String)),
        interviewed_on=pl.lit(day.isoformat()),
        port="port",
        nationality="nationality",
        residence_country="residence_country",
        sex="sex",
        age_group=_age_group(day),
        purpose="purpose",
        nights="nights",
        party_size="party_size",
        # No answer is typed in as 0 by some.
        satisfaction_score=pl.when(pl.Series(answers.true("nought", _DIRTY)))
        .then(0)
        .otherwise(pl.Series(satisfaction)),
        safety_score=pl.when(pl.Series(~left_out)).then(pl.Series(safety)),
        spend_twd=pl.when(pl.Series(~answers.true("no_spend", 6 * _DIRTY))).then(spend),
        incident=pl.Series(incident, dtype=pl.String),
        would_return=pl.Series(_would_return(satisfaction, answers), dtype=pl.String),
    )


def _age_group(day: date) -> pl.Expr:
    age = day.year - pl.col("birth_year")
    place = pl.sum_horizontal((age >= first).cast(pl.Int64) for first in _AGE_GROUPS_FROM)
    named = place.replace_strict(dict(enumerate(_AGE_GROUPS)), return_dtype=pl.String)
    return pl.when(pl.col("birth_year").is_not_null()).then(named)


def _spend(visitors: pl.DataFrame, a_night: Floats, draws: Draws) -> np.ndarray:
    """Of the party in the whole stay: rises with nights and heads, each less than in proportion."""
    nights = np.maximum(visitors["nights"].fill_null(0).to_numpy(), 0)
    heads = np.maximum(visitors["party_size"].fill_null(1).to_numpy(), 1)
    purpose = (
        visitors["purpose"]
        .cast(pl.String)
        .replace_strict(_PURPOSES, default=_OTHER_PURPOSE, return_dtype=pl.Float64)
        .to_numpy()
    )
    expected = a_night * purpose * (0.35 + nights**0.85) * heads**0.8
    return (np.round(draws.lognormal("spend", expected, 0.45) / 100) * 100).astype(np.int64)


def _incident(visitors: pl.DataFrame, draws: Draws) -> list[str]:
    nights = np.minimum(visitors["nights"].fill_null(0).to_numpy(), 60)
    exposed = 0.4 + nights / 8
    rates = np.outer(exposed, _INCIDENT_RATES)
    rates[:, _INCIDENTS.index("harassment")] *= np.where(visitors["sex"].to_numpy() == "F", 1.6, 0.5)
    ends = np.cumsum(rates, axis=1)
    kind = (draws.uniform("incident")[:, None] >= ends).sum(axis=1)
    return ["none" if place == len(_INCIDENTS) else _INCIDENTS[place] for place in kind]


def _scores(liking: Floats, incident: list[str], draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Satisfaction and safety, 1 to 5: what happened counts for both, most for safety."""
    happened = np.array([kind != "none" for kind in incident])
    mood = 0.6 * draws.normal("mood")
    satisfied = 4.2 + liking + mood + 0.5 * draws.normal("satisfied") - 1.1 * happened
    safe = 4.5 + 0.6 * mood + 0.4 * draws.normal("safe") - 1.8 * happened
    low, high = (np.clip(np.rint(score), 1, 5).astype(np.int64) for score in (satisfied, safe))
    return low, high


def _would_return(satisfaction: np.ndarray, draws: Draws) -> list[str]:
    chance = np.array([0.0, 0.1, 0.25, 0.5, 0.78, 0.92])[satisfaction]
    drawn = draws.uniform("return")
    undecided = drawn < chance + (1 - chance) * 0.6
    return ["yes" if one < yes else "undecided" if half else "no" for one, yes, half in
            zip(drawn, chance, undecided, strict=True)]  # fmt: skip
