"""From the published tables to a model of flight risk that reviewers can judge."""

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
from lakehouse.gold.exit_control_match import ExitControlMatch
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.inspections import Inspections
from lakehouse.store import Store
from ml.exit_flight_risk.card import CARD
from ml.exit_flight_risk.dataset import Floats, Split, labelled, matrix
from ml.exit_flight_risk.evaluate import evaluate
from ml.exit_flight_risk.facts import INPUTS, person_days
from ml.exit_flight_risk.features import FEATURES, with_features
from ml.exit_flight_risk.settings import FULL, SMALL, Settings
from ml.exit_flight_risk.train import HAZARD, train
from ml.origin import Origin, origin
from ml.registry import Registry
from ml.runs import log_run
from ml.serving import load
from ml.tracking import Tracking
from ml.training import Candidate, training_of

__all__ = ["CARD", "MODEL", "Rows", "attempts_of", "made", "read", "settings_of"]

#: The policy's name of the model (``ml.policy``), and of its versions in the registry.
MODEL = "exit_flight_risk"
#: Days that are learned from, the last ones.
MOST_DAYS = 180


@dataclass(frozen=True)
class Rows:
    """Days of restricted persons with what came of them, each person's groups, and where all of it comes from."""

    days: pl.DataFrame
    persons: pl.DataFrame
    origin: Origin
    is_simulated: bool


def read(store: Store) -> Rows:
    """All that training needs of the warehouse, each table in one version.

    Raises ``NotPublished``, and ``TooLittleKnown`` where there are no inspections.
    """
    reads = training_of(MODEL).reads
    found = origin(store, reads)
    tables = {table: store.read(table, found.data[table.full_name()]) for table in reads}
    restrictions = tables[ExitRestrictions]
    known = tables[Inspections].agg(F.min("inspected_on"), F.max("inspected_on")).collect()[0]
    if known[0] is None:
        raise TooLittleKnown("There are no inspections to learn from: land the agency's feeds first.")
    first: date = max(known[0], known[1] - timedelta(days=MOST_DAYS))
    days = with_features(person_days(*(tables[table] for table in INPUTS), first=first, last=known[1]))
    attempts = attempts_of(tables[ExitControlMatch], restrictions)
    return Rows(
        labelled(_told(days), _told(attempts), known[1]),
        _told(_persons(restrictions)),
        found,
        store.settings.may_be_simulated,
    )


def settings_of(*, small: bool, seeds: tuple[int, ...] = ()) -> Settings:
    """The size that is asked for."""
    size = SMALL if small else FULL
    return replace(size, seeds=seeds or size.seeds)


def made(rows: Rows, tracking: Tracking, settings: Settings, trained_by: str = "") -> list[Candidate]:
    """Train on the earlier days, judge on the later ones, and log the regression. Raises ``TooLittleKnown``."""
    split = Split.of(rows.days)
    trained = train(rows.days, split, settings)
    test = rows.days.filter(split.part("test"))
    found = evaluate(
        trained,
        rows.days,
        split,
        groups_of(test, rows.persons),
        settings,
        champion_scores(tracking, test),
        is_simulated=rows.is_simulated,
    )
    run = log_run(tracking, MODEL, found, trained.graph(), CARD, rows.origin, trained_by)
    return [Candidate(HAZARD, found, run)]


def attempts_of(matches: DataFrame, restrictions: DataFrame) -> DataFrame:
    """``person_key`` of the restriction and ``attempted_on`` of each attempt that an inspection met.

    Likeness of names alone, which asks for review, is no attempt of that person.
    What was announced and never inspected is none either: a booking is a fact to
    learn from, and a label that is made of it would tell it twice.
    """
    met = matches.where("inspection_id IS NOT NULL AND matched_by <> 'evidence'").select("ban_id", "attempted_on")
    whose = restrictions.where("person_key IS NOT NULL").select("ban_id", "person_key")
    return met.join(whose, "ban_id").select("person_key", "attempted_on").distinct()


def champion_scores(tracking: Tracking, days: pl.DataFrame) -> tuple[str, Floats] | None:
    """Name and scores of the version that is champion; None where there is none."""
    number = Registry(tracking).champion(MODEL)
    if number is None:
        return None
    scorer = load(tracking, MODEL, str(number)).scorer
    given = dict(zip(FEATURES, matrix(days).T, strict=True))
    return f"version {number}", scorer.score({name: given[name] for name in scorer.columns})


def groups_of(days: pl.DataFrame, persons: pl.DataFrame) -> Mapping[str, npt.NDArray[np.str_]]:
    """Nationality, sex and age of each row: for the comparison of false alerts, and for no feature."""
    told = days.select("person_key", "scored_on").join(persons, on="person_key", how="left", maintain_order="left")
    age = (told["scored_on"].dt.year() - told["birth_year"]).cast(pl.Float64)
    bands = age.cut([17, 29, 44, 59], labels=["0-17", "18-29", "30-44", "45-59", "60+"]).cast(pl.String)
    said = {"nationality": told["nationality"], "sex": told["sex"], "age": bands}
    return {name: column.fill_null("not recorded").to_numpy().astype(str) for name, column in said.items()}


def _persons(restrictions: DataFrame) -> DataFrame:
    known = restrictions.where("person_key IS NOT NULL")
    return known.groupBy("person_key").agg(*(F.max(name).alias(name) for name in ("nationality", "sex", "birth_year")))


def _told(frame: DataFrame) -> pl.DataFrame:
    found = pl.from_arrow(frame.toArrow())
    assert isinstance(found, pl.DataFrame)
    return found
