"""Bookings, PNRGOV 11.1 of IATA's implementation guide."""

from __future__ import annotations

import polars as pl

from lakehouse.simulator.edifact_writing import Kind, day_and_time, segment, segments

PNRGOV = Kind(
    name="PNRGOV",
    syntax=("IATA", "1"),
    recipient="TWNPNR",
    header=("PNRGOV", "11", "1", "IA"),
    group=("IA", ("11", "1")),
    names_qualifiers=False,
)

_DAY = "%d%m%y"
_KG_A_BAG = 21
#: Where the systems stand in which agencies book; a carrier's own counters stand at its own.
_AGENCY_SYSTEM, _AGENCY_SYSTEM_PLACE = "1A", "MUC"


def reports(messages: pl.DataFrame, bookings: pl.DataFrame) -> pl.DataFrame:
    """The text of each report of the bookings on a flight, between UNH and UNT.

    ``messages`` has ``message`` (its number), ``sender``, ``number`` (of the
    flight, as the sender writes it), ``origin``, ``destination``, ``etd_local``
    and ``eta_local``; ``bookings`` have ``message`` and ``text``, in their
    order. Gives ``message`` and ``text``.
    """
    said = bookings.group_by("message", maintain_order=True).agg(
        bookings=pl.col("text").str.join(""), bookings_count=pl.len()
    )
    return messages.join(said, on="message", how="inner", maintain_order="left").select(
        "message",
        text=segments(
            segment("MSG", ("", "22")),
            segment("ORG", (pl.col("sender"), "TPE")),
            _travel(pl.col("sender"), pl.col("number")),
            segment("EQN", pl.col("bookings_count").cast(pl.String)),
            pl.col("bookings"),
        ),
    )


def bookings(named: pl.DataFrame, travellers: pl.DataFrame) -> pl.DataFrame:
    """``named`` with ``text``, the segments of each booking.

    ``named`` has a row a ``message`` and ``locator``: ``sender``, ``number``,
    places and times of the flight, ``booked_at_utc``, ``changed_at_utc`` and
    ``changed_from`` (day of travel before; null: never changed), ``agency_code``,
    ``agency_city``, ``office``, ``agent``, ``phone``, ``is_phone_free_text``,
    ``excess_bags``, ``marketing_carrier`` and ``marketing_number`` (null: sold
    under the flight's own), ``booking_class``, ``split_locator`` (null: none) and
    ``split_count``. ``travellers`` have the same keys, ``text`` and
    ``check_in`` (null before check-in), in their order.
    """
    said = travellers.group_by("message", "locator", maintain_order=True).agg(
        travellers=pl.col("text").str.join(""),
        check_ins=pl.col("check_in").str.join(""),
        travellers_count=pl.len().cast(pl.String),
    )
    sender, booked = pl.col("sender"), day_and_time("booked_at_utc", _DAY)
    phone = pl.col("phone").str.strip_prefix("+")
    agency = ((_AGENCY_SYSTEM, _AGENCY_SYSTEM_PLACE), (pl.col("agency_code"), pl.col("office")), pl.col("agency_city"))
    free_text = pl.col("is_phone_free_text")
    told = named.join(said, on=("message", "locator"), how="inner", maintain_order="left")
    return told.with_columns(last_change_utc=pl.coalesce("changed_at_utc", "booked_at_utc")).with_columns(
        text=segments(
            segment("SRC"),
            segment("RCI", (sender, pl.col("locator"), "", booked)),
            segment("DAT", ("700", day_and_time("last_change_utc", _DAY)), ("710", booked)),
            pl.when(free_text).then(segment("IFT", ("4", "28", "", sender), "CTCP " + phone)),
            pl.coalesce(
                segment("ORG", *agency, "", "T", "", pl.col("agent")),
                segment("ORG", (sender, "TPE"), "", "TPE", "", "A", "", pl.col("agent")),
            ),
            pl.when(~free_text).then(segment("ADD", "", ("702", "", "", "", "", "", "", phone))),
            pl.when(pl.col("excess_bags") > 0).then(
                segment("EBD", ("TWD", "2000.00"), (pl.col("excess_bags").cast(pl.String), "", "N"))
            ),
            pl.col("travellers"),
            pl.coalesce(
                _travel((pl.col("marketing_carrier"), sender), (pl.col("marketing_number"), pl.col("booking_class"))),
                _travel(sender, (pl.col("number"), pl.col("booking_class"))),
            ),
            segment("RPI", pl.col("travellers_count"), "HK"),
            pl.col("check_ins"),
            pl.when(pl.col("split_locator").is_not_null()).then(
                segments(
                    segment("EQN", pl.col("split_count").cast(pl.String)),
                    segment("RCI", (sender, pl.col("split_locator"))),
                )
            ),
            _change(),
        )
    )


def travellers(people: pl.DataFrame) -> pl.DataFrame:
    """``people`` with ``name`` and ``text``, their segments in a booking.

    Beside the columns of a traveller: ``sender``, ``place`` (in the booking),
    ``has_docs``, ``is_child`` and ``ticket``.
    """
    primary, secondary = _plain("primary_identifier"), _plain("secondary_identifier")
    kind = pl.when("is_infant").then(pl.lit("IN")).when("is_child").then(pl.lit("C")).otherwise(pl.lit("A"))
    given = (secondary + _title()).str.strip_chars()
    has_ticket = ~pl.col("is_infant")
    return people.with_columns(
        name=segment("TIF", primary, (given, kind, pl.col("place").cast(pl.String)))
    ).with_columns(
        text=segments(
            pl.col("name"),
            pl.when("has_docs").then(_docs(primary, secondary)),
            pl.when("has_docs").then(_request("DOCA", "/R/" + pl.col("residence_country"))),
            pl.when(has_ticket).then(segment("TKT", (pl.col("ticket"), "T", "1"))),
            pl.when(has_ticket).then(_payment()),
        )
    )


def checked_in(people: pl.DataFrame) -> pl.DataFrame:
    """``people`` of messages, in their order, with ``check_in``, their segments of seat and bags.

    Null before check-in (``is_last`` is false) and for who did not come.
    """
    number = pl.int_range(pl.len()).over("message")
    letter = (number % 6).replace_strict(dict(enumerate("ABCHJK")), return_dtype=pl.String)
    bags = pl.col("bags")
    return people.with_columns(
        check_in=pl.when(pl.col("is_last") & ~pl.col("is_no_show")).then(
            segments(
                segment("TRI", "", ((number + 1).cast(pl.String), "", "", pl.col("place").cast(pl.String))),
                pl.col("name"),
                pl.when(~pl.col("is_infant")).then(
                    segment("SSD", (10 + number // 6).cast(pl.String) + letter, "", "", "", "Y")
                ),
                pl.when(bags > 0).then(
                    segment("TBD", "", (bags.cast(pl.String), (bags * _KG_A_BAG).cast(pl.String), "700"))
                ),
            )
        )
    )


def _title() -> pl.Expr:
    young = pl.col("is_infant") | pl.col("is_child")
    return (
        pl.when(pl.col("sex") == "F")
        .then(pl.when(young).then(pl.lit(" MISS")).otherwise(pl.lit(" MS")))
        .when(pl.col("sex") == "M")
        .then(pl.when(young).then(pl.lit(" MSTR")).otherwise(pl.lit(" MR")))
        .otherwise(pl.lit(""))
    )


def _payment() -> pl.Expr:
    card = pl.col("card")
    form = (pl.col("form_of_payment"), "", "", card.str.head(2), card.str.slice(2))
    return pl.coalesce(
        segment("FOP", (*form, pl.col("card_expiry"))), segment("FOP", form), segment("FOP", pl.col("form_of_payment"))
    )


def _travel(carrier: pl.Expr | tuple[pl.Expr, ...], number: pl.Expr | tuple[pl.Expr, ...]) -> pl.Expr:
    times = (day_and_time("etd_local", _DAY), day_and_time("eta_local", _DAY))
    return segment("TVL", times, pl.col("origin"), pl.col("destination"), carrier, number)


def _docs(primary: pl.Expr, secondary: pl.Expr) -> pl.Expr:
    """SSR DOCS: type, issuing state, number, nationality, birth, sex, expiry, names; empty where nothing is given."""
    sex = pl.col("sex").fill_null("") + pl.when("is_infant").then(pl.lit("I")).otherwise(pl.lit(""))
    given = [
        pl.col(name).fill_null("") for name in ("document_type", "issuing_state", "document_number", "nationality")
    ]
    pieces = [pl.lit(""), *given, _day("date_of_birth"), sex, _day("expiry_date"), primary, secondary]
    return _request("DOCS", pl.concat_str(*pieces, separator="/"))


def _request(code: str, text: pl.Expr) -> pl.Expr:
    return segment("SSR", (code, "HK", "1", pl.col("sender"), "", "", "", "", text))


def _day(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime("%d%b%y").str.to_uppercase().fill_null("")


def _plain(name: str) -> pl.Expr:
    """Booking systems have letters and blanks alone."""
    return pl.col(name).str.replace_many({"'": "", "-": " "})


def _change() -> pl.Expr:
    """History: the flight of another day cancelled, this one added."""
    travel = (pl.col("origin"), pl.col("destination"), pl.col("sender"), (pl.col("number"), pl.col("booking_class")))
    return pl.when(pl.col("changed_from").is_not_null()).then(
        segments(
            segment("ABI", "1", ("", "TPERR"), "TPE", "", pl.col("sender")),
            segment("DAT", ("ZT", day_and_time("changed_at_utc", _DAY))),
            segment("SAC", "", "", "X"),
            segment(
                "TVL", (pl.col("changed_from").dt.strftime(_DAY), pl.col("etd_local").dt.strftime("%H%M")), *travel
            ),
            segment("SAC", "", "", "A"),
            segment("TVL", day_and_time("etd_local", _DAY), *travel),
        )
    )
