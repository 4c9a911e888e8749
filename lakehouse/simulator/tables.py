"""The declared tables of ``places/``, read once."""

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

PLACES = Path(__file__).parent / "places"


@cache
def table(name: str) -> pl.DataFrame:
    """A table of ``places/``; empty cells are empty texts."""
    return pl.read_csv(PLACES / f"{name}.csv").with_columns(pl.col(pl.String).fill_null(""))


@cache
def markets() -> pl.DataFrame:
    """Countries of residence, with ``market``, their place in all other tables."""
    return table("markets").with_row_index("market")


@cache
def market(country: str) -> int:
    """Place of a country of residence among the markets."""
    return int(markets()["country"].to_list().index(country))


#: Share of travellers who are citizens, and of a day's travellers at scale 1 those in one direction.
_CITIZENS, _ONE_WAY = 0.63, 75_000
#: Travellers of a day and direction without whom a market has no flights of its own.
_WORTH_A_FLIGHT = 45


@cache
def gateways(scale: float) -> NDArray[np.int64]:
    """The market whose airports travellers of each market use: where few travel, they change at a hub."""
    declared = markets()
    own, guests = (declared[name].to_numpy() / declared[name].sum() for name in ("outbound", "pleasure"))
    daily = _ONE_WAY * scale * (_CITIZENS * own + (1 - _CITIZENS) * guests)
    found = np.array([market(via) for via in declared["via"]])
    hubs = np.array([market(hub) for hub in declared["hub"]])
    using = np.bincount(found, daily, minlength=len(found))
    # The farthest from where all change at last give up first, so that their hubs are the fuller.
    for small in sorted(range(len(hubs)), key=lambda place: -_hops(hubs, place)):
        if using[small] < _WORTH_A_FLIGHT and hubs[small] != small:
            using[hubs[small]] += using[small]
            found[found == small] = hubs[small]
    return found


def _hops(hubs: NDArray[np.int64], place: int) -> int:
    """Changes from a market to the one that has no hub."""
    return 0 if hubs[place] == place else 1 + _hops(hubs, int(hubs[place]))
