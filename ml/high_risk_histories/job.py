"""From the published tables to a model on histories that reviewers can judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.errors import TooLittleKnown
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.referrals import Referrals
from lakehouse.store import Store
from ml.high_risk_histories.card import CARD
from ml.high_risk_histories.dataset import Histories
from ml.high_risk_histories.evaluate import SHARE, evaluate
from ml.high_risk_histories.features import INPUTS, crossings
from ml.high_risk_histories.marks import Marks, found_by_agency
from ml.high_risk_histories.network import graph_of
from ml.high_risk_histories.score import referral
from ml.high_risk_histories.settings import FULL, SMALL, Settings
from ml.high_risk_histories.train import HISTORIES, train
from ml.origin import Origin, origin
from ml.runs import log_run
from ml.tracking import Tracking
from ml.training import Candidate, training_of

#: The policy's name of the model (``ml.policy``), and of its versions in the registry.
MODEL = "traveller_risk"
#: Shares of the days that are trained on, and calibrated on after these; the rest is the test's.
TRAIN_SHARE, CALIBRATION_SHARE = 0.5, 0.2

Groups = Mapping[str, npt.NDArray[np.str_]]


@dataclass(frozen=True)
class Split:
    """Last days of training and of calibration; all later ones are the test's."""

    train_until: date
    calibrate_until: date

    @classmethod
    def of(cls, histories: Histories) -> Split:
        """By shares of the days that there are."""
        first, last = (histories.keys["inspected_on"].min(), histories.keys["inspected_on"].max())
        assert isinstance(first, date)
        assert isinstance(last, date)
        days = (last - first).days
        return cls(
            first + timedelta(days=int(days * TRAIN_SHARE)),
            first + timedelta(days=int(days * (TRAIN_SHARE + CALIBRATION_SHARE))),
        )


@dataclass(frozen=True)
class Rows:
    """Histories, what was found of them by when, who is of which group, and where all of it comes from."""

    histories: Histories
    marks: Marks
    groups: Groups
    split: Split
    origin: Origin
    is_simulated: bool


def histories_of(store: Store, versions: Mapping[str, int] | None = None) -> Histories:
    """Histories from the tables as they are published, or in the versions given; raises ``NotPublished``."""
    known = versions or {}
    return Histories.of(_told(crossings(*(store.read(table, known.get(table.full_name())) for table in INPUTS))))


def read(store: Store) -> Rows:
    """All that training needs of the warehouse, each table in one version. Raises ``NotPublished``."""
    found = origin(store, training_of(MODEL).reads)
    histories = histories_of(store, found.data)
    if not len(histories):
        raise TooLittleKnown("There are no crossings of which a history could be told: land the agency's feeds first.")
    split = Split.of(histories)
    inspections, flags, referrals = (
        store.read(table, found.data[table.full_name()]) for table in (Inspections, PersonFlags, Referrals)
    )
    marks = known_marks(histories, split, inspections, flags, referrals)
    groups = groups_of(histories, inspections)
    return Rows(histories, marks, groups, split, found, store.settings.may_be_simulated)


def settings_of(*, small: bool, seeds: tuple[int, ...] = ()) -> Settings:
    """The size that is asked for."""
    size = SMALL if small else FULL
    return replace(size, seeds=seeds or size.seeds)


def made(rows: Rows, tracking: Tracking, settings: Settings, trained_by: str = "") -> list[Candidate]:
    """Train on what the agency had found by each day, judge on the days after, and log the net of the first seed.

    Raises ``TooLittleKnown`` where too little was found to learn from.
    """
    day = rows.histories.keys["inspected_on"]
    training = (day <= rows.split.train_until).to_numpy()
    calibrating = (day <= rows.split.calibrate_until).to_numpy()
    trained = train(rows.histories, rows.marks, training, calibrating & ~training, settings)
    found = evaluate(
        trained,
        rows.histories,
        rows.marks,
        ~calibrating,
        rows.groups,
        settings,
        np.flatnonzero(training),
        is_simulated=rows.is_simulated,
    )
    said = trained.probabilities(rows.histories, np.flatnonzero(calibrating & ~training))[HISTORIES][0]
    graph = replace(graph_of(trained.nets[0], trained.calibrations[HISTORIES][0]), beside=referral(said, SHARE))
    return [Candidate(HISTORIES, found, log_run(tracking, MODEL, found, graph, CARD, rows.origin, trained_by))]


def known_marks(
    histories: Histories, split: Split, inspections: DataFrame, flags: DataFrame, referrals: DataFrame
) -> Marks:
    """Marks of each crossing as they were known at the end of its part: training's know nothing of later findings."""
    last = histories.keys["inspected_on"].max()
    assert isinstance(last, date)
    day, parts, after = pl.col("inspected_on"), [], date.min
    days = histories.keys.select("inspection_id", "inspected_on")
    for until in (split.train_until, split.calibrate_until, last):
        known = _told(found_by_agency(inspections, flags, referrals, until)).join(days, on="inspection_id")
        parts.append(known.filter((day > after) & (day <= until)).drop("inspected_on"))
        after = until
    return Marks.of(histories, pl.concat(parts))


def groups_of(histories: Histories, inspections: DataFrame) -> Groups:
    """Nationality, sex and age of each crossing: for the comparison of false alerts, and for no feature."""
    age = F.year("inspected_on") - F.col("birth_year")
    said = inspections.select("inspection_id", "nationality", "sex", age.alias("age"))
    rows = histories.keys.select("inspection_id").join(
        _told(said), on="inspection_id", how="left", maintain_order="left"
    )  # fmt: skip
    bands = rows["age"].cast(pl.Float64).cut([17, 29, 44, 59], labels=["0-17", "18-29", "30-44", "45-59", "60+"])
    told = {"nationality": rows["nationality"], "sex": rows["sex"], "age": bands.cast(pl.String)}
    return {name: column.fill_null("not recorded").to_numpy().astype(str) for name, column in told.items()}


def _told(frame: DataFrame) -> pl.DataFrame:
    return pl.DataFrame(frame.toArrow())
