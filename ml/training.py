"""Which models can be trained, and what came of a training."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from lakehouse.errors import ModelUnknown
from ml.evaluated import Evaluated

if TYPE_CHECKING:
    from lakehouse.store import Store
    from ml.card import Card
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


#: Modules by the model that they train.
JOBS = {"overstay_risk": "ml.overstay_arrivals.job", "traveller_risk": "ml.high_risk_histories.job"}


def job_of(model: str) -> Job:
    """The job of a model; raises ``ModelUnknown``."""
    if model not in JOBS:
        raise ModelUnknown(f"Nothing trains {model}. Known: {', '.join(sorted(JOBS))}.")
    return cast(Job, import_module(JOBS[model]))
