"""Figures of the evaluation, from published examples and cases worked by hand."""

from __future__ import annotations

import pytest

from lakehouse.evaluation.measures import Actual, Counts, Measured, Share, agreement, pairs_together


def test_wilsons_interval_is_that_of_the_literature() -> None:
    # Newcombe 1998, table I, method 3 (score without correction).
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, of), ends in published.items():
        assert Share(hits, of).interval == pytest.approx(ends, abs=5e-5)


def test_an_interval_holds_its_share_at_both_ends_and_nothing_has_none() -> None:
    for hits, of in ((0, 7), (7, 7), (0, 1), (1, 1)):
        low, high = Share(hits, of).interval
        assert low is not None
        assert high is not None
        assert low <= hits / of <= high
    assert Share(0, 0).ratio is None
    assert Share(0, 0).interval == (None, None)


def test_what_is_named_is_counted_against_what_is_so() -> None:
    actual = Actual(frozenset("abcd"), frozenset("xy"), unseen=2)
    assert actual.against(["a", "b", "b", "x", "q"]) == Counts(4, 2, 4, 2, 2, 1)


def test_a_row_has_shares_of_its_counts() -> None:
    row = Measured("gold.x", "b", "persons", "all", "words", Counts(8, 0, 4, 2, 5, 1))
    figures = row.columns()
    assert (figures["precision_ratio"], figures["recall_ratio"], figures["named_twins_ratio"]) == (0.5, 0.25, 0.2)
    assert figures["precision_low_ratio"] == pytest.approx(0.1500, abs=5e-5)
    assert figures["precision_high_ratio"] == pytest.approx(0.8500, abs=5e-5)


def test_totals_alone_have_no_precision() -> None:
    row = Measured("gold.x", "b", "reports", "all", "words", Counts(actual=8, named=4)).columns()
    assert (row["actual_count"], row["named_count"], row["precision_ratio"], row["recall_ratio"]) == (8, 4, None, None)


def test_the_adjusted_rand_index_is_that_of_worked_examples() -> None:
    # Pairs together: 6 in truth, 3 found, 2 in both, 6 * 3 / 15 = 1.2 by chance: (2 - 1.2) / (4.5 - 1.2).
    one = dict(zip("abcdef", (0, 0, 0, 1, 1, 1), strict=True))
    other = dict(zip("abcdef", (0, 0, 1, 1, 2, 2), strict=True))
    assert agreement(one, other) == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    assert agreement(one, one) == 1
    assert agreement({}, one) is None


def test_who_is_in_no_group_is_alone() -> None:
    one = dict(zip("abcd", (0, 0, 1, 1), strict=True))
    # Pairs together: 2 in truth, 1 found, 1 in both; by chance 2 * 1 / 6: (1 - 1/3) / (1.5 - 1/3).
    assert agreement(one, {"a": 7, "b": 7}) == pytest.approx((1 - 1 / 3) / (1.5 - 1 / 3))


def test_pairs_are_counted_together_in_truth_as_found_and_in_both() -> None:
    one = dict(zip("abcde", ("r", "r", "r", "s", "s"), strict=True))
    other = {"a": 1, "b": 1, "c": 2, "d": 2, "z": 2}
    # Truth: ab ac bc, de. Found among those who are in truth: ab, cd. In both: ab.
    assert pairs_together(one, other) == (4, 2, 1)
