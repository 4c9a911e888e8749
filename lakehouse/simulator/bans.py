"""Exit bans: who may not leave, or of whom it is to be told, and on which days."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from lakehouse.simulator.behaviours import CAST_OF_ROLE, ROLE_OF
from lakehouse.simulator.casts import groups_of, members, onset
from lakehouse.simulator.draws import Draws, mixed
from lakehouse.simulator.people import identities
from lakehouse.simulator.populations import CITIZENS, CLASSES, MEMBER_BITS, POPULATIONS, person

#: Bans of ordinary citizens at scale 1, and the days over which they are issued.
_BANS, _BEFORE, _AFTER = 45_000, 1_000, 1_000
_REASONS = ("prosecution", "wanted", "tax_arrears", "conscription", "custody")
_REASON_WEIGHTS = (35, 20, 25, 15, 5)
_AUTHORITIES = {
    "prosecution": "prosecutor",
    "wanted": "court",
    "tax_arrears": "tax",
    "conscription": "military",
    "custody": "court",
}
COLUMNS = (
    *("ban_id", "issued_on", "valid_from", "valid_until", "lifted_on", "authority", "reason", "restriction"),
    *("nationality", "primary_identifier", "secondary_identifier", "native_name", "date_of_birth", "sex"),
    *("issuing_state", "document_number"),
)


def bans(seed: int, scale: float, rates: Mapping[str, float], first_day: int) -> pl.DataFrame:
    """All bans that the world will have: who, and from when to when, in days since 1970."""
    return pl.concat((_ordinary(seed, scale, first_day), _wanted(seed, scale, rates, first_day)))


def _ordinary(seed: int, scale: float, first_day: int) -> pl.DataFrame:
    draws = Draws.of(seed, np.arange(int(_BANS * scale), dtype=np.uint64), "ban")
    households = CLASSES * max(16, int(POPULATIONS[CITIZENS].households * scale) // CLASSES)
    persons = person(CITIZENS, (draws.below("household", households) << MEMBER_BITS) | draws.below("head", 2))
    issued = first_day - _BEFORE + draws.below("issued", _BEFORE + _AFTER)
    # One in three is lifted before it ends: twins, in effect, of those who try.
    lifted = np.where(draws.true("lifted", 0.33), issued + 30 + draws.below("after", 500), -1)
    return _typed(persons, issued, lifted, draws)


def _wanted(seed: int, scale: float, rates: Mapping[str, float], first_day: int) -> pl.DataFrame:
    role = ROLE_OF["wanted"]
    groups = np.arange(groups_of(rates, scale, CAST_OF_ROLE[role]))
    persons = members(role, groups, np.zeros_like(groups))
    issued = onset(seed, rates, role, groups, first_day)
    told = _typed(persons, issued, np.full(len(groups), -1), Draws.of(seed, persons, "ban"))
    return told.with_columns(restriction=pl.lit("stop"))


def _typed(persons: np.ndarray, issued: np.ndarray, lifted: np.ndarray, draws: Draws) -> pl.DataFrame:
    reasons = pl.Series(_REASONS)[draws.choice("reason", _REASON_WEIGHTS)]
    notify = pl.Series(draws.true("notify", 0.2))
    return pl.DataFrame(
        {"person": persons, "issued": issued, "lifted": lifted, "until": issued + 1_825, "reason": reasons}
    ).with_columns(
        restriction=pl.when(notify & (pl.col("reason") != "wanted")).then(pl.lit("notify")).otherwise(pl.lit("stop"))
    )


def in_force(all_bans: pl.DataFrame, day: int) -> pl.DataFrame:
    """Who may not leave on the day, and how strictly."""
    lifted = (pl.col("lifted") >= 0) & (pl.col("lifted") <= day)
    now = all_bans.filter((pl.col("issued") < day) & (pl.col("until") >= day) & ~lifted)
    return (
        now.sort("person", "restriction", descending=[False, True])
        .unique("person", keep="first", maintain_order=True)
        .select("person", "restriction")
    )


def listed(all_bans: pl.DataFrame, seed: int, day: int, reference: int) -> pl.DataFrame:
    """The whole list as of a day, as docs/feeds.md has it; of a fifth no document is known."""
    now = all_bans.filter((pl.col("issued") <= day) & (pl.col("until") >= day - 365))
    persons = now["person"].to_numpy()
    who = identities(seed, persons, np.zeros(len(persons), np.int64), now["issued"].to_numpy(), reference)
    known = pl.Series(Draws.of(seed, persons, "ban").true("document known", 0.8))
    number = pl.Series((mixed(persons, now["issued"].to_numpy(), "ban") % np.uint64(10**9)).astype(np.int64))
    lifted = now["lifted"].to_numpy()
    return (
        who.with_columns(now.select("reason", "restriction"))
        .select(
            ban_id="B" + number.cast(pl.String).str.zfill(9),
            issued_on=_day(now["issued"]),
            valid_from=_day(now["issued"]),
            valid_until=_day(now["until"]),
            lifted_on=pl.when(pl.Series((lifted >= 0) & (lifted <= day))).then(_day(now["lifted"])),
            authority=pl.col("reason").replace_strict(_AUTHORITIES, return_dtype=pl.String),
            reason="reason",
            restriction="restriction",
            nationality="nationality",
            primary_identifier="primary_identifier",
            secondary_identifier="secondary_identifier",
            native_name="native_name",
            date_of_birth=pl.col("date_of_birth").cast(pl.String),
            sex="sex",
            issuing_state=pl.when(known).then("issuing_state"),
            document_number=pl.when(known).then("document_number"),
        )
        .select(COLUMNS)
        .sort("ban_id")
    )


def _day(days: pl.Series) -> pl.Series:
    return days.cast(pl.Int32).cast(pl.Date).cast(pl.String)
