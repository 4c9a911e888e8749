"""Legal classes of admission, and the permits that they rest on."""

from __future__ import annotations

import numpy as np
import polars as pl

from lakehouse.simulator.draws import Bits, Draws, Floats, Ints, mixed
from lakehouse.simulator.people import identities
from lakehouse.simulator.populations import CREW, HOME, RESIDENTS, STUDENTS, WORKERS, population
from lakehouse.simulator.segments import COHORTS
from lakehouse.simulator.tables import markets
from lakehouse.simulator.trips import came_on, term

SECTORS = ("manufacturing", "construction", "agriculture", "fishing", "care_institution", "care_home", "domestic")
_SECTOR_WEIGHTS = (58, 4, 2, 2, 2, 25, 7)
COUNTIES = (
    "新北市",
    "台北市",
    "桃園市",
    "台中市",
    "台南市",
    "高雄市",
    "新竹縣",
    "彰化縣",
    "苗栗縣",
    "屏東縣",
    "金門縣",
    "花蓮縣",
)
_COUNTY_WEIGHTS = (17, 14, 14, 13, 8, 12, 6, 6, 3, 3, 1, 1)
_RESIDENCE_DAYS = 1_095
#: Days before they come for which people of a cohort get their permit.
ISSUED_BEFORE = 14
_LETTERS = {"visitor_visa": "V", "entry_permit": "E", "residence": "R", "student": "S", "migrant_worker": "W"}

COLUMNS = (
    *("permit_number", "version", "changed_at", "kind", "status", "issued_on", "valid_from", "valid_until"),
    *("nationality", "issuing_state", "document_number", "primary_identifier", "secondary_identifier"),
    *("native_name", "date_of_birth", "sex", "sector", "employer_id", "broker_id", "sponsor_id", "county"),
)


def county(keys: Bits) -> pl.Series:
    """A county for each key, by where people live."""
    return pl.Series(COUNTIES)[Draws(mixed(keys, "county")).choice("county", _COUNTY_WEIGHTS)]


def sector(persons: Bits) -> pl.Series:
    """Sector that a migrant worker came for."""
    return pl.Series(SECTORS)[Draws(mixed(persons, "sector")).choice("sector", _SECTOR_WEIGHTS)]


def employer(persons: Bits, sectors: pl.Series, change: int = 0) -> pl.Series:
    """Employer: an enterprise of hundreds, or a household of one."""
    draws = Draws.of(persons, change, "employer")
    small = sectors.is_in(["care_home", "domestic"]).to_numpy()
    number = np.where(small, draws.below("home", 2_000_000) + 500_000, draws.uniform("firm") ** 2 * 20_000)
    return "F" + pl.Series("employer", number.astype(np.int64)).cast(pl.String).str.zfill(7)


def admission(seed: int, frame: pl.DataFrame) -> pl.DataFrame:
    """Class, permit and authorised stay of those ``shown`` who set out with a ``party`` on ``started``.

    Columns: ``class_of_admission``, ``permit_number`` (null where none is needed) and ``authorised``, the last
    day of the authorised stay in days since 1970 (-1 for citizens).
    """
    persons, day = frame["shown"].to_numpy(), frame["started"].to_numpy()
    codes, home = population(persons), frame["home_market"].to_numpy()
    declared = markets().select("permit", "exempt_days")[np.maximum(home, 0)]
    transit = frame["purpose"].eq("transit")
    own = pl.Series(codes)
    numbers = _number(mixed(persons, frame["party"].to_numpy(), "permit"))
    resident_from, resident_until = residence(seed, persons, codes, day)
    standing = _number(mixed(persons, resident_from, "permit"))
    professional = pl.Series(Draws.of(seed, persons, "class").true("professional", 0.35))
    class_ = (
        pl.when(pl.Series(home == HOME))
        .then(pl.lit("citizen"))
        .when(own == CREW)
        .then(pl.lit("crew"))
        .when(own == WORKERS)
        .then(pl.lit("migrant_worker"))
        .when(own == STUDENTS)
        .then(pl.lit("student"))
        .when((own == RESIDENTS) & professional)
        .then(pl.lit("professional"))
        .when(own == RESIDENTS)
        .then(pl.lit("resident"))
        .when(transit)
        .then(pl.lit("transit"))
        .otherwise(pl.when(declared["permit"] == "").then(pl.lit("visa_exempt")).otherwise(declared["permit"]))
    )
    lives_here = pl.Series(np.isin(codes, (WORKERS, STUDENTS, RESIDENTS)))
    short = day + np.where(codes == CREW, 7, np.where(transit.to_numpy(), 1, declared["exempt_days"].to_numpy()))
    until = np.where(home == HOME, -1, np.where(lives_here.to_numpy(), resident_until, short))
    return (
        frame.select(class_of_admission=class_)
        .with_columns(
            authorised=pl.Series(until),
            standing=standing,
            single=numbers,
            letter=pl.col("class_of_admission").replace_strict(
                {**_LETTERS, "resident": "R", "professional": "R"}, default=None, return_dtype=pl.String
            ),
        )
        .select(
            "class_of_admission",
            "authorised",
            permit_number=pl.col("letter") + pl.when(lives_here).then("standing").otherwise("single"),
        )
    )


def _number(bits: Bits) -> pl.Series:
    return pl.Series((bits % np.uint64(10**9)).astype(np.int64)).cast(pl.String).str.zfill(9)


def residence(seed: int, persons: Bits, codes: Ints, day: Ints) -> tuple[Ints, Ints]:
    """First and last day of the standing permit of those who live here."""
    phase = Draws.of(seed, persons, "residence").below("phase", _RESIDENCE_DAYS)
    since = (day + 120 + phase) // _RESIDENCE_DAYS * _RESIDENCE_DAYS - phase - 120
    until = since + _RESIDENCE_DAYS + 120
    came = came_on(persons)
    for cohort in COHORTS:
        of_it = codes == cohort.population
        since = np.where(of_it, came, since)
        until = np.where(of_it, came + term(seed, persons, cohort) + 20, until)
    return since, until


def held_on(seed: int, persons: Bits, days: Ints) -> pl.DataFrame:
    """Class, permit and authorised stay of people who live here on a day each: columns of ``admission``."""
    frame = pl.DataFrame({"shown": persons, "party": persons, "started": days}).with_columns(
        purpose=pl.lit("employment"), home_market=pl.lit(0, pl.Int64)
    )
    return admission(seed, frame)


def standing_permits(seed: int, persons: Bits, days: Ints, reference: int) -> pl.DataFrame:
    """The permits that people who live here hold on a day each, as they were issued."""
    codes = population(persons)
    since, until = residence(seed, persons, codes, days)
    issued = np.where(codes == RESIDENTS, since, since - ISSUED_BEFORE)
    own = np.zeros(len(persons), np.int64)
    return permits(seed, persons, own, held_on(seed, persons, days), issued, since, until, reference)


def permits(
    seed: int, persons: Bits, identity: Ints, held: pl.DataFrame, issued: Ints, since: Ints, until: Ints, reference: int
) -> pl.DataFrame:
    """Whole permits, first versions, as docs/feeds.md lists their columns, with ``due``, the day of landing.

    ``held`` has the columns of ``admission``.
    """
    who = identities(seed, persons, identity, issued, reference)
    work = held["class_of_admission"].eq("migrant_worker")
    sectors = sector(persons)
    kinds = {"resident": "residence", "crew": "residence"}
    brokers = pl.Series((mixed(persons, "broker") % np.uint64(1_600)).astype(np.int64)).cast(pl.String).str.zfill(4)
    seconds = Draws.of(seed, persons, issued, "permit").below("second", 28_800) + 30_600
    return who.select(
        "nationality",
        "issuing_state",
        "document_number",
        *("primary_identifier", "secondary_identifier", "native_name"),
        "sex",
        date_of_birth=pl.col("date_of_birth").cast(pl.String),
        permit_number=held["permit_number"],
        version=pl.lit("1"),
        changed_at=stamps(issued, seconds),
        kind=held["class_of_admission"].replace(kinds),
        status=pl.lit("issued"),
        **{name: _days(days) for name, days in (("issued_on", issued), ("valid_from", since), ("valid_until", until))},
        sector=pl.when(work).then(sectors),
        employer_id=pl.when(work).then(employer(persons, sectors)),
        broker_id=pl.when(work).then("B" + brokers),
        sponsor_id=pl.lit(None, pl.String),
        county=county(persons),
        due=pl.Series(issued),
    )


def _days(days: Ints) -> pl.Series:
    return pl.Series(days.astype(np.int32)).cast(pl.Date).cast(pl.String)


def stamps(days: Ints, seconds: Ints | Floats) -> pl.Series:
    """Local times with their offset, as the feeds write them."""
    local = pl.Series("at", (days * 86_400 + seconds).astype(np.int64) * 1_000).cast(pl.Datetime("ms"))
    return stamped(local)


def stamped(local: pl.Series) -> pl.Series:
    """Naive local times as the feeds write them."""
    return local.dt.to_string("%Y-%m-%dT%H:%M:%S+08:00")


def extensions(seed: int, frame: pl.DataFrame, reference: int) -> pl.DataFrame:
    """Stays extended shortly before they end: second versions of permits, or first ones of those who needed none."""
    authorised, started = frame["authorised"].to_numpy(), frame["started"].to_numpy()
    shown, identity = frame["shown"].to_numpy(), frame["identity"].to_numpy()
    numbers = "V" + _number(mixed(shown, frame["party"].to_numpy(), "permit"))
    held = frame.select("class_of_admission", permit_number=pl.coalesce("permit_number", numbers))
    held = held.with_columns(class_of_admission=pl.col("class_of_admission").replace({"visa_exempt": "visitor_visa"}))
    until = frame["extended_to"].to_numpy()
    changed = authorised - 3
    seconds = Draws.of(seed, shown, "extension").below("second", 28_800) + 30_600
    return permits(seed, shown, identity, held, started, started, until, reference).with_columns(
        version=pl.lit("2"), status=pl.lit("extended"), changed_at=stamps(changed, seconds), due=pl.Series(changed)
    )
