"""The forecasts on made-up passengers: what they may see, intervals, figures, the library, what reviewers get."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lakehouse.errors import TooLittleKnown
from ml.gate import Evidence, complaints
from ml.passenger_flow import library
from ml.passenger_flow.card import CARD
from ml.passenger_flow.conformal import COVERAGES, NO_SCORES, Scores, bounds, ends, from_json, to_json
from ml.passenger_flow.evaluate import ALL, NAIVE, OURS, Judged, evaluated, judge, judge_library
from ml.passenger_flow.features import COLUMNS_BEHIND, FEATURES, LEAST_DAYS, ahead
from ml.passenger_flow.forecast import SHOWN_WEEKS, Service, expected_counts
from ml.passenger_flow.job import MODEL, Rows, made, settings_of
from ml.passenger_flow.panel import Panel, panels
from ml.passenger_flow.series import DAY, INSPECTED, PUBLISHED
from ml.passenger_flow.train import Trained, train
from ml.policy import check_features, policy_of
from ml.registry import Registry
from ml.report import write_report
from ml.scorer import InputMismatch
from ml.serving import load
from ml.tracking import Tracking
from tests.ml.conftest import ORIGIN
from tests.ml.flow import TINY, both


@pytest.fixture(scope="module")
def known() -> tuple[Panel, ...]:
    return both()


@pytest.fixture(scope="module")
def trained(known: tuple[Panel, ...]) -> Trained:
    return train(known, TINY)


@pytest.fixture(scope="module")
def judged(trained: Trained) -> Judged:
    return judge(trained.blocks)


def _changed_after(panel: Panel, day: int) -> Panel:
    values = panel.values.copy()
    values[:, day + 1 :] = values[:, day + 1 :] * 7 + 1_000
    return replace(panel, values=values)


def test_nothing_after_the_origin_is_in_what_is_known(known: tuple[Panel, ...]) -> None:
    for panel in known:
        plain, turned, shorter = (ahead(of, [60]) for of in (panel, _changed_after(panel, 60), panel.until(60)))
        assert len(plain) == len(panel.names) * 7 * panel.slots
        for other in (turned, shorter):
            for name in ("matrix", "scale", "error_scale", "spread", "seasonal_naive"):
                np.testing.assert_array_equal(getattr(plain, name), getattr(other, name), err_msg=name)
        assert np.isnan(shorter.actual).all()
        assert not np.array_equal(plain.actual, turned.actual)


def test_counts_of_weeks_before_stand_where_they_belong() -> None:
    """A series that counts its days: 1,000 on the first and one more each day."""
    values = np.arange(1_000.0, 1_100.0).reshape(1, 100, 1)
    rows = ahead(Panel(PUBLISHED, "TWN", DAY, (("TWTPE", "p", "exit"),), date(2026, 1, 1), values), [59])
    told = {name: rows.matrix[:, place] for place, name in enumerate(FEATURES)}
    level = np.mean(np.arange(1_032, 1_060))
    assert rows.scale.tolist() == [level] * 7
    assert rows.actual.tolist() == list(range(1_060, 1_067))
    assert rows.seasonal_naive.tolist() == list(range(1_053, 1_060))
    np.testing.assert_allclose(told["weeks_before_2"] * level, np.arange(1_046, 1_053), rtol=1e-6)
    np.testing.assert_allclose(told["last_day_0"] * level, 1_059, rtol=1e-6)
    np.testing.assert_allclose(told["weekday_median"] * level, np.arange(1_039, 1_046), rtol=1e-6)
    assert told["lead_days"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert (rows.error_scale == 7).all()
    np.testing.assert_allclose(rows.spread, 7 + 0.05 * level + 1)
    # 60 days after Thursday, 1 January 2026, is Monday, 2 March; the 28th of February is free, the 27th a bridge.
    assert told["weekday"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert told["is_free"].tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert told["was_free_week_before"].tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert (told["is_entry"] == 0).all()


def test_what_is_short_small_or_over_is_not_forecast() -> None:
    full = np.full((4, 40, 1), 50.0)
    full[1, : 40 - LEAST_DAYS + 1] = np.nan
    full[2] = 9
    full[3, 39] = np.nan
    names = tuple(("TWTPE", f"p{n}", "exit") for n in range(4))
    panel = Panel(PUBLISHED, "TWN", DAY, names, date(2026, 1, 1), full)
    assert set(ahead(panel, [39]).series) == {0}
    assert set(ahead(panel, [38]).series) == {0, 3}
    assert not len(ahead(panel, []))


def test_a_port_without_a_row_had_nobody_where_records_are_counted_and_is_not_known_where_it_publishes() -> None:
    days = [date(2026, 1, day) for day in (1, 2, 4)]
    drawn = [(basis, "TWN", DAY, "TWTPE", "a", "entry", d, 20) for basis in (INSPECTED, PUBLISHED) for d in days]
    drawn += [(basis, "TWN", DAY, "TWTPE", "b", "entry", days[0], 30) for basis in (INSPECTED, PUBLISHED)]
    names = ["basis", "border_state", "span", "port_code", "port_source_code", "direction", "starts_local"]
    frame = pl.DataFrame(drawn, [*names, "passed_count"], orient="row").cast({"starts_local": pl.Datetime("us")})
    found = {panel.basis: panel.values[:, :, 0] for panel in panels(frame)}
    np.testing.assert_array_equal(found[INSPECTED], [[20, 20, np.nan, 20], [30, 0, np.nan, 0]])
    np.testing.assert_array_equal(found[PUBLISHED], [[20, 20, np.nan, 20], [30, np.nan, np.nan, np.nan]])


def test_the_same_seeds_give_the_same_trees_whatever_comes_after_the_last_cut(
    trained: Trained, known: tuple[Panel, ...]
) -> None:
    later = tuple(_changed_after(panel, int(panel.days * TINY.cuts[-1]) - 1) for panel in known)
    again = train(later, TINY)
    assert again.texts == trained.texts
    assert again.texts[0] != again.texts[1]
    assert to_json(again.scores) == to_json(trained.scores)
    assert max(trained.until.values()) < min(block.rows.panel.on(int(block.rows.day.min())) for block in trained.blocks)


def test_too_little_is_said_to_be_too_little() -> None:
    with pytest.raises(TooLittleKnown, match="too few"):
        train(both(days=20), TINY)


def test_an_interval_ends_at_scores_that_leave_as_many_on_either_side() -> None:
    """Of 99 scores the 80 % end at the tenth from either end, as (99 + 1) x 0.1 = 10; the 95 % at the second of 2.5."""
    scores = np.arange(-49.0, 50.0)
    assert ends(scores, 0.8) == (-40.0, 40.0)
    assert ends(scores, 0.95) == (-48.0, 48.0)
    assert ends(np.array([1.0, 2.0, 3.0]), 0.8) == (0.0, 3.0), "the forecast itself stays inside"


def test_intervals_are_made_of_errors_known_at_the_origin(known: tuple[Panel, ...]) -> None:
    panel = known[-1]
    rows = ahead(panel, [60, 70])
    expected = rows.seasonal_naive
    first = panel.first.toordinal()
    day = np.repeat(np.arange(first + 50, first + 75), 10)
    quiet = Scores(day, np.linspace(-1, 1, 250))
    loud = Scores(day, np.where(day > first + 60, 1_000.0, quiet.values))
    plain, later = (bounds(rows, expected, scores) for scores in (quiet, loud))
    early = rows.origin == 60
    for of in COVERAGES:
        np.testing.assert_array_equal(plain.upper[of][early], later.upper[of][early])
        assert (plain.upper[of][~early] < later.upper[of][~early]).all()
        assert (plain.lower[of] >= 0).all()
    assert np.isnan(bounds(rows, expected, NO_SCORES).lower[0.8]).all()
    assert from_json(to_json({"a": quiet}))["a"].days.tolist() == quiet.days.tolist()


def test_intervals_hold_about_as_many_as_they_say_where_days_are_alike(judged: Judged) -> None:
    found = judged.figures()
    assert found[f"{OURS} coverage_80"] == pytest.approx(0.8, abs=0.06)
    assert found[f"{OURS} coverage_95"] == pytest.approx(0.95, abs=0.04)
    assert found[f"{OURS} skill"] > 0.05
    assert found[f"{NAIVE} skill"] == 0


def test_figures_are_means_over_series() -> None:
    """Two series with naive errors of 10 and 20: ours are 5 and 20, so 1 - sqrt(0.5 x 1) is gained."""
    rows = np.array([0, 1])
    ones, ends_ = np.ones(2), {0.8: np.array([0.0, 0.0]), 0.95: np.array([0.0, 0.0])}
    found = Judged(
        ("p",), rows * 0, rows, (("p", "a", "entry"), ("p", "b", "entry")), rows, rows + 1, rows > 0,
        np.array([100.0, 100.0]), np.array([10.0, 10.0]),
        {OURS: np.array([95.0, 120.0]), NAIVE: np.array([90.0, 80.0])},
        {OURS: ends_}, {OURS: {0.8: np.array([100.0, 90.0]), 0.95: 200 * ones}},
    )  # fmt: skip
    figures = found.figures()
    assert figures[f"{OURS} mase"] == pytest.approx((0.5 + 2) / 2)
    assert figures[f"{NAIVE} mase"] == pytest.approx(1.5)
    assert figures[f"{OURS} skill"] == pytest.approx(1 - 0.5**0.5)
    assert (figures[f"{OURS} coverage_80"], figures[f"{OURS} coverage_95"]) == (0.5, 1.0)
    # Widths of 100 and 90; the second count lies 10 above, which costs 2 / 0.2 x 10.
    assert figures[f"{OURS} interval_score_80"] == pytest.approx((10 + 9 + 10) / 2)


def test_the_graph_says_what_the_trees_say_and_refuses_what_it_does_not_know(trained: Trained) -> None:
    graph = trained.graph()
    service = Service.of(graph)
    last = trained.blocks[-1]
    np.testing.assert_allclose(service.expected(last.rows), last.expected, rtol=1e-4)
    np.testing.assert_allclose(
        expected_counts(last.rows, np.zeros(len(last.rows))), last.rows.seasonal_naive, atol=1e-6
    )
    assert graph.signature().outputs.input_names() == ["log_ratio"]
    with pytest.raises(InputMismatch, match="weekday is missing"):
        service.scorer.score({name: np.zeros(1, np.float32) for name in FEATURES if name != "weekday"})
    check_features(policy_of(MODEL), COLUMNS_BEHIND)


def test_only_weeks_that_were_not_learned_from_are_forecast(trained: Trained, known: tuple[Panel, ...]) -> None:
    service = Service.of(trained.graph())
    for panel in known:
        rows, expected, made_ends = service.weeks(panel)
        assert rows.panel.on(int(rows.day.min())) > trained.until[panel.name]
        assert len(np.unique(rows.origin)) == 5 <= SHOWN_WEEKS + 1
        assert np.isnan(rows.actual[rows.origin == panel.days - 1]).all()
        for of in COVERAGES:
            assert (made_ends.lower[of] <= expected).all()
            assert (expected <= made_ends.upper[of]).all()


def test_the_library_forecasts_the_same_rows_from_what_is_known(known: tuple[Panel, ...]) -> None:
    """Two series of its own; what comes after the origin changes nothing."""
    days = known[-1]
    panel = replace(days, names=days.names[:2], values=days.values[:2, :60])
    rows = ahead(panel, [45, 50])
    plain, turned = (
        library.forecasts(ahead(of, [45, 50]), np.array([50])) for of in (panel, _changed_after(panel, 50))
    )
    assert set(plain) == {library.ETS, library.THETA, library.MSTL}
    for name, of in plain.items():
        np.testing.assert_array_equal(np.isnan(of.expected), rows.origin == 45)
        np.testing.assert_array_equal(of.expected, turned[name].expected)
        asked = rows.origin == 50
        assert (np.abs(of.expected[asked] / rows.actual[asked] - 1) < 0.5).all(), name
        assert (of.bounds.lower[0.95][asked] <= of.bounds.lower[0.8][asked]).all()
    values = np.array([[np.nan], [np.nan], [5.0], *[[float(n)] for n in range(6)], [np.nan], [1.0]])
    assert library._filled(values).tolist() == [5, 0, 1, 2, 3, 4, 5, 5, 1]


def test_a_version_is_put_up_with_all_that_reviewers_want(
    tracking: Tracking, known: tuple[Panel, ...], tmp_path: Path
) -> None:
    """A champion is compared on the days that the new version has not learned from; its own forecasts gain nothing."""
    first = made(Rows(known, ORIGIN, True), tracking, TINY, "a test")[0]
    found = first.evaluated
    assert found.comparison.against == f"the {NAIVE} forecast"
    assert found.comparison.difference.low > 0
    assert {"figures by panel", "figures of the last block", "by series", "by seed", "by days ahead"} == set(
        found.tables
    )
    assert set(found.tables["by seed"]["seed"]) == set(TINY.seeds)
    assert f"{ALL} {OURS} mase" in found.metrics
    said = complaints(Evidence.of(MODEL, None, found), policy_of(MODEL), None)
    assert not [one for one in said if "false alerts" in one]
    page = write_report(tmp_path, MODEL, CARD, [first], tracking, "lakehouse train passenger_flow")
    assert "Passenger flow" in page.read_text()
    served = load(tracking, MODEL, str(first.logged.version))
    again = train(known, TINY)
    against = judge(again.blocks, {"version 1": [Service.of(served.graph).expected(b.rows) for b in again.blocks]})
    compared = evaluated(again, against, judge_library(again.blocks, TINY), TINY, "version 1", is_simulated=True)
    assert compared.comparison.against == "version 1"
    assert compared.comparison.difference.estimate == pytest.approx(0, abs=1e-4)
    assert Registry(tracking).champion(MODEL) is None
    assert settings_of(small=True, seeds=(4,)).seeds == (4,)
