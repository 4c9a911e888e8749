"""The data centre's day: meters that add up, and incidents and probes that agree but where they are meant not to."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from lakehouse.simulator.facility import SERVICES, MeterRates, ServiceRates, write_day

DAY = date(2025, 7, 14)
FAULTLESS = MeterRates(missed=0, estimated=0, fault=0, stuck_days=0, reset_days=0)
QUIET = ServiceRates(outage=0, maintenance=0, degraded=0, unseen_by_probes=0, unreported=0, probe_missed=0)


def rows(landing: Path, source: str, day: date, name: str) -> list[dict[str, str]]:
    path = landing / source / day.isoformat() / name
    return list(csv.DictReader(path.open(encoding="utf-8"))) if path.exists() else []


def power(landing: Path, day: date) -> list[dict[str, str]]:
    return rows(landing, "facility_power", day, "facility_power.csv")


def used(landing: Path, *days: date) -> dict[str, float]:
    """Energy between the first and the last reading, by category."""
    found: dict[str, list[float]] = {}
    categories: dict[str, str] = {}
    for day in days:
        for row in power(landing, day):
            found.setdefault(row["meter_id"], []).append(float(row["counter_kwh"]))
            categories[row["meter_id"]] = row["category"]
    total: dict[str, float] = {}
    for meter, counters in found.items():
        total[categories[meter]] = total.get(categories[meter], 0.0) + counters[-1] - counters[0]
    return total


def test_the_same_day_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_day(tmp_path / name, DAY, 5)
    one, two = (sorted(p for p in (tmp_path / name).rglob("*.csv")) for name in ("one", "two"))
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


def test_files_have_the_columns_of_the_feed(tmp_path: Path) -> None:
    write_day(tmp_path, DAY, 1, services=ServiceRates(outage=1.0, unreported=0.0))
    assert list(power(tmp_path, DAY)[0]) == ["read_at", "meter_id", "category", "counter_kwh", "status"]
    incidents = rows(tmp_path, "facility_incidents", DAY, "incidents.csv")
    assert list(incidents[0]) == ["incident_id", "service", "began_at", "ended_at", "planned", "severity", "cause"]
    probes = rows(tmp_path, "facility_incidents", DAY, "probes.csv")
    assert list(probes[0]) == ["probed_at", "service", "status", "response_ms"]


def test_every_meter_is_read_96_times_a_day_and_counts_on_over_midnight(tmp_path: Path) -> None:
    days = (DAY, DAY + timedelta(days=1))
    for day in days:
        write_day(tmp_path, day, 1, FAULTLESS)
    readings = [row for day in days for row in power(tmp_path, day)]
    for meter in {row["meter_id"] for row in readings}:
        of_meter = [row for row in readings if row["meter_id"] == meter]
        times = [datetime.fromisoformat(row["read_at"]) for row in of_meter]
        counters = [float(row["counter_kwh"]) for row in of_meter]
        assert len(times) == 192
        assert {b - a for a, b in pairwise(times)} == {timedelta(minutes=15)}
        assert all(b > a for a, b in pairwise(counters))
    assert readings[0]["read_at"] == "2025-07-14T00:15:00+08:00"


def test_the_total_is_what_the_parts_use_and_its_ratio_to_it_nears_the_target(tmp_path: Path) -> None:
    ratios = []
    for year in (2020, 2025, 2028):
        day = date(year, 4, 15)  # Between the seasons.
        write_day(tmp_path, day, 1, FAULTLESS)
        energy = used(tmp_path, day)
        assert energy["total"] == pytest.approx(energy["it"] + energy["cooling"] + energy["other"], abs=3)
        ratios.append(energy["total"] / energy["it"])
    assert 1.70 > ratios[0] > ratios[1] > ratios[2] > 1.59


def test_it_grows_and_summer_takes_more_cooling(tmp_path: Path) -> None:
    days = {
        name: date(*d) for name, d in {"july": (2025, 7, 15), "january": (2025, 1, 15), "later": (2026, 1, 15)}.items()
    }
    energy = {}
    for name, day in days.items():
        write_day(tmp_path, day, 1, FAULTLESS)
        energy[name] = used(tmp_path, day)
    assert energy["july"]["cooling"] > 1.2 * energy["january"]["cooling"]
    assert energy["later"]["it"] > energy["january"]["it"]


def test_a_stuck_counter_stands_still_and_then_shows_all(tmp_path: Path) -> None:
    write_day(tmp_path / "stuck", DAY, 1, MeterRates(0, 0, 0, stuck_days=1.0, reset_days=0))
    write_day(tmp_path / "well", DAY, 1, FAULTLESS)
    for meter in ("MDB-TOTAL", "PDU-HALL-A"):
        stuck, well = (
            [float(r["counter_kwh"]) for r in power(tmp_path / name, DAY) if r["meter_id"] == meter]
            for name in ("stuck", "well")
        )
        assert 7 <= sum(a == b for a, b in pairwise(stuck)) <= 24
        assert stuck[-1] == well[-1]


def test_a_counter_that_begins_again_counts_from_nothing(tmp_path: Path) -> None:
    write_day(tmp_path, DAY, 1, MeterRates(0, 0, 0, stuck_days=0, reset_days=1.0))
    first = power(tmp_path, DAY)[0]
    assert 0 < float(first["counter_kwh"]) < 500


def test_missed_estimated_and_fault_readings_come_at_their_rates(tmp_path: Path) -> None:
    write_day(tmp_path, DAY, 1, MeterRates(missed=0.2, estimated=0.2, fault=0.1, stuck_days=0, reset_days=0))
    found = power(tmp_path, DAY)
    assert len(found) == pytest.approx(5 * 96 * 0.8, rel=0.1)
    shares = {status: sum(r["status"] == status for r in found) / len(found) for status in ("ok", "estimated", "fault")}
    assert shares["fault"] == pytest.approx(0.1, abs=0.05)
    assert shares["estimated"] == pytest.approx(0.18, abs=0.05)


def test_a_quiet_day_has_probes_that_are_all_up_and_no_incidents(tmp_path: Path) -> None:
    write_day(tmp_path, DAY, 1, services=QUIET)
    probes = rows(tmp_path, "facility_incidents", DAY, "probes.csv")
    assert len(probes) == len(SERVICES) * 288
    assert {p["status"] for p in probes} == {"up"}
    assert all(int(p["response_ms"]) > 0 for p in probes)
    assert not (tmp_path / "facility_incidents" / DAY.isoformat() / "incidents.csv").exists()


def test_probes_and_incidents_agree_on_an_outage(tmp_path: Path) -> None:
    write_day(tmp_path, DAY, 1, services=ServiceRates(1.0, 0, 0, unseen_by_probes=0, unreported=0, probe_missed=0))
    incidents = rows(tmp_path, "facility_incidents", DAY, "incidents.csv")
    down = [p for p in rows(tmp_path, "facility_incidents", DAY, "probes.csv") if p["status"] == "down"]
    assert {i["service"] for i in incidents} == set(SERVICES) == {p["service"] for p in down}
    for probe in down:
        (incident,) = (i for i in incidents if i["service"] == probe["service"])
        # Written up to the minute.
        at, slack = datetime.fromisoformat(probe["probed_at"]), timedelta(minutes=1)
        assert datetime.fromisoformat(incident["began_at"]) - slack <= at
        assert at <= datetime.fromisoformat(incident["ended_at"]) + slack
        assert probe["response_ms"] == ""


def test_some_outages_are_seen_by_one_side_alone(tmp_path: Path) -> None:
    write_day(tmp_path / "short", DAY, 1, services=ServiceRates(1.0, 0, 0, unseen_by_probes=1.0, probe_missed=0))
    write_day(tmp_path / "untold", DAY, 1, services=ServiceRates(1.0, 0, 0, 0.0, unreported=1.0, probe_missed=0))
    assert len(rows(tmp_path / "short", "facility_incidents", DAY, "incidents.csv")) == len(SERVICES)
    assert {p["status"] for p in rows(tmp_path / "short", "facility_incidents", DAY, "probes.csv")} == {"up"}
    assert not rows(tmp_path / "untold", "facility_incidents", DAY, "incidents.csv")
    assert "down" in {p["status"] for p in rows(tmp_path / "untold", "facility_incidents", DAY, "probes.csv")}


def test_maintenance_is_planned_and_at_night(tmp_path: Path) -> None:
    write_day(tmp_path, DAY, 1, services=ServiceRates(0, 1.0, 0))
    incidents = rows(tmp_path, "facility_incidents", DAY, "incidents.csv")
    assert len(incidents) == len(SERVICES)
    assert {(i["planned"], i["cause"]) for i in incidents} == {("yes", "maintenance")}
    assert {datetime.fromisoformat(i["began_at"]).hour for i in incidents} <= {1, 2}
