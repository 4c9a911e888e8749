"""The world, day after day: from who sets out to what is landed, and what is true."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from lakehouse.settings import SIMULATED
from lakehouse.simulator import absconding, bans, crossing, documents, feeds, outbox, posting, truth
from lakehouse.simulator import state as states
from lakehouse.simulator.ahead import Ahead
from lakehouse.simulator.behaviours import ABSCONDER, ROLE_OF, rates
from lakehouse.simulator.beside import Beside
from lakehouse.simulator.calendar import ORDINARY, epoch
from lakehouse.simulator.config import Config, Summary, Terms, last_day
from lakehouse.simulator.passengers import passengers
from lakehouse.simulator.schedule import schedule
from lakehouse.simulator.screening import screened
from lakehouse.simulator.standing import AHEAD, Stock
from lakehouse.simulator.stays import NEVER, planned

#: Days before the world's first whose journeys and absences are simulated; of them only what is due later is landed.
_JOURNEYS_BEFORE, _ABSENCES_BEFORE = 30, 500

#: Days whose feeds may still be being written while the world goes on.
_DAYS_AHEAD = 3

_SIMULATED = """The agency's feeds here (docs/feeds.md) were written by `lakehouse simulate`: nobody in them exists.
"""

_Written = tuple[Future[None], ...]
Watch = Callable[[date, int], None]


def simulate(config: Config, watch: Watch = lambda _day, _count: None) -> Summary:
    """Add ``config.days`` days to the world, or begin it; ``watch`` is told of each day and its crossings."""
    began = time.monotonic()
    config.keep()
    config.landing.mkdir(parents=True, exist_ok=True)
    (config.landing / SIMULATED).write_text(_SIMULATED)
    last = last_day(config.world)
    first = last + timedelta(days=1) if last else config.start
    counts: Counter[str] = Counter()
    being_written: deque[tuple[date, states.State, _Written]] = deque()
    with Beside(config.days * config.scale * ORDINARY) as beside:
        world = World(config, first, beside)
        state = states.read(config.world, last) if last else world.before()
        for place in range(config.days):
            day = first + timedelta(days=place)
            state, found, written = world.lived(day, state)
            counts.update(found)
            being_written.append((day, state, written))
            _keep(config, being_written, _DAYS_AHEAD)
            watch(day, found["crossings"])
        _keep(config, being_written, 0)
    return Summary(first, first + timedelta(days=config.days - 1), dict(counts), time.monotonic() - began)


def _keep(config: Config, being_written: deque[tuple[date, states.State, _Written]], most: int) -> None:
    """Keep the ends of days whose feeds are all there; wait until no more than ``most`` are still being written."""
    while being_written and (len(being_written) > most or all(future.done() for future in being_written[0][2])):
        day, state, written = being_written.popleft()
        for future in written:
            future.result()
        states.keep(config.world, day, state)


class World:
    """One world: all that does not change from day to day."""

    def __init__(self, config: Config, first: date, beside: Beside) -> None:
        """A world whose days from ``first`` on are landed."""
        self.config = config
        self.terms = Terms(config.seed, config.scale, rates(config.given), epoch(config.start))
        self.hours = outbox.hours_a_file(ORDINARY * config.scale)
        self._absent_before: pl.DataFrame | None = None
        self._beside = beside
        landed = range(epoch(first), epoch(first) + config.days)
        self._ahead = Ahead(self.terms, self.bans, landed, beside)

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
        """All exit bans that there will be."""
        return bans.bans(self.terms.seed, self.terms.scale, self.terms.rates, self.terms.first)

    def before(self) -> states.State:
        """Who is away, gone or awaited as the first day begins."""
        first = self.terms.first
        terms, days = self.terms, range(first - _ABSENCES_BEFORE, first)
        earlier = absconding.absences(terms.seed, terms.scale, terms.rates, days, first)
        state, self._absent_before = self._absent(earlier, states.State.empty())
        ended_otherwise: list[pl.DataFrame] = []
        for day in range(first - _JOURNEYS_BEFORE, first):
            frame = crossing.classified(self._starting(day, state), self.terms.seed)
            going = planned(frame, self.terms.seed, day, self.terms.rates)
            ended_otherwise.append(going.filter((pl.col("found_on") >= 0) | (pl.col("extended_to") >= 0)))
            away = pl.concat((state.away.filter(pl.col("return_on") > day), _away(going)))
            state = states.State(away, state.gone, state.pending)
        posting.post_stays(self.terms, state.pending, pl.concat(ended_otherwise))
        return state

    def lived(self, day: date, state: states.State) -> tuple[states.State, Counter[str], _Written]:
        """A day: what is landed and true of it is written; how it ends, what was counted, and what is being written."""
        now, terms = epoch(day), self.terms
        # The day before may not be kept yet: what is posted now is none of its end.
        state = replace(state, pending=dict(state.pending))
        state, absent = self._absent(self._ahead.landed(now).absences, state)
        frame, legs = crossing.crossed(self._crossing(now, state), self.flights, now, terms.seed)
        listed = documents.reported(terms.seed, terms.scale, terms.rates, now, terms.first)
        frame = screened(frame, terms.seed, now, terms.rates, bans.in_force(self.bans, now), listed)
        frame = planned(frame, terms.seed, now, terms.rates)
        going = frame.filter(pl.col("is_start") & _passed())
        posting.post_stays(terms, state.pending, going)
        missing = posting.post_records(terms, state.pending, frame, day)
        posting.post_cases(terms, state.pending, frame, now)
        for feed, rows in self._ahead.landed(now).lists.items():
            outbox.posted(state.pending, feed, rows)
        due, later = outbox.split(state.pending, day)
        stock = self._stock(now, state)
        landed = self._beside.run(outbox.land, due, self.config.landing, day, self.hours, stock)
        written = landed, self._write_others(frame, legs, day)
        self._write_truth(frame, absent, missing, day)
        states.counted(self.config.world, day, frame)
        away = state.away.filter(pl.col("return_on") > now)
        gone = pl.concat((state.gone, frame.filter(_taken_in()).select("person")))
        ended = states.State(pl.concat((away, _away(going))), gone, later)
        counts = Counter({"crossings": len(frame), "legs": len(legs), "referrals": frame["hit_kind"].count()})
        counts["with a behaviour"] = int((frame["role"] > 0).sum())
        return ended, counts, written

    def _starting(self, day: int, state: states.State) -> pl.DataFrame:
        away = state.away.filter(pl.col("return_on") >= day)["person"].to_numpy()
        return crossing.free(self._ahead.setting_out(day), away, state.gone["person"].to_numpy())

    def _stock(self, day: int, state: states.State) -> Iterable[pl.DataFrame]:
        """Permits that were issued before the world began, to be landed on its first day."""
        if day > self.terms.first:
            return ()
        coming = tuple(self._ahead.setting_out(day + ahead) for ahead in range(AHEAD))
        return Stock(self.terms, state.away, coming)

    def _crossing(self, day: int, state: states.State) -> pl.DataFrame:
        """All who cross on the day, with what they show."""
        starting = self._starting(day, state).with_columns(is_start=pl.lit(True))
        returning = state.away.filter(pl.col("return_on") == day).with_columns(is_start=pl.lit(False))
        both = pl.concat((starting, returning.select(starting.columns))).with_columns(
            direction=pl.when(pl.col("by_entry") == pl.col("is_start")).then(pl.lit("entry")).otherwise(pl.lit("exit"))
        )
        seed = self.terms.seed
        return crossing.identified(crossing.classified(both, seed), seed, self.terms.first)

    def _absent(self, absences: absconding.Absences, state: states.State) -> tuple[states.State, pl.DataFrame]:
        """Workers who leave their employers, where they are there to leave, and what will be told of them."""
        taken = np.concatenate((state.gone["person"].to_numpy(), state.away["person"].to_numpy()))
        found = absences.without(taken)
        posting.post_absences(state.pending, found)
        gone = found.people.filter(pl.col("role") == ABSCONDER).select("person")
        home = absconding.sent_home(self.terms.seed, self.terms.scale, found.removals)
        return states.State(pl.concat((state.away, home)), pl.concat((state.gone, gone)), state.pending), found.people

    def _write_others(self, frame: pl.DataFrame, legs: pl.DataFrame, day: date) -> Future[None]:
        visitors = pl.col("class_of_admission").is_in(["visa_exempt", "visitor_visa", "entry_permit"])
        departures = frame.filter((pl.col("direction") == "exit") & visitors).select(
            *("record_id", "port", "nationality", "residence_country", "sex", "purpose"),
            birth_year=pl.col("date_of_birth").dt.year().cast(pl.Int32),
            nights=(epoch(day) - pl.col("started")).cast(pl.Int32),
            party_size=pl.col("size").cast(pl.Int32),
        )
        share = self.terms.rates["survey.share"]
        flown = legs.filter(mode="air").select(feeds.LEGS)
        given = flown, passengers(frame), departures, self.terms.seed, share
        return self._beside.run(feeds.write_day, self.config.landing, day, *given)

    def _write_truth(self, frame: pl.DataFrame, absent: pl.DataFrame, missing: np.ndarray, day: date) -> None:
        folder, terms = self.config.truth, self.terms
        truth.write(folder, "crossings", day, truth.crossings(frame, missing))
        if epoch(day) == terms.first and self._absent_before is not None:
            absent = pl.concat((self._absent_before, absent))
        # Workers who left their employers did not cross on the day, but reports speak of them.
        reported = absent.with_columns(identity=pl.lit(0, pl.Int64), shown=pl.col("person"))
        seen = pl.concat((truth.persons(frame), truth.persons(reported)), how="vertical_relaxed")
        truth.write(folder, "persons", day, seen.unique(maintain_order=True))
        told = truth.with_onset(frame, absent)
        found = truth.behaviours(told, terms.seed, terms.rates, terms.first, self.config.held_out)
        truth.write(folder, "behaviours", day, found)


def _passed() -> pl.Expr:
    """Who went on their journey."""
    return pl.col("outcome").is_in(["admitted", "departed"]) & (pl.col("disposition") != "arrested")


def _taken_in() -> pl.Expr:
    """Who will not travel again soon: the wanted who were stopped, and those arrested on arrival."""
    caught = (pl.col("outcome") == "stopped") & (pl.col("role") == ROLE_OF["wanted"])
    return caught | (pl.col("disposition") == "arrested")


def _away(going: pl.DataFrame) -> pl.DataFrame:
    """Those of ``going`` who will come back, or leave again."""
    return going.filter(pl.col("return_on") < NEVER).select(
        pl.col(name).cast(kind) for name, kind in states.AWAY.items()
    )
