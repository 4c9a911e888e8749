"""What is true of each crossing, in the form in which models on histories take it: a ceiling that no agency has."""

from __future__ import annotations

import polars as pl

from lakehouse.evaluation.truth import Truth
from ml.high_risk_histories.marks import COLUMNS, FINDINGS

#: Behaviours that are looked for. Overstays and absences begin after the crossing, and have datasets of their own.
LOOKED_FOR = (
    *("repeat_short_stays", "false_documents", "several_identities", "couriers", "cotravel_rings"),
    *("wanted_leaving", "route_displacement"),
)


def marks(truth: Truth, flags: pl.DataFrame) -> pl.DataFrame:
    """Crossings of those who do what is looked for and of their twins, from the day on from which they do.

    Of the days before nobody can say: they are unsure. A unit is a group where
    there is one, else a person. ``flags`` are those of ``silver.person_flags``,
    for the day on which the agency first found anything.
    """
    done = truth.behaviours.filter(pl.col("behaviour").is_in(LOOKED_FOR)).unique("person_id", maintain_order=True)
    found = (
        flags.filter(pl.col("kind").is_in(FINDINGS))
        .with_columns(pl.col("person_key").replace_strict(truth.person_of_key, default=None).alias("person_id"))
        .group_by("person_id")
        .agg(pl.col("flagged_on").min().alias("found_on"))
    )
    rows = truth.landed.join(done, on="person_id").join(found, on="person_id", how="left")
    begun = pl.col("inspected_on") >= pl.col("onset")
    return rows.select(
        pl.col("record_id").alias("inspection_id"),
        "behaviour",
        pl.coalesce("group_id", "person_id").alias("unit"),
        (begun & ~pl.col("is_twin")).alias("is_positive"),
        (begun & pl.col("is_twin")).alias("is_hard"),
        (~begun).alias("is_unsure"),
        pl.col("held_out").alias("is_held_out"),
        "found_on",
    ).select(*COLUMNS)
