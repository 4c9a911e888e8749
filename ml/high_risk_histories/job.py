"""From the published tables to a model on histories, its evaluation and its graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.referrals import Referrals
from lakehouse.store import Store
from ml.evaluated import Evaluated
from ml.high_risk_histories.card import CARD
from ml.high_risk_histories.dataset import Histories
from ml.high_risk_histories.evaluate import evaluate
from ml.high_risk_histories.features import INPUTS, crossings
from ml.high_risk_histories.marks import Marks, found_by_agency
from ml.high_risk_histories.network import graph_of
from ml.high_risk_histories.settings import Settings
from ml.high_risk_histories.train import HISTORIES, Trained, train
from ml.origin import origin
from ml.packaging import Graph
from ml.runs import Logged, log_run
from ml.tracking import Tracking

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
class Made:
    """A model, how good it is, the graph that is served, and the split that it was made by."""

    trained: Trained
    evaluated: Evaluated
    graph: Graph
    split: Split


def read(store: Store) -> Histories:
    """Histories from the tables as they are published; raises ``NotPublished``."""
    return Histories.of(_told(crossings(*(store.read(table) for table in INPUTS))))


def make(store: Store, settings: Settings, *, is_simulated: bool) -> Made:
    """Train on what the agency had found by each day, and evaluate on the days after.

    Raises ``NotPublished``, and ``ValueError`` where too little was found to learn from.
    """
    histories = read(store)
    split = Split.of(histories)
    day = histories.keys["inspected_on"]
    training, calibrating = (day <= split.train_until).to_numpy(), (day <= split.calibrate_until).to_numpy()
    tables = (store.read(table) for table in (Inspections, PersonFlags, Referrals))
    marks = known_marks(histories, split, *tables)
    trained = train(histories, marks, training, calibrating & ~training, settings)
    evaluated = evaluate(
        trained,
        histories,
        marks,
        ~calibrating,
        groups_of(histories, store.read(Inspections)),
        settings,
        np.flatnonzero(training),
        is_simulated=is_simulated,
    )
    graph = graph_of(trained.nets[0], trained.calibrations[HISTORIES][0])
    return Made(trained, evaluated, graph, split)


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


def logged(tracking: Tracking, store: Store, made: Made, trained_by: str = "") -> Logged:
    """Keep a made model with all that a reviewer needs, as challenger."""
    inputs: tuple[type[Table], ...] = (*INPUTS, Referrals)
    return log_run(tracking, MODEL, made.evaluated, made.graph, CARD, origin(store, inputs), trained_by)


def _told(frame: DataFrame) -> pl.DataFrame:
    return pl.DataFrame(frame.toArrow())
