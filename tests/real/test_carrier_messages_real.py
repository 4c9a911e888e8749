"""The real messages of carriers, where they are there: what was counted by eye, and which of them is bad and why.

See ``test_sources_real`` for where they lie; without them nothing is tried.
"""

from __future__ import annotations

from typing import Any

import pytest

from lakehouse.bronze.paxlst_messages import PaxlstMessages
from lakehouse.bronze.paxlst_passengers import PaxlstPassengers
from lakehouse.bronze.pnrgov_bookings import PnrgovBookings
from lakehouse.bronze.pnrgov_messages import PnrgovMessages
from lakehouse.bronze.pnrgov_passengers import PnrgovPassengers
from lakehouse.declare import Bronze
from lakehouse.formats import Fault
from tests.real.test_sources_real import LANDING

IS_THERE = (LANDING / "paxlst").is_dir()

#: Rows in each table, and the values that are blanked.
LISTS: dict[str, tuple[int, int, set[str]]] = {
    "good.edi": (1, 1, set()),
    "several_legs.edi": (1, 2, set()),
    # It was shortened from 152 segments to 107, and its closing references are another day's.
    "one_flight.edi": (1, 8, {"segments_stated_count", "group_closing_reference", "interchange_closing_reference"}),
}
#: Messages, bookings and travellers. All three state the segment count of a longer message.
REPORTS = {"infant.edi": (1, 1, 2), "one_booking.edi": (1, 1, 2), "two_bookings.edi": (1, 2, 4)}


def content(name: str, table: type[Bronze]) -> bytes:
    return (LANDING / table.source.name / name).read_bytes()


def faults(name: str, table: type[Bronze]) -> list[Fault]:
    return [fault for record in table.format.faulty(content(name, table), table) for fault in record.faults]


def rows(name: str, table: type[Bronze]) -> list[dict[str, Any]]:
    return list(table.format.table(content(name, table), table).to_pylist()) if IS_THERE else []


@pytest.mark.parametrize("name", LISTS)
def test_a_real_list_has_the_travellers_that_were_counted(name: str) -> None:
    if IS_THERE:
        lists, travellers, blanked = LISTS[name]
        assert (len(rows(name, PaxlstMessages)), len(rows(name, PaxlstPassengers))) == (lists, travellers)
        assert {fault.column for fault in faults(name, PaxlstMessages)} == blanked


def test_the_bad_list_names_its_reference_twice() -> None:
    if IS_THERE:
        for table in (PaxlstMessages, PaxlstPassengers):
            assert rows("bad.edi", table) == []
            assert [fault.rule for fault in faults("bad.edi", table)] == ["segment 6 (RFF): a second RFF in one PAXLST"]


@pytest.mark.parametrize("name", REPORTS)
def test_a_real_report_has_the_bookings_and_travellers_that_were_counted(name: str) -> None:
    if IS_THERE:
        counted = tuple(len(rows(name, table)) for table in (PnrgovMessages, PnrgovBookings, PnrgovPassengers))
        assert counted == REPORTS[name]
        assert [fault.column for fault in faults(name, PnrgovMessages)] == ["segments_stated_count"]


def test_the_bad_report_is_cut_off_in_its_last_segment() -> None:
    if IS_THERE:
        for table in (PnrgovMessages, PnrgovBookings, PnrgovPassengers):
            assert rows("bad_format.edi", table) == []
            (fault,) = faults("bad_format.edi", table)
            assert fault.rule.startswith("segment 28 (UNZ): cut off, no terminator (') ends it")


def test_a_flight_of_several_legs_has_them_in_order() -> None:
    for row in rows("several_legs.edi", PaxlstMessages):
        places = [[place["place"] for place in flight["places"]] for flight in row["flights"]]
        assert places == [["MIA", "IAD"], ["IAD", "JFK"], ["JFK", "CDG"]]
        assert row["counts"] == [{"qualifier": "42", "count": "2"}]
        assert row["departure_date"] == "2008-08-10"


def test_every_crew_member_has_a_document_and_what_belongs_to_it() -> None:
    for row in rows("one_flight.edi", PaxlstPassengers):
        assert row["party_qualifier"] == "FM"
        (document,) = row["documents"]
        assert [date["qualifier"] for date in document["dates"]] == ["36"]
        assert [place["code"] for place in document["places"]] == ["GBR"]


def test_separators_that_una_redefines_are_understood() -> None:
    for row in rows("infant.edi", PnrgovBookings):
        assert "*1A/E*" in str(row["history"])
    assert {row["traveller_type"] for row in rows("infant.edi", PnrgovPassengers)} <= {"A", "IN"}


def test_values_that_were_wrapped_are_whole() -> None:
    for row in rows("one_booking.edi", PnrgovPassengers)[:1]:
        assert row["requests"][0]["text_pieces"][8:] == ["SMITHJR", "MRJONATHON", "ROBERT"]
    for row in rows("one_booking.edi", PnrgovBookings):
        assert len(row["legs"]) == 2
        assert len(row["services"]) == 1
        assert [place["locator"] for place in row["split_from"][0]["locators"]] == ["ABCDEF"]
