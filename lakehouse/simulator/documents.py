"""Documents reported lost or stolen: by honest holders, and those that others travel with."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from lakehouse.simulator.behaviours import CAST_OF_ROLE, ROLE_OF
from lakehouse.simulator.casts import borrows, groups_of, members, onset
from lakehouse.simulator.draws import Bits, Draws, Ints, mixed, rounded
from lakehouse.simulator.people import ALIAS, identities
from lakehouse.simulator.permits import stamps
from lakehouse.simulator.populations import CITIZENS, CLASSES, LEISURE, MEMBER_BITS, POPULATIONS, person

#: Reports of a day at scale 1.
_DAILY = 320.0
COLUMNS = (
    *("report_id", "reported_at", "lost_on", "kind", "issuing_state", "document_type", "document_number"),
    "withdrawn_on",
)


def reports(seed: int, scale: float, rates: Mapping[str, float], day: int, first_day: int) -> pl.DataFrame:
    """Reports of the day, as docs/feeds.md lists them; on the world's first day, also older ones that matter."""
    draws = Draws.of(seed, day, np.arange(rounded(_DAILY * scale, seed, day, "lost"), dtype=np.uint64), "lost")
    pops = np.where(draws.true("own", 0.6), CITIZENS, LEISURE)
    among = np.array([_households(CITIZENS, scale), _households(LEISURE, scale)])[(pops == LEISURE).astype(np.int64)]
    persons = person(pops, (draws.below("which", among) << MEMBER_BITS) | draws.below("head", 2))
    ordinary = _rows(seed, persons, np.zeros(len(persons), np.int64), np.full(len(persons), day), day, first_day)
    false = _of_cast(seed, scale, rates, "bearers_of_false_documents", day, first_day)
    found = _of_cast(seed, scale, rates, "finders_of_lost_documents", day, first_day)
    back = _of_cast(seed, scale, rates, "finders_of_lost_documents", day - 5, first_day).with_columns(
        withdrawn_on=pl.lit(str(np.datetime64(day, "D")))
    )
    return pl.concat((ordinary, false, found, back)).select(COLUMNS)


def reported(seed: int, scale: float, rates: Mapping[str, float], day: int, first_day: int) -> pl.Series:
    """Numbers of documents of others that false bearers show and that have been reported by the day."""
    persons, on = _bearers(seed, scale, rates, "bearers_of_false_documents", first_day)
    known = on < day
    return _numbers(seed, persons[known], on[known], first_day, ALIAS)["document_number"]


def _households(code: int, scale: float) -> int:
    return CLASSES * max(16, int(POPULATIONS[code].households * scale) // CLASSES)


def _bearers(seed: int, scale: float, rates: Mapping[str, float], name: str, first_day: int) -> tuple[Bits, Ints]:
    """Those of a cast whose documents get reported, and when: about the time when they are first shown."""
    role = ROLE_OF[name]
    groups = np.arange(groups_of(rates, scale, CAST_OF_ROLE[role]))
    persons = members(role, groups, np.zeros_like(groups))
    days = onset(seed, rates, role, groups, first_day) - 20 + Draws.of(seed, persons, "reported").below("day", 40)
    own = ~borrows(persons) if name.startswith("bearers") else np.ones(len(persons), bool)
    return persons[own], days[own]


def _of_cast(seed: int, scale: float, rates: Mapping[str, float], name: str, day: int, first_day: int) -> pl.DataFrame:
    persons, on = _bearers(seed, scale, rates, name, first_day)
    today = (on == day) | ((on < day) & (day == first_day))
    persons, on = persons[today], on[today]
    identity = np.full(len(persons), ALIAS if name.startswith("bearers") else 0)
    return _rows(seed, persons, identity, on, day, first_day)


def _numbers(seed: int, persons: Bits, on: Ints, reference: int, identity: int) -> pl.DataFrame:
    return identities(seed, persons, np.full(len(persons), identity), on, reference)


def _rows(seed: int, persons: Bits, identity: Ints, on: Ints, day: int, reference: int) -> pl.DataFrame:
    who = identities(seed, persons, identity, on, reference)
    key = mixed(seed, persons, on, "report")
    draws = Draws(key)
    number = pl.Series((key % np.uint64(10**10)).astype(np.int64)).cast(pl.String).str.zfill(10)
    kinds = pl.Series(("lost", "stolen", "revoked", "blank_stolen"))[draws.choice("kind", (60, 33, 6, 1))]
    lost = np.minimum(on, day) - draws.below("before", 6)
    return who.select(
        report_id="L" + number,
        reported_at=stamps(on, draws.below("second", 40_000) + 30_000),
        lost_on=pl.Series(lost.astype(np.int32)).cast(pl.Date).cast(pl.String),
        kind=kinds,
        issuing_state="issuing_state",
        document_type="document_type",
        document_number="document_number",
        withdrawn_on=pl.lit(None, pl.String),
    )
