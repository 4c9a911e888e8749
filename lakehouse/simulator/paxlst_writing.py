"""Passenger and crew lists, PAXLST of the WCO, IATA and ICAO guidelines on advance passenger information."""

from __future__ import annotations

import polars as pl

from lakehouse.simulator.edifact_writing import Kind, day_and_time, segment, segments

PAXLST = Kind(
    name="PAXLST",
    syntax=("UNOA", "4"),
    recipient="TWNAPIS",
    header=("PAXLST", "D", "02B", "UN", "IATA"),
    group=("UN", ("D", "02B")),
    names_qualifiers=True,
)

#: Of a list: code of BGM, function of NAD, qualifier of CNT.
_PASSENGERS, _CREW = ("745", "FL", "42"), ("250", "FM", "41")


def lists(messages: pl.DataFrame, travellers: pl.DataFrame) -> pl.DataFrame:
    """The text of each list, between UNH and UNT.

    ``messages`` has ``message`` (its number), ``reference``, ``is_crew``,
    ``attempt`` (1 original, 2 replacement), ``sender``, ``flight`` (as the sender
    writes it), ``origin``, ``destination``, ``etd_local`` and ``eta_local``;
    ``travellers`` are those of each ``message``, in their order, as the list has
    them. Gives ``message`` and ``text``.
    """
    said = travellers.group_by("message", maintain_order=True).agg(
        travellers=pl.col("text").str.join(""), travellers_count=pl.len()
    )
    code, _, total = (_by_list(*each) for each in zip(_PASSENGERS, _CREW, strict=True))
    function = pl.when(pl.col("attempt") > 1).then(pl.lit("5")).otherwise(pl.lit("9"))
    return messages.join(said, on="message", how="inner", maintain_order="left").select(
        "message",
        text=segments(
            segment("BGM", code, pl.col("reference"), function),
            segment("NAD", "MS", "", "", pl.col("sender") + " DEPARTURE CONTROL"),
            segment("COM", ("886-2-5550-0100", "TE"), ("886-2-5550-0101", "FX")),
            segment("TDT", "20", pl.col("flight"), "", "", pl.col("sender")),
            segment("LOC", "125", pl.col("origin")),
            segment("DTM", ("189", day_and_time("etd_local", parted_by=""), "201")),
            segment("LOC", "87", pl.col("destination")),
            segment("DTM", ("232", day_and_time("eta_local", parted_by=""), "201")),
            pl.col("travellers"),
            segment("CNT", (total, pl.col("travellers_count").cast(pl.String))),
        ),
    )


def travellers(people: pl.DataFrame) -> pl.DataFrame:
    """``people`` with ``text``: their segments; what is null is left out.

    Beside the columns of a traveller: ``origin``, ``destination``,
    ``border_airport`` and ``writes_centuries``, the sender's habit with dates.
    """
    _, party, _ = (_by_list(*each) for each in zip(_PASSENGERS, _CREW, strict=True))
    primary, secondary = pl.col("primary_identifier"), pl.col("secondary_identifier")
    return people.with_columns(
        text=segments(
            pl.when(secondary == "")
            .then(segment("NAD", party, "", "", primary))
            .otherwise(segment("NAD", party, "", "", (primary, secondary))),
            segment("ATT", "2", "", pl.col("sex")),
            _date("329", "date_of_birth"),
            segment("LOC", "22", pl.col("border_airport")),
            segment("LOC", "174", pl.col("residence_country")),
            segment("LOC", "178", pl.col("origin")),
            segment("LOC", "179", pl.col("destination")),
            segment("NAT", "2", pl.col("nationality")),
            segment("RFF", ("AVF", pl.col("locator"))),
            pl.coalesce(
                segment("DOC", (pl.col("document_type"), "110", "111"), pl.col("document_number")),
                segment("DOC", (pl.col("document_type"), "110", "111")),
            ),
            _date("36", "expiry_date"),
            segment("LOC", "91", pl.col("issuing_state")),
        )
    )


def _by_list(passengers: str, crew: str) -> pl.Expr:
    return pl.when("is_crew").then(pl.lit(crew)).otherwise(pl.lit(passengers))


def _date(qualifier: str, name: str) -> pl.Expr:
    """A date with its century, where the sender writes that, or without."""
    return (
        pl.when("writes_centuries")
        .then(segment("DTM", (qualifier, pl.col(name).dt.strftime("%Y%m%d"), "102")))
        .otherwise(segment("DTM", (qualifier, pl.col(name).dt.strftime("%y%m%d"))))
    )
