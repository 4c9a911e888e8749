"""What the overstay model may know: the label, outages, and features of the day of arrival alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.privacy import THIN_BELOW
from lakehouse.silver.crossings import Crossings
from lakehouse.silver.stays import Stays
from lakehouse.store import of_rows
from ml.overstay_arrivals.cohort import OUTAGE_RULES, OutageRule, outcomes
from ml.overstay_arrivals.dataset import Split, cohort, fit_encoder, other_classes
from ml.overstay_arrivals.encodings import fit
from ml.overstay_arrivals.features import (
    BARRED_BESIDE,
    CATEGORIES,
    FACTS,
    KEYS,
    NUMBERS,
    arrival_features,
    barred,
    columns_behind,
)
from tests.conftest import Draw
from tests.ml.overstay import FIRST, SPLIT, STAYS, stays


@pytest.fixture
def drawn(rows: Draw) -> DataFrame:
    return rows(Stays, STAYS)


def _by_id(frame: DataFrame) -> dict[str, dict[str, Any]]:
    return {row["admission_id"]: row.asDict() for row in frame.collect()}


def test_an_overstay_is_who_has_not_left_by_the_deadline_and_seven_days(drawn: DataFrame) -> None:
    found = _by_id(outcomes(drawn))
    assert {name: row["is_overstay"] for name, row in found.items() if row["is_matured"]} == {
        "due": False,
        "late": True,
        "open": True,
    }
    assert {name for name, row in found.items() if row["is_visa_waiver"]} == {"due", "late", "open", "unripe"}
    assert {name for name, row in found.items() if row["is_clean"]} == {"due", "late", "other"}
    assert {name: row["stayed_days"] for name, row in found.items()} == {
        "due": 96,
        "late": 97,
        "open": 97,
        "unripe": 97,
        "other": 18,
    }
    assert not found["other"]["is_followed"]


def _flights(spark: Any, days: list[tuple[int, int]], flight: str = "1") -> DataFrame:
    """A flight a day from 1 April on, each with so many on board and so many of them overstaying."""
    rows = [
        (f"{flight}-{day}-{n}", FIRST + timedelta(days=day), flight, None if n < lost else FIRST + timedelta(days=day))
        for day, (count, lost) in enumerate(days)
        for n in range(count)
    ]
    frame: DataFrame = of_rows(
        spark, rows, "admission_id string, entered_on date, flight_number string, exited_on date"
    )
    same = {"border_state": "USA", "port_code": "USORL", "carrier_code": "VS", "mode": "air"}
    literal = {name: F.lit(value) for name, value in {**same, "class_of_admission": "WT"}.items()}
    due = F.date_add("entered_on", 89)
    return frame.withColumns(
        literal | {"load_delay_days": F.lit(0), "authorised_until": due, "as_of_date": F.lit(date(2016, 9, 19))}
    )


@pytest.mark.parametrize(
    ("days", "outages"),
    [
        pytest.param([(100, 1), (100, 2), (100, 40)], {2}, id="one day lost its departures"),
        pytest.param([(100, 40), (100, 42), (100, 41)], set(), id="it always brings many"),
        pytest.param([(100, 1), (100, 2), (100, 5)], set(), id="no more than chance brings"),
        pytest.param([(300, 3), (10, 7), (300, 2)], set(), id="too few to tell"),
        pytest.param([(300, 3), (12, 12), (300, 2)], {1}, id="all are missing"),
        pytest.param([*[(200, 2)] * 8, (200, 120), (200, 50)], {8, 9}, id="an outage does not hide another"),
    ],
)
def test_days_that_lost_their_departures_are_told_from_others(
    spark: Any, days: list[tuple[int, int]], outages: set[int]
) -> None:
    rule = OutageRule(("carrier_code", "flight_number", "port_code"))
    found = outcomes(_flights(spark, days), [rule]).where("is_outage").select("admission_id").collect()
    assert {int(row[0].split("-")[1]) for row in found} == outages


def test_a_port_that_lost_its_departures_loses_all_its_flights(spark: Any) -> None:
    small = [_flights(spark, [(60, 1), (60, 5), (60, 0), (60, 1)], str(n)) for n in range(6)]
    every = small[0]
    for frame in small[1:]:
        every = every.unionByName(frame)
    by_flight = outcomes(every, OUTAGE_RULES[:1]).where("is_outage").count()
    by_port = outcomes(every).where("is_outage")
    assert by_flight == 0
    assert {row[0].split("-")[1] for row in by_port.select("admission_id").collect()} == {"1"}


def test_no_fact_of_a_feature_leaks() -> None:
    leaking = barred(Stays, Crossings)
    assert {"exited_on", "state", "load_delay_days", "recording_artefact", "arrival_flag"} <= leaking
    assert not set(FACTS) & (leaking | set(BARRED_BESIDE))


def test_features_need_no_column_that_leaks(drawn: DataFrame) -> None:
    leaking = [name for name in drawn.columns if name in barred(Stays) or name in BARRED_BESIDE]
    assert arrival_features(drawn.drop(*leaking)).columns == [*KEYS, *CATEGORIES, *NUMBERS]


def test_features_do_not_change_with_the_outcome_or_with_later_arrivals(drawn: DataFrame) -> None:
    changed = drawn.withColumns(
        {
            "exited_on": F.lit(None).cast("date"),
            "authorised_until": F.lit(date(2016, 5, 1)),
            "as_of_date": F.lit(date(2017, 1, 1)),
            "load_delay_days": F.lit(40),
        }
    )
    later = drawn.where("admission_id = 'due'").withColumns(
        {"admission_id": F.lit("later"), "entered_on": F.lit(date(2016, 4, 3))}
    )
    before, after = _by_id(arrival_features(drawn)), _by_id(arrival_features(changed.unionByName(later)))
    assert {name: after[name] for name in before} == before


def test_co_passengers_are_those_of_the_same_flight_and_day(drawn: DataFrame) -> None:
    found = _by_id(arrival_features(drawn))
    assert set(found) == {"due", "late", "open", "unripe", "other"}
    due = found["due"]
    assert due["flight_day"] == "BA/1/USNYC/2016-04-01"
    counts = ("flight_count", "compatriots_count", "same_address_count", "party_count", "party_children_count")
    assert [due[name] for name in counts] == [3, 2, 2, 2, 1]
    assert due["female_ratio"] == pytest.approx(1 / 3)
    assert due["party_older_years"] == 15
    assert found["unripe"]["carrier_code"] == "none"
    assert found["unripe"]["age_years"] is None


def test_the_rows_are_split_by_the_day_of_arrival() -> None:
    frame = stays(500)
    parts = {name: frame.filter(SPLIT.part(name))["entered_on"] for name in ("train", "validation", "test")}
    assert sum(len(days) for days in parts.values()) == frame.height
    assert parts["train"].max() == SPLIT.train_until
    assert (parts["validation"].min(), parts["validation"].max()) == (date(2016, 4, 9), SPLIT.validation_until)
    assert parts["test"].min() == date(2016, 4, 11)
    with pytest.raises(ValueError, match="before"):
        Split(date(2016, 4, 20), date(2016, 4, 17), date(2016, 4, 24))


def _encoded(frame: pl.DataFrame, of: pl.Expr) -> pl.DataFrame:
    known = frame.filter(SPLIT.part("train"))
    encoder = fit_encoder(cohort(known, clean=True, outages=False), other_classes(known), 50.0)
    return encoder.encodings.of(frame.filter(of))


def test_encodings_do_not_change_with_outcomes_of_days_after_training() -> None:
    frame = stays()
    turned = frame.with_columns(
        pl.when(SPLIT.part("train")).then("is_overstay").otherwise(~pl.col("is_overstay")).alias("is_overstay"),
        pl.when(SPLIT.part("train")).then("stayed_days").otherwise(97).alias("stayed_days"),
    )
    assert_frame_equal(_encoded(frame, pl.lit(True)), _encoded(turned, pl.lit(True)))


def test_encodings_of_a_training_day_know_nothing_of_its_outcomes() -> None:
    frame, of = stays(), pl.col("entered_on") == FIRST
    turned = frame.with_columns(
        pl.when(of).then(~pl.col("is_overstay")).otherwise("is_overstay").alias("is_overstay"),
        pl.when(of).then(97 - pl.col("stayed_days")).otherwise("stayed_days").alias("stayed_days"),
    )
    assert_frame_equal(_encoded(frame, of), _encoded(turned, of))
    assert not _encoded(frame, ~of).equals(_encoded(turned, ~of))


def test_an_encoding_worked_by_hand() -> None:
    history = stays(4).with_columns(
        nationality=pl.Series(["A", "A", "A", "B"]),
        entered_on=pl.Series([FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=1), FIRST]),
        is_overstay=pl.Series([True, True, False, False]),
    )
    encodings = fit(history, history.clear(), prior_rows=2.0, fewest=1)
    found = encodings.of(history)["own/nationality:overstays"]
    # The first sees A's other day, one overstay of two; usual is a half of that day, too: (1 + 2 · 1/2) of (2 + 2).
    # The second sees A's first day, one of one; usual is a half of the first day: (1 + 2 · 1/2) of (1 + 2), odds of 2.
    assert found.to_list() == pytest.approx([0.0, 0.6931472, 0.6931472, 0.0], abs=1e-6)
    assert encodings.of(history)["own/nationality:rows"].exp().to_list() == pytest.approx([3, 2, 2, 1])


def test_groups_of_fewer_than_ten_are_no_part_of_what_travels_with_the_model() -> None:
    history = stays(200)
    files = fit_encoder(history, history, 50.0).for_service(["own/flight*nationality*sex*age_decade:rows"]).files()
    kept = pl.read_parquet(files["encodings.parquet"])
    assert "own/flight*nationality*sex*age_decade" not in kept["encoding"].to_list()
    assert (fit(history, history).table()["rows"] >= THIN_BELOW).all()


def test_every_column_of_the_models_is_made_from_known_facts() -> None:
    encoder = fit_encoder(stays(300), stays(300), 50.0)
    inputs = encoder.inputs(stays(10))
    for name in inputs.columns:
        behind = columns_behind(name)
        assert behind, name
        assert set(behind) <= set(FACTS), name
