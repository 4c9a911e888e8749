"""Models on histories, taught and judged by what is true: a ceiling that no agency has.

Beside it the same net is taught by what the agency itself found, and judged by
what is true as well: that is what an agency could have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from lakehouse.declare import Table
from lakehouse.evaluation.truth import INSPECTIONS, Truth, read_truth
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.referrals import Referrals
from lakehouse.store import Store
from ml.evaluated import Evaluated
from ml.high_risk_histories.anomaly import Unknown, densities, judged_on_unknown
from ml.high_risk_histories.dataset import Histories
from ml.high_risk_histories.evaluate import evaluate
from ml.high_risk_histories.features import INPUTS
from ml.high_risk_histories.job import Groups, groups_of, histories_of
from ml.high_risk_histories.marks import COLUMNS, FINDINGS, Bools, Marks, found_by_agency
from ml.high_risk_histories.settings import Settings
from ml.high_risk_histories.train import Trained, train

#: Behaviours that are looked for. Overstays and absences begin after the crossing, and have datasets of their own.
LOOKED_FOR = (
    *("repeat_short_stays", "false_documents", "several_identities", "couriers", "cotravel_rings"),
    *("wanted_leaving", "route_displacement"),
)
#: Tables that are read.
TABLES: tuple[type[Table], ...] = (*INPUTS, Referrals)
#: One unit in so many of the worlds of training is calibrated on, and seen by no training.
ONE_IN = 10
#: Seeds of the models that are taught by what the agency found.
AGENCY_SEEDS = 3


@dataclass(frozen=True)
class Told:
    """One world: histories, what is true of them, what the agency found, and who is of which group."""

    histories: Histories
    so: Marks
    found: Marks
    groups: Groups


@dataclass(frozen=True)
class Judged:
    """Figures on worlds that training did not see: taught by what is true, by what was found, and on held-out behaviours.

    ``unknown`` is None where no behaviour is held out.
    """  # noqa: E501

    ceiling: Evaluated
    by_agency: Evaluated
    unknown: Unknown | None


def told(store: Store, truth_folder: Path) -> Told:
    """A world as it is published, and its truth. Raises ``NotPublished`` and ``OtherTruth``."""
    histories = histories_of(store)
    inspections, flags = store.read(Inspections), store.read(PersonFlags)
    rows, flagged = (
        pl.DataFrame(frame.toArrow()) for frame in (inspections.select(*INSPECTIONS), flags.select("*"))
    )  # fmt: skip
    truth = read_truth(truth_folder, rows, store.spark, store.keyring())
    last = truth.last_day
    assert last is not None
    found = pl.DataFrame(found_by_agency(inspections, flags, store.read(Referrals), last).toArrow())
    return Told(
        histories,
        Marks.of(histories, marks(truth, flagged)),
        Marks.of(histories, found),
        groups_of(histories, inspections),
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


def judged(training: Sequence[Told], tested: Sequence[Told], settings: Settings) -> Judged:
    """Train on some worlds and judge on others, of which nothing is seen before."""
    worlds = (*training, *tested)
    histories = Histories.together([world.histories for world in worlds])
    so = Marks.together([world.so for world in worlds])
    found = Marks.together([world.found for world in worlds])
    groups = {
        name: np.concatenate([world.groups[name] for world in worlds]) for name in ("nationality", "sex", "age")
    }  # fmt: skip
    count = sum(len(world.histories) for world in training)
    is_training = np.arange(len(histories)) < count
    calibrating = is_training & (so.frame["unit"].hash(seed=0).to_numpy() % ONE_IN == 0)
    learned = np.flatnonzero(is_training)

    def figures(taught: Trained) -> Evaluated:
        return evaluate(taught, histories, so, ~is_training, groups, settings, learned, is_simulated=True)

    ceiling = train(histories, so, is_training & ~calibrating, calibrating, settings)
    fewer = replace(settings, seeds=settings.seeds[:AGENCY_SEEDS])
    by_agency = train(histories, _without_held_out(found, so), is_training & ~calibrating, calibrating, fewer)
    unknown = None
    if so.holds("is_held_out").any():
        known = densities(ceiling, histories, so, is_training)
        unknown = judged_on_unknown(ceiling, known, histories, so, ~is_training, settings.replicates)
    return Judged(figures(ceiling), figures(by_agency), unknown)


def _without_held_out(found: Marks, so: Marks) -> Marks:
    """What the agency found, of behaviours that are not held out."""
    held_out: Bools = so.holds("is_held_out")
    return Marks(found.frame.with_columns(pl.Series("is_held_out", held_out)))
