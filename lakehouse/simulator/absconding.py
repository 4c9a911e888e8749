"""失聯移工: migrant workers who leave their employers, and those who only seem to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from lakehouse.simulator.behaviours import ABSCONDER, TRANSFERRED
from lakehouse.simulator.draws import Bits, Draws, Ints, mixed, rounded
from lakehouse.simulator.people import identities
from lakehouse.simulator.permits import county, employer, held_on, sector, stamps, standing_permits
from lakehouse.simulator.segments import COHORTS, DEPARTURES
from lakehouse.simulator.trips import of_cohorts, one_way

#: Days after which an employer must report (Employment Service Act, article 56): three.
_REPORTED_AFTER = 3
#: How absences end: found, surrendered; the others stay unknown. Days until then.
_FOUND, _SURRENDERED, _DAYS = 0.35, 0.3, 220.0
_WORKERS = COHORTS[0]

COLUMNS = (
    *("event_id", "report_id", "event", "happened_on", "reported_at", "permit_number", "nationality", "sex"),
    *("sector", "employer_id", "county", "issuing_state", "document_number"),
)


@dataclass(frozen=True)
class Absences:
    """What of a day's absences the feeds will hold, each with ``due``; who is gone, and when they are sent home.

    Each table tells the ``person``.
    """

    reports: pl.DataFrame
    enforcement: pl.DataFrame
    transfers: pl.DataFrame
    people: pl.DataFrame
    removals: pl.DataFrame

    def without(self, gone: Bits) -> Absences:
        """All but those of who is ``gone`` already."""
        here = ~pl.col("person").is_in(pl.Series(gone, dtype=pl.UInt64).implode())
        return Absences(**{field.name: getattr(self, field.name).filter(here) for field in fields(self)})


def absences(seed: int, scale: float, rates: Mapping[str, float], days: range, reference: int) -> Absences:
    """Absences that would begin on ``days``, nobody twice."""
    stock = _WORKERS.daily * scale * _WORKERS.terms[0][0]
    expected = stock * rates["behaviour.absconding.base_rate"] * rates["behaviour.absconding.strength"] / 365
    alike = expected * rates["behaviour.absconding.twins"]
    counts = [(rounded(expected, seed, day, "absconders"), rounded(alike, seed, day, "transfers")) for day in days]
    day = np.repeat(np.array(days), [count + twins for count, twins in counts])
    place = np.concatenate([np.arange(count + twins) for count, twins in counts])
    role = np.concatenate([np.repeat((ABSCONDER, TRANSFERRED), pair) for pair in counts])
    draws = Draws.of(seed, day, place, "absence")
    persons = of_cohorts(seed, scale, day, _WORKERS, draws.key)
    first = pl.DataFrame({"person": persons}).select(pl.col("person").is_first_distinct()).to_series().to_numpy()
    keep = first & (persons > 0)
    return _told(seed, day[keep], persons[keep], role[keep], Draws(draws.key[keep]), reference)


def _told(seed: int, day: Ints, persons: Bits, role: Ints, draws: Draws, reference: int) -> Absences:
    people = _described(seed, day, persons, reference).with_columns(
        role=pl.Series(role), person=pl.Series(persons, dtype=pl.UInt64)
    )
    absconds = role == ABSCONDER
    mistaken = ~absconds & draws.true("mistaken", 0.5)
    end = day + _REPORTED_AFTER + np.maximum(2, draws.lognormal("end", _DAYS, 0.9)).astype(np.int64)
    drawn = draws.uniform("how")
    how = np.where(drawn < _FOUND, "found", np.where(drawn < _FOUND + _SURRENDERED, "surrendered", ""))
    withdrawn = day + _REPORTED_AFTER + 1 + draws.below("withdrawn", 9)
    report = pl.Series((draws.bits("report") % np.uint64(10**10)).astype(np.int64)).cast(pl.String).str.zfill(10)
    told = people.with_columns(report_id="A" + report)
    first = day
    reports = pl.concat(
        (
            _events(told, "reported", first, first + _REPORTED_AFTER, absconds | mistaken, draws),
            _events(told, "found", end, end, absconds & (how == "found"), draws),
            _events(told, "surrendered", end, end, absconds & (how == "surrendered"), draws),
            _events(told, "withdrawn", withdrawn, withdrawn, mistaken, draws),
        )
    )
    ended = absconds & (how != "")
    enforcement = enforced(
        told.filter(pl.Series(absconds & (how == "found"))), "absconder_found", end[absconds & (how == "found")]
    )
    removals = told.filter(pl.Series(ended)).with_columns(
        on=pl.Series(end[ended] + 10 + draws.below("sent home", 20)[ended])
    )
    moved = ~absconds & ~mistaken
    return Absences(
        reports=reports,
        enforcement=enforcement,
        transfers=_transfers(seed, day[moved], persons[moved], reference),
        people=told.with_columns(pl.Series("since", first)),
        removals=removals,
    )


def _described(seed: int, day: Ints, persons: Bits, reference: int) -> pl.DataFrame:
    who = identities(seed, persons, np.zeros(len(persons), np.int64), day, reference)
    sectors = sector(persons)
    return who.with_columns(
        permit_number=held_on(seed, persons, day)["permit_number"],
        sector=sectors,
        employer_id=employer(persons, sectors),
        county=county(persons),
    )


def _events(
    told: pl.DataFrame, event: str, happened: Ints, reported: Ints, mask: np.ndarray, draws: Draws
) -> pl.DataFrame:
    seconds = draws.below(f"{event} at", 30_000) + 32_000
    dated = told.with_columns(
        happened_on=pl.Series(happened.astype(np.int32)).cast(pl.Date).cast(pl.String),
        reported_at=stamps(reported, seconds),
        event=pl.lit(event),
        event_id=pl.col("report_id") + "-" + event[0].upper(),
        due=pl.Series(reported),
    )
    return dated.filter(pl.Series(mask)).select(*COLUMNS, "due", "person")


def enforced(told: pl.DataFrame, kind: str, days: Ints) -> pl.DataFrame:
    """Enforcement events about people, as docs/feeds.md lists them, with ``due`` and ``person``.

    ``told`` has person, nationality, sex, issuing_state, document_number, date_of_birth, permit_number.
    """
    persons = told["person"].to_numpy()
    key = mixed(persons, days, kind)
    number = pl.Series((key % np.uint64(10**10)).astype(np.int64)).cast(pl.String).str.zfill(10)
    case = pl.Series((mixed(persons, "case") % np.uint64(10**9)).astype(np.int64)).cast(pl.String).str.zfill(9)
    return told.select(
        "person",
        event_id="E" + number,
        happened_at=stamps(days, Draws(key).below("second", 50_000) + 28_000),
        kind=pl.lit(kind),
        county=county(persons),
        case_id="K" + case,
        permit_number=pl.col("permit_number").cast(pl.String),
        nationality="nationality",
        sex="sex",
        issuing_state="issuing_state",
        document_number="document_number",
        date_of_birth=pl.col("date_of_birth").cast(pl.String),
        due=pl.Series(days),
    )


def _transfers(seed: int, day: Ints, persons: Bits, reference: int) -> pl.DataFrame:
    """Permits of those who change their employer lawfully: a new version."""
    sectors = sector(persons)
    return standing_permits(seed, persons, day, reference).with_columns(
        version=pl.lit("2"),
        changed_at=stamps(day, np.full(len(persons), 40_000)),
        employer_id=employer(persons, sectors, 1),
        due=pl.Series(day),
        person=pl.Series(persons),
    )


def sent_home(seed: int, scale: float, removals: pl.DataFrame) -> pl.DataFrame:
    """Journeys home of those found or surrendered: exits of their own, columns of ``state.AWAY``."""
    persons, on = removals["person"].to_numpy(), removals["on"].to_numpy()
    alone = one_way(seed, scale, 0, DEPARTURES, persons)
    leaving = alone.with_columns(by_entry=pl.lit(True), role=pl.lit(ABSCONDER, pl.Int64))
    return leaving.with_columns(started=pl.Series(on - 3), return_on=pl.Series(on))
