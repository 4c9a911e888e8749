"""Carriers' messages: interchanges that others can read, with mistakes at the rates that are set, always the same."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from pydifact.parser import Parser
from pydifact.segments import Segment

from lakehouse.simulator.carrier_messages import Rates, write_day
from tests.simulator.travellers import CREW_A_LEG, DAY, a_day

#: pydifact warns of every segment of which it has no description.
pytestmark = pytest.mark.filterwarnings("ignore")

#: Nothing goes wrong, and all senders write alike.
CLEAN = Rates(
    *(0.0,) * 7, paxlst_missing=0, pnrgov_missing=0, late=0, sent_twice=0, late_on_board=0, split=0, changed=0,
    codeshare=0, broken=0, una=0.5, other_separators=0, line_breaks=0, wrapped=0, groups=0.5, pushed_at_hours=(0,),
)  # fmt: skip
LEGS, A_LEG = 6, 40
OUTSIDE = {"UNA", "UNB", "UNG", "UNE", "UNZ"}
PASSENGERS = LEGS * (A_LEG - CREW_A_LEG)


def files(landing: Path) -> dict[str, bytes]:
    return {str(p.relative_to(landing)): p.read_bytes() for p in sorted(landing.rglob("*.edi.gz"))}


def written(landing: Path, rates: Rates, *, legs: int = LEGS, a_leg: int = A_LEG, seed: int = 1) -> None:
    write_day(landing, *a_day(legs, a_leg), seed, rates)


def texts(landing: Path, kind: str) -> list[str]:
    """Every interchange of a kind of message, alone; senders write without line breaks."""
    return [
        text
        for name, content in files(landing).items()
        if f"/{kind}-" in name
        for text in gzip.decompress(content).decode("ascii").split("\n")
    ]


def messages(landing: Path, kind: str) -> list[list[Segment]]:
    """The segments of each message of a kind, from UNH to UNT, as pydifact reads them."""
    return [[s for s in Parser().parse(text) if s.tag not in OUTSIDE] for text in texts(landing, kind)]


def tagged(segments: list[Segment], tag: str) -> list[list[str | list[str]]]:
    return [list(s.elements) for s in segments if s.tag == tag]


def count(landing: Path, kind: str, tag: str, first: str | None = None) -> int:
    found = (elements for each in messages(landing, kind) for elements in tagged(each, tag))
    return sum(first is None or elements[0] == first for elements in found)


def test_the_same_input_gives_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    legs, passengers = a_day(LEGS, A_LEG)
    busy = replace(Rates(), sent_twice=0.5, split=0.5, other_separators=0.5, wrapped=0.5, broken=0.3)
    write_day(tmp_path / "one", legs, passengers, 1, busy)
    write_day(tmp_path / "two", legs.reverse(), passengers.sample(fraction=1, shuffle=True, seed=3), 1, busy)
    write_day(tmp_path / "other", legs, passengers, 2, busy)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert files(tmp_path / "one") != files(tmp_path / "other")


def test_a_leg_is_told_alike_whatever_else_flies(tmp_path: Path) -> None:
    legs, passengers = a_day(LEGS, A_LEG)
    write_day(tmp_path / "all", legs, passengers, 1, CLEAN)
    write_day(tmp_path / "one", legs.head(1), passengers.filter(pl.col("leg_id") == legs["leg_id"][0]), 1, CLEAN)
    for kind in ("paxlst", "pnrgov"):
        assert set(texts(tmp_path / "one", kind)) < set(texts(tmp_path / "all", kind))


def test_files_are_named_by_hour_of_sending_in_taipei_and_by_flight_day(tmp_path: Path) -> None:
    written(tmp_path, replace(CLEAN, pushed_at_hours=(24, 0), pushed_ahead=1.0))
    names = list(files(tmp_path))
    assert all(re.fullmatch(r"manifests/2025-1[12]-\d\d/(paxlst|pnrgov)-\d\d-20251201\.edi\.gz", n) for n in names)
    # The first flight leaves at midnight: its list is sent on the evening before.
    assert "manifests/2025-11-30/paxlst-23-20251201.edi.gz" in names
    assert any(n.startswith("manifests/2025-11-29/pnrgov-") for n in names)
    assert {n.split("/")[1] for n in names} == {"2025-11-29", "2025-11-30", f"{DAY}"}


@pytest.mark.parametrize("kind", ["paxlst", "pnrgov"])
def test_controls_agree_with_what_they_control(tmp_path: Path, kind: str) -> None:
    written(tmp_path, CLEAN)
    for text in texts(tmp_path, kind):
        found = list(Parser().parse(text))
        inside = [s for s in found if s.tag not in OUTSIDE]
        reference = inside[0].elements[0]
        last = {s.tag: s.elements for s in found}
        assert last["UNT"] == [str(len(inside)), reference]
        assert last["UNZ"] == ["1", reference]
        assert last.get("UNE", ["1", reference]) == ["1", reference]
        assert ("UNG" in last) is ("UNE" in last)


def test_a_list_holds_every_passenger_and_its_total_agrees(tmp_path: Path) -> None:
    written(tmp_path, CLEAN)
    codes = Counter(str(tagged(each, "BGM")[0][0]) for each in messages(tmp_path, "paxlst"))
    assert codes == {"745": LEGS, "250": LEGS}
    for each in messages(tmp_path, "paxlst"):
        is_crew = tagged(each, "BGM")[0][0] == "250"
        parties = [e for e in tagged(each, "NAD") if e[0] in ("FL", "FM")]
        assert {e[0] for e in parties} == {"FM" if is_crew else "FL"}
        assert len(parties) == (CREW_A_LEG if is_crew else A_LEG - CREW_A_LEG)
        assert tagged(each, "CNT") == [[["41" if is_crew else "42", str(len(parties))]]]


def test_a_list_says_of_a_passenger_what_the_document_says(tmp_path: Path) -> None:
    legs, passengers = a_day(1, 12)
    write_day(tmp_path, legs, passengers.filter(pl.col("record_id") == "R0000008"), 1, CLEAN)
    (each,) = messages(tmp_path, "paxlst")
    assert tagged(each, "NAD")[1] == ["FL", "", "", ["O'BRIEN", "MARY ANN"]]
    assert tagged(each, "ATT") == [["2", "", "X"]]
    places = {str(e[0]): e[1] for e in tagged(each, "LOC")}
    assert places == {"125": "NRT", "87": "TPE", "22": "TPE", "174": "TWN", "178": "NRT", "179": "TPE", "91": "TWN"}
    times = {str(e[0][0]): e[0][1] for e in tagged(each, "DTM")}
    assert times["189"] == "2512010000"
    assert times["232"] == "2512010300"
    assert times["329"][-6:] == "680909"
    assert times["36"][-6:] == "300609"
    assert tagged(each, "NAT") == [["2", "TWN"]]
    assert tagged(each, "RFF") == [[["AVF", "B00004"]]]
    assert tagged(each, "DOC") == [[["P", "110", "111"], "X10000296"]]
    (tdt,) = tagged(each, "TDT")
    assert tdt[0] == "20"
    assert tdt[1] in ("CI100", "CI0100")


def test_a_booking_says_who_travels_who_sold_it_and_who_paid(tmp_path: Path) -> None:
    legs, passengers = a_day(1, 12)
    write_day(tmp_path, legs, passengers.filter(pl.col("locator") == "B00005"), 1, CLEAN)
    (each,) = messages(tmp_path, "pnrgov")
    traveller = ["TIF", "SSR", "SSR", "TKT", "FOP"]
    checked_in = ["TRI", "TIF", "SSD", "TBD"]
    assert [s.tag for s in each if s.tag not in ("IFT", "ADD")] == [
        *("UNH", "MSG", "ORG", "TVL", "EQN", "SRC", "RCI", "DAT", "ORG", "EBD"),
        *(traveller * 2),
        *("TVL", "RPI"),
        *(checked_in * 2),
        "UNT",
    ]
    assert tagged(each, "RCI") == [[["CI", "B00005", "", "311025", "1900"]]]
    assert tagged(each, "ORG")[1][1][0] == "34300001"
    assert tagged(each, "FOP")[0] == [["CC", "", "", "VI", "411111XXXXXX1111", "1227"]]
    assert tagged(each, "TIF")[:2] == [["GARCIA LOPEZ", ["JUAN MR", "A", "1"]], ["SUHARTO", ["", "A", "2"]]]
    docs = [e[0][8] for e in tagged(each, "SSR") if e[0][0] == "DOCS"]
    assert docs[0] == "/P/FRA/X10000370/FRA/11NOV70/M/11JUN30/GARCIA LOPEZ/JUAN"
    assert [e[1][:2] for e in tagged(each, "TBD")] == [["2", "42"], ["3", "63"]]
    assert "886900000005" in str(tagged(each, "ADD") + tagged(each, "IFT"))


def test_without_mistakes_both_messages_tell_of_all(tmp_path: Path) -> None:
    written(tmp_path, CLEAN)
    assert count(tmp_path, "paxlst", "NAD", "FL") == PASSENGERS
    assert count(tmp_path, "paxlst", "NAD", "FM") == LEGS * CREW_A_LEG
    docs = [e for each in messages(tmp_path, "pnrgov") for e in tagged(each, "SSR") if e[0][0] == "DOCS"]
    assert len(docs) == PASSENGERS


@pytest.mark.parametrize(
    ("rates", "kind", "tag", "expected"),
    [
        (replace(CLEAN, paxlst_missing=1.0), "paxlst", "UNH", 0),
        (replace(CLEAN, pnrgov_missing=1.0), "pnrgov", "UNH", 0),
        (replace(CLEAN, sent_twice=1.0), "paxlst", "BGM", 3 * LEGS),
        (replace(CLEAN, sent_twice=1.0), "pnrgov", "MSG", 2 * LEGS),
        (replace(CLEAN, go_show=1.0), "pnrgov", "SSR", 0),
        (replace(CLEAN, changed=1.0), "pnrgov", "ABI", PASSENGERS // 2),
    ],
)
def test_at_a_rate_of_one_it_always_happens(tmp_path: Path, rates: Rates, kind: str, tag: str, expected: int) -> None:
    written(tmp_path, rates)
    assert count(tmp_path, kind, tag) == expected


def test_no_docs_at_a_rate_of_one(tmp_path: Path) -> None:
    written(tmp_path, replace(CLEAN, pnr_without_docs=1.0))
    assert count(tmp_path, "pnrgov", "SSR") == 0
    assert count(tmp_path, "pnrgov", "SRC") == PASSENGERS // 2


def test_who_does_not_come_is_in_bookings_alone(tmp_path: Path) -> None:
    written(tmp_path, replace(CLEAN, no_show=1.0))
    docs = [e[0][8] for each in messages(tmp_path, "pnrgov") for e in tagged(each, "SSR") if e[0][0] == "DOCS"]
    assert len(docs) == 2 * PASSENGERS
    assert count(tmp_path, "pnrgov", "TRI") == PASSENGERS == count(tmp_path, "paxlst", "NAD", "FL")
    listed = {str(e[1]) for each in messages(tmp_path, "paxlst") for e in tagged(each, "DOC")}
    assert sum(text.split("/")[3] in listed for text in docs) == PASSENGERS


def test_a_split_booking_and_the_new_one_name_each_other(tmp_path: Path) -> None:
    written(tmp_path, replace(CLEAN, split=1.0))
    pairs: set[tuple[str, str]] = set()
    for each in messages(tmp_path, "pnrgov"):
        locators = [str(elements[0][1]) for elements in tagged(each, "RCI")]
        pairs |= set(zip(locators[::2], locators[1::2], strict=True))
    assert len(pairs) == PASSENGERS
    assert pairs == {(new, old) for old, new in pairs}
    # The passenger list has the new one too.
    listed = {e[0][1] for each in messages(tmp_path, "paxlst") for e in tagged(each, "RFF")}
    assert {one for one, _ in pairs} <= listed


def test_a_partner_sells_a_flight_under_one_number(tmp_path: Path) -> None:
    written(tmp_path, replace(CLEAN, codeshare=1.0))
    sold = {
        (str(e[3][1]), str(e[3][0]), str(e[4][0]), str(tagged(each, "TVL")[0][4]))
        for each in messages(tmp_path, "pnrgov")
        for e in tagged(each, "TVL")[1:]
    }
    assert all(operating != marketing for operating, marketing, _, _ in sold)
    assert len({(m, flight, o) for o, m, _, flight in sold}) == len(sold)


@pytest.mark.parametrize("is_late", [True, False])
def test_late_lists_come_after_departure(tmp_path: Path, is_late: bool) -> None:
    written(tmp_path, replace(CLEAN, late=float(is_late)))
    for text in texts(tmp_path, "paxlst"):
        ((day, time),) = re.findall(r"UNB\+[^+]*\+[^+]*\+[^+]*\+(\d{6}):(\d{4})", text)
        (departs,) = re.findall(r"DTM\+189:(\d{10})", text)
        sent_local = datetime.strptime(day + time, "%y%m%d%H%M") + timedelta(hours=8)
        assert (sent_local > datetime.strptime(departs, "%y%m%d%H%M")) is is_late


def test_mistakes_appear_at_the_rates_that_are_set(tmp_path: Path) -> None:
    rates = replace(CLEAN, api_field_missing=0.2, pnr_without_docs=0.3, go_show=0.1, split=0.0)
    written(tmp_path, rates, legs=40, a_leg=100)
    travellers = 40 * 96
    everyone = 40 * 100
    present = sum(1 for each in messages(tmp_path, "paxlst") for tag in ("ATT", "NAT") for _ in tagged(each, tag))
    assert 2 * everyone - present == pytest.approx(0.2 * everyone * 2 / 6, rel=0.2)
    docs = [e for each in messages(tmp_path, "pnrgov") for e in tagged(each, "SSR") if e[0][0] == "DOCS"]
    assert len(docs) == pytest.approx(travellers * 0.9 * 0.7, rel=0.04)


def test_a_wrong_field_differs_from_the_document_and_no_other_does(tmp_path: Path) -> None:
    written(tmp_path / "right", CLEAN)
    written(tmp_path / "wrong", replace(CLEAN, api_field_wrong=1.0))
    right, wrong = (_travellers(tmp_path / name) for name in ("right", "wrong"))
    differing = [sum(a != b for a, b in zip(one, two, strict=True)) for one, two in zip(right, wrong, strict=True)]
    assert set(differing) == {1}


def _travellers(landing: Path) -> list[list[str]]:
    """The segments of each traveller in the lists."""
    parts = [part for text in texts(landing, "paxlst") for part in re.split(r"(?=NAD\+F[LM])|CNT", text)[1:-1]]
    return [re.split(r"(?<!\?)'", part) for part in parts]


def test_senders_with_other_separators_line_breaks_and_wrapped_lines_say_the_same(tmp_path: Path) -> None:
    written(tmp_path / "plain", replace(CLEAN, una=1.0))
    written(tmp_path / "odd", replace(CLEAN, other_separators=1.0, line_breaks=1.0, wrapped=1.0))
    plain = [[str(s) for s in each] for each in messages(tmp_path / "plain", "paxlst")]
    odd = []
    for name, content in files(tmp_path / "odd").items():
        if "/paxlst-" in name:
            whole = gzip.decompress(content).decode("ascii")
            assert max(map(len, whole.split("\n"))) <= 72
            for text in re.split("(?=UNA)", whole.replace("\n", ""))[1:]:
                assert not text.startswith("UNA:+")
                odd.append([str(s) for s in Parser().parse(text) if s.tag not in OUTSIDE])
    assert odd == plain


def test_a_broken_message_has_a_segment_that_nobody_can_read_and_keeps_its_controls(tmp_path: Path) -> None:
    written(tmp_path / "whole", CLEAN)
    written(tmp_path / "broken", replace(CLEAN, broken=1.0))
    for kind, tag in (("paxlst", "COM"), ("pnrgov", "TVL")):
        whole, broken = (texts(tmp_path / name, kind) for name in ("whole", "broken"))
        assert broken == [text.replace(f"'{tag}+", f"'{tag[:2]}+", 1) for text in whole]
