"""The overstay models on made-up stays: what they may see, reproducibility, scores, figures."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from ml.measures import roc_auc
from ml.overstay_arrivals.boosting import boosted
from ml.overstay_arrivals.card import CARD
from ml.overstay_arrivals.dataset import cohort
from ml.overstay_arrivals.evaluate import MAIN, Evaluated, evaluate
from ml.overstay_arrivals.report import page
from ml.overstay_arrivals.score import REASONS, in_batches, in_words, scored
from ml.overstay_arrivals.train import ENSEMBLE, MODELS, Trained, calibrated, history_of, train
from tests.ml.overstay import SPLIT, TINY, stays


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return stays()


@pytest.fixture(scope="module")
def trained(frame: pl.DataFrame) -> Trained:
    return train(frame, SPLIT, TINY)


@pytest.fixture(scope="module")
def found(trained: Trained, frame: pl.DataFrame) -> Evaluated:
    return evaluate(trained, frame, SPLIT, TINY)


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
    one, other = boosted(known, known, TINY.boosting, seeds=(0, 1))
    assert one.text != other.text


def test_outages_and_unclean_rows_are_not_learned_from(frame: pl.DataFrame) -> None:
    lost = frame.with_columns(is_outage=pl.col("flight") == "X1")
    kept = history_of(lost, SPLIT, TINY)
    assert kept.height
    assert kept.filter(~pl.col("is_clean") | (pl.col("flight") == "X1") | ~pl.col("is_visa_waiver")).is_empty()
    everything = history_of(lost, SPLIT, replace(TINY, clean=False, outages=True))
    assert everything.height == frame.filter(SPLIT.part("train"), "is_visa_waiver").height


def test_training_without_an_overstay_is_refused(frame: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="no overstay"):
        train(frame.with_columns(is_overstay=pl.lit(False)), SPLIT, TINY)


def test_calibration_puts_a_distorted_probability_right() -> None:
    draw = np.random.default_rng(0)
    odds = draw.normal(-2, 1, 50_000)
    came = draw.random(50_000) < 1 / (1 + np.exp(-odds))
    found = calibrated(1 / (1 + np.exp(-(2 * odds + 1))), came)
    assert [found.slope, found.intercept] == pytest.approx([0.5, -0.5], abs=0.05)


def test_batches_give_the_scores_that_the_whole_gives(trained: Trained, frame: pl.DataFrame) -> None:
    rows = _test_days(frame).head(30)
    # As Spark sends it to its workers.
    function = in_batches(pickle.loads(pickle.dumps(trained)))
    batches = list(function(iter(rows.to_arrow().to_batches(max_chunksize=15))))
    once = scored(trained, rows)
    table = pa.Table.from_batches(batches)
    assert table["admission_id"].to_pylist() == once["admission_id"].to_list()
    assert table["probability"].to_pylist() == pytest.approx(once["probability"].to_list(), abs=1e-6)


def test_reasons_are_words_each_given_once(trained: Trained, frame: pl.DataFrame) -> None:
    given = scored(trained, _test_days(frame).head(30))["reasons"].to_list()
    assert all(len(reasons) == len(set(reasons)) <= REASONS for reasons in given)
    assert any(given)
    assert in_words("own/nationality*sex*age_band:overstays") == "earlier stays by nationality and sex and age"
    assert in_words("flight_place") == "flight"
    assert in_words("party_count") == "who travels with the traveller"


def test_features_that_are_missing_are_named_all_at_once(trained: Trained, frame: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="nationality, sex"):
        scored(trained, frame.drop("sex", "nationality"))


def test_the_evaluation_tells_all_that_reviewers_are_promised(found: Evaluated, frame: pl.DataFrame) -> None:
    main = cohort(_test_days(frame), clean=True, outages=False)
    assert found.metrics["rows"] == main.height
    assert found.metrics["base_rate"] == pytest.approx(main["is_overstay"].mean())
    for share in ("0.001", "0.01", "0.05"):
        assert {f"{name}_at_{share}" for name in ("precision", "recall", "lift", "random_precision")} <= set(
            found.metrics
        )
    assert set(found.groups) == {"nationality", "sex", "age"}
    assert {f"{name} pr_auc" for name in MODELS} <= set(found.intervals)
    assert f"{ENSEMBLE} over boosting, pr_auc" in found.differences
    assert set(found.tables["cohorts"]["model"]) == set(MODELS)
    assert not found.is_simulated
    assert set(found.contributions) == set(found.features)


def test_the_page_shows_every_table_and_figure_and_loads_nothing(found: Evaluated) -> None:
    text = page(found, "lakehouse train")
    assert MAIN in text
    assert text.count("<svg") == len(found.figures)
    assert "http" not in text.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "https://matplotlib.org", ""
    ).replace("http://creativecommons.org", "")
    assert CARD.title in text
