"""How large the models are: ``SMALL`` for every run of the pipeline, ``FULL`` for the figures that are reported."""

from __future__ import annotations

from dataclasses import dataclass

from ml.overstay_arrivals.boosting import BoostingSettings
from ml.overstay_arrivals.network import NetSettings


@dataclass(frozen=True)
class Settings:
    """Seeds, sizes, and which rows are learned from."""

    name: str
    boosting: BoostingSettings
    net: NetSettings
    #: Trained once with each, and averaged.
    seeds: tuple[int, ...] = (0, 1, 2)
    #: Learn from the clean cohort (by air, loaded within a day), or from all.
    clean: bool = True
    #: Learn from days that plainly lost their departures, too.
    outages: bool = False
    #: Share of training's flight-days that models see; encodings see all.
    flight_days_share: float = 1.0
    #: Rows of the rate of all that a group's own rate is drawn towards.
    prior_rows: float = 50.0
    #: Redrawings behind each interval.
    replicates: int = 300


FULL = Settings("full", BoostingSettings(), NetSettings())
SMALL = Settings(
    "small",
    BoostingSettings(rounds=150, learning_rate=0.1, leaves=15),
    NetSettings(members=4, width=48, epochs=6, batch=256, learning_rate=3e-3),
    seeds=(0,),
    flight_days_share=0.2,
    replicates=50,
)
