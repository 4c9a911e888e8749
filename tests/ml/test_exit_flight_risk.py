"""Flight risk: what the model may know of a day, what counts as an attempt, what is learned, and what reviewers get."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.errors import InputRefused, TooLittleKnown
from lakehouse.gold.exit_control_match import ExitControlMatch
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.person_flags import PersonFlags
from ml.evaluated import Evaluated
from ml.exit_flight_risk.card import CARD
from ml.exit_flight_risk.dataset import Split, attempts_in, labelled, matrix
from ml.exit_flight_risk.evaluate import evaluate
from ml.exit_flight_risk.facts import FACTS, KEYS, person_days
from ml.exit_flight_risk.features import FEATURES, IN_WORDS, with_features
from ml.exit_flight_risk.hazard import Hazard
from ml.exit_flight_risk.job import Rows, attempts_of, champion_scores, groups_of, made
from ml.exit_flight_risk.score import reasons, scored
from ml.exit_flight_risk.settings import SMALL
from ml.exit_flight_risk.train import BASELINES, HAZARD, TREES, train
from ml.measures import roc_auc
from ml.policy import check_features, policy_of
from ml.serving import load
from ml.tracking import Tracking
from tests.conftest import Draw
from tests.drawn import filled
from tests.ml.conftest import ORIGIN
from tests.served import flight_risk

FIRST = date(2025, 12, 1)
TINY = replace(SMALL, name="tiny", boosting=replace(SMALL.boosting, rounds=20), replicates=10)
WITHOUT_MODEL = (HAZARD, TREES, *BASELINES)

#: Of A all is known by the 20th but what stands after the empty line: it comes later, or tells of later days.
BANS = """
ban_id | person_key | document_key | restriction | ordered_by | reason | issued_on  | valid_from | in_force_until
B1     | A          | d1           | stop        | court      | wanted | 2025-11-01 | 2025-11-01 |
"""
LATER_BANS = """
B2     | A          | d1           | stop        | court      | custody | 2025-12-20 | 2025-12-20 |
"""
INSPECTIONS = """
inspection_id | person_key | document_key | inspected_on | inspected_at_utc    | recorded_at_utc     | direction | outcome
I1            | A          | d1           | 2025-09-01   | 2025-09-01 04:00:00 | 2025-09-01 04:01:00 | exit      | departed
I2            | A          | d1           | 2025-09-11   | 2025-09-11 04:00:00 | 2025-09-11 04:01:00 | entry     | admitted
I3            | A          | d1           | 2025-10-01   | 2025-10-01 04:00:00 | 2025-10-01 04:01:00 | exit      | departed
I4            | A          | d9           | 2025-10-15   | 2025-10-15 04:00:00 | 2025-10-15 04:01:00 | entry     | admitted
I5            | other      | d1           | 2025-12-05   | 2025-12-05 04:00:00 | 2025-12-05 04:01:00 | exit      | stopped
"""  # noqa: E501
LATER_INSPECTIONS = """
I6            | A          | d1           | 2025-12-19   | 2025-12-19 04:00:00 | 2025-12-20 16:00:00 | exit      | departed
I7            | A          | d1           | 2025-12-21   | 2025-12-21 04:00:00 | 2025-12-21 04:01:00 | exit      | stopped
"""  # noqa: E501
MANIFESTS = """
passenger_id | person_key | pnr_document_key | flight_leg_id          | flight_date | booked_at_utc       | form_of_payment | booking_lead_days | travellers_in_booking_count
1            | A          |                  | CI100-TPE-NRT-20251221 | 2025-12-21  | 2025-12-19 00:00:00 | cash            | 2                 | 3
"""  # noqa: E501
LATER_MANIFESTS = """
2            | A          | d1               | CI100-TPE-NRT-20251221 | 2025-12-21  | 2025-12-20 10:30:00 | card            | 1                 | 1
3            | A          | d1               | BR100-TPE-NRT-20251221 | 2025-12-21  | 2025-12-01 00:00:00 | card            | 20                | 1
"""  # noqa: E501
LEGS = """
flight_leg_id          | pnrgov_received_at_utc
CI100-TPE-NRT-20251221 | 2025-12-20 10:00:00
BR100-TPE-NRT-20251221 | 2025-12-20 16:00:00
"""
FLAGS = """
person_key | kind    | flagged_on
A          | refused | 2025-12-19
"""
LATER_FLAGS = """
A          | confirmed_case | 2025-12-20
"""


@pytest.fixture(scope="module")
def days() -> pl.DataFrame:
    """Forty persons on sixty days: four in ten have crossed before, and attempt to leave every twentieth day or so."""
    draw = np.random.default_rng(0)
    rows, attempts = [], []
    for person in range(40):
        crosses = person % 5 < 2
        reason = "wanted" if person % 2 else "custody"
        tries = {day for day in range(5, 75) if crosses and draw.random() < 0.06}
        attempts += [{"person_key": f"p{person:02}", "attempted_on": FIRST + timedelta(days=day)} for day in tries]
        for day in range(60):
            told = dict.fromkeys(FEATURES, 0.0) | {"has_crossed": float(crosses), "crossing_log": draw.random()}
            told |= {"is_booked": float(day + 1 in tries and draw.random() < 0.5), f"is_for_{reason}": 1.0}
            told["is_stopped"] = float(draw.random() < 0.2)
            lead = 1 if told["is_booked"] else None
            keys = {"person_key": f"p{person:02}", "scored_on": FIRST + timedelta(days=day), "reason": reason}
            rows.append(keys | {"booking_lead_days": lead} | told)
    known = pl.DataFrame(rows, infer_schema_length=None)
    return labelled(known, pl.DataFrame(attempts), FIRST + timedelta(days=59))


@pytest.fixture(scope="module")
def persons() -> pl.DataFrame:
    """Who the forty are."""
    draw = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "person_key": [f"p{person:02}" for person in range(40)],
            "nationality": ["TWN"] * 40,
            "sex": draw.choice(["F", "M"], 40),
            "birth_year": draw.integers(1950, 2005, 40),
        }
    )


def test_what_comes_later_or_tells_of_later_days_changes_no_feature(rows: Draw) -> None:
    """Worked out by hand for the 20th: two exits 30 days apart, absences of 10 and 14 days, of which the lower middle
    is 10; 110 days are on record, so that two exits are 2 x 365 / 111 a year."""

    def told(later: bool) -> pl.DataFrame:
        def frame(table: type[Table], known: str, more: str, **plain: object) -> DataFrame:
            return filled(rows(table, known.strip() + (f"\n{more.strip()}" if later and more else "")), table, **plain)

        known = person_days(
            frame(ExitRestrictions, BANS, LATER_BANS),
            frame(Inspections, INSPECTIONS, LATER_INSPECTIONS),
            frame(Manifests, MANIFESTS, LATER_MANIFESTS, direction="exit", is_in_pnr=True),
            frame(FlightLegs, LEGS, ""),
            frame(PersonFlags, FLAGS, LATER_FLAGS),
            first=date(2025, 12, 4),
            last=date(2025, 12, 20),
        )
        found = pl.from_arrow(with_features(known).toArrow())
        assert isinstance(found, pl.DataFrame)
        return found.sort(KEYS)

    before = told(later=False)
    assert before.equals(told(later=True))
    last = before.row(-1, named=True)
    assert {name: last[name] for name in FACTS} == {
        "restriction": "stop",
        "ordered_by": "court",
        "reason": "wanted",
        "restrictions_count": 1,
        "issued_days": 49,
        "stops_count": 1,
        "stopped_days": 15,
        "crossing_days": 66,
        "exit_days": 80,
        "exits_per_year_count": pytest.approx(2 * 365 / 111),
        "exit_gap_days": 30,
        "abroad_days": 10,
        "is_abroad": False,
        "findings_count": 1,
        "flight_leg_id": "CI100-TPE-NRT-20251221",
        "booking_lead_days": 1,
        "booked_ahead_days": 2,
        "is_cash": True,
        "travellers_count": 3,
    }
    assert (last["companions_log"], last["is_booked_late"], last["has_crossed_within_90"]) == (
        pytest.approx(np.log(3)), 1, 1
    )  # fmt: skip
    assert before["stops_count"].to_list() == [0] + 16 * [1]
    assert before["booking_lead_days"].null_count() == 16


def test_an_attempt_is_an_inspection_under_a_restriction_and_no_likeness(rows: Draw) -> None:
    matches = filled(
        rows(
            ExitControlMatch,
            """
            attempt_id | ban_id | person_key | inspection_id | matched_by | attempted_on
            1          | B1     | other      | I-1           | document   | 2025-12-05
            2          | B1     | A          |               | person     | 2025-12-06
            3          | B1     | like       | I-3           | evidence   | 2025-12-07
            """,
        ),
        ExitControlMatch,
    )
    found = attempts_of(matches, filled(rows(ExitRestrictions, BANS), ExitRestrictions)).collect()
    assert [tuple(row) for row in found] == [("A", date(2025, 12, 5))]


def test_an_attempt_counts_for_the_seven_days_before_and_not_for_its_own() -> None:
    known = pl.DataFrame({"person_key": "A", "scored_on": [FIRST + timedelta(days=n) for n in range(20)]})
    attempts = pl.DataFrame({"person_key": ["A", "B"], "attempted_on": [date(2025, 12, 10), date(2025, 12, 3)]})
    found = labelled(known, attempts, FIRST + timedelta(days=19))
    assert found["scored_on"].max() == date(2025, 12, 13)
    assert found.filter("is_attempt")["scored_on"].to_list() == [date(2025, 12, day) for day in range(3, 10)]
    assert found.filter("is_attempt")["ahead_days"].to_list() == [7, 6, 5, 4, 3, 2, 1]
    assert attempts_in(found) == 1


def test_the_test_begins_when_all_that_came_of_training_is_known(days: pl.DataFrame) -> None:
    split = Split.of(days)
    assert (split.test_from - split.train_until).days == 8
    with pytest.raises(TooLittleKnown, match="fewer than 21 days"):
        Split.of(days.filter(pl.col("scored_on") < FIRST + timedelta(days=20)))


def test_the_same_rows_give_the_same_weights_whatever_comes_on_later_days(days: pl.DataFrame) -> None:
    split = Split.of(days)
    later = pl.col("scored_on") > split.train_until
    turned = days.with_columns(is_attempt=pl.col("is_attempt") ^ later)
    one, other = train(days, split, TINY), train(turned, split, TINY)
    assert one.hazard.to_json() == other.hazard.to_json()
    assert one.trees == other.trees
    test = days.filter(split.part("test"))
    for name, scores in one.scores(test).items():
        assert roc_auc(test["is_attempt"].to_numpy(), scores[0]) > (0.6 if name in (HAZARD, TREES) else 0.4), name
    said, came = one.hazard.probabilities(matrix(days.filter(split.part("train")))), days.filter(split.part("train"))
    assert said.mean() == pytest.approx(came["is_attempt"].mean(), abs=1e-6)


def test_too_few_attempts_are_not_learned_from(days: pl.DataFrame) -> None:
    few = days.with_columns(is_attempt=pl.col("is_attempt") & pl.col("person_key").is_in(["p00"]))
    with pytest.raises(TooLittleKnown, match="10 are needed"):
        train(few, Split.of(days), TINY)


def test_the_graph_says_what_the_regression_says(days: pl.DataFrame) -> None:
    trained = train(days, Split.of(days), TINY)
    rows = matrix(days)
    graph = trained.graph()
    said = graph.scorer().score(dict(zip(FEATURES, rows.T, strict=True)))
    assert np.abs(said - trained.hazard.probabilities(rows)).max() < 1e-6
    kept = Hazard.from_json(graph.beside["weights.json"])
    assert np.array_equal(kept.odds(rows), trained.hazard.odds(rows))
    beyond = trained.hazard.contributions(rows).sum(axis=1)
    assert beyond == pytest.approx(kept.odds(rows) - kept.odds(kept.means[None, :].astype(np.float32)), abs=1e-4)


def test_reasons_are_codes_of_what_raised_a_score(spark: SparkSession) -> None:
    served = flight_risk()
    hazard = Hazard.from_json(served.graph.beside["weights.json"])
    row = np.zeros((1, len(FEATURES)), np.float32)
    row[0, [list(FEATURES).index("is_booked"), list(FEATURES).index("is_stopped")]] = 1
    assert reasons(hazard, row) == [["booking", "stopped_before"]]
    assert reasons(replace(hazard, means=row[0].astype(np.float64)), row) == [[]]
    assert {feature.reason for feature in FEATURES.values()} == set(IN_WORDS)
    with pytest.raises(InputRefused, match="cannot score these rows: is_stop, "):
        scored(spark.range(1).select(F.lit(1.0).alias("is_booked")), served, ())


def test_no_feature_is_made_from_a_protected_attribute() -> None:
    assert check_features(policy_of("exit_flight_risk"), {n: f.behind for n, f in FEATURES.items()}) == set()


def test_the_evaluation_tells_all_that_reviewers_are_promised(days: pl.DataFrame, persons: pl.DataFrame) -> None:
    split = Split.of(days)
    trained = train(days, split, TINY)
    test = days.filter(split.part("test"))

    def judged(champion: tuple[str, np.ndarray] | None) -> Evaluated:
        return evaluate(trained, days, split, groups_of(test, persons), TINY, champion, is_simulated=True)

    found = judged(None)
    assert found.metrics["rows"] == test.height
    for share in ("0.001", "0.01", "0.05"):
        assert {f"{name}_at_{share}" for name in ("precision", "recall", "lift")} <= set(found.intervals)
    assert set(found.groups) == {"nationality", "sex", "age"}
    assert found.comparison.against in BASELINES
    assert set(found.tables["models"]["model"]) == set(WITHOUT_MODEL)
    leads = found.tables["lead time"].set_index("share")["attempts"]
    assert set(leads) == {test.filter("is_attempt").select("person_key", "next_attempt_on").unique().height}
    worse = judged(("version 1", np.zeros(test.height)))
    assert worse.comparison.against == "version 1"
    assert worse.comparison.difference.estimate > 0


def test_a_version_is_logged_served_and_compared_with_as_champion(
    days: pl.DataFrame, persons: pl.DataFrame, tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    (candidate,) = made(Rows(days, persons, ORIGIN, True), tracking, TINY, "who trains")
    served = load(tracking, "exit_flight_risk", str(candidate.logged.version))
    assert tuple(served.scorer.columns) == tuple(FEATURES)
    assert json.loads(served.graph.beside["weights.json"])["columns"] == list(FEATURES)
    assert CARD.question.endswith("?")
    assert champion_scores(tracking, days) is None
    tracking.client.set_registered_model_alias("exit_flight_risk", "champion", str(candidate.logged.version))
    found = champion_scores(tracking, days)
    assert found is not None
    assert found[0] == f"version {candidate.logged.version}"
    assert found[1] == pytest.approx(train(days, Split.of(days), TINY).hazard.probabilities(matrix(days)), abs=1e-6)
