"""How large the model is: ``SMALL`` for every run of the pipeline, ``FULL`` for the figures that are reported."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Seeds, sizes, and where the days of a panel are cut."""

    name: str
    #: Shares of a panel's days: a model is trained before each, and forecasts the days up to the next.
    cuts: tuple[float, ...]
    #: Trained once with each, and averaged.
    seeds: tuple[int, ...]
    rounds: int
    learning_rate: float
    #: Days between origins that are learned from, of days and of hours.
    day_step: int
    hour_step: int
    #: Origins of each block that the library forecasts, too, as it takes about a second for each series.
    library_origins: int
    #: Redrawings behind each interval.
    replicates: int
    leaves: int = 63
    least_rows: int = 100
    feature_share: float = 0.4
    row_share: float = 0.7
    l2: float = 1.0
    bins: int = 63
    threads: int = 2


FULL = Settings("full", (0.5, 0.65, 0.8), (0, 1, 2), 300, 0.05, 3, 6, 12, 300)
SMALL = Settings("small", (0.6, 0.8), (0,), 80, 0.15, 4, 14, 0, 50, leaves=31)
