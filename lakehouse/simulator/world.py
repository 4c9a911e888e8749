"""The world, day after day: from who sets out to what is landed, and what is true."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from lakehouse.simulator import absconding, bans, crossing, dirt, documents, feeds, inspections, outbox, permits, truth
from lakehouse.simulator import state as states
from lakehouse.simulator.behaviours import LOST_EXIT, rates
from lakehouse.simulator.calendar import ORDINARY
from lakehouse.simulator.config import Config, Summary
from lakehouse.simulator.draws import Draws
from lakehouse.simulator.passengers import passengers
from lakehouse.simulator.people import epoch
from lakehouse.simulator.schedule import schedule
from lakehouse.simulator.screening import referrals, screened
from lakehouse.simulator.standing import issued_on, issued_on_first_day
from lakehouse.simulator.stays import planned

#: Days before the first of which journeys and absences are simulated; of them only what is due later is landed.
_JOURNEYS_BEFORE, _ABSENCES_BEFORE = 40, 500

Watch = Callable[[date, int], None]


def simulate(config: Config, watch: Watch = lambda _day, _count: None) -> Summary:
    """Add ``config.days`` days to the world, or begin it; ``watch`` is told of each day and its crossings."""
    began = time.monotonic()
    config.keep()
    world = World(config)
    last = states.last_day(config.world)
    state = states.read(config.world, last) if last else world.before()
    first = last + timedelta(days=1) if last else config.start
    counts: Counter[str] = Counter()
    for ahead in range(config.days):
        day = first + timedelta(days=ahead)
        state, found = world.lived(day, state)
        counts.update(found)
        watch(day, found["crossings"])
    return Summary(first, first + timedelta(days=config.days - 1), dict(counts), time.monotonic() - began)


class World:
    """One world: all that does not change from day to day."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.seed, self.scale = config.seed, config.scale
        self.rates = rates(config.given)
        self.first = epoch(config.start)
        self.hours = outbox.hours_a_file(ORDINARY * config.scale)

    @cached_property
    def flights(self) -> pl.DataFrame:
        """The schedule, as it was when the world began: files landed later do not change it."""
        path = self.config.world / "schedule.parquet"
        if not path.exists():
            part = path.with_suffix(".part")
            schedule(self.config.landing).write_parquet(part)
            os.replace(part, path)
        return pl.read_parquet(path)

    @cached_property
    def bans(self) -> pl.DataFrame:
        return bans.bans(self.seed, self.scale, self.rates, self.first)

    def before(self) -> states.State:
        """Who is away, gone or awaited as the first day begins."""
        state = states.State.empty()
        state = self._absent(range(self.first - _ABSENCES_BEFORE, self.first), state)[0]
        for day in range(self.first - _JOURNEYS_BEFORE, self.first):
            going = self._planned(crossing.classified(self._starting(day, state), self.seed), day)
            self._post_stays(state.pending, going)
            away = pl.concat((state.away.filter(pl.col("return_on") > day), _away(going)))
            state = states.State(away, state.gone, state.pending)
        return states.State(state.away.filter(pl.col("return_on") >= self.first), state.gone, state.pending)

    def lived(self, day: date, state: states.State) -> tuple[states.State, Counter[str]]:
        """A day: what is landed and true of it is written, and how it ends is kept."""
        now = epoch(day)
        state, absent = self._absent(range(now, now + 1), state)
        frame, legs = crossing.crossed(self._classified(now, state), self.flights, now, self.seed)
        listed = documents.reported(self.seed, self.scale, self.rates, now, self.first)
        frame = screened(frame, self.seed, now, self.rates, bans.in_force(self.bans, now), listed)
        going = self._planned(frame.filter(pl.col("is_start")), now)
        going = going.filter(pl.col("outcome").is_in(["admitted", "departed"]) & (pl.col("disposition") != "arrested"))
        self._post_stays(state.pending, going)
        frame = _with_roles(frame, going, now)
        missing = self._post_records(state.pending, frame, day)
        self._post_cases(state.pending, frame, now)
        stock = issued_on_first_day(self.seed, self.scale, self.rates, now, state.away) if now == self.first else ()
        later = outbox.land(state.pending, self.config.landing, day, self.hours, stock)
        self._write_others(frame, legs, day)
        self._write_truth(frame, absent, missing, day)
        states.counted(self.config.world, day, frame)
        away = state.away.filter((pl.col("return_on") > now) & (pl.col("return_on") < (1 << 29)))
        ended = states.State(pl.concat((away, _away(going))), state.gone, later)
        states.keep(self.config.world, day, ended)
        counts = Counter({"crossings": len(frame), "legs": len(legs), "referrals": frame["hit_kind"].count()})
        counts["with a behaviour"] = int((frame["role"] > 0).sum())
        return ended, counts

    def _starting(self, day: int, state: states.State) -> pl.DataFrame:
        frame = crossing.candidates(self.seed, self.scale, self.rates, day, self.first)
        away = state.away.filter(pl.col("return_on") >= day)["person"].to_numpy()
        return crossing.free(frame, away, state.gone["person"].to_numpy())

    def _classified(self, day: int, state: states.State) -> pl.DataFrame:
        """All who cross on the day, with what they show."""
        starting = self._starting(day, state).with_columns(is_start=pl.lit(True))
        returning = state.away.filter(pl.col("return_on") == day).drop("return_on").with_columns(is_start=pl.lit(False))
        both = pl.concat((starting, returning.select(starting.columns))).with_columns(
            direction=pl.when(pl.col("by_entry") == pl.col("is_start")).then(pl.lit("entry")).otherwise(pl.lit("exit"))
        )
        return crossing.identified(crossing.classified(both, self.seed), self.seed, self.first)

    def _planned(self, frame: pl.DataFrame, day: int) -> pl.DataFrame:
        return planned(frame, self.seed, day, self.rates)

    def _absent(self, days: range, state: states.State) -> tuple[states.State, pl.DataFrame]:
        """Workers who leave their employers on the days, and what will be told of them."""
        taken = np.concatenate((state.gone["person"].to_numpy(), state.away["person"].to_numpy()))
        found = absconding.absences(self.seed, self.scale, self.rates, days, taken, self.first)
        for feed, rows in (
            ("absconding_reports", found.reports),
            ("enforcement_events", found.enforcement),
            ("permits", found.transfers),
        ):
            outbox.posted(state.pending, feed, rows)
        gone = found.people.filter(pl.col("role") == absconding.ABSCONDER).select("person")
        away = pl.concat((state.away, absconding.sent_home(self.seed, self.scale, found.removals)))
        return states.State(away, pl.concat((state.gone, gone)), state.pending), found.people

    def _post_stays(self, pending: outbox.Pending, going: pl.DataFrame) -> None:
        """Overstayers who will be found, and stays that will be extended."""
        for column in ("found_on", "extended_to"):
            some = going.filter(pl.col(column) >= 0)
            if "document_number" not in some.columns:
                some = crossing.identified(some, self.seed, self.first)
            if column == "extended_to":
                outbox.posted(pending, "permits", permits.extensions(self.seed, some, self.first))
                continue
            for kind, days in (("overstayer_found", "found_on"), ("removal", "return_on")):
                rows = absconding.enforced(some, kind, some[days].to_numpy())
                outbox.posted(pending, "enforcement_events", rows)

    def _post_records(self, pending: outbox.Pending, frame: pl.DataFrame, day: date) -> np.ndarray:
        """The day's inspections on their way, with their dirt; returns whose record never comes."""
        records = inspections.records(frame, day, self.seed, inspections.zones(frame))
        draws = Draws.of(self.seed, frame["person"].to_numpy(), frame["party"].to_numpy(), epoch(day), "dirt")
        lost = (frame["role"] == LOST_EXIT).to_numpy() & ~frame["is_start"].to_numpy()
        outbox.posted(pending, "inspections", dirt.landed(records, draws, lost, self.rates))
        return dirt.is_missing(records, draws, lost, self.rates)

    def _post_cases(self, pending: outbox.Pending, frame: pl.DataFrame, day: int) -> None:
        """Lists, reports, permits, referrals and arrests of the day."""
        first = self.first
        outbox.posted(
            pending,
            "exit_bans",
            bans.listed(self.bans, self.seed, day, first).with_columns(due=pl.lit(day, pl.Int64)),
        )
        lost = documents.reports(self.seed, self.scale, self.rates, day, first)
        outbox.posted(pending, "lost_stolen_documents", lost.with_columns(due=pl.lit(day, pl.Int64)))
        for rows in issued_on(self.seed, self.scale, self.rates, day, first):
            outbox.posted(pending, "permits", rows.with_columns(due=pl.lit(day, pl.Int64)))
        decided = referrals(frame, self.seed)
        outbox.posted(pending, "referral_outcomes", decided.with_columns(due=pl.col("decided")))
        for kind, some in (
            ("exit_stopped", frame.filter(pl.col("outcome") == "stopped")),
            (
                "smuggling_arrest",
                frame.filter((pl.col("finding") == "smuggling") & (pl.col("disposition") == "arrested")),
            ),
            (
                "trafficking_arrest",
                frame.filter((pl.col("finding") == "trafficking") & (pl.col("disposition") == "arrested")),
            ),
        ):
            rows = absconding.enforced(some, kind, np.full(len(some), day))
            outbox.posted(pending, "enforcement_events", rows)

    def _write_others(self, frame: pl.DataFrame, legs: pl.DataFrame, day: date) -> None:
        leaving = frame.filter(
            (pl.col("direction") == "exit")
            & pl.col("class_of_admission").is_in(["visa_exempt", "visitor_visa", "entry_permit"])
        )
        departures = leaving.select(
            *("record_id", "port", "nationality", "residence_country", "sex", "purpose"),
            birth_year=pl.col("date_of_birth").dt.year().cast(pl.Int32),
            nights=(epoch(day) - pl.col("started")).cast(pl.Int32),
            party_size=pl.col("size").cast(pl.Int32),
        )
        feeds.write_day(
            self.config.landing,
            day,
            legs.filter(mode="air"),
            passengers(frame),
            departures,
            self.seed,
            self.rates["survey.share"],
        )

    def _write_truth(self, frame: pl.DataFrame, absent: pl.DataFrame, missing: np.ndarray, day: date) -> None:
        folder, held_out = self.config.truth, self.config.held_out
        truth.write(folder, "persons", day, truth.persons(frame))
        truth.write(folder, "crossings", day, truth.crossings(frame, missing))
        gone = absent.select("person", "role", "since").with_columns(group=pl.lit(0, pl.UInt64), chance=pl.lit(1.0))
        both = pl.concat(rows.select("person", "role", "since", "group", "chance") for rows in (frame, gone))
        truth.write(folder, "behaviours", day, truth.behaviours(both, self.seed, self.rates, self.first, held_out))


def _away(going: pl.DataFrame) -> pl.DataFrame:
    return going.filter(pl.col("return_on") < (1 << 29)).select(
        pl.col(name).cast(kind) for name, kind in states.AWAY.items()
    )


def _with_roles(frame: pl.DataFrame, going: pl.DataFrame, day: int) -> pl.DataFrame:
    """``frame`` with the roles that those who set out today were given, and since when they have them."""
    new = going.select("record_id", new_role="role", chance="chance", ends="authorised")
    joined = frame.join(new, on="record_id", how="left", maintain_order="left")
    return joined.with_columns(
        role=pl.coalesce("new_role", "role"),
        chance=pl.col("chance").fill_null(1.0),
        since=pl.when(pl.col("authorised") > 0).then(pl.col("authorised") + 1).otherwise(day),
    ).drop("new_role", "ends")
