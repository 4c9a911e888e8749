"""Models on histories: the graph is the net, the order is learned, and what is held out is seen by no training."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from lakehouse.errors import TooLittleKnown
from ml.evaluated import Evaluated
from ml.high_risk_histories.anomaly import DISTANCE, densities, judged_on_unknown
from ml.high_risk_histories.dataset import Histories, Scores
from ml.high_risk_histories.evaluate import evaluate
from ml.high_risk_histories.features import HISTORY, LENGTH, STEPS
from ml.high_risk_histories.job import MODEL, Rows, Split, made
from ml.high_risk_histories.marks import Marks
from ml.high_risk_histories.network import Net, graph_of
from ml.high_risk_histories.reason_codes import FACTS, IN_WORDS, MOST_REASONS
from ml.high_risk_histories.reasons import codes, shapley
from ml.high_risk_histories.score import log_odds
from ml.high_risk_histories.train import COUNTED, HISTORIES, MODELS, Trained, calibrated, train
from ml.measures import Ranking
from ml.registry import Registry
from ml.tracking import Tracking
from tests.ml.conftest import ORIGIN
from tests.ml.histories import CROSSINGS, TINY, world

World = tuple[Histories, Marks]


@pytest.fixture(scope="module")
def seen() -> World:
    return world()


@pytest.fixture(scope="module")
def trained(seen: World) -> Trained:
    histories, marks = seen
    calibrating = marks.frame["unit"].hash(seed=1).to_numpy() % 5 == 0
    return train(histories, marks, ~calibrating, calibrating, TINY)


@pytest.fixture(scope="module")
def unseen() -> World:
    return world(180, 1, "v")


@pytest.fixture(scope="module")
def evaluated(trained: Trained, unseen: World) -> Evaluated:
    histories, marks = unseen
    groups = {
        name: np.where(np.arange(len(histories)) // CROSSINGS % 2, "a", "b") for name in ("nationality", "sex", "age")
    }
    everything = np.ones(len(histories), bool)
    return evaluate(
        trained, histories, marks, everything, groups, TINY, np.arange(len(histories)), is_simulated=True
    )  # fmt: skip


def test_a_history_holds_the_last_crossings_of_one_traveller_alone(seen: World) -> None:
    histories, _ = seen
    found = histories.sequences(np.array([CROSSINGS + 1]))[0]
    assert np.isnan(found[: LENGTH - 2]).all()
    assert (found[LENGTH - 2 :] == histories.steps[CROSSINGS : CROSSINGS + 2])[:, STEPS.index("is_there")].all()


def test_worlds_put_together_keep_their_travellers_apart(seen: World, unseen: World) -> None:
    both = Histories.together([seen[0], unseen[0]])
    last = len(both) - 1
    np.testing.assert_array_equal(
        both.sequences(np.array([last])), unseen[0].sequences(np.array([len(unseen[0]) - 1]))
    )  # fmt: skip


def test_the_graph_is_the_net(trained: Trained, seen: World) -> None:
    """The GRU worked out step by step, as Cho et al. (2014) and Keras with ``reset_after`` define it."""
    net, sequences = trained.nets[0], seen[0].sequences(np.arange(40))
    np.testing.assert_allclose(net.odds_of(sequences), _by_hand(net, sequences), atol=1e-4)


def _by_hand(net: Net, sequences: npt.NDArray[np.float32]) -> Scores:
    (embed, embed_bias), (kernel, recurrent, bias) = net.weights["embed"], net.weights["read"]
    embedded = np.maximum(net.scaling(sequences) @ embed + embed_bias, 0)
    units = recurrent.shape[0]
    state = np.zeros((len(sequences), units), np.float32)
    for step in range(LENGTH):
        given, kept = embedded[:, step] @ kernel + bias[0], state @ recurrent + bias[1]
        update, reset = (
            1 / (1 + np.exp(-(given[:, n * units : (n + 1) * units] + kept[:, n * units : (n + 1) * units])))
            for n in (0, 1)
        )
        new = np.tanh(given[:, 2 * units :] + reset * kept[:, 2 * units :])
        state = update * state + (1 - update) * new
    told = np.hstack([state, embedded[:, -1], embedded.max(axis=1), embedded.mean(axis=1)])
    mixed = np.maximum(told @ net.weights["mix"][0] + net.weights["mix"][1], 0)
    found: Scores = (mixed @ net.weights["say"][0] + net.weights["say"][1]).reshape(-1).astype(np.float64)
    return found


def test_the_served_graph_gives_the_calibrated_probability_from_named_columns(trained: Trained, seen: World) -> None:
    net, calibration = trained.nets[0], trained.calibrations[HISTORIES][0]
    sequences = seen[0].sequences(np.arange(30))
    scorer = graph_of(net, calibration).scorer()
    said = scorer.score(dict(zip(HISTORY, sequences.reshape(30, -1).T, strict=True)))
    np.testing.assert_allclose(said, calibration(net.odds_of(sequences)), atol=1e-5)
    inside = (said > 1e-6) & (said < 1 - 1e-6)
    odds = np.log(said[inside] / (1 - said[inside]))
    np.testing.assert_allclose(log_odds(scorer, sequences)[inside], odds, atol=1e-3)


def test_the_net_learns_an_order_that_counts_do_not_tell(trained: Trained, unseen: World) -> None:
    histories, marks = unseen
    positive, hard = marks.holds("is_positive"), marks.holds("is_hard")
    known = ~marks.holds("is_held_out")
    rows = np.flatnonzero(known & (positive | hard))
    auc = {
        name: Ranking(positive[rows], of_seeds[0]).roc_auc() for name, of_seeds in trained.odds(histories, rows).items()
    }
    assert set(auc) == set(MODELS)
    assert auc[COUNTED] < 0.65
    assert auc[HISTORIES] > 0.85


def test_training_sees_neither_unsure_nor_held_out_crossings(trained: Trained, seen: World) -> None:
    histories, marks = seen
    inside = ~marks.holds("is_unsure") & ~marks.holds("is_held_out")
    assert trained.rows["training"] + trained.rows["calibration"] == inside.sum()
    # Whatever is written on them changes nothing.
    other = marks.frame.with_columns(
        pl.when(pl.col("is_unsure") | pl.col("is_held_out"))
        .then(~pl.col("is_positive"))
        .otherwise("is_positive")
        .alias("is_positive")
    )
    calibrating = marks.frame["unit"].hash(seed=1).to_numpy() % 5 == 0
    again = train(histories, Marks(other), ~calibrating, calibrating, TINY)
    rows = np.arange(60)
    np.testing.assert_allclose(again.nets[0].odds(histories, rows), trained.nets[0].odds(histories, rows), atol=1e-5)


def test_too_little_found_is_said(seen: World) -> None:
    histories, marks = seen
    none = Marks(marks.frame.with_columns(pl.lit(False).alias("is_positive")))
    everything = np.ones(len(histories), bool)
    with pytest.raises(TooLittleKnown, match="training hold none that are looked for"):
        train(histories, none, everything, everything, TINY)


def test_figures_say_that_they_are_simulated_and_leave_out_what_is_held_out(
    evaluated: Evaluated, unseen: World
) -> None:
    _, marks = unseen
    assert evaluated.is_simulated
    main = ~marks.holds("is_unsure") & ~marks.holds("is_held_out")
    assert evaluated.metrics["rows"] == main.sum()
    assert evaluated.metrics["looked_for"] == (marks.holds("is_positive") & main).sum()
    twins = evaluated.tables["behaviours against their twins"]
    assert not twins.loc[twins["behaviour"] == "other order", "training_saw_it"].any()
    assert set(evaluated.tables["referrals"]["model"]) == {*MODELS, "random arm"}
    leads = evaluated.tables["lead time"].set_index("behaviour")
    assert (leads["alerted_ratio"] >= leads["alerted_before_found_ratio"]).all()


def test_a_training_is_put_before_reviewers_who_learn_that_it_is_synthetic(seen: World, tracking: Tracking) -> None:
    histories, marks = seen
    groups = {
        name: np.where(np.arange(len(histories)) // CROSSINGS % 2, "a", "b") for name in ("nationality", "sex", "age")
    }
    rows = Rows(histories, marks, groups, Split.of(histories), ORIGIN, is_simulated=True)
    (candidate,) = made(rows, tracking, TINY, "a trainer")
    version = Registry(tracking).version(MODEL, "challenger")
    assert version.number == candidate.logged.version
    assert tracking.client.get_run(candidate.logged.run_id).data.tags["measured_on"] == "simulated data"
    # Of the days of test alone, and of crossings that training may see.
    tested = (histories.keys["inspected_on"] > rows.split.calibrate_until).to_numpy()
    assert candidate.evaluated.metrics["rows"] == (tested & ~marks.holds("is_held_out")).sum()


def test_reasons_add_up_to_the_score_beside_that_of_nothing_known(trained: Trained, seen: World) -> None:
    net, sequences = trained.nets[0], seen[0].sequences(np.arange(20))
    values = shapley(net.odds_of, sequences)
    nothing = net.odds_of(np.full_like(sequences, np.nan))
    np.testing.assert_allclose(values.sum(axis=1), net.odds_of(sequences) - nothing, atol=1e-4)
    said = codes(values)
    assert all(len(some) <= MOST_REASONS for some in said)
    assert {code for some in said for code in some} <= set(IN_WORDS)


def test_every_fact_has_one_reason_code_with_words() -> None:
    listed = [name for steps in FACTS.values() for name in steps]
    assert sorted(listed) == sorted(STEPS)
    assert set(FACTS) == set(IN_WORDS)


def test_the_unknown_is_judged_on_held_out_behaviours_alone(trained: Trained, seen: World, unseen: World) -> None:
    histories, marks = unseen
    everything = np.ones(len(seen[0]), bool)
    found = densities(trained, *seen, everything)
    unknown = judged_on_unknown(trained, found, histories, marks, np.ones(len(histories), bool), 10)
    held_out = marks.holds("is_positive") & marks.holds("is_held_out")
    assert set(unknown.behaviours["behaviour"]) == {"other order"}
    assert unknown.behaviours["crossings"].unique().tolist() == [held_out.sum()]
    assert set(unknown.referrals["channel"]) >= {DISTANCE, "random arm"}


def test_what_is_unlike_all_is_far(trained: Trained, seen: World) -> None:
    histories, marks = seen
    density = densities(trained, histories, marks, np.ones(len(histories), bool))[0]
    rows = np.arange(50)
    unlike = Histories(histories.keys, histories.steps + 5, histories.totals, histories.first)
    near, far = (density.distance(trained.nets[0].representation(one, rows)) for one in (histories, unlike))
    assert np.median(far) > 5 * np.median(near)


@pytest.mark.parametrize(("slope", "intercept"), [(0.5, -1.5), (1.0, -4.0), (2.0, 3.0)])
def test_calibration_finds_the_line_that_made_the_outcomes(slope: float, intercept: float) -> None:
    draw = np.random.default_rng(0)
    odds = draw.normal(-1, 3, 40_000)
    came = draw.random(40_000) < 1 / (1 + np.exp(-(slope * odds + intercept)))
    found = calibrated(odds, came)
    assert found.slope == pytest.approx(slope, rel=0.1)
    assert found.intercept == pytest.approx(intercept, rel=0.1)
