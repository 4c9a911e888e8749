"""Who there is: populations of households, from which travellers are drawn and come again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from lakehouse.simulator.behaviours import CASTS
from lakehouse.simulator.draws import Bits, Draws, Ints
from lakehouse.simulator.tables import market, markets

#: Bits of a person's number that tell the member of a household: two adults, then children.
MEMBER_BITS = 3
#: Bits of a person that hold the number, below those of the population.
_NUMBER_BITS = 48
#: Households whose numbers are the same modulo this are of one country.
CLASSES = 1024
_SPREAD = 619
#: Not a market: people of the country itself.
HOME = -1


@dataclass(frozen=True)
class Population:
    """``households`` at scale 1; ``origins`` weighs nationalities, or names a column of the markets."""

    name: str
    households: int
    origins: Mapping[str, float] | str
    age: tuple[int, int]
    lives_here: bool
    in_cohorts: bool = False


_WORKERS = {"IDN": 37, "VNM": 34, "PHL": 20, "THA": 9}
_STUDENTS = {"VNM": 35, "IDN": 20, "MYS": 14, "JPN": 9, "HKG": 8, "KOR": 5, "IND": 5, "USA": 4}
_RESIDENTS = {"VNM": 25, "CHN": 20, "JPN": 13, "MYS": 10, "USA": 10, "PHL": 6, "HKG": 10, "IDN": 6}

CITIZENS, LEISURE, BUSINESS, FAMILY, CREW, RESIDENTS, WORKERS, STUDENTS, _FIRST_CAST = 1, 2, 3, 4, 5, 6, 7, 8, 16

POPULATIONS: dict[int, Population] = {
    CITIZENS: Population("citizens", 6_000_000, {"TWN": 1}, (24, 74), True),
    LEISURE: Population("leisure visitors", 9_000_000, "pleasure", (22, 72), False),
    BUSINESS: Population("business visitors", 900_000, "business", (27, 64), False),
    FAMILY: Population("visiting relatives", 800_000, "visiting", (20, 75), False),
    CREW: Population("crew", 60_000, "crew", (23, 56), False),
    RESIDENTS: Population("foreign residents", 220_000, _RESIDENTS, (25, 66), True),
    WORKERS: Population("migrant workers", 0, _WORKERS, (21, 45), True, True),
    STUDENTS: Population("students", 0, _STUDENTS, (18, 27), True, True),
    **{_FIRST_CAST + n: Population(c.name, 0, c.markets, (23, 58), "TWN" in c.markets) for n, c in enumerate(CASTS)},
}


def population_of_cast(place: int) -> int:
    return _FIRST_CAST + place


def person(population: int | Ints, number: Ints) -> Bits:
    """What a person is known by throughout the world."""
    pop = np.asarray(population).astype(np.uint64)
    return np.asarray((pop << np.uint64(_NUMBER_BITS)) | number.astype(np.uint64))


def population(persons: Bits) -> Ints:
    return (persons >> np.uint64(_NUMBER_BITS)).astype(np.int64)


def member(persons: Bits) -> Ints:
    return (persons & np.uint64((1 << MEMBER_BITS) - 1)).astype(np.int64)


def household(persons: Bits) -> Bits:
    return persons >> np.uint64(MEMBER_BITS)


@cache
def _origins(code: int) -> tuple[Ints, np.ndarray]:
    """Markets that people of a population come from, and the weight of each."""
    origins = POPULATIONS[code].origins
    if isinstance(origins, str):
        return np.arange(len(markets())), markets()[origins].to_numpy().astype(np.float64)
    places = [HOME if country == "TWN" else market(country) for country in origins]
    return np.array(places), np.array(list(origins.values()), np.float64)


def market_of(seed: int, persons: Bits) -> Ints:
    """Market that each person's household belongs to; ``HOME`` for citizens.

    Households of one class (their number modulo ``CLASSES``) are of one market, so that
    people who travel together can be drawn from one; classes have the weights' exact shares.
    """
    found = np.full(len(persons), HOME)
    codes, homes = population(persons), household(persons) & np.uint64((1 << _NUMBER_BITS - MEMBER_BITS) - 1)
    # 0 is nobody: a place that a small cohort does not fill.
    for code in np.flatnonzero(np.bincount(codes, minlength=1)[1:]) + 1:
        rows = np.flatnonzero(codes == code)
        places, weights = _origins(int(code))
        if POPULATIONS[int(code)].in_cohorts:
            found[rows] = places[Draws.of(seed, household(persons[rows]), "market").choice("home", weights)]
            continue
        even = ((homes[rows] * np.uint64(_SPREAD) % np.uint64(CLASSES)).astype(np.float64) + 0.5) / CLASSES
        found[rows] = places[np.searchsorted(np.cumsum(weights) / weights.sum(), even, side="right")]
    return found
