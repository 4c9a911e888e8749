"""Interviews: of visitors who departed, with spending that follows from the journey and dirt at its rates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lakehouse.simulator.survey import interviews, write_day

DAY = date(2025, 12, 1)
COLUMNS = (
    "response_id,interviewed_on,port,nationality,residence_country,sex,age_group,purpose,nights,party_size,"
    "satisfaction_score,safety_score,spend_twd,incident,would_return"
)


def departures(n: int = 6000, **given: object) -> pl.DataFrame:
    number = np.arange(n)
    columns: dict[str, object] = {
        "record_id": [f"R{k:06}" for k in number],
        "port": "桃園一期",
        "nationality": "JPN",
        "residence_country": "JPN",
        "sex": np.array(["F", "M"])[number % 2],
        "birth_year": 1940 + number % 80,
        "purpose": "pleasure",
        "nights": 4,
        "party_size": 2,
    }
    return pl.DataFrame({name: given.get(name, values) for name, values in columns.items()})


def median_spend(**given: object) -> float:
    found = interviews(DAY, departures(6000, **given), 1, share=0.5)["spend_twd"].median()
    assert isinstance(found, float)
    return found


def test_the_same_visitors_answer_the_same_in_any_order(tmp_path: Path) -> None:
    write_day(tmp_path / "one", DAY, departures(), 1)
    write_day(tmp_path / "two", DAY, departures().reverse(), 1)
    name = f"visitor_survey/{DAY}/visitor_survey.csv"
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "one" / name).read_text().splitlines()[0] == COLUMNS


def test_a_day_without_departures_is_a_header_alone(tmp_path: Path) -> None:
    write_day(tmp_path, DAY, departures(0), 1)
    assert (tmp_path / f"visitor_survey/{DAY}/visitor_survey.csv").read_text() == f"{COLUMNS}\n"


def test_about_the_share_that_is_asked_answers_and_markets_differ_in_it() -> None:
    japan = len(interviews(DAY, departures(residence_country="JPN"), 1, share=0.2))
    china = len(interviews(DAY, departures(residence_country="CHN"), 1, share=0.2))
    assert japan == pytest.approx(6000 * 0.2 * 1.2, rel=0.1)
    assert china == pytest.approx(6000 * 0.2 * 0.6, rel=0.1)


def test_spending_grows_with_nights_and_heads_and_differs_by_market_and_purpose() -> None:
    assert median_spend(nights=8) > 1.4 * median_spend(nights=4)
    assert 1.5 * median_spend(party_size=2) < median_spend(party_size=4) < 2 * median_spend(party_size=2)
    assert median_spend(residence_country="IDN") < median_spend(residence_country="JPN")
    assert median_spend(purpose="visiting") < median_spend() < median_spend(purpose="business")


def test_what_happened_to_visitors_makes_them_feel_less_safe() -> None:
    found = interviews(DAY, departures(40_000, nights=40), 1, share=1.0)
    means = dict(found.group_by(pl.col("incident") != "none").agg(pl.col("safety_score").mean()).iter_rows())
    assert means[True] < means[False] - 1


def test_some_answers_are_dirty() -> None:
    found = interviews(DAY, departures(40_000), 1, share=1.0)
    assert (found["satisfaction_score"] == 0).mean() == pytest.approx(0.01, rel=0.2)
    assert found["spend_twd"].null_count() / len(found) == pytest.approx(0.06, rel=0.1)
    assert set(found["satisfaction_score"].unique()) == {0, 1, 2, 3, 4, 5}
    assert set(found["would_return"]) == {"yes", "no", "undecided"}


def test_age_groups_follow_from_the_year_of_birth() -> None:
    found = interviews(DAY, departures(1000, birth_year=2001), 1, share=1.0)
    assert set(found["age_group"]) == {"under_25"}
    assert set(interviews(DAY, departures(1000, birth_year=1960), 1, 1.0)["age_group"]) == {"65_and_over"}
