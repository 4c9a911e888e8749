"""Inspections at primary control: lane, queue, and the record as the counter writes it."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from lakehouse.mrz.writing import composed
from lakehouse.simulator.draws import Draws, Ints, mixed
from lakehouse.simulator.permits import county, stamped
from lakehouse.simulator.tables import markets, table

KEYS = (
    *("record_id", "version", "recorded_at", "inspected_at", "inspected_on", "queued_at", "inspection_seconds"),
    *("port", "direction", "lane", "mode", "carrier", "flight_number", "flight_date", "foreign_port"),
    *("document_type", "issuing_state", "document_number", "expiry_date"),
    *("nationality", "primary_identifier", "secondary_identifier", "native_name", "date_of_birth", "sex", "mrz"),
    *("residence_country", "purpose", "class_of_admission", "permit_number", "authorised_until"),
    *("outcome", "refusal_reason", "referral_id", "sponsor_id", "contact_phone", "address_county", "officer_id"),
)

#: Seconds that an inspection takes, and their spread: the agency's e-Gates take 12 s a person.
_SECONDS = {"e_gate": (12.0, 0.15), "counter": (55.0, 0.4), "crew": (20.0, 0.3)}
#: Share of those who may that go through e-Gates.
_E_GATE = {"citizen": 0.80, "resident": 0.70, "professional": 0.75, "student": 0.5, "migrant_worker": 0.35}
_E_GATE |= {"visa_exempt": 0.25, "entry_permit": 0.2, "visitor_visa": 0.05}
#: Sixteen hours, in which a day's travellers pass a lane that could take this many times as many: chosen so that waits
#: are of some minutes, not fitted to any series.
_OPEN_SECONDS, _SPARE = 57_600.0, 4.0
_NOT_MEASURED = 0.08


def lanes(frame: pl.DataFrame, day: int) -> pl.Series:
    """Lane of each traveller: a party with a child goes to the counter together."""
    # The same people use the same lane as a rule.
    draws = Draws(mixed(frame["shown"].to_numpy(), "lane"))
    share = frame["class_of_admission"].replace_strict(_E_GATE, default=0.0, return_dtype=pl.Float64).to_numpy()
    leaving = frame["direction"].eq("exit").to_numpy()
    visiting = frame["class_of_admission"].is_in(["visa_exempt", "entry_permit"]).to_numpy()
    share = np.where(leaving & visiting, share * 2, share)
    youngest = frame.select(pl.col("date_of_birth").cast(pl.Int32).max().over("party")).to_series().to_numpy()
    gate = (draws.uniform("lane") < share) & (day - youngest > 12 * 365)
    crew = frame["class_of_admission"].eq("crew")
    return pl.select(
        pl.when(crew).then(pl.lit("crew")).when(pl.Series(gate)).then(pl.lit("e_gate")).otherwise(pl.lit("counter"))
    ).to_series()


def queued(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` in the order of inspection with ``joined``, ``inspected`` and ``inspection_seconds``.

    Times are naive local. Each lane of a port serves whoever joined first; a party joins together.
    """
    party, one = Draws(mixed(frame["together"].to_numpy(), "walk")), Draws(mixed(frame["party"].to_numpy(), "pace"))
    entering = frame["direction"].eq("entry").to_numpy()
    early = 3_000 + 4_800 * party.uniform("early")
    seconds = np.where(entering, 480 + 900 * party.uniform("walk"), -early) + 240 * one.uniform("pace")
    # A party stays together; so do those of one flight who did not book together but for some minutes.
    seconds = seconds + 4 * frame["place"].to_numpy()
    at = pl.when(pl.col("direction") == "entry").then("eta_local").otherwise("etd_local")
    own = Draws(mixed(frame["person"].to_numpy(), frame["party"].to_numpy(), "service"))
    median, spread = (
        frame["lane"].replace_strict({k: v[n] for k, v in _SECONDS.items()}, return_dtype=pl.Float64).to_numpy()
        for n in (0, 1)
    )
    service = own.lognormal("seconds", median, spread).astype(np.int64)
    by = ["port", "direction", "lane"]
    lanes_ = table("ports").select("port", "lanes")
    ordered = (
        frame.with_columns(
            joined=at + pl.duration(seconds=pl.lit(pl.Series(seconds.astype(np.int64)))),
            inspection_seconds=pl.Series(service),
            not_measured=pl.Series(own.true("not measured", _NOT_MEASURED)),
        )
        .join(lanes_, on="port", maintain_order="left")
        .sort(*by, "joined", "person")
    )
    joined = pl.col("joined").dt.epoch("s").cast(pl.Float64)
    gap = pl.max_horizontal(
        pl.col("inspection_seconds").mean().over(by) / (pl.col("lanes") * 3), _OPEN_SECONDS / _SPARE / pl.len().over(by)
    )
    gap = pl.min_horizontal(gap, pl.lit(45.0))
    turn = pl.int_range(pl.len()).over(by).cast(pl.Float64) * gap
    start = turn + (joined - turn).cum_max().over(by)
    return (
        ordered.with_columns(inspected=(start * 1_000).cast(pl.Int64).cast(pl.Datetime("ms")).dt.truncate("1s"))
        .drop("lanes")
        .sort("inspected", *by, "person")
    )


def records(frame: pl.DataFrame, day: date, seed: int, zones: pl.Series) -> pl.DataFrame:
    """Records in their first version, ``KEYS`` as text, and ``written``, the naive local time of writing."""
    visitor = pl.col("class_of_admission").is_in(["visa_exempt", "visitor_visa", "entry_permit"])
    card = visitor & (pl.col("direction") == "entry")
    phone = _phones(frame["phone"].to_numpy(), "886", 9)
    desk = frame["party"].to_numpy() % np.uint64(6)
    ports = {port: n for n, port in enumerate(table("ports")["port"])}
    port = frame["port"].replace_strict(ports, return_dtype=pl.UInt64).to_numpy()
    shift = mixed(seed, day.toordinal(), port, frame["inspected"].dt.hour().cast(pl.UInt64).to_numpy() // 4, desk)
    officer = pl.Series((shift % np.uint64(60)).astype(np.int64) + port.astype(np.int64) * 60)
    seconds = pl.duration(seconds=pl.col("inspection_seconds") + 5)
    written = frame.with_columns(written=pl.col("inspected") + seconds)
    return written.select(
        "record_id",
        version=pl.lit("1"),
        recorded_at=stamped(written["written"]),
        inspected_at=stamped(written["inspected"]),
        inspected_on=pl.col("inspected").dt.date().cast(pl.String),
        queued_at=pl.when(~pl.col("not_measured")).then(stamped(written["joined"])),
        inspection_seconds=pl.col("inspection_seconds").cast(pl.String),
        port=pl.col("port"),
        direction=pl.col("direction"),
        lane=pl.col("lane"),
        mode=pl.col("mode"),
        carrier=pl.col("carrier"),
        flight_number=pl.col("flight_number"),
        flight_date=pl.col("flight_date").cast(pl.String),
        foreign_port=pl.col("foreign"),
        document_type=pl.col("document_type"),
        issuing_state=pl.col("issuing_state"),
        document_number=pl.col("document_number"),
        expiry_date=pl.col("expiry_date").cast(pl.String),
        nationality=pl.col("nationality"),
        primary_identifier=pl.col("primary_identifier"),
        secondary_identifier=pl.col("secondary_identifier"),
        native_name=pl.col("native_name"),
        date_of_birth=pl.col("date_of_birth").cast(pl.String),
        sex=pl.col("sex"),
        mrz=zones,
        residence_country=pl.col("residence_country"),
        purpose=pl.col("purpose"),
        class_of_admission=pl.col("class_of_admission"),
        permit_number=pl.col("permit_number"),
        authorised_until=pl.when((pl.col("direction") == "entry") & (pl.col("authorised") >= 0)).then(
            pl.col("authorised").cast(pl.Int32).cast(pl.Date).cast(pl.String)
        ),
        outcome=pl.col("outcome"),
        refusal_reason=pl.col("refusal_reason"),
        referral_id=pl.when(pl.col("hit_kind").is_not_null()).then("R" + pl.col("record_id")),
        sponsor_id=pl.when(card & (pl.col("sponsor") > 0)).then("H" + pl.col("sponsor").cast(pl.String).str.zfill(7)),
        contact_phone=pl.when(card).then(phone),
        address_county=pl.when(card).then(county(frame["phone"].to_numpy())),
        officer_id=pl.when(pl.col("lane") != "e_gate").then("N" + officer.cast(pl.String).str.zfill(4)),
        written=pl.col("written"),
    )


def _phones(keys: np.ndarray, dial: str, digits: int) -> pl.Series:
    """Mobile telephones of a country in E.164, the same for the same key."""
    number = (keys % np.uint64(10 ** (digits - 1))).astype(np.int64)
    return f"+{dial}9" + pl.Series(number).cast(pl.String).str.zfill(digits - 1)


def zones(frame: pl.DataFrame) -> pl.Series:
    """Machine-readable zones of the documents: passports, and cards (travel permits, crew certificates)."""
    card = frame["document_type"].ne("P")
    code = pl.col("document_type").replace({"I": "I", "C": "AC"})
    state = pl.when(pl.col("issuing_state") == "DEU").then(pl.lit("D")).otherwise("issuing_state")
    nation = pl.when(pl.col("nationality") == "DEU").then(pl.lit("D")).otherwise("nationality")
    fields = frame.select(
        *("primary_identifier", "secondary_identifier", "document_number", "date_of_birth", "sex", "expiry_date"),
        document_code=code,
        issuing_state=state,
        nationality=nation,
        row=pl.int_range(pl.len()),
    )
    parts = []
    for format_, some in (("TD3", fields.filter(~card)), ("TD1", fields.filter(card))):
        if len(some):
            parts.append(some.select("row", mrz=composed(some, format_)))
    return pl.concat(parts).sort("row")["mrz"] if parts else pl.Series("mrz", [], pl.String)


def dialled(keys: Ints, home_market: Ints) -> pl.Series:
    """Telephones that bookings hold, of the traveller's own country."""
    dials = markets()["dial"].cast(pl.String)[np.maximum(home_market, 0)]
    dials = pl.select(pl.when(pl.Series(home_market < 0)).then(pl.lit("886")).otherwise(dials)).to_series()
    return (
        "+"
        + dials
        + "9"
        + pl.Series((keys.astype(np.uint64) % np.uint64(10**8)).astype(np.int64)).cast(pl.String).str.zfill(8)
    )
