"""What carriers send of the day's flights: passenger lists and bookings, with what goes wrong in them.

A function of the day's legs, of those on board, and of the seed: written twice it is equal to the byte.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from lakehouse.simulator import paxlst_writing, pnrgov_writing
from lakehouse.simulator.bookings import booked, named, parted
from lakehouse.simulator.draws import Draws, mixed
from lakehouse.simulator.edifact_writing import ELEMENT, END, SEPARATORS, interchanges
from lakehouse.simulator.edifact_writing import Kind as MessageKind
from lakehouse.simulator.misreading import misread
from lakehouse.simulator.text_keys import text_keys

_TAIPEI = pl.duration(hours=8)
_FASTEST = 1
_MESSAGES_AT_ONCE = 250


@dataclass(frozen=True)
class Rates:
    """How often what happens, each as a share of its own kind; none is taken from a published measure."""

    #: Of travellers in a passenger list: a field left out, or other than in the document.
    api_field_missing: float = 0.012
    api_field_wrong: float = 0.008
    #: Of travellers in a booking: no SSR DOCS; a field of it left out, or wrong.
    pnr_without_docs: float = 0.06
    pnr_field_missing: float = 0.01
    pnr_field_wrong: float = 0.012
    #: Of travellers: on board and in no booking; booked, and as many more not on board.
    go_show: float = 0.005
    no_show: float = 0.015
    #: Of legs: nothing sent; sent after departure; sent again.
    paxlst_missing: float = 0.004
    pnrgov_missing: float = 0.008
    late: float = 0.015
    sent_twice: float = 0.03
    #: Of those in a list that is replaced by a second: not in the first.
    late_on_board: float = 0.03
    #: Of bookings: one traveller parted into a booking of its own (of two and more), flight changed, sold by a partner.
    split: float = 0.02
    changed: float = 0.06
    codeshare: float = 0.12
    #: Of messages: a segment is damaged.
    broken: float = 0.0003
    #: Of flights: how their messages are written.
    una: float = 0.6
    other_separators: float = 0.04
    line_breaks: float = 0.5
    wrapped: float = 0.05
    groups: float = 0.5
    #: Of flights: bookings are pushed ahead of departure too.
    pushed_ahead: float = 0.25
    #: Hours before departure at which bookings are pushed, each time all that are known; all but the last are ahead.
    pushed_at_hours: tuple[int, ...] = (24, 0)


def write_day(landing: Path, legs: pl.DataFrame, passengers: pl.DataFrame, seed: int, rates: Rates = Rates()) -> None:
    """Write the messages about ``legs``, all those of their flight days, to ``manifests`` of the landing.

    ``legs``: leg_id, carrier, flight_number, origin, destination, direction,
    flight_date, etd_local, eta_local, etd_utc, eta_utc. ``passengers``: leg_id,
    record_id and what docs/feeds.md says of carriers' messages, true values. Files
    are named by the hour of sending and by the flight day: none is written twice.
    """
    flights = _with_habits(legs.sort("leg_id").with_row_index("leg"), seed, rates)
    people = parted(_on_board(flights, passengers), seed, rates)
    lists = _list_messages(flights, people, seed, rates)
    listed = misread(people, people["key"].to_numpy(), seed, "api", rates.api_field_missing, rates.api_field_wrong)
    _write(landing, paxlst_writing.PAXLST, lists, lambda some: _lists(some, listed, seed, rates), seed, rates)
    pushes = _push_messages(flights, seed, rates)
    travellers = pnrgov_writing.travellers(booked(people, seed, rates))
    _write(landing, pnrgov_writing.PNRGOV, pushes, lambda some: _reports(some, travellers, seed, rates), seed, rates)


def _with_habits(legs: pl.DataFrame, seed: int, rates: Rates) -> pl.DataFrame:
    """Legs with the habits of the system that sends for the flight, for good."""
    drawn = Draws.of(seed, text_keys(legs["carrier"] + legs["flight_number"]))

    def having(habit: str, rate: float) -> pl.Series:
        return pl.Series(drawn.true(f"habit/{habit}", rate))

    others = 1 + drawn.below("habit/which", len(SEPARATORS) - 1)
    padded = having("padded", 0.4)
    number = pl.when(padded).then(pl.col("flight_number").str.zfill(4)).otherwise(pl.col("flight_number"))
    return legs.with_columns(
        key=pl.Series(text_keys(legs["leg_id"])),
        sender="carrier",
        number=number,
        flight=pl.col("carrier") + number,
        border_airport=pl.when(pl.col("direction") == "entry").then("destination").otherwise("origin"),
        separators=pl.when(having("separators", rates.other_separators)).then(pl.Series(others)).otherwise(0),
        gives_advice=having("una", rates.una),
        breaks_lines=having("line_breaks", rates.line_breaks),
        wraps=having("wraps", rates.wrapped),
        groups=having("groups", rates.groups),
        writes_centuries=having("centuries", 0.25),
        has_free_text=having("free_text", 0.3),
    )


def _on_board(flights: pl.DataFrame, passengers: pl.DataFrame) -> pl.DataFrame:
    """Passengers in a fixed order, each with a number and a key."""
    people = passengers.join(flights.select("leg", "leg_id", "sender", leg_key="key"), on="leg_id").sort(
        "leg", "record_id"
    )
    keys = mixed(people["leg_key"].to_numpy(), text_keys(people["record_id"]))
    return people.drop("leg_id", "leg_key").with_row_index("traveller").with_columns(key=pl.Series(keys))


def _list_messages(flights: pl.DataFrame, people: pl.DataFrame, seed: int, rates: Rates) -> pl.DataFrame:
    """A row for each list that is sent: of passengers or crew, the first or one that replaces it."""
    drawn = Draws.of(seed, flights["key"].to_numpy())
    before = 15 + drawn.below("paxlst/before", 45)
    after = 5 + drawn.below("paxlst/after", 235)
    is_late = drawn.true("paxlst/late", rates.late)
    kept = flights.with_columns(
        minutes=pl.Series(np.where(is_late, after, -before)),
        again=pl.Series(5 + drawn.below("paxlst/again", 20)),
        is_twice=pl.Series(drawn.true("paxlst/twice", rates.sent_twice)),
    ).filter(pl.Series(drawn.uniform("paxlst/none") >= rates.paxlst_missing))
    has = people.select("leg", "is_crew").unique()
    first = kept.join(has, on="leg").with_columns(attempt=pl.lit(1))
    # A list is sent before those who check in last are on it; the whole one follows.
    again = first.filter(pl.col("is_twice") & ~pl.col("is_crew")).with_columns(
        attempt=pl.lit(2), minutes=pl.col("minutes") + pl.col("again")
    )
    sent = pl.col("etd_utc") + pl.duration(minutes="minutes")
    return pl.concat([first, again]).with_columns(sent_utc=sent, access_reference=pl.lit(None, pl.String))


def _push_messages(flights: pl.DataFrame, seed: int, rates: Rates) -> pl.DataFrame:
    """A row for each report of bookings that is sent."""
    drawn = Draws.of(seed, flights["key"].to_numpy())
    late = np.where(drawn.true("pnrgov/late", rates.late), 10 + drawn.below("pnrgov/after", 110), 0)
    kept = flights.with_columns(
        before=pl.Series(2 + drawn.below("pnrgov/before", 12)),
        late=pl.Series(late),
        is_ahead=pl.Series(drawn.true("pnrgov/ahead", rates.pushed_ahead)),
        is_twice=pl.Series(drawn.true("pnrgov/twice", rates.sent_twice)),
    ).filter(pl.Series(drawn.uniform("pnrgov/none") >= rates.pnrgov_missing))
    last = min(rates.pushed_at_hours)
    ahead = kept.filter("is_ahead")
    pushes = [
        (kept if hours == last else ahead).with_columns(
            attempt=pl.lit(place),
            minutes=-60 * hours - pl.col("before") + (pl.col("late") if hours == last else 0),
            is_last=pl.lit(hours == last),
        )
        for place, hours in enumerate(sorted(rates.pushed_at_hours, reverse=True), 1)
    ]
    again = (
        pushes[-1]
        .filter("is_twice")
        .with_columns(attempt=pl.col("attempt") + 1, minutes=pl.col("minutes") + pl.col("before"))
    )
    sent = pl.col("etd_utc") + pl.duration(minutes="minutes")
    reference = pl.concat_str(
        pl.col("flight_date").dt.strftime("%d%m%y"), pl.col("etd_local").dt.strftime("%H%M"), "carrier", "number",
        separator="/",
    )  # fmt: skip
    return pl.concat([*pushes, again]).with_columns(sent_utc=sent, access_reference=reference, is_crew=pl.lit(False))


def _lists(messages: pl.DataFrame, people: pl.DataFrame, seed: int, rates: Rates) -> pl.DataFrame:
    of_message = messages.select(
        "message", "leg", "is_crew", "attempt", "is_twice",
        "origin", "destination", "border_airport", "writes_centuries",
    )  # fmt: skip
    held = people.join(of_message, on=("leg", "is_crew")).sort("message", "traveller")
    comes_late = pl.Series(Draws.of(seed, held["key"].to_numpy()).true("paxlst/on_board", rates.late_on_board))
    on_list = held.filter(~(comes_late & pl.col("is_twice") & (pl.col("attempt") == 1) & ~pl.col("is_crew")))
    return paxlst_writing.lists(messages, paxlst_writing.travellers(on_list))


def _reports(messages: pl.DataFrame, people: pl.DataFrame, seed: int, rates: Rates) -> pl.DataFrame:
    of_message = messages.select("message", "leg", "sent_utc", "is_last")
    known = people.join(of_message, on="leg").filter(pl.col("booked_at_utc") < pl.col("sent_utc"))
    travellers = pnrgov_writing.checked_in(known.sort("message", "place_on_leg"))
    told = named(travellers, messages, seed, rates)
    return pnrgov_writing.reports(messages, pnrgov_writing.bookings(told, travellers))


def _write(
    landing: Path,
    kind: MessageKind,
    messages: pl.DataFrame,
    texts: Callable[[pl.DataFrame], pl.DataFrame],
    seed: int,
    rates: Rates,
) -> None:
    """Write ``messages`` to the files of their hours, some files at a time in memory."""
    ordered = messages.sort("sent_utc", "leg_id", "is_crew", "attempt").with_row_index("message")
    sent = pl.col("sent_utc") + _TAIPEI
    key = mixed(ordered["key"].to_numpy(), ordered["attempt"].to_numpy(), ordered["is_crew"].to_numpy())
    drawn = Draws.of(seed, key)
    numbered = ordered.with_columns(
        key=pl.Series(key),
        reference=pl.Series(drawn.bits(f"{kind.name}/reference") % np.uint64(10**10)).cast(pl.String),
        is_broken=pl.Series(drawn.true(f"{kind.name}/broken", rates.broken)),
        path=pl.format("{}/{}-{}-{}.edi.gz", sent.dt.strftime("%Y-%m-%d"), pl.lit(kind.name.lower()),
                       sent.dt.strftime("%H"), pl.col("flight_date").dt.strftime("%Y%m%d")),
    )  # fmt: skip
    for some in _batches(numbered):
        written = some.join(texts(some), on="message", maintain_order="left")
        damaged = written.filter("is_broken").with_columns(text=_damaged()).select("message", "text")
        files: dict[str, list[str]] = {}
        finished = interchanges(written.update(damaged, on="message"), kind)
        for path, interchange in zip(written["path"].to_list(), finished, strict=True):
            files.setdefault(path, []).append(interchange)
        for path, held in files.items():
            file = landing / "manifests" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(gzip.compress("\n".join(held).encode("ascii"), _FASTEST, mtime=0))


def _batches(messages: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The messages of whole files, so many that their texts fit into memory and are worth the call."""
    pending: list[pl.DataFrame] = []
    for of_file in messages.partition_by("path", maintain_order=True):
        pending.append(of_file)
        if sum(map(len, pending)) >= _MESSAGES_AT_ONCE:
            yield pl.concat(pending)
            pending = []
    if pending:
        yield pl.concat(pending)


def _damaged() -> pl.Expr:
    """A message of which the third segment lost the end of its tag, as when a line drops signs."""
    return pl.col("text").str.replace(f"^([^{END}]*{END}[^{END}]*{END}..).([{ELEMENT}])", "${1}${2}")
