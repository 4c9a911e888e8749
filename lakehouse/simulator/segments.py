"""Why people travel: each segment's share of those who set out, how many together, for how long, how booked."""

from __future__ import annotations

from dataclasses import dataclass

from lakehouse.simulator import populations as people


@dataclass(frozen=True)
class Segment:
    """``share`` counts travellers, of all who set out in a day; ``sizes`` are (travellers in a party, weight).

    ``party``: ``household`` members travel with each other, ``tour`` guests are couples of many
    households, ``colleagues`` come from one each. ``regulars`` is the share of journeys that the
    most frequent thousandth of households makes, and as many again the most frequent hundredth.
    """

    name: str
    population: int
    starts: str
    share: float
    party: str
    sizes: tuple[tuple[int, float], ...]
    nights: float
    spread: float
    purpose: str
    regulars: float = 0.02
    sea: float = 0.0
    agency: float = 0.45
    lead_days: float = 40.0
    markets: tuple[str, ...] = ()


_ALONE = ((1, 1.0),)
_PAIR = ((1, 0.55), (2, 0.45))
_FAMILY = ((2, 0.2), (3, 0.35), (4, 0.3), (5, 0.15))
_TOUR = ((10, 0.2), (14, 0.3), (18, 0.3), (24, 0.2))
_WORK = ((1, 0.8), (2, 0.15), (3, 0.05))

SEGMENTS = (
    Segment("citizens at leisure", people.CITIZENS, "exit", 0.230, "household", _PAIR, 4.6, 0.45, "pleasure"),
    Segment("citizens' families", people.CITIZENS, "exit", 0.130, "household", _FAMILY, 5.0, 0.35, "pleasure"),
    Segment(
        "citizens on tours", people.CITIZENS, "exit", 0.095, "tour", _TOUR, 4.8, 0.25, "pleasure", 0.01, 0.0, 1.0, 60
    ),
    Segment(
        "citizens on business",
        people.CITIZENS,
        "exit",
        0.100,
        "colleagues",
        _WORK,
        3.8,
        0.7,
        "business",
        0.12,
        0.0,
        0.6,
        9,
    ),
    Segment("citizens visiting", people.CITIZENS, "exit", 0.052, "household", _PAIR, 12.0, 0.8, "visiting", 0.03),
    Segment(
        "citizens across the strait",
        people.CITIZENS,
        "exit",
        0.026,
        "household",
        _PAIR,
        9.0,
        0.9,
        "business",
        0.15,
        1.0,
        0.3,
        6,
        ("CHN",),
    ),
    Segment("visitors at leisure", people.LEISURE, "entry", 0.088, "household", _PAIR, 4.4, 0.5, "pleasure"),
    Segment("visitors' families", people.LEISURE, "entry", 0.060, "household", _FAMILY, 4.8, 0.4, "pleasure"),
    Segment(
        "visitors on tours", people.LEISURE, "entry", 0.055, "tour", _TOUR, 4.5, 0.25, "pleasure", 0.005, 0.0, 1.0, 60
    ),
    Segment(
        "visitors on business",
        people.BUSINESS,
        "entry",
        0.048,
        "colleagues",
        _WORK,
        3.2,
        0.7,
        "business",
        0.12,
        0.0,
        0.6,
        8,
    ),
    Segment("visiting relatives", people.FAMILY, "entry", 0.034, "household", _PAIR, 11.0, 0.7, "visiting", 0.03, 0.02),
    Segment("visitors in transit", people.LEISURE, "entry", 0.004, "household", _PAIR, 1.0, 0.3, "transit"),
    Segment(
        "cruise guests",
        people.LEISURE,
        "entry",
        0.011,
        "household",
        ((2, 1.0),),
        1.0,
        0.1,
        "pleasure",
        0.0,
        1.0,
        1.0,
        90,
        ("JPN", "HKG"),
    ),
    Segment("residents abroad", people.RESIDENTS, "exit", 0.024, "household", _PAIR, 11.0, 0.8, "visiting", 0.05),
    Segment(
        "crew", people.CREW, "entry", 0.030, "colleagues", ((4, 0.5), (6, 0.5)), 1.2, 0.4, "crew", 0.10, 0.0, 0.0, 20
    ),
    Segment("workers on home leave", people.WORKERS, "exit", 0.006, "colleagues", _ALONE, 25.0, 0.5, "employment"),
    Segment("students on holiday", people.STUDENTS, "exit", 0.005, "colleagues", _ALONE, 20.0, 0.6, "student"),
)

#: One way: those who come for years, and those who go for good.
ARRIVALS, DEPARTURES, CAST = len(SEGMENTS), len(SEGMENTS) + 1, len(SEGMENTS) + 2

#: Travel that starts and ends on one day or never, in nights.
ONE_WAY = -1


@dataclass(frozen=True)
class Cohort:
    """People who come on one day for long: ``daily`` at scale 1, leaving after the days of one of ``terms``."""

    population: int
    daily: float
    terms: tuple[tuple[int, int], ...]
    purpose: str


COHORTS = (
    Cohort(people.WORKERS, 520.0, ((1_065, 1_095),), "employment"),
    Cohort(people.STUDENTS, 90.0, ((130, 150), (1_420, 1_440)), "student"),
)
#: The most that a cohort holds at any scale, in bits of a number.
COHORT_BITS = 20
