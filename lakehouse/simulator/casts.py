"""Journeys of those with a behaviour, and of their twins, who set out as often and in groups as large."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from lakehouse.simulator.behaviours import CAST_OF_ROLE, CASTS, Cast
from lakehouse.simulator.calendar import on, openness
from lakehouse.simulator.draws import Bits, Draws, Floats, Ints, mixed
from lakehouse.simulator.people import ALIAS, OWN, RESPELLED
from lakehouse.simulator.populations import (
    CLASSES,
    FAMILY,
    HOME,
    MEMBER_BITS,
    POPULATIONS,
    household,
    market_of,
    person,
    population_of_cast,
)
from lakehouse.simulator.segments import CAST
from lakehouse.simulator.tables import gateways, market, markets
from lakehouse.simulator.trips import SCHEMA

#: Travellers of a quarter at scale 1, whose share a base rate is.
TRAVELLERS = 6_000_000
#: Most members of a group, in bits.
_GROUP = 16

#: Of false documents: stolen and listed, or another person's own.
_BORROWED_SHARE = 0.4
#: Of the wanted who try to leave, those who do so under another name.
_UNDER_ANOTHER = 0.15


def groups_of(rates: Mapping[str, float], scale: float, cast: Cast) -> int:
    """How many groups a cast has."""
    people = TRAVELLERS * scale * rates[f"behaviour.{cast.behaviour}.base_rate"]
    if cast.is_twin:
        alike = sum(other.is_twin and other.behaviour == cast.behaviour for other in CASTS)
        people *= rates[f"behaviour.{cast.behaviour}.twins"] / alike
    return int(people / cast.group + 0.5)


def onset(seed: int, rates: Mapping[str, float], role: int, groups: Ints, first_day: int) -> Ints:
    """Day from which a group does what it does; some did before the world's first day."""
    days = rates[f"behaviour.{CAST_OF_ROLE[role].behaviour}.onset_days"]
    drawn = Draws.of(seed, groups, role, "onset").uniform("day")
    return np.asarray(first_day - 30 + (drawn * (days + 30)).astype(np.int64))


def strength(seed: int, rates: Mapping[str, float], role: int, groups: Ints) -> Floats:
    """How often a group acts when it could, around the behaviour's strength."""
    middle = rates[f"behaviour.{CAST_OF_ROLE[role].behaviour}.strength"]
    return np.clip(middle * (0.8 + 0.4 * Draws.of(seed, groups, role, "strength").uniform("own")), 0, 1)


def members(role: int, groups: Ints, place: Ints) -> Bits:
    """Who the members of groups are: all of one country, and of one household where the cast shares that."""
    cast = CAST_OF_ROLE[role]
    in_household = "household" in cast.shares
    apart = np.zeros_like(place) if in_household else place
    number = groups % CLASSES + CLASSES * (groups // CLASSES * _GROUP + apart)
    chosen = place if in_household else Draws.of(groups, place, cast.behaviour, "head").below("member", 2)
    return person(population_of_cast(role - min(CAST_OF_ROLE)), (number << MEMBER_BITS) | chosen)


def setting_out(seed: int, scale: float, rates: Mapping[str, float], day: int, first_day: int) -> pl.DataFrame:
    """Travellers of all casts who set out on the day: columns of ``trips.SCHEMA``."""
    return pl.concat(_cast(seed, scale, rates, day, first_day, role) for role in CAST_OF_ROLE)


def _cast(seed: int, scale: float, rates: Mapping[str, float], day: int, first_day: int, role: int) -> pl.DataFrame:
    cast = CAST_OF_ROLE[role]
    groups = np.arange(groups_of(rates, scale, cast))
    phase = Draws.of(seed, groups, role, "phase").below("days", cast.period)
    cycle, since = (day + phase) // cast.period, (day + phase) % cast.period
    turn = Draws.of(seed, groups, role, cycle, "turn")
    wait = np.zeros(len(groups), np.int64) + turn.below("wait", max(1, cast.period - cast.nights - 2))
    starts = (since == wait) & (turn.uniform("act") < 0.95 * openness(on(day)))
    begun = day >= onset(seed, rates, role, groups, first_day)
    acts = begun & (turn.uniform("does") < strength(seed, rates, role, groups))
    groups, turn, cycle, acts = groups[starts], turn.key[starts], cycle[starts], acts[starts]
    row = np.repeat(np.arange(len(groups)), cast.group)
    place = np.tile(np.arange(cast.group), len(groups))
    stays = Draws.of(turn[row], place, "comes").true("comes", 0.85) | (cast.group == 1)
    row, place = row[stays], place[stays]
    return _journeys(seed, scale, role, groups[row], turn[row], cycle[row], acts[row], place)


def _journeys(
    seed: int, scale: float, role: int, groups: Ints, turn: Bits, cycle: Ints, acts: np.ndarray, place: Ints
) -> pl.DataFrame:
    cast, count = CAST_OF_ROLE[role], len(groups)
    persons = members(role, groups, place)
    of_group, of_one, each = mixed(seed, role, groups, "group"), mixed(turn, place), mixed(seed, persons, "payer")
    one = Draws(of_one)

    def key(what: str, own: Bits) -> Bits:
        # A behaviour shows where a group acts; its twins share what they share always.
        return np.where(acts | cast.is_twin, mixed(of_group, what), own) if what in cast.shares else own

    booking = np.where(("booking" in cast.shares), turn, of_one)
    together = np.where(("flight" in cast.shares) & (acts | cast.is_twin), turn, booking)
    direct = np.where(one.true("agency", 0.45), 1 + one.below("which agency", max(20, int(9_000 * scale))), 0)
    small = mixed(of_group, "agency") % np.uint64(max(20, int(9_000 * scale))) + np.uint64(1)
    invited = mixed(each, "relative") % np.uint64(300_000) + np.uint64(1_000_000)
    host = mixed(of_group, "host") % np.uint64(300_000) + np.uint64(1_000_000)
    named = cast.purpose in ("visiting", "business")
    shared = acts | cast.is_twin
    home = market_of(seed, persons)
    return pl.DataFrame(
        {
            "party": booking,
            "together": together,
            "person": persons,
            "place_key": mixed(together, "port") if "flight" in cast.shares else mixed(household(persons), "home port"),
            "shown": _shown(seed, scale, role, persons, acts),
            "group": of_group,
            "agency": np.where(shared, small, direct) if "agency" in cast.shares else direct,
            "payment": key("payment", each),
            "phone": key("phone", each),
            "sponsor": np.where(shared, host, 0)
            if "sponsor" in cast.shares
            else (invited if named else np.zeros(count)),
            "identity": _identity(role, persons, cycle, acts),
            "place": place,
            "size": np.full(count, cast.group),
            "segment": np.full(count, CAST),
            "role": np.full(count, role),
            "market": _from(scale, cast, home, one, acts),
            "nights": np.maximum(1, cast.nights + one.below("nights", 3) - 1),
            "by_entry": home != HOME,
            "sea": np.zeros(count, bool),
        }
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _from(scale: float, cast: Cast, home: Ints, one: Draws, acts: np.ndarray) -> Ints:
    """Country that each flies from: their own, or another once the routes are moved."""
    if cast.via:
        before, after = map(market, cast.via)
        own = np.where(home == before, before, market("SGP"))
        # Twins are flown in by charter of a season, and change as often.
        return np.where(acts, after, own)
    outbound = one.choice("market", markets()["outbound"].to_numpy())
    return np.asarray(gateways(scale)[np.where(home == HOME, outbound, home)])


def _identity(role: int, persons: Bits, cycle: Ints, acts: np.ndarray) -> Ints:
    """Which of their identities travellers show."""
    name = CAST_OF_ROLE[role].name
    draws = Draws.of(persons, cycle, "identity")
    if name == "aliases":
        return np.where(acts & (cycle % 2 == 1), ALIAS, OWN)
    if name == "renewed_passports":
        return np.where(acts, RESPELLED, OWN)
    if name == "bearers_of_false_documents":
        return np.where(acts & ~borrows(persons), ALIAS, OWN)
    if name == "wanted":
        return np.where(acts & draws.true("another", _UNDER_ANOTHER), ALIAS, OWN)
    return np.zeros(len(persons), np.int64)


def borrows(persons: Bits) -> np.ndarray:
    return Draws.of(persons, "borrows").true("borrows", _BORROWED_SHARE)


def _shown(seed: int, scale: float, role: int, persons: Bits, acts: np.ndarray) -> Bits:
    """Whose documents are shown: one's own, or those that somebody's relative lent."""
    if CAST_OF_ROLE[role].name != "bearers_of_false_documents":
        return persons
    lenders = max(16, int(POPULATIONS[FAMILY].households * scale) // CLASSES) * CLASSES
    drawn = Draws.of(seed, persons, "lender").below("lender", lenders) << MEMBER_BITS
    lender = person(FAMILY, drawn)
    return np.where(acts & borrows(persons), lender, persons)
