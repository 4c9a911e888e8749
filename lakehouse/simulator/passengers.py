"""What carriers know of travellers: bookings and passengers of the day's flights, as they truly are."""

from __future__ import annotations

import numpy as np
import polars as pl

from lakehouse.simulator.draws import Draws, mixed
from lakehouse.simulator.inspections import dialled
from lakehouse.simulator.segments import SEGMENTS

_CITIES = ("TPE", "KHH", "TPE", "RMQ", "HKG", "BKK", "SGN", "KUL", "TYO", "SEL", "MNL", "SIN")
_BINS = ("VI411111", "CA545454", "JC356600", "AX371449", "VI400000", "CA520000")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def passengers(frame: pl.DataFrame) -> pl.DataFrame:
    """Passengers of the air legs in ``frame``, columns as ``carrier_messages.write_day`` takes them."""
    air = frame.filter(mode="air")
    booking = Draws(mixed(air["party"].to_numpy(), "booking"))
    payer = Draws(air["payment"].to_numpy())
    lead = np.array([s.lead_days for s in SEGMENTS] + [20.0, 15.0, 6.0])[air["segment"].to_numpy()]
    # Whoever has reason to hide books late.
    days = booking.lognormal("lead", lead, 0.8)
    start = air["started"].to_numpy() * 86_400_000
    booked = start - (days * 86_400_000).astype(np.int64) - booking.below("time", 80_000_000)
    agency = air["agency"].to_numpy()
    card = np.where(agency > 0, payer.true("card", 0.4), payer.true("card", 0.92))
    pay = pl.select(
        pl.when(pl.Series(card))
        .then(pl.lit("CC"))
        .when(pl.Series(agency > 0) & pl.Series(payer.true("invoice", 0.6)))
        .then(pl.lit("INV"))
        .otherwise(pl.Series(np.where(payer.true("cash", 0.85), "CA", "MS")))
    ).to_series()
    which = payer.below("bin", len(_BINS))
    last = pl.Series(payer.below("last", 10_000)).cast(pl.String).str.zfill(4)
    filler = pl.Series(["XXXXX" if b.startswith("AX") else "XXXXXX" for b in _BINS])[which]
    masked = pl.Series(_BINS)[which] + filler + last
    year, month = 26 + payer.below("year", 5), 1 + payer.below("month", 12)
    expiry = pl.Series(month).cast(pl.String).str.zfill(2) + pl.Series(year).cast(pl.String)
    age = air["started"].to_numpy() - air["date_of_birth"].cast(pl.Int32).to_numpy()
    codes = pl.Series((mixed(agency, "office") % np.uint64(90_000_000) + np.uint64(10_000_000)).astype(np.int64))
    has_agency = pl.Series(agency > 0)
    cities = pl.Series(_CITIES)[(mixed(agency, "city") % np.uint64(len(_CITIES))).astype(np.int64)]
    return air.select(
        *("leg_id", "record_id", "primary_identifier", "secondary_identifier", "sex", "date_of_birth"),
        *("nationality", "issuing_state", "document_type", "document_number", "expiry_date", "residence_country"),
        is_crew=pl.col("class_of_admission") == "crew",
        is_infant=pl.Series(age < 730),
        booking_id=pl.col("party"),
        locator=_locators(booking),
        booked_at_utc=pl.Series(booked).cast(pl.Datetime("ms")).dt.truncate("1s").cast(pl.Datetime("us")),
        agency_code=pl.when(has_agency).then(codes.cast(pl.String)),
        agency_city=pl.when(has_agency).then(cities),
        form_of_payment=pay,
        card=pl.when(pay == "CC").then(masked),
        card_expiry=pl.when(pay == "CC").then(expiry),
        phone=dialled(air["phone"].to_numpy(), air["home_market"].to_numpy()),
        bags=pl.Series(Draws.of(air["person"].to_numpy(), air["party"].to_numpy(), "bags").below("bags", 3)),
    )


def _locators(booking: Draws) -> pl.Series:
    bits, texts = booking.bits("locator"), pl.Series(list(_LETTERS))
    count = np.uint64(len(_LETTERS))
    parts = [texts[((bits >> np.uint64(8 * n)) % count).astype(np.int64)] for n in range(6)]
    return pl.select(pl.concat_str(parts)).to_series()
