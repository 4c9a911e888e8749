"""The real files, where they are there: counts as published, and what silver relies on.

They lie outside the project (LAKEHOUSE_REAL_LANDING, else ../shared/landing)
and are never part of it; without them only the notice is tested.
"""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakehouse.bronze.cbp_wait_times import CbpWaitTimes
from lakehouse.bronze.hk_daily_traffic import HkDailyTraffic
from lakehouse.bronze.i94_labels import I94Labels
from lakehouse.bronze.iso3166_countries import Iso3166Countries
from lakehouse.bronze.iso3166_country_codes import Iso3166CountryCodes
from lakehouse.bronze.nia_port_daily import NiaPortDaily
from lakehouse.bronze.ofac_add import OfacAdd
from lakehouse.bronze.ofac_alt import OfacAlt
from lakehouse.bronze.ofac_comments import OfacComments
from lakehouse.bronze.ofac_sdn import OfacSdn
from lakehouse.bronze.openflights_airlines import OpenflightsAirlines
from lakehouse.bronze.openflights_airports import OpenflightsAirports
from lakehouse.bronze.openflights_routes import OpenflightsRoutes
from lakehouse.bronze.server_telemetry import ServerTelemetry
from lakehouse.bronze.un_consolidated import UnConsolidated
from lakehouse.declare import Bronze

PROJECT = Path(__file__).parents[2]
LANDING = Path(os.environ.get("LAKEHOUSE_REAL_LANDING", PROJECT.parent / "shared" / "landing"))

COUNTS: dict[str, tuple[type[Bronze], int]] = {
    "cbp_wait_times/ORD-2016.csv": (CbpWaitTimes, 6_650),
    "cbp_wait_times/ORD-2017.csv": (CbpWaitTimes, 6_704),
    "cbp_wait_times/ORD-2018.csv": (CbpWaitTimes, 7_008),
    "hk_daily_traffic/daily_passenger_traffic_2021_2023.csv": (HkDailyTraffic, 33_656),
    "i94_labels/I94_SAS_Labels_Descriptions.SAS": (I94Labels, 1_011),
    "iso3166/country-codes.csv": (Iso3166CountryCodes, 249),
    "iso3166/iso3166.csv": (Iso3166Countries, 249),
    "nia_port_daily/20200524.csv": (NiaPortDaily, 131),
    "nia_port_daily/20200805.csv": (NiaPortDaily, 208),
    "nia_port_daily/20201009.csv": (NiaPortDaily, 274),
    "nia_port_daily/20201105.csv": (NiaPortDaily, 305),
    "nia_port_daily/20210106.csv": (NiaPortDaily, 366),
    "nia_port_daily/20210303.csv": (NiaPortDaily, 425),
    "nia_port_daily/20210503.csv": (NiaPortDaily, 486),
    "nia_port_daily/20210701.csv": (NiaPortDaily, 547),
    "nia_port_daily/20210901.csv": (NiaPortDaily, 609),
    "ofac_sdn/release-1/add.csv": (OfacAdd, 11_696),
    "ofac_sdn/release-1/alt.csv": (OfacAlt, 9_682),
    "ofac_sdn/release-1/sdn.csv": (OfacSdn, 7_379),
    "ofac_sdn/release-1/sdn_comments.csv": (OfacComments, 13),
    "ofac_sdn/release-2/add.csv": (OfacAdd, 13_837),
    "ofac_sdn/release-2/alt.csv": (OfacAlt, 11_910),
    # Its 8,977th line is the DOS end-of-file mark.
    "ofac_sdn/release-2/sdn.csv": (OfacSdn, 8_976),
    "ofac_sdn/release-2/sdn_comments.csv": (OfacComments, 5),
    "openflights/airlines.dat": (OpenflightsAirlines, 6_162),
    "openflights/airports.dat": (OpenflightsAirports, 7_698),
    "openflights/routes.dat": (OpenflightsRoutes, 67_663),
    "server_telemetry/cbsugpu05_usage_stats.txt": (ServerTelemetry, 23_371),
    "server_telemetry/cbsugpu07_usage_stats.txt": (ServerTelemetry, 15_493),
    "un_consolidated/UN_consolidated.xml": (UnConsolidated, 1_003),
}
PRESENT = [name for name in COUNTS if (LANDING / name).is_file()]


def files_of(*tables: type[Bronze]) -> Callable[..., Any]:
    names = [name for name in PRESENT if COUNTS[name][0] in tables]
    return pytest.mark.parametrize("name", names or [None], ids=names or ["no real landing"])


def rows(name: str | None) -> list[dict[str, Any]]:
    """Raw values of a real file; none where there is no landing."""
    if name is None:
        return []
    table = COUNTS[name][0]
    return [record.values for record in table.format.records((LANDING / name).read_bytes(), table)]


def number(cell: str) -> int:
    return int(cell.replace(",", ""))


def test_the_real_landing_is_whole_or_said_to_be_missing() -> None:
    if not PRESENT:
        print(f"There are no real files in {LANDING}: set LAKEHOUSE_REAL_LANDING to try them.")
    assert PRESENT in ([], list(COUNTS))


@files_of(*(table for table, _ in COUNTS.values()))
def test_a_real_file_has_the_records_that_were_counted(name: str | None) -> None:
    assert len(rows(name)) == (COUNTS[name][1] if name else 0)


@files_of(NiaPortDaily)
def test_entries_and_exits_and_ports_add_up_on_every_day(name: str | None) -> None:
    for row in rows(name):
        counts = {key: number(cell) for key, cell in row["counts"].items()}
        ports = [count for key, count in counts.items() if key.endswith("/小計")]
        assert number(row["entries_total"]) + number(row["exits_total"]) == number(row["total"]) == sum(ports)
        assert counts["桃園一_二期/合計"] == counts["桃園一期/小計"] + counts["桃園二期/小計"]
        assert len(counts) == 112


@files_of(OfacSdn)
def test_persons_of_the_sdn_list_are_those_counted(name: str | None) -> None:
    found = Counter(row["sdn_type"] for row in rows(name))
    expected = {"release-1": (3_845, 2_994, 323, 217), "release-2": (4_620, 3_673, 406, 277)}
    for release, counts in expected.items():
        if name and release in name:
            assert (found["individual"], found[None], found["vessel"], found["aircraft"]) == counts


@files_of(OfacSdn)
def test_names_and_addresses_belong_to_entries_and_every_entry_has_an_address(name: str | None) -> None:
    if name:
        entries = {row["ent_num"] for row in rows(name)}
        assert {row["ent_num"] for row in rows(name.replace("sdn.csv", "alt.csv"))} <= entries
        assert {row["ent_num"] for row in rows(name.replace("sdn.csv", "add.csv"))} == entries


@files_of(OfacSdn)
def test_remarks_that_go_on_are_those_of_a_thousand_characters(name: str | None) -> None:
    if name:
        cut = {row["ent_num"] for row in rows(name) if len(row["remarks"] or "") == 1_000}
        entries = {row["ent_num"] for row in rows(name)}
        comments = {row["ent_num"] for row in rows(name.replace("sdn.csv", "sdn_comments.csv"))}
        assert comments & entries == cut


@files_of(UnConsolidated)
def test_the_un_lists_730_persons_and_273_entities(name: str | None) -> None:
    found = Counter(row["entry_kind"] for row in rows(name))
    assert found == ({"individual": 730, "entity": 273} if name else {})


@files_of(HkDailyTraffic)
def test_crossings_of_hong_kong_add_up_and_none_is_there_twice(name: str | None) -> None:
    found = rows(name)
    parts = ("hong_kong_residents", "mainland_visitors", "other_visitors")
    assert all(sum(int(row[part]) for part in parts) == int(row["total"]) for row in found)
    assert len({(r["date"], r["control_point"], r["arrival_departure"]) for r in found}) == len(found)


@files_of(CbpWaitTimes)
def test_hours_of_waiting_are_there_once(name: str | None) -> None:
    found = rows(name)
    assert len({(row["terminal"], row["date"], row["hour"]) for row in found}) == len(found)


@files_of(I94Labels)
def test_labels_of_i94_are_those_counted(name: str | None) -> None:
    found = Counter(row["format_name"] for row in rows(name))
    expected = {"i94cntyl": 289, "i94prtl": 660, "i94model": 4, "i94addrl": 55, "i94visa": 3}
    assert found == (expected if name else {})


@files_of(Iso3166Countries)
def test_both_lists_of_countries_hold_the_same_codes(name: str | None) -> None:
    if name:
        codes = {(row["alpha_2"], row["alpha_3"]) for row in rows(name)}
        assert codes == {(row["alpha_2"], row["alpha_3"]) for row in rows("iso3166/country-codes.csv")}


@files_of(ServerTelemetry)
def test_the_least_power_of_servers_is_never_said_to_be_above_100(name: str | None) -> None:
    hours = rows(name)
    assert all(float(r["powermin"]) <= 100 for r in hours)
    assert not hours or any(float(r["powerave"]) > 280 for r in hours)
    assert all(float(r["powermin"]) <= float(r["powerave"]) <= float(r["powermax"]) for r in hours)
