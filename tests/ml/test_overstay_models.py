"""The overstay models on made-up stays: what they may see, reproducibility, scores, figures, what reviewers get."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from lakehouse.cli import app
from lakehouse.errors import TooLittleKnown
from lakehouse.silver.stays import Stays
from ml.measures import roc_auc
from ml.overstay_arrivals.boosting import boosted
from ml.overstay_arrivals.card import CARD
from ml.overstay_arrivals.dataset import cohort
from ml.overstay_arrivals.evaluate import BASELINE, Judged, evaluated, judge, judged_rows
from ml.overstay_arrivals.features import arrival_features, columns_behind
from ml.overstay_arrivals.job import MODEL, champion_scores, logged
from ml.overstay_arrivals.score import REASONS, REASONS_FROM, Service, arrivals_scored, in_words
from ml.overstay_arrivals.train import BOOSTING, MODELS, UNPROTECTED, Trained, calibrated, history_of, train
from ml.packaging import Graph
from ml.pictures import all_pictures
from ml.policy import check_features, policy_of, protected_in
from ml.registry import Registry
from ml.report import write_report
from ml.serving import Served, load
from ml.tracking import Tracking
from ml.training import JOBS
from ml.trees import tree_graph
from tests.conftest import Draw
from tests.ml.conftest import ORIGIN
from tests.ml.overstay import SPLIT, STAYS, TINY, stays


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return stays()


@pytest.fixture(scope="module")
def trained(frame: pl.DataFrame) -> Trained:
    return train(frame, SPLIT, TINY)


@pytest.fixture(scope="module")
def judged(trained: Trained, frame: pl.DataFrame) -> Judged:
    return judge(trained, frame, SPLIT, TINY)


def _test_days(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(SPLIT.part("test"))


def test_who_overstays_more_is_scored_higher_by_every_model(trained: Trained, frame: pl.DataFrame) -> None:
    rows = _test_days(frame)
    found = trained.scores(trained.encoder.inputs(rows))
    assert set(found) == set(MODELS)
    for name, scores in found.items():
        assert roc_auc(rows["is_overstay"].to_numpy(), scores) > 0.6, name


def test_the_same_seeds_give_the_same_scores_whatever_comes_on_the_test_days(
    trained: Trained, frame: pl.DataFrame
) -> None:
    later = SPLIT.part("test")
    turned = frame.with_columns(
        pl.when(later).then(~pl.col("is_overstay")).otherwise("is_overstay").alias("is_overstay")
    )
    again = train(turned.sample(fraction=1, shuffle=True, seed=1), SPLIT, TINY)
    rows = _test_days(frame)
    one, other = (of.member_scores(of.encoder.inputs(rows)) for of in (trained, again))
    assert one.keys() == other.keys()
    for name, members in one.items():
        assert all(np.array_equal(a, b) for a, b in zip(members, other[name], strict=True)), name


def test_another_seed_gives_another_model(trained: Trained, frame: pl.DataFrame) -> None:
    rows = frame.filter(SPLIT.part("train"))
    known = (trained.encoder.inputs(rows), rows["is_overstay"].to_numpy())
    one, other = boosted(known, known, TINY.boosting, (0, 1), known[0].columns)
    assert one.text != other.text


def test_outages_and_unclean_rows_are_not_learned_from(frame: pl.DataFrame) -> None:
    lost = frame.with_columns(is_outage=pl.col("flight") == "X1")
    kept = history_of(lost, SPLIT, TINY)
    assert kept.height
    assert kept.filter(~pl.col("is_clean") | (pl.col("flight") == "X1") | ~pl.col("is_visa_waiver")).is_empty()
    everything = history_of(lost, SPLIT, replace(TINY, clean=False, outages=True))
    assert everything.height == frame.filter(SPLIT.part("train"), "is_visa_waiver").height


def test_training_without_an_overstay_is_refused(frame: pl.DataFrame) -> None:
    with pytest.raises(TooLittleKnown, match="no overstay"):
        train(frame.with_columns(is_overstay=pl.lit(False)), SPLIT, TINY)


def test_calibration_puts_a_distorted_probability_right() -> None:
    draw = np.random.default_rng(0)
    odds = draw.normal(-2, 1, 50_000)
    came = draw.random(50_000) < 1 / (1 + np.exp(-odds))
    found = calibrated(1 / (1 + np.exp(-(2 * odds + 1))), came)
    assert [found.slope, found.intercept] == pytest.approx([0.5, -0.5], abs=0.05)


@pytest.mark.parametrize("model", [BOOSTING, UNPROTECTED])
def test_the_graph_scores_as_the_models_do(trained: Trained, frame: pl.DataFrame, model: str) -> None:
    rows = _test_days(frame).with_columns(age_years=pl.lit(float("nan"), pl.Float32))
    for days in (_test_days(frame), rows):
        native = trained.scores(trained.encoder.inputs(days))[model]
        assert np.abs(Service.of(trained.graph(model)).probabilities(days) - native).max() < 1e-6


def test_thresholds_are_on_the_same_side_of_every_float32() -> None:
    """Numbers that lie just beside what trees are cut at, and missing ones."""
    draw = np.random.default_rng(0)
    numbers = draw.choice(np.array([0.1, 0.2, 0.3, np.nan]), (2_000, 3)).astype(np.float32)
    came = draw.random(2_000) < np.where(np.nan_to_num(numbers[:, 0]) > 0.15, 0.6, 0.1)
    # What training saw no missing number of.
    numbers[:, 2] = np.nan_to_num(numbers[:, 2])
    known = lightgbm.Dataset(numbers, came)
    trees = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, known, 30)
    beside = np.concatenate([numbers, np.nextafter(numbers, np.float32(9)), np.full((5, 3), np.nan, np.float32)])
    found = (
        Graph(tree_graph([trees.model_to_string()], 3), {"x": ("a", "b", "c")})
        .scorer()
        .score({name: beside[:, place] for place, name in enumerate("abc")})
    )
    assert np.abs(found - trees.predict(beside)).max() < 1e-6


def test_trees_that_split_by_sets_are_refused() -> None:
    codes = np.random.default_rng(0).integers(0, 5, (500, 1)).astype(np.float64)
    known = lightgbm.Dataset(codes, codes[:, 0] % 2, categorical_feature=[0])
    trees = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, known, 5)
    with pytest.raises(ValueError, match="only splits of numbers"):
        tree_graph([trees.model_to_string()], 1)


def test_trees_without_protected_attributes_read_none(trained: Trained) -> None:
    columns = trained.unprotected[0].columns
    assert {"flight_count", "own/flight:overstays", "port_code_place"} <= set(columns)
    assert not [name for name in columns if protected_in(columns_behind(name))]


def test_batches_of_spark_give_the_scores_that_the_whole_gives(
    trained: Trained, frame: pl.DataFrame, rows: Draw
) -> None:
    drawn = rows(Stays, STAYS)
    served = Served("overstay_risk", 1, trained.graph(BOOSTING))
    told = {row["admission_id"]: row for row in arrivals_scored(drawn, served, date(2016, 4, 2)).collect()}
    assert set(told) == {"unripe", "other"}
    features = pl.DataFrame(arrival_features(drawn).toArrow())
    once = {row["admission_id"]: row for row in Service.of(served.graph).scored(features).to_dicts()}
    for name, row in told.items():
        assert row["probability"] == pytest.approx(once[name]["probability"], abs=1e-9)
        assert list(row["reasons"]) == once[name]["reasons"]


def test_reasons_are_words_each_given_once(trained: Trained, frame: pl.DataFrame) -> None:
    given = Service.of(trained.graph(BOOSTING)).scored(_test_days(frame).head(50))
    assert all(len(reasons) == len(set(reasons)) <= REASONS for reasons in given["reasons"].to_list())
    assert any(given["reasons"].to_list())
    assert not given.filter(pl.col("probability") < REASONS_FROM, pl.col("reasons").list.len() > 0).height
    assert in_words("own/nationality*sex*age_band:overstays") == "earlier stays by nationality and sex and age"
    assert in_words("flight_place") == "flight"
    assert in_words("party_count") == "who travels with the traveller"


def test_features_that_are_missing_are_named_all_at_once(trained: Trained, frame: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="nationality, sex"):
        Service.of(trained.graph(BOOSTING)).scored(frame.drop("sex", "nationality"))


def test_the_evaluation_tells_all_that_reviewers_are_promised(judged: Judged, frame: pl.DataFrame) -> None:
    found = evaluated(judged, BOOSTING)
    main = cohort(_test_days(frame), clean=True, outages=False)
    assert found.metrics["rows"] == main.height
    assert found.metrics["base_rate"] == pytest.approx(main["is_overstay"].mean())
    names = ("precision", "recall", "lift", "false_alerts_per_1000")
    for share in ("0.001", "0.01", "0.05"):
        assert {f"{name}_at_{share}" for name in names} <= set(found.intervals)
        assert f"random_precision_at_{share}" in found.metrics
    for name, ends in found.intervals.items():
        assert ends.estimate == pytest.approx(found.metrics[name], nan_ok=True), name
    assert set(found.groups) == {"nationality", "sex", "age"}
    assert found.comparison.against == BASELINE
    assert set(found.tables["cohorts"]["model"]) == set(MODELS)
    assert not found.is_simulated
    assert set(found.contributions) == set(found.features)


def test_what_protected_attributes_bring_is_measured_on_the_same_rows(judged: Judged) -> None:
    found, without = evaluated(judged, BOOSTING), evaluated(judged, UNPROTECTED)
    assert found.without_protected is not None
    assert found.without_protected.difference.estimate == pytest.approx(
        found.metrics["pr_auc"] - without.metrics["pr_auc"]
    )
    assert without.without_protected is None
    assert check_features(policy_of(MODEL), without.features) == set()
    assert check_features(policy_of(MODEL), found.features) == {"nationality", "residence", "sex", "age"}


def test_a_training_leaves_runs_challengers_and_a_page_and_no_champion(
    judged: Judged, tracking: Tracking, frame: pl.DataFrame, tmp_path: Path
) -> None:
    registry = Registry(tracking)
    candidates = logged(judged, BASELINE, ORIGIN, tracking, "trainer")
    put_up = registry.version(MODEL, "challenger")
    assert put_up.number == candidates[-1].logged.version
    assert registry.champion(MODEL) is None
    assert {one.name for one in candidates} == {BOOSTING, UNPROTECTED}
    run = tracking.client.get_run(candidates[0].logged.run_id).data
    assert {"pr_auc_low", "lift_at_0.01_high", "false_alerts_per_1000_at_0.05_low"} <= set(run.metrics)
    assert (run.params["seeds"], run.params["data.silver.stays"]) == ("(0,)", "version 7")

    served = load(tracking, MODEL, str(put_up.number))
    name, scores = champion_scores(tracking, _test_days(frame))
    assert (name, scores) == (BASELINE, None)
    native = judged.trained.scores(judged.trained.encoder.inputs(_test_days(frame)))[candidates[-1].name]
    assert np.abs(Service.of(served.graph).probabilities(_test_days(frame)) - native).max() < 1e-6

    text = write_report(tmp_path, MODEL, CARD, candidates, tracking, "lakehouse train").read_text()
    assert (
        text.count("<svg")
        == text.count("<figcaption>")
        == sum(len(list(all_pictures(one.evaluated, policy_of(MODEL)))) for one in candidates)
    )
    elsewhere = re.findall(r"(?:src|href)=.http", text.replace("xlink:href", "href"))
    assert not elsewhere
    assert CARD.title in text


def test_a_challenger_is_compared_with_the_champion_on_the_same_rows(trained: Trained, frame: pl.DataFrame) -> None:
    rows = judged_rows(frame, SPLIT)
    scores = Service.of(trained.graph(BOOSTING)).probabilities(rows)
    again = judge(trained, frame, SPLIT, TINY, ("version 3", scores))
    compared = evaluated(again, BOOSTING, "version 3").comparison
    assert compared.against == "version 3"
    assert compared.difference.estimate == pytest.approx(0, abs=1e-9)


def test_what_nothing_trains_is_said_plainly(tmp_path: Path) -> None:
    asked = CliRunner().invoke(app, ["train", "guessing"])
    assert (asked.exit_code, f"Nothing trains guessing. Known: {', '.join(sorted(JOBS))}." in asked.output) == (1, True)
    assert CliRunner().invoke(app, ["train", "--seeds", "one"]).exit_code == 2
    empty = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["train", "--small", "--warehouse", str(tmp_path)])
    assert empty.exit_code == 1
    for model in JOBS:
        assert f"{model} is not trained." in empty.output
