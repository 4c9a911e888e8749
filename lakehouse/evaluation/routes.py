"""Travellers who move to another route: the cells and weeks in which they arrive there."""

from __future__ import annotations

import polars as pl

from lakehouse.evaluation.measures import Actual, Measured
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import Truth

DATASET = "gold.route_anomaly"
_BEHAVIOUR = "route_displacement"
_CELL = ("foreign_port", "port_code", "nationality", "week_start_date")
#: Standard deviations from which on a week counts as a rise; the dataset's own limit is three.
SIGMAS = (2, 3, 4, 6, 8)
#: Arrivals of one cell and week that make it one of the moved: half a group.
FEWEST = 5
#: Weeks from the onset for which arrivals are a move; by then they are half of the history that the dataset takes its
#: median of, and the new route is what is usual.
NEW_WEEKS = 6

_DEFINITION = (
    "In truth: cells and weeks with five arrivals or more of those who moved their route, in the six weeks from the "
    "onset, after which it is the usual one. Left out: cells that the dataset withholds as thin or gives no score for "
    "want of history. Named: scores from there on."
)


def measure(truth: Truth, frames: Frames) -> list[Measured]:
    scored = frames[DATASET].filter(pl.col("z_score").is_not_null() & (pl.col("nationality") != "withheld"))
    actual = moved(truth, scored)
    found = []
    for sigma in SIGMAS:
        rises = scored.filter(pl.col("z_score") >= sigma)
        found.append(_cells(actual, rises, f"z-score {sigma} or more", sigma))
    displaced = scored.filter((pl.col("z_score") >= 3) & pl.col("displaced_to_or_from").is_not_null())
    found.append(_cells(actual, displaced, "z-score 3 or more, with a fall on another route"))
    return found


def moved(truth: Truth, scored: pl.DataFrame) -> Actual:
    """Cells and weeks in which the moved arrive, of those that have a score, and their twins' cells."""
    shown = frozenset(scored.select(*_CELL).iter_rows())
    done, twins = _arrivals(truth, is_twin=False), _arrivals(truth, is_twin=True)
    return Actual(done & shown, (twins - done) & shown, len(done - shown))


def _arrivals(truth: Truth, *, is_twin: bool) -> frozenset[tuple[object, ...]]:
    doers = truth.of(_BEHAVIOUR).filter(pl.col("is_twin") == is_twin)
    since = doers.group_by("person_id").agg(pl.col("onset").min())
    entries = truth.landed.filter(pl.col("direction") == "entry").join(since, on="person_id")
    new = pl.col("inspected_on").is_between("onset", pl.col("onset") + pl.duration(weeks=NEW_WEEKS), closed="left")
    begun = entries.filter(new)
    week = pl.col("inspected_on").dt.truncate("1w").alias("week_start_date")
    cells = begun.with_columns(week).group_by(*_CELL).agg(pl.len().alias("arrivals"))
    return frozenset(cells.filter(pl.col("arrivals") >= FEWEST).select(*_CELL).iter_rows())


def _cells(actual: Actual, named: pl.DataFrame, words: str, threshold: float | None = None) -> Measured:
    return Measured(
        *(DATASET, _BEHAVIOUR, "cells", words, _DEFINITION, actual.against(named.select(*_CELL).iter_rows())),
        ranked_by="z_score" if threshold is not None else None,
        threshold=threshold,
    )


QUESTION = Question(_BEHAVIOUR, {DATASET: (*_CELL, "z_score", "displaced_to_or_from")}, measure)
