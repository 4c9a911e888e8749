"""Which models can be trained, from which tables, and what came of a training."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from lakehouse.declare import Table
from lakehouse.errors import ModelUnknown
from lakehouse.gold.exit_control_match import ExitControlMatch
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.port_daily_counts import PortDailyCounts
from lakehouse.silver.referrals import Referrals
from lakehouse.silver.screening_facts import ScreeningFacts
from lakehouse.silver.stays import Stays
from lakehouse.silver.wait_times import WaitTimes

if TYPE_CHECKING:
    from lakehouse.store import Store
    from ml.card import Card
    from ml.evaluated import Evaluated
    from ml.runs import Logged
    from ml.tracking import Tracking


@dataclass(frozen=True)
class Candidate:
    """A trained model that was logged: what it is called among those compared, how good it is, and its run."""

    name: str
    evaluated: Evaluated
    logged: Logged


class Job(Protocol):
    """A module that trains a model: what it reads, at which size, and what it makes of it."""

    CARD: Card

    def read(self, store: Store) -> Any:
        """All that is needed of the warehouse; nothing is read after it."""
        ...

    def settings_of(self, *, small: bool, seeds: tuple[int, ...]) -> Any:
        """The size and the seeds asked for; without seeds those that are usual."""
        ...

    def made(self, rows: Any, tracking: Tracking, settings: Any, trained_by: str) -> list[Candidate]:
        """Everything trained and logged; the last candidate is the one that is put up."""
        ...


@dataclass(frozen=True)
class Training:
    """The module that trains a model, imported when it does, and the tables that it reads."""

    module: str
    reads: tuple[type[Table], ...]


#: Trainings by the model that they make.
JOBS = {
    "exit_flight_risk": Training(
        "ml.exit_flight_risk.job",
        (ExitRestrictions, Inspections, Manifests, FlightLegs, PersonFlags, ExitControlMatch),
    ),
    "overstay_risk": Training("ml.overstay_arrivals.job", (Stays,)),
    "traveller_risk": Training(
        "ml.high_risk_histories.job", (Inspections, ScreeningFacts, Journeys, PersonFlags, Referrals)
    ),
    "passenger_flow": Training("ml.passenger_flow.job", (PortDailyCounts, WaitTimes, Inspections)),
}


def training_of(model: str) -> Training:
    """The training of a model; raises ``ModelUnknown``."""
    if model not in JOBS:
        raise ModelUnknown(f"Nothing trains {model}. Known: {', '.join(sorted(JOBS))}.")
    return JOBS[model]


def job_of(model: str) -> Job:
    """The job of a model; raises ``ModelUnknown``."""
    return cast(Job, import_module(training_of(model).module))
