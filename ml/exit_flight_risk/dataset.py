"""Days of restricted persons with what came of them, split by the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from lakehouse.errors import TooLittleKnown
from ml.exit_flight_risk.features import FEATURES

Floats32 = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: An attempt counts where it comes on one of so many days after the day scored.
HORIZON_DAYS = 7
#: Share of the days that are trained on. So many days as an attempt is looked for are left out after them: what came
#: of training's last days is known only by then.
TRAIN_SHARE = 0.6


@dataclass(frozen=True)
class Split:
    """Last day of training and first of the test; what came of each training day is known before the test begins."""

    train_until: date
    test_from: date

    @classmethod
    def of(cls, days: pl.DataFrame) -> Split:
        """By the share of the days that there are; raises ``TooLittleKnown`` where they are too few for two parts."""
        first, last = days["scored_on"].min(), days["scored_on"].max()
        if not isinstance(first, date) or not isinstance(last, date) or (last - first).days < 3 * HORIZON_DAYS:
            raise TooLittleKnown(
                f"Restrictions and crossings are known together for fewer than {3 * HORIZON_DAYS} days of which it is "
                f"known what came within {HORIZON_DAYS} days: land more days of the agency's feeds."
            )
        until = first + timedelta(days=int((last - first).days * TRAIN_SHARE))
        return cls(until, until + timedelta(days=HORIZON_DAYS + 1))

    def part(self, name: str) -> pl.Expr:
        """Condition that holds for the days of ``train`` or ``test``."""
        return pl.col("scored_on") <= self.train_until if name == "train" else pl.col("scored_on") >= self.test_from


def labelled(days: pl.DataFrame, attempts: pl.DataFrame, last: date) -> pl.DataFrame:
    """``days`` with ``next_attempt_on``, ``ahead_days`` until it, and whether that ``is_attempt`` within the horizon.

    ``attempts`` are ``person_key`` and ``attempted_on``. Days whose horizon ends
    after ``last``, the last day that is known, are left out.
    """
    known = attempts.select("person_key", pl.col("attempted_on").alias("next_attempt_on")).unique()
    after = days.with_columns(_after=pl.col("scored_on") + timedelta(days=1)).sort("_after")
    joined = after.join_asof(
        known.sort("next_attempt_on"), left_on="_after", right_on="next_attempt_on", by="person_key",
        strategy="forward", coalesce=False, check_sortedness=False,
    )  # fmt: skip
    ahead = (pl.col("next_attempt_on") - pl.col("scored_on")).dt.total_days()
    told = joined.with_columns(ahead_days=ahead, is_attempt=(ahead <= HORIZON_DAYS).fill_null(False)).drop("_after")
    return told.filter(pl.col("scored_on") <= last - timedelta(days=HORIZON_DAYS)).sort("scored_on", "person_key")


def attempts_in(days: pl.DataFrame) -> int:
    """How many attempts the labels of ``days`` stand for: one is seen from as many days as the horizon has."""
    return days.filter("is_attempt").select("person_key", "next_attempt_on").unique().height


def matrix(days: pl.DataFrame) -> Floats32:
    """``FEATURES`` of each row, in their order."""
    found: Floats32 = days.select(*FEATURES).to_numpy().astype(np.float32)
    return found
