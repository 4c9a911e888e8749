"""How large the models are: ``SMALL`` for every run of the pipeline, ``FULL`` for the figures that are reported."""

from __future__ import annotations

from dataclasses import dataclass

from ml.high_risk_histories.boosting import BoostingSettings
from ml.high_risk_histories.network import NetSettings


@dataclass(frozen=True)
class Settings:
    """Seeds, sizes, and how many crossings are learned from."""

    name: str
    boosting: BoostingSettings
    net: NetSettings
    #: A net and trees are trained once with each.
    seeds: tuple[int, ...] = tuple(range(10))
    #: Harmless crossings that trees see, drawn once.
    most_negatives: int = 60_000
    #: Redrawings behind each interval.
    replicates: int = 100


FULL = Settings("full", BoostingSettings(), NetSettings())
SMALL = Settings(
    "small",
    BoostingSettings(rounds=60),
    NetSettings(width=32, state=32, epochs=6, least_batches=300),
    seeds=(0,),
    most_negatives=30_000,
    replicates=50,
)
