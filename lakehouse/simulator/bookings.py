"""The bookings behind the passengers of a day: who stands in which, and what carriers' systems add to them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import polars as pl

from lakehouse.simulator.draws import Bits, Draws, mixed
from lakehouse.simulator.misreading import misread
from lakehouse.simulator.text_keys import text_keys

#: Letters and digits of record locators, without those that are taken for one another.
_LOCATOR_SIGNS = np.frombuffer(b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789", "S1")
#: Who sells seats on whose flights; other carriers' partners are those of "".
_PARTNERS = {
    "CI": ("KL", "DL", "AF", "KE", "VN", "CZ"),
    "BR": ("NH", "UA", "SQ", "TG", "AC", "OZ"),
    "NH": ("BR", "UA", "TG"),
    "KE": ("CI", "DL", "AF"),
    "VN": ("CI", "KE", "AF"),
    "CZ": ("CI", "MF"),
    "MU": ("CI", "FM"),
    "TG": ("BR", "NH", "LH"),
    "SQ": ("BR", "NH", "LH"),
    "CX": ("JL", "MH", "QF"),
    "JL": ("CX", "MH", "QF"),
}
_OTHER_PARTNERS = ("EY", "QR", "TK")
_CHILD_BELOW_YEARS = 12


class Rates(Protocol):
    """What is read here of the rates of carriers' messages."""

    @property
    def pnr_without_docs(self) -> float: ...
    @property
    def pnr_field_missing(self) -> float: ...
    @property
    def pnr_field_wrong(self) -> float: ...
    @property
    def go_show(self) -> float: ...
    @property
    def no_show(self) -> float: ...
    @property
    def split(self) -> float: ...
    @property
    def changed(self) -> float: ...
    @property
    def codeshare(self) -> float: ...


def booked(people: pl.DataFrame, seed: int, rates: Rates) -> pl.DataFrame:
    """Travellers of the legs as bookings have them: those who did not come too, those who came without one not.

    ``people`` are as ``parted`` gives them. Adds ``place`` in the booking,
    ``place_on_leg``, ``has_docs``, ``is_child``, ``ticket`` and ``is_no_show``.
    """
    passengers = people.filter(~pl.col("is_crew"))
    has_booking = ~Draws.of(seed, passengers["key"].to_numpy()).true("pnr/go_show", rates.go_show)
    came = passengers.filter(pl.Series(has_booking))
    stayed_away = _stayed_away(passengers, seed, rates)
    everyone = pl.concat([came.with_columns(is_no_show=pl.lit(False)), stayed_away])
    ordered = everyone.sort("leg", "locator", "is_no_show", "traveller").with_row_index("place_on_leg")
    key = ordered["key"].to_numpy()
    drawn = Draws.of(seed, key)
    ticket = drawn.bits("pnr/ticket") % np.uint64(9 * 10**12) + np.uint64(10**12)
    age = pl.col("booked_at_utc").dt.date() - pl.col("date_of_birth")
    finished = ordered.with_columns(
        place=pl.int_range(1, pl.len() + 1).over("leg", "locator"),
        has_docs=pl.Series(~drawn.true("pnr/docs", rates.pnr_without_docs)),
        is_child=age.dt.total_days() < _CHILD_BELOW_YEARS * 365.25,
        ticket=pl.Series(ticket).cast(pl.String),
        traveller=pl.col("place_on_leg"),
    )
    return misread(finished, key, seed, "pnr", rates.pnr_field_missing, rates.pnr_field_wrong)


def parted(people: pl.DataFrame, seed: int, rates: Rates) -> pl.DataFrame:
    """``people`` with one traveller of some bookings in a booking of its own, which names the other and is named there.

    Adds ``booking_key``, ``split_locator`` and ``split_count``, what the booking
    says of the other, and changes ``locator``.
    """
    booking = people["booking_id"].fill_null(0).to_numpy()
    drawn_for = Draws.of(seed, booking)
    child_key = drawn_for.bits("pnr/split/key")
    person_key = pl.col("person_key")
    party = pl.len().over("leg", "booking_id")
    is_split = pl.Series(drawn_for.true("pnr/split", rates.split)) & (party > 1) & ~pl.col("is_crew")
    # The same one leaves on the way out and on the way back.
    person = text_keys(people["document_number"])
    drawn = people.with_columns(person_key=pl.Series(person)).with_columns(
        booking_key=pl.Series(booking),
        child_key=pl.Series(child_key),
        child_locator=_locators(child_key),
        is_split=is_split,
        leaves=is_split & (person_key == person_key.max().over("leg", "booking_id")),
    )
    leaves = pl.col("leaves")
    return drawn.with_columns(
        booking_key=pl.when(leaves).then("child_key").otherwise("booking_key"),
        split_count=pl.when(leaves).then(party - 1).otherwise(1),
        split_locator=pl.when(leaves).then("locator").when("is_split").then("child_locator"),
        locator=pl.when(leaves).then("child_locator").otherwise("locator"),
    ).drop("person_key", "child_key", "child_locator", "is_split", "leaves")


def named(travellers: pl.DataFrame, messages: pl.DataFrame, seed: int, rates: Rates) -> pl.DataFrame:
    """A row for each message and booking, with what the booking as a whole says."""
    first = ("booking_key", "booked_at_utc", "agency_code", "agency_city", "phone", "split_locator", "split_count")
    grouped = travellers.group_by("message", "locator", maintain_order=True).agg(
        pl.col(first).first(), excess_bags=(pl.col("bags") - 2).clip(lower_bound=0).sum()
    )
    of_message = messages.select(
        "message", "sender", "number", "flight_number", "origin", "destination", "etd_local", "eta_local",
        "etd_utc", "sent_utc", "has_free_text", leg_key="key",
    )  # fmt: skip
    told = grouped.join(of_message, on="message", maintain_order="left")
    key = told["booking_key"].to_numpy()
    drawn = Draws.of(seed, key)
    days = pl.Series(1 + drawn.below("pnr/changed_by", 3))
    # All pushes tell the same of a change, but those before it nothing.
    seconds = (pl.col("etd_utc") - pl.col("booked_at_utc")).dt.total_seconds() * pl.Series(drawn.uniform("pnr/when"))
    changed_at = pl.col("booked_at_utc") + pl.duration(seconds=seconds.cast(pl.Int64))
    is_changed = pl.Series(drawn.true("pnr/changed", rates.changed)) & (changed_at < pl.col("sent_utc"))
    return told.with_columns(
        office=pl.col("agency_city") + pl.Series(_office(told["agency_code"])),
        agent=pl.Series(drawn.below("pnr/agent", 9000) + 1000).cast(pl.String).str.replace("^", "A"),
        changed_at_utc=pl.when(is_changed).then(changed_at),
        changed_from=pl.when(is_changed).then(pl.col("etd_local").dt.date() - pl.duration(days=1) * days),
        is_phone_free_text="has_free_text",
        booking_class=pl.Series(drawn.below("pnr/class", 8)).replace_strict(
            dict(enumerate("YBMHKQLC")), return_dtype=pl.String
        ),
        **_sold_by_partner(told, key, seed, rates),
    )


def _stayed_away(people: pl.DataFrame, seed: int, rates: Rates) -> pl.DataFrame:
    """Travellers who were booked and did not come: companions of some on board, or booked alone; all are made up."""
    # Somebody else's given name, of the same country and sex.
    others = people.sort("nationality", "sex", "key").with_columns(
        secondary_identifier=pl.col("secondary_identifier").shift(1).over("nationality", "sex").fill_null("ALEX")
    )
    absent = others.filter(pl.Series(Draws.of(seed, others["key"].to_numpy()).true("pnr/no_show", rates.no_show)))
    drawn = Draws.of(seed, absent["key"].to_numpy())
    digits = pl.Series(drawn.bits("pnr/no_show/number")).cast(pl.String).str.tail(9)
    days = pl.Series(drawn.below("pnr/no_show/born", 4000) - 2000)
    alone = pl.Series(drawn.true("pnr/no_show/alone", 0.5))
    own_key = drawn.bits("pnr/no_show/booking")
    prefix = pl.col("document_number").str.extract(r"^([A-Z]*)").fill_null("")
    return absent.with_columns(
        key=pl.Series(drawn.bits("pnr/no_show/key")),
        record_id=pl.lit(None, pl.String),
        date_of_birth=pl.col("date_of_birth") + pl.duration(days=1) * days,
        document_number=(prefix + digits).str.head(9),
        bags=pl.lit(0, people.schema["bags"]),
        booking_key=pl.when(alone).then(pl.Series(own_key)).otherwise(pl.col("booking_key")),
        split_locator=pl.when(~alone).then("split_locator"),
        locator=pl.when(alone).then(_locators(own_key)).otherwise(pl.col("locator")),
        is_infant=pl.lit(False),
        is_no_show=pl.lit(True),
    ).select([*people.columns, "is_no_show"])


def _sold_by_partner(told: pl.DataFrame, key: Bits, seed: int, rates: Rates) -> dict[str, pl.Expr]:
    """Carrier and number under which a partner sold the booking; a flight has one number with each partner."""
    sender = told["sender"].to_list()
    drawn = Draws.of(seed, key)
    places = drawn.below("pnr/partner", 60)
    partners = [_PARTNERS.get(carrier, _OTHER_PARTNERS) for carrier in sender]
    partner = pl.Series([some[int(n) % len(some)] for some, n in zip(partners, places, strict=True)], dtype=pl.String)
    flight = mixed(text_keys(told["sender"] + told["flight_number"]), text_keys(partner))
    number = pl.Series(4000 + Draws.of(seed, flight).below("pnr/partner_number", 5000)).cast(pl.String)
    is_sold = pl.Series(drawn.true("pnr/codeshare", rates.codeshare))
    return {
        "marketing_carrier": pl.when(is_sold).then(partner),
        "marketing_number": pl.when(is_sold).then(number),
    }


def _office(codes: pl.Series) -> pl.Series:
    """The end of an agency's office identity, which goes with its number."""
    return pl.Series(Draws.of(text_keys(codes)).below("office", 9000) + 1000).cast(pl.String)


def _locators(keys: Bits) -> pl.Series:
    """Six signs for each key."""
    shifts = np.arange(6, dtype=np.uint64) * np.uint64(5)
    places = (keys[:, None] >> shifts) & np.uint64(31)
    return pl.Series(np.ascontiguousarray(_LOCATOR_SIGNS[places]).view("S6").ravel().astype("U6"), dtype=pl.String)
