"""How large the models are: ``SMALL`` for every run of the pipeline, ``FULL`` for the figures that are reported."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class BoostingSettings:
    """Few shallow trees that learn slowly: there are some dozens of attempts to learn from."""

    rounds: int = 120
    learning_rate: float = 0.05
    leaves: int = 4
    least_rows: int = 70
    row_share: float = 0.8
    feature_share: float = 0.5
    l2: float = 20.0
    threads: int = 1


@dataclass(frozen=True)
class Settings:
    """Sizes, seeds of the trees that are compared, and how strongly weights are drawn towards nought."""

    name: str
    boosting: BoostingSettings = field(default_factory=BoostingSettings)
    seeds: tuple[int, ...] = (0, 1, 2)
    #: Of weights of features that are scaled to a deviation of one.
    prior_deviation: float = 1.0
    #: Fewest attempts that the training days stand for; with fewer, rates by reason say as much.
    fewest_attempts: int = 10
    #: Redrawings of persons behind each interval.
    replicates: int = 300


FULL = Settings("full")
SMALL = Settings("small", seeds=(0,), replicates=50)
