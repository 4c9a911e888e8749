"""Probes of the agency's services, every five minutes, one file a day."""

from datetime import timedelta

from lakehouse.bronze.facility_incidents import FACILITY_INCIDENTS
from lakehouse.declare import Bronze, Column, Kind, Volume
from lakehouse.formats.delimited import Delimited

_DOWN = {("e_gate", minute) for minute in (5, 10, 15)} | {("screening", 25)}
_ROWS = [
    (
        f"2025-12-01T02:{minute:02}:00+08:00",
        service,
        "down" if (service, minute) in _DOWN else "degraded" if (service, minute) == ("lakehouse", 30) else "up",
        None if (service, minute) in _DOWN else "38",
    )
    for minute in range(0, 60, 5)
    for service in ("e_gate", "inspection", "manifests", "screening", "lakehouse", "network")
]
_TIMES, _SERVICES, _STATES, _RESPONSES = zip(*_ROWS, strict=True)


class FacilityProbes(Bronze):
    """Each row tells how one service answered when it was probed.

    Six services every five minutes make 1,728 lines a day. A probe that was not
    made has no line.
    """

    owner = "data-centre"
    grain = "one row per service and probe of a landed file"
    fresh_within = timedelta(days=2)
    authority = "platform: docs/feeds.md, facility_incidents"
    source = FACILITY_INCIDENTS
    part = "probes.csv"
    format = Delimited()
    volume = Volume(at_least=1, at_most=1_000_000, drift=100.0)

    probed_at = Column(Kind.STRING, "When it was probed, with its offset.", examples=_TIMES)
    service = Column(Kind.STRING, "Service probed.", examples=_SERVICES)
    status = Column(Kind.STRING, "How it answered: up, down, degraded.", examples=_STATES)
    response_ms = Column(
        Kind.STRING, "How long the answer took, in milliseconds; empty where none came.", examples=_RESPONSES
    )
