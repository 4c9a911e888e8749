"""How journeys end: in time, late, never, or without a record."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from lakehouse.simulator.behaviours import EXTENDED, LOST_EXIT, OVERSTAYER
from lakehouse.simulator.draws import Draws, mixed
from lakehouse.simulator.segments import ONE_WAY, SEGMENTS
from lakehouse.simulator.tables import markets

#: A day that does not come.
NEVER = 1 << 30

#: Overstays end by leaving after some days, or by being found after some more.
_LEAVES_SHARE, _DAYS_OVER, _DAYS_TO_FOUND = 0.55, 30.0, 120.0
_ORDINARY = tuple(
    n for n, s in enumerate(SEGMENTS) if s.starts == "entry" and s.purpose not in ("crew", "transit") and s.sea < 1
)
_TEMPORARY = ("visa_exempt", "visitor_visa", "entry_permit")


def planned(frame: pl.DataFrame, seed: int, day: int, rates: Mapping[str, float]) -> pl.DataFrame:
    """Those who set out, with ``role`` of overstayers and twins, ``return_on``, ``extended_to`` and ``found_on``."""
    nights, authorised = frame["nights"].to_numpy(), frame["authorised"].to_numpy()
    temporary = frame["class_of_admission"].is_in(_TEMPORARY).to_numpy() & frame["by_entry"].to_numpy()
    in_time = np.where(temporary, np.minimum(nights, np.maximum(authorised - day - 1, 1)), nights)
    ordinary = temporary & np.isin(frame["segment"].to_numpy(), _ORDINARY)
    draws = Draws(mixed(seed, frame["person"].to_numpy(), frame["party"].to_numpy(), "stay"))
    role, chance = _roles(frame, draws, ordinary, rates)
    over = np.maximum(1, draws.lognormal("over", _DAYS_OVER, 1.0)).astype(np.int64)
    leaves = draws.true("leaves", _LEAVES_SHARE)
    found = authorised + over + np.maximum(3, draws.lognormal("found", _DAYS_TO_FOUND, 0.9)).astype(np.int64)
    extended = authorised + 30 + draws.below("extended", 60)
    late = np.where(leaves, authorised + over, found + 5 + draws.below("removed", 20))
    lawful = authorised + 2 + draws.below("lawful", 28)
    back = np.where(nights == ONE_WAY, NEVER, day + in_time)
    back = np.where(role == OVERSTAYER, late, np.where(role == EXTENDED, lawful, back))
    return frame.with_columns(
        role=pl.Series(np.where(role > 0, role, frame["role"].to_numpy())),
        return_on=pl.Series(back),
        extended_to=pl.Series(np.where(role == EXTENDED, extended, -1)),
        found_on=pl.Series(np.where((role == OVERSTAYER) & ~leaves, found, -1)),
        chance=pl.Series(chance),
    )


def _roles(
    frame: pl.DataFrame, draws: Draws, ordinary: np.ndarray, rates: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Who overstays, whose stay is extended, whose exit is not recorded; the last two as often as the first."""
    risk = markets()["risk"].to_numpy()
    weights = markets()["pleasure"].to_numpy()
    home = np.maximum(frame["home_market"].to_numpy(), 0)
    relative = risk[home] / ((risk * weights).sum() / weights.sum())
    base = rates["behaviour.overstaying.base_rate"]
    chance = np.minimum(0.5, base * relative) * rates["behaviour.overstaying.strength"] * ordinary
    # Twins are of the same countries: only what becomes of them tells them apart.
    twins = chance * rates["behaviour.overstaying.twins"] / 2
    drawn = draws.uniform("overstays")
    ends = (chance, chance + twins, chance + 2 * twins)
    role = np.select([drawn < end for end in ends], [OVERSTAYER, EXTENDED, LOST_EXIT], default=0)
    return role, chance
