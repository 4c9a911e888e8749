"""Measures of scores, from cases worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from ml.measures import (
    Clusters,
    Interval,
    Ranking,
    at_referral,
    brier,
    cluster_bootstrap,
    expected_calibration_error,
    false_positive_ratios,
    pr_auc,
    psi_of_categories,
    psi_of_numbers,
    random_arm,
    reliability,
    roc_auc,
)

# In the order of the scores: hit, miss, hit, miss, miss.
LABELS, SCORES = [1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5]


def test_roc_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    # The first positive is above all 3 negatives, the second above 2: 5 of 6 pairs.
    assert roc_auc(LABELS, SCORES) == pytest.approx(5 / 6)


def test_a_tie_counts_half_in_roc_auc() -> None:
    assert roc_auc([1, 0], [0.5, 0.5]) == 0.5


def test_pr_auc_is_the_precision_at_each_hit_weighted_by_the_recall_it_adds() -> None:
    assert pr_auc(LABELS, SCORES) == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_where_one_kind_is_missing_there_is_no_figure() -> None:
    assert math.isnan(roc_auc([1, 1], [0.1, 0.2]))
    assert math.isnan(pr_auc([0, 0], [0.1, 0.2]))


def test_areas_agree_with_another_library_on_scores_with_ties_and_weights() -> None:
    draw = np.random.default_rng(5)
    labels, scores = draw.random(500) < 0.2, np.round(draw.random(500), 1)
    weights = draw.integers(0, 4, 500).astype(float)
    ranking = Ranking(labels, scores)
    assert ranking.roc_auc(weights) == pytest.approx(roc_auc_score(labels, scores, sample_weight=weights))
    assert ranking.pr_auc(weights) == pytest.approx(average_precision_score(labels, scores, sample_weight=weights))


def test_a_referral_of_two_in_five_finds_one_of_two() -> None:
    found = at_referral(LABELS, SCORES, 0.4)
    assert (found.referred, found.hits, found.threshold) == (2, 1, 0.8)
    assert found.precision == pytest.approx(1 / 2)
    assert found.recall == pytest.approx(1 / 2)
    assert found.lift == pytest.approx((1 / 2) / (2 / 5))
    assert found.false_alerts_per_1000 == pytest.approx(200)


def test_of_those_with_the_last_score_as_many_are_referred_as_wanted_by_chance() -> None:
    # All four are alike: two of them hold one of the two positives on average.
    found = at_referral([1, 1, 0, 0], [0.3, 0.3, 0.3, 0.3], 0.5)
    assert (found.referred, found.hits) == (2, 1)


def test_a_referral_by_chance_is_as_precise_as_the_base_rate() -> None:
    labels = np.arange(100_000) % 50 == 0
    assert random_arm(labels, 0.5, seed=1).lift == pytest.approx(1, abs=0.05)


def test_scores_that_are_no_numbers_and_shares_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        roc_auc([0, 1], [0.1, float("nan")])
    with pytest.raises(ValueError, match="one length"):
        roc_auc([0, 1], [0.1])
    with pytest.raises(ValueError, match="share"):
        at_referral(LABELS, SCORES, 0)


def test_the_curve_ends_where_all_are_referred() -> None:
    share, precision, recall = Ranking(LABELS * 10, SCORES * 10).curve()[-1]
    assert (share, recall) == (1, 1)
    assert precision == pytest.approx(2 / 5)


def test_brier_is_the_mean_squared_difference() -> None:
    assert brier([1, 0], [0.8, 0.4]) == pytest.approx((0.04 + 0.16) / 2)


def test_calibration_error_is_the_distance_of_what_was_said_from_what_came() -> None:
    said, came = [0.1, 0.1, 0.6, 0.8], [0, 0, 1, 0]
    low, high = reliability(came, said, bins=2)
    assert [low.rows, low.mean_probability, low.observed] == pytest.approx([2, 0.1, 0])
    assert [high.rows, high.mean_probability, high.observed] == pytest.approx([2, 0.7, 0.5])
    assert expected_calibration_error(came, said, bins=2) == pytest.approx((0.1 + 0.2) / 2)


def test_a_probability_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        brier([1], [1.5])


def test_whole_clusters_are_drawn() -> None:
    for weights in Clusters(["a", "a", "b", "c", "c"]).replicates(20, seed=3):
        assert weights[0] == weights[1]
        assert weights[3] == weights[4]
        assert weights[0] + weights[2] + weights[3] == 3


def test_intervals_are_wider_where_the_rows_of_a_cluster_are_alike() -> None:
    flights = np.repeat(np.arange(50), 20)
    values = np.repeat(np.random.default_rng(0).normal(size=50), 20)

    def mean(weights: np.ndarray | None) -> float:
        return float(np.average(values, weights=weights))

    by_flight = cluster_bootstrap(mean, Clusters(flights), seed=1)
    by_row = cluster_bootstrap(mean, Clusters(np.arange(1000)), seed=1)
    assert by_flight.low < by_flight.estimate < by_flight.high
    assert by_flight.high - by_flight.low > 3 * (by_row.high - by_row.low)


def test_intervals_are_the_same_for_the_same_seed() -> None:
    def area(weights: np.ndarray | None) -> float:
        return Ranking(LABELS, SCORES).roc_auc(weights)

    assert cluster_bootstrap(area, Clusters(range(5)), seed=7) == cluster_bootstrap(area, Clusters(range(5)), seed=7)


def test_a_difference_is_beyond_noise_where_its_interval_excludes_nought() -> None:
    assert Interval(0.02, 0.01, 0.03).excludes_nought
    assert Interval(-0.02, -0.03, -0.01).excludes_nought
    assert not Interval(0.02, -0.01, 0.05).excludes_nought


def test_false_alerts_of_a_group_are_compared_with_those_of_all() -> None:
    # Of 8 harmless rows 3 are referred: 2 of 4 of A, 1 of 4 of B.
    groups = ["A"] * 5 + ["B"] * 5
    labels = [0, 0, 0, 0, 1] * 2
    referred = [1, 1, 0, 0, 1, 1, 0, 0, 0, 0]
    found = {r.group: r for r in false_positive_ratios(labels, referred, groups, Clusters(range(10)), fewest=1)}
    assert (found["A"].negatives, found["A"].positives, found["A"].false_alerts) == (4, 1, 2)
    assert found["A"].false_positive_rate == 0.5
    assert found["A"].relative.estimate == pytest.approx(0.5 / (3 / 8))
    assert found["B"].relative.estimate == pytest.approx(0.25 / (3 / 8))
    assert found["A"].relative.low <= found["A"].relative.estimate <= found["A"].relative.high


def test_thin_groups_are_put_together() -> None:
    groups = ["A"] * 200 + ["B"] * 3 + ["C"] * 4
    found = false_positive_ratios(np.zeros(207), np.ones(207), groups, Clusters(range(207)))
    assert [(r.group, r.negatives) for r in found] == [("A", 200), ("others", 7)]


def test_what_has_not_moved_has_an_index_of_nought() -> None:
    values = np.arange(1000.0)
    assert psi_of_numbers(values, values) == pytest.approx(0)
    assert psi_of_categories(["a", "b"], ["a", "b"]) == pytest.approx(0)


def test_the_index_of_a_moved_share() -> None:
    # From one half to a quarter, and from one half to three quarters.
    expected = -0.25 * math.log(0.25 / 0.5) + 0.25 * math.log(0.75 / 0.5)
    assert psi_of_categories(["a", "b"] * 2, ["a", "b", "b", "b"]) == pytest.approx(expected)
    assert psi_of_numbers([1, 1, 2, 2], [1, 2, 2, 2], bins=2) == pytest.approx(expected)


def test_numbers_that_are_missing_now_are_seen() -> None:
    assert psi_of_numbers([1.0, 2, 3, 4], [1.0, 2, np.nan, np.nan], bins=2) > 1
