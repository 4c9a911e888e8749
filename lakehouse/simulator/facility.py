"""The data centre's day: meters a quarter of an hour apart, probes of services and the incidents behind them.

A function of the day and the seed alone: counters are not summed up from the
first day on, they are integrals that are known in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.polynomial import Polynomial

from lakehouse.simulator.draws import Draws, Floats, mixed

_QUARTERS = 96
#: The day before which nothing of this data centre was metered.
_OPENED = date(2019, 1, 1)
_YEAR, _HOURS_A_YEAR = 365.25, 8766.0

#: Power by years since the opening: of IT in kW, of cooling and of all else (losses, light) per IT. Together a power
#: usage effectiveness (ISO/IEC 30134-2) of 1.68 at first, 1.62 after seven years and the plan's 1.6 after ten.
_IT_KW = Polynomial([420.0, 14.0])
_COOLING = Polynomial([0.545, -0.0075])
_OTHER = 0.13

SERVICES = ("e_gate", "inspection", "manifests", "screening", "lakehouse", "network")
_PROBE_MINUTES = 5
_PROBES = 24 * 60 // _PROBE_MINUTES


@dataclass(frozen=True)
class _Meter:
    """A meter: its id, category, and share of the category's power."""

    meter_id: str
    category: str
    share: float


_METERS = (
    _Meter("MDB-TOTAL", "total", 1.0),
    _Meter("PDU-HALL-A", "it", 0.58),
    _Meter("PDU-HALL-B", "it", 0.42),
    _Meter("CHILLER-PLANT", "cooling", 1.0),
    _Meter("AUX-UPS-LIGHT", "other", 1.0),
)


@dataclass(frozen=True)
class MeterRates:
    """How often what happens, as a share of quarter-hours, or of days where it says so."""

    missed: float = 0.002
    estimated: float = 0.003
    fault: float = 0.0008
    #: Of meters' days: the counter stays where it is for some hours; it begins again from nothing.
    stuck_days: float = 0.004
    reset_days: float = 0.0015


@dataclass(frozen=True)
class ServiceRates:
    """How often what happens, per service and day; a monthly availability of 99.95 % allows 22 minutes down."""

    outage: float = 0.012
    maintenance: float = 0.02
    degraded: float = 0.02
    #: Of outages: shorter than what probes see; never written up as an incident.
    unseen_by_probes: float = 0.15
    unreported: float = 0.1
    #: Of probes: not made.
    probe_missed: float = 0.0005


def write_day(
    landing: Path, day: date, seed: int, meters: MeterRates = MeterRates(), services: ServiceRates = ServiceRates()
) -> None:
    """Write the day's readings, probes and, where there were any, incidents."""
    _csv(_readings(day, seed, meters), landing / "facility_power" / day.isoformat() / "facility_power.csv")
    folder = landing / "facility_incidents" / day.isoformat()
    outages = _outages(day, seed, services)
    _csv(_probes(day, outages, seed, services), folder / "probes.csv")
    incidents = _incidents(day, outages)
    if len(incidents):
        _csv(incidents, folder / "incidents.csv")


def _readings(day: date, seed: int, rates: MeterRates) -> pl.DataFrame:
    """Counters at the end of each quarter of an hour, by meter; rows in the order of time."""
    since = (day - _OPENED).days
    at = since + np.arange(1, _QUARTERS + 1) / _QUARTERS
    used = _used(at)
    ends = [_moment(day, 15 * number) for number in range(1, _QUARTERS + 1)]
    frames = [
        _reading(meter, number, used[meter.category] * meter.share, ends, day, seed, rates)
        for number, meter in enumerate(_METERS)
    ]
    return pl.concat(frames).sort("quarter", "number").drop("quarter", "number")


def _used(at: Floats) -> dict[str, Floats]:
    """Energy of each category since the opening, in kWh, up to times in days since."""
    years = at / _YEAR
    it = _IT_KW.integ()(years) * _HOURS_A_YEAR + _wave(at, 25, 1, 0.625)
    cooling = (_IT_KW * _COOLING).integ()(years) * _HOURS_A_YEAR + _wave(at, 20, 1, 0.6) + _wave(at, 45, _YEAR, 196)
    other = _IT_KW.integ()(years) * _OTHER * _HOURS_A_YEAR
    return {"total": it + cooling + other, "it": it, "cooling": cooling, "other": other}


def _wave(at: Floats, kw: float, period: float, highest: float) -> Floats:
    """Energy of power that goes up and down by ``kw``, every ``period`` days, with its height ``highest`` days on."""
    turn = 2 * np.pi / period
    return np.asarray(kw * 24 / turn * (np.sin(turn * (at - highest)) + np.sin(turn * highest)))


def _reading(
    meter: _Meter, number: int, kwh: Floats, ends: list[str], day: date, seed: int, rates: MeterRates
) -> pl.DataFrame:
    of_day = Draws.of(seed, "meter", number, day.toordinal())
    draws = Draws.of(mixed(seed, "meter", number, day.toordinal())[0], np.arange(_QUARTERS, dtype=np.uint64))
    start = 100_000 + 7_919.5 * number
    # A counter that began again counts from the last time at which it did.
    began = _last_reset(meter, number, day, seed, rates)
    # A reading lies a little beside the smooth curve, far less than what a quarter of an hour brings.
    counter = (start + kwh if began is None else kwh - began) + 0.4 * draws.uniform("jitter")
    if of_day.true("stuck", rates.stuck_days)[0]:
        first = int(of_day.below("stuck/from", 72)[0])
        until = first + 8 + int(of_day.below("stuck/for", 16)[0])
        counter[first:until] = counter[first]
    fault, estimated = draws.true("fault", rates.fault), draws.true("estimated", rates.estimated)
    counter = np.where(fault, 0.0, counter)
    status = np.where(fault, "fault", np.where(estimated, "estimated", "ok"))
    return pl.DataFrame(
        {
            "quarter": np.arange(_QUARTERS),
            "number": number,
            "read_at": ends,
            "meter_id": meter.meter_id,
            "category": meter.category,
            "counter_kwh": [f"{value:.2f}" for value in counter],
            "status": status,
        }
    ).filter(pl.Series(~draws.true("missed", rates.missed)))


def _last_reset(meter: _Meter, number: int, day: date, seed: int, rates: MeterRates) -> float | None:
    """What the meter would have counted when it last began again, up to the end of ``day``; None where it never did."""
    days = np.arange(_OPENED.toordinal(), day.toordinal(), dtype=np.uint64)
    draws = Draws.of(mixed(seed, "meter", number)[0], days)
    resets = np.flatnonzero(draws.true("reset", rates.reset_days))
    if not len(resets):
        return None
    # It began again at the midnight after that day.
    at = np.array([float(resets[-1]) + 1.0])
    return float(_used(at)[meter.category][0] * meter.share)


@dataclass(frozen=True)
class _Outage:
    """A service down or slow, in minutes of the day; without a severity nobody wrote it up."""

    service: str
    begin: float
    minutes: float
    cause: str = ""
    severity: str = ""
    is_down: bool = True
    is_probed: bool = True


_CAUSES = ("software", "hardware", "network", "power", "cooling", "human")
_CAUSE_WEIGHTS = (40, 18, 18, 8, 6, 10)
#: All is over before the day is.
_LAST_MINUTE = 24 * 60 - 2


def _outages(day: date, seed: int, rates: ServiceRates) -> list[_Outage]:
    found: list[_Outage] = []
    for number, service in enumerate(SERVICES):
        draws = Draws.of(seed, "service", number, day.toordinal())
        if draws.true("maintenance", rates.maintenance)[0]:
            begin = 90 + 5 * float(draws.below("maintenance/at", 18)[0])
            minutes = 20 + float(draws.below("maintenance/for", 100)[0])
            found.append(_Outage(service, begin, minutes, "maintenance", "minor"))
        if draws.true("outage", rates.outage)[0]:
            found.append(_unplanned(service, draws, rates))
        if draws.true("degraded", rates.degraded)[0]:
            begin = float(draws.uniform("degraded/at")[0]) * 1300
            minutes = min(float(draws.lognormal("degraded/for", 35.0, 0.6)[0]), _LAST_MINUTE - begin)
            found.append(_Outage(service, begin, minutes, is_down=False))
    return found


def _unplanned(service: str, draws: Draws, rates: ServiceRates) -> _Outage:
    begin = float(draws.uniform("outage/at")[0]) * 1300
    cause = _CAUSES[int(draws.choice("outage/cause", _CAUSE_WEIGHTS)[0])]
    if draws.true("outage/short", rates.unseen_by_probes)[0]:
        return _Outage(service, begin, 1 + 3 * float(draws.uniform("outage/blink")[0]), cause, "minor", is_probed=False)
    minutes = max(min(float(draws.lognormal("outage/for", 14.0, 0.8)[0]), _LAST_MINUTE - begin), 6.0)
    severity = "minor" if minutes < 10 else "major" if minutes < 40 else "critical"
    is_unreported = draws.true("outage/unreported", rates.unreported)[0]
    return _Outage(service, begin, minutes, cause, "" if is_unreported else severity)


def _incidents(day: date, outages: list[_Outage]) -> pl.DataFrame:
    written = [outage for outage in outages if outage.severity]
    rows = [
        (
            f"INC-{day:%Y%m%d}-{place:02}",
            outage.service,
            _moment(day, round(outage.begin)),
            _moment(day, round(outage.begin + outage.minutes)),
            "yes" if outage.cause == "maintenance" else "no",
            outage.severity,
            outage.cause,
        )
        for place, outage in enumerate(written, 1)
    ]
    names = ("incident_id", "service", "began_at", "ended_at", "planned", "severity", "cause")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _moment(day: date, minute: int) -> str:
    """A minute of the day, with its offset."""
    return f"{datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%S}+08:00"


def _probes(day: date, outages: list[_Outage], seed: int, rates: ServiceRates) -> pl.DataFrame:
    """How each service answered every five minutes; rows in the order of time."""
    minutes = np.arange(_PROBES) * _PROBE_MINUTES
    at = [_moment(day, int(minute)) for minute in minutes]
    frames = []
    for number, service in enumerate(SERVICES):
        draws = Draws.of(mixed(seed, "probe", number, day.toordinal())[0], np.arange(_PROBES, dtype=np.uint64))
        response = draws.lognormal("response", 35.0 + 6 * number, 0.25)
        status = np.full(_PROBES, "up", dtype="U8")
        for outage in (o for o in outages if o.service == service and o.is_probed):
            inside = (minutes >= outage.begin) & (minutes < outage.begin + outage.minutes)
            status[inside] = "down" if outage.is_down else "degraded"
        response = np.where(status == "degraded", response * 12, response)
        answers = [None if s == "down" else str(int(ms)) for s, ms in zip(status, response, strict=True)]
        frame = pl.DataFrame(
            {"number": number, "probed_at": at, "service": service, "status": status, "response_ms": answers}
        )
        frames.append(frame.filter(pl.Series(~draws.true("missed", rates.probe_missed))))
    return pl.concat(frames).sort("probed_at", "number").drop("number")


def _csv(rows: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.write_csv(path)
