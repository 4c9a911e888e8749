"""The page: plots where there is something to plot, figures with intervals, and what is not measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from lakehouse.evaluation.measures import Counts, Measured
from lakehouse.evaluation.page import write_page
from lakehouse.evaluation.plots import curves, shares_by_world, totals, wrong_names


def _rows(world: str, *rows: Measured) -> list[dict[str, Any]]:
    return [{"world": world, **row.columns()} for row in rows]


def _at(threshold: float, named: int, right: int) -> Measured:
    return Measured(
        *("gold.x", "overstaying", "persons", f"{threshold:g} or more", "Words <of> definition."),
        Counts(actual=20, unseen=1, named=named, true_positives=right, twins=4, named_twins=1),
        ranked_by="over_days",
        threshold=threshold,
        wrongly_named={"a record is missing": named - right},
    )


RANKED = [_at(1, 20, 15), _at(7, 12, 11), _at(30, 4, 4)]


def test_a_curve_is_drawn_for_each_ranking_with_three_thresholds_with_a_line_for_each_world() -> None:
    rows = [*_rows("seed 1", *RANKED), *_rows("seed 2", *RANKED)]
    (drawing,) = curves(rows)
    texts = "".join(fromstring(drawing).itertext())
    assert "recall, by over_days" in texts
    assert "seed 1" in texts
    assert "seed 2" in texts
    assert curves(_rows("seed 1", *RANKED[:2])) == []


def test_totals_are_drawn_side_by_side_summed_over_worlds() -> None:
    month = Measured("gold.x", "absconding", "reports", "new in 2025-12", "Words.", Counts(actual=3, named=4))
    texts = "".join(fromstring(totals([*_rows("seed 1", month), *_rows("seed 2", month)])).itertext())
    assert "2025-12" in texts
    assert "so in truth" in texts
    assert totals(_rows("seed 1", *RANKED)) == ""


def test_shares_and_reasons_are_drawn_where_there_are_any() -> None:
    totals = Measured("gold.x", "absconding", "reports", "all", "Words.", Counts(actual=3, named=4))
    assert shares_by_world(_rows("seed 1", totals)) == ""
    assert wrong_names(_rows("seed 1", totals)) == ""
    texts = "".join(fromstring(wrong_names(_rows("seed 1", RANKED[0]))).itertext())
    assert "a record is missing" in texts
    assert "5" in texts


@pytest.fixture
def page(tmp_path: Path) -> str:
    absent = Measured(
        *("none", "wanted_leaving", "persons", "all named", "Not measured."), not_measured_because="No dataset yet."
    )
    rows = [*_rows("seed 1", *RANKED, absent), *_rows("seed 2", *RANKED, absent)]
    return write_page(tmp_path / "docs" / "evaluation.html", rows).read_text()


def test_the_page_shows_every_operating_point_of_every_world_with_its_intervals(page: str) -> None:
    assert page.count("30 or more</td>") == 2
    # 15 of 20, Wilson: 0.531 to 0.888.
    assert page.count("0.750 (0.531 to 0.888)") == 4
    assert page.count("1 of 4") == 6
    assert page.count("<svg") == 3


def test_the_page_begins_with_what_is_named_over_all_worlds(page: str) -> None:
    # Where most are named: 15 of 20 twice, 1 of 4 twins twice; 20 - 15 - 1 others twice.
    glance = page[page.index("At a glance") : page.index("<svg")]
    for shown in ("30 of 40", "2 of 8", ">8<", ">0.75<"):
        assert shown in glance


def test_the_page_says_that_it_is_synthetic_and_what_is_not_measured_and_escapes_words(page: str) -> None:
    assert "Synthetic:" in page
    assert page.count("wanted_leaving: No dataset yet.") == 1
    assert "Words &lt;of&gt; definition." in page


def test_the_page_loads_nothing_and_repeats_itself_to_the_byte(page: str, tmp_path: Path) -> None:
    assert "<script" not in page
    assert "src=" not in page
    rows = _rows("seed 1", *RANKED)
    first, second = (write_page(tmp_path / name, rows).read_bytes() for name in ("one.html", "two.html"))
    assert first == second
