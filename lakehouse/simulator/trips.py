"""Who sets out on a day: parties of ordinary travellers, and those who come for years or leave for good.

All of it is a function of the seed and the day. Who is away already is left out later.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from lakehouse.simulator.calendar import crossings_expected, on, openness
from lakehouse.simulator.draws import Bits, Draws, Ints, mixed, rounded
from lakehouse.simulator.populations import CITIZENS, CLASSES, MEMBER_BITS, POPULATIONS, household, market_of, person
from lakehouse.simulator.segments import ARRIVALS, COHORT_BITS, COHORTS, DEPARTURES, ONE_WAY, SEGMENTS, Cohort, Segment
from lakehouse.simulator.tables import gateways, market, markets

#: Agencies and inviting enterprises at scale 1; a few have most of the guests.
_AGENCIES, _ENTERPRISES = 9_000, 40_000

#: Nights: of a visit, and of a leave from which workers and students come back before their terms end.
_LONGEST, _LONGEST_LEAVE = 170, 25

SCHEMA = {
    **dict.fromkeys(("party", "together", "place_key", "person", "shown", "group"), pl.UInt64),
    **dict.fromkeys(("agency", "payment", "phone", "sponsor"), pl.UInt64),
    **dict.fromkeys(("identity", "place", "size", "segment", "role", "market", "nights"), pl.Int64),
    **dict.fromkeys(("by_entry", "sea"), pl.Boolean),
}


def setting_out(seed: int, scale: float, day: int) -> pl.DataFrame:
    """Travellers, a row each, who may set out on a ``day`` (days since 1970): columns of ``SCHEMA``."""
    half = crossings_expected(on(day)) * scale / 2
    frames = [_segment(seed, scale, day, code, declared, half) for code, declared in enumerate(SEGMENTS)]
    for cohort in COHORTS:
        frames += [one_way(seed, scale, day, ARRIVALS, members_of_cohort(seed, scale, day, cohort))]
        frames += [one_way(seed, scale, day, DEPARTURES, _leaving(seed, scale, day, cohort))]
    return pl.concat(frames)


def _segment(seed: int, scale: float, day: int, code: int, declared: Segment, half: float) -> pl.DataFrame:
    mean = sum(size * weight for size, weight in declared.sizes) / sum(weight for _, weight in declared.sizes)
    count = rounded(half * declared.share / mean, seed, day, code, "parties")
    draws = Draws.of(seed, day, code, np.arange(count, dtype=np.uint64), "party")
    in_cohort = POPULATIONS[declared.population].in_cohorts
    sizes = np.array([size for size, _ in declared.sizes])
    sizes = sizes[draws.choice("size", [weight for _, weight in declared.sizes])]
    row = np.repeat(np.arange(count), sizes)
    place = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    persons = _persons(seed, scale, day, declared, draws.key[row], place)
    home = market_of(seed, persons)
    if declared.markets:
        abroad = np.array([market(c) for c in declared.markets])
        abroad = abroad[draws.below("market", len(abroad))][row]
    elif declared.population != CITIZENS:
        abroad = home
    else:
        abroad = draws.choice("market", markets()["outbound"].to_numpy())[row]
    sea = draws.true("sea", declared.sea)[row]
    # All go where the first of the party goes.
    first = (np.cumsum(sizes) - sizes)[row]
    abroad = abroad[first]
    if not declared.markets:
        sea = sea & (abroad == market("CHN"))
    abroad = np.where(sea, abroad, gateways(scale)[abroad])
    nights = np.maximum(1, np.rint(draws.lognormal("nights", declared.nights, declared.spread))).astype(np.int64)
    return pl.DataFrame(
        {
            **_linked(draws.key[row], persons, declared.starts == "exit"),
            **_bought(draws, declared.agency, scale, row, persons, declared.purpose, declared.starts == "entry"),
            "place": place,
            "size": sizes[row],
            "segment": np.full(len(row), code),
            "market": abroad,
            "nights": np.minimum(nights, _LONGEST_LEAVE if in_cohort else _LONGEST)[row],
            "by_entry": np.full(len(row), declared.starts == "entry"),
            "sea": sea,
        }
    ).select(_all())


def _all() -> list[pl.Expr]:
    """Columns of ``SCHEMA``; what a frame of ordinary travellers does not say of them is 0."""
    return [pl.col(name).cast(kind) for name, kind in SCHEMA.items()]


def _linked(party: Bits, persons: Bits, from_home: bool) -> dict[str, np.ndarray]:
    """Whose booking, whose flight and whose port each traveller's is."""
    nobody = np.zeros(len(persons), np.uint64)
    place_key = mixed(household(persons), "home port") if from_home else party
    # People of one party use one port: that of its first traveller.
    first = pl.DataFrame({"p": party, "k": place_key}).select(pl.col("k").first().over("p")).to_series().to_numpy()
    return {
        "party": party,
        "together": party,
        "place_key": first,
        "person": persons,
        "shown": persons,
        "group": nobody,
        "role": np.zeros(len(persons), np.int64),
        "identity": np.zeros(len(persons), np.int64),
    }


def _bought(
    draws: Draws, agency: float, scale: float, row: Ints, persons: Bits, purpose: str, by_entry: bool
) -> dict[str, np.ndarray]:
    """Where each party booked, who paid, whose telephone is left, and who invited."""
    numbers = 1 + (draws.uniform("which agency") ** 3 * max(20, _AGENCIES * scale)).astype(np.uint64)
    booked = np.where(draws.true("agency", agency), numbers, 0).astype(np.uint64)[row]
    payer = mixed(household(persons), "payer")
    if agency == 1.0:  # Tours are paid for by each household, and reached by the guide's telephone.
        phone = draws.bits("guide")[row]
    else:
        first = pl.DataFrame({"r": row, "k": payer}).select(pl.col("k").first().over("r")).to_series().to_numpy()
        payer, phone = first, first
    inviting = 1 + (draws.uniform("which host") ** 2 * max(50, _ENTERPRISES * scale)).astype(np.uint64)
    host = mixed(household(persons), "relative") % np.uint64(300_000) + np.uint64(1_000_000)
    sponsor = np.zeros(len(row), np.uint64)
    if by_entry and purpose == "business":
        sponsor = np.where(draws.true("invited", 0.7), inviting, 0).astype(np.uint64)[row]
    if by_entry and purpose == "visiting":
        sponsor = np.where(draws.true("invited", 0.8)[row], host, 0).astype(np.uint64)
    return {"agency": booked, "payment": payer, "phone": phone, "sponsor": sponsor}


def _persons(seed: int, scale: float, day: int, declared: Segment, party: Bits, place: Ints) -> Bits:
    """Who each place of each party is."""
    for cohort in COHORTS:
        if cohort.population == declared.population:
            return of_cohorts(seed, scale, day, cohort, party)
    # Which household a traveller is of: the party's, a couple's, or their own.
    apart = {"household": np.zeros_like(place), "tour": place // 2, "colleagues": place}[declared.party]
    members = {"household": place, "tour": place % 2, "colleagues": Draws.of(party, place).below("member", 2)}
    own = Draws.of(party, "household")
    households = CLASSES * max(16, int(POPULATIONS[declared.population].households * scale) // CLASSES)
    tier = own.choice("tier", (declared.regulars, declared.regulars, max(0.0, 1 - 2 * declared.regulars)))
    among = np.array((households // 1_000 + 1, households // 100 + 1, households))[tier]
    chosen = members[declared.party]
    if declared.party == "household":
        chosen = np.where(Draws(party).true("other head", 0.5) & (place < 2), 1 - np.minimum(place, 1), place)
    # Others of the party are of the same country, and the same each time for the same first traveller.
    which = (own.below("which", among) + apart * CLASSES) % households
    return person(declared.population, (which << MEMBER_BITS) | chosen)


def _numbers(cohort_day: Ints, place: Ints) -> Ints:
    return ((cohort_day << COHORT_BITS) | place) << MEMBER_BITS


def size_of_cohort(seed: int, scale: float, day: int, cohort: Cohort) -> int:
    return rounded(cohort.daily * scale * openness(on(day)), seed, day, cohort.population, "cohort")


def members_of_cohort(seed: int, scale: float, day: int, cohort: Cohort) -> Bits:
    """All who came on one day."""
    places = np.arange(size_of_cohort(seed, scale, day, cohort))
    return person(cohort.population, _numbers(np.full(len(places), day), places))


def came_on(persons: Bits) -> Ints:
    """Day on which people of a cohort came."""
    return ((persons & np.uint64((1 << 48) - 1)) >> np.uint64(COHORT_BITS + MEMBER_BITS)).astype(np.int64)


def of_cohorts(seed: int, scale: float, day: int | Ints, cohort: Cohort, party: Bits) -> Bits:
    """People who have been here for a while, as many as there are parties; some days have none to choose from."""
    draws = Draws(party)
    earliest = min(low for low, _ in cohort.terms)
    came = day - 30 - draws.below("came", earliest - 60)
    sizes = {int(d): size_of_cohort(seed, scale, int(d), cohort) for d in np.unique(came)}
    size = np.array([sizes[int(d)] for d in came], np.int64)
    place = draws.below("place", np.maximum(size, 1))
    # A day on which nobody came: the one traveller whom it would have had is not there, and is left out later.
    return np.where(size > 0, person(cohort.population, _numbers(came, place)), 0).astype(np.uint64)


def term(seed: int, persons: Bits, cohort: Cohort) -> Ints:
    """Days for which people of a cohort stay."""
    draws = Draws.of(seed, persons, "term")
    lows, highs = (np.array(ends) for ends in zip(*cohort.terms, strict=True))
    which = draws.below("which", len(lows))
    return np.asarray(lows[which] + draws.below("days", highs[which] - lows[which]))


def _leaving(seed: int, scale: float, day: int, cohort: Cohort) -> Bits:
    found = [np.zeros(0, np.uint64)]
    for low, high in cohort.terms:
        for came in range(day - high, day - low):
            members = members_of_cohort(seed, scale, came, cohort)
            found.append(members[came + term(seed, members, cohort) == day])
    return np.concatenate(found)


def one_way(seed: int, scale: float, day: int, code: int, persons: Bits) -> pl.DataFrame:
    party = mixed(seed, persons, day, code)
    count = len(persons)
    broker = 1 + (Draws.of(mixed(household(persons), "broker")).uniform("agency") ** 2 * 400).astype(np.uint64)
    return pl.DataFrame(
        {
            **_linked(party, persons, True),
            "agency": broker,
            "payment": mixed(broker),
            "phone": mixed(persons, "payer"),
            "sponsor": np.zeros(count, np.uint64),
            "place": np.zeros(count, np.int64),
            "size": np.ones(count, np.int64),
            "segment": np.full(count, code),
            "market": gateways(scale)[market_of(seed, persons)],
            "nights": np.full(count, ONE_WAY),
            "by_entry": np.full(count, code == ARRIVALS),
            "sea": np.zeros(count, bool),
        }
    ).select(_all())
