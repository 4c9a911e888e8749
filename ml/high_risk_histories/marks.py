"""What came of crossings: which are looked for, which only look so, and which are left out of training.

Two sources have this form: what the agency itself has found until a day
(``found_by_agency``), and what a simulator knows (the evaluation's package).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ml.high_risk_histories.dataset import Histories

Bools = npt.NDArray[np.bool_]

#: Findings that count, of ``silver.person_flags``: who overstays is told by ``gold.suspected_in_country_overstayer``.
FINDINGS = ("refused", "stopped", "confirmed_case")
#: A crossing is one of those looked for where the finding came at it, or within so many days after.
WITHIN_DAYS = 30

#: Columns of a frame of marks; a crossing without a row is harmless. ``unit`` is the person or group that stands or
#: falls together; ``is_unsure`` crossings are neither harmless nor looked for.
COLUMNS = {
    "inspection_id": pl.String,
    "behaviour": pl.String,
    "unit": pl.String,
    "is_positive": pl.Boolean,
    "is_hard": pl.Boolean,
    "is_unsure": pl.Boolean,
    "is_held_out": pl.Boolean,
    "found_on": pl.Date,
}
HARMLESS = "none"


@dataclass(frozen=True)
class Marks:
    """``COLUMNS``, a row a crossing of ``Histories`` and in their order; units of harmless crossings are persons."""

    frame: pl.DataFrame

    @classmethod
    def of(cls, histories: Histories, marks: pl.DataFrame) -> Marks:
        """Marks of the crossings at hand; those of others are dropped."""
        flags = ("is_positive", "is_hard", "is_unsure", "is_held_out")
        joined = histories.keys.select("inspection_id", "person_key").join(
            marks.select(*COLUMNS), on="inspection_id", how="left", maintain_order="left"
        )
        return cls(
            joined.with_columns(
                pl.col("behaviour").fill_null(HARMLESS),
                pl.coalesce("unit", "person_key").alias("unit"),
                *(pl.col(name).fill_null(False) for name in flags),
            ).drop("person_key")
        )

    @classmethod
    def together(cls, worlds: list[Marks]) -> Marks:
        """Of several worlds, in the order of ``Histories.together``."""
        return cls(pl.concat([world.frame for world in worlds]))

    def __getitem__(self, name: str) -> npt.NDArray[np.generic]:
        return self.frame[name].to_numpy()

    def holds(self, name: str) -> Bools:
        """Where a flag holds."""
        found: Bools = self.frame[name].to_numpy().astype(bool)
        return found


def found_by_agency(inspections: DataFrame, flags: DataFrame, referrals: DataFrame, until: date) -> DataFrame:
    """What the agency knew on ``until``: ``COLUMNS`` but for the last two, of each crossing that was examined.

    Looked for are crossings within ``WITHIN_DAYS`` before the first finding against the
    traveller; hard are those that officers examined and released. Nobody else was looked at.
    """
    known = inspections.where("person_key IS NOT NULL").select("inspection_id", "person_key", "inspected_on")
    findings = (
        flags.where(F.col("kind").isin(*FINDINGS) & (F.col("flagged_on") <= F.lit(until)))
        .groupBy("person_key")
        .agg(F.min("flagged_on").alias("found_on"))
    )
    released = referrals.where((F.col("label") != "confirmed") & (F.to_date("decided_at_utc") <= F.lit(until)))
    examined = released.select("inspection_id").distinct().withColumn("is_released", F.lit(True))
    told = known.join(findings, "person_key", "left").join(F.broadcast(examined), "inspection_id", "left")
    ahead = F.datediff("found_on", "inspected_on")
    is_positive = F.coalesce(ahead.between(0, WITHIN_DAYS), F.lit(False))
    is_hard = F.coalesce("is_released", F.lit(False)) & F.col("found_on").isNull()
    marked = told.withColumns({"is_positive": is_positive, "is_hard": is_hard}).withColumn(
        "is_unsure", F.col("found_on").isNotNull() & ~F.col("is_positive")
    )
    return marked.where("is_positive OR is_hard OR is_unsure").select(
        "inspection_id",
        F.lit("found").alias("behaviour"),
        F.col("person_key").alias("unit"),
        *("is_positive", "is_hard", "is_unsure"),
        F.lit(False).alias("is_held_out"),
        "found_on",
    )
