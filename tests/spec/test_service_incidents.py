"""Outages as records and probes tell of them."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.bronze.facility_incidents import FacilityIncidents
from lakehouse.compile.screening import good, screen
from lakehouse.declare import Table
from lakehouse.silver.service_incidents import ServiceIncidents
from lakehouse.silver.service_probes import ServiceProbes

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

HEADER = "incident_id | service | began_at | ended_at | planned | severity | cause | source_delivery | source_line"


def built(rows: Draw, incidents: tuple[str, ...], probes: tuple[str, ...]) -> DataFrame:
    """Incidents drawn with local times of a day, probes with service, UTC time and status."""
    lines = [f"{i} | facility_incidents/2025-12-01/incidents.csv | {n}" for n, i in enumerate(incidents, start=2)]
    drawn = rows(FacilityIncidents, "\n".join([HEADER, *lines]))
    seen = rows(ServiceProbes, "\n".join(["service | probed_at_utc | status", *probes]))
    return ServiceIncidents.build(drawn, seen)


def probes(service: str, **states: str) -> tuple[str, ...]:
    """Probes of 1 December at the minutes past midnight UTC that ``states`` name."""
    return tuple(f"{service} | 2025-12-01 00:{minute[1:]}:00 | {state}" for minute, state in states.items())


def incident(identifier: str, service: str, begin: str, end: str, planned: str, severity: str) -> str:
    day = "2025-12-01T08"
    return f"{identifier} | {service} | {day}:{begin}:00+08:00 | {day}:{end}:00+08:00 | {planned} | {severity} | power"


def test_record_and_probes_of_one_outage_are_one_row(rows: Draw, same: Same) -> None:
    """The record says 00:02 to 00:14; probes failed at 00:05 and 00:10, which stand for ten minutes."""
    outages = built(
        rows,
        (incident("INC-1", "e_gate", "02", "14", "no", "minor"),),
        probes("e_gate", m00="up", m05="down", m10="down", m15="degraded", m20="up"),
    )
    same(
        outages,
        ServiceIncidents,
        """
        outage_id | evidence | began_at_utc        | ended_at_utc        | outage_minutes | is_planned | is_down | probes_count | probes_degraded_count | probes_down_minutes
        INC-1     | both     | 2025-12-01 00:02:00 | 2025-12-01 00:14:00 | 12             | false      | true    | 4            | 1                     | 10
        """,  # noqa: E501
    )


def test_an_incident_that_no_probe_saw_is_told_as_such(rows: Draw, same: Same) -> None:
    """A minor one is then a degradation; probes_count tells contradicting probes from silent ones."""
    outages = built(
        rows,
        (
            incident("INC-1", "e_gate", "00", "10", "no", "minor"),
            incident("INC-2", "network", "30", "40", "yes", "major"),
        ),
        probes("e_gate", m00="up", m05="degraded", m10="up"),
    )
    same(
        outages,
        ServiceIncidents,
        """
        outage_id | service | evidence      | is_planned | is_down | probes_count | probes_degraded_count | probes_down_minutes
        INC-1     | e_gate  | incident_only | false      | false   | 3            | 1                     | 0
        INC-2     | network | incident_only | true       | true    | 0            | 0                     | 0
        """,  # noqa: E501
    )


def test_failed_probes_far_from_any_incident_are_outages_of_their_own(rows: Draw, same: Same) -> None:
    """Two runs: 00:20 and 00:25 make one of ten minutes, 00:50 one of five; another service's incident is no match."""
    outages = built(
        rows,
        (incident("INC-1", "network", "20", "30", "no", "critical"),),
        probes("e_gate", m15="up", m20="down", m25="down", m30="up", m45="up", m50="down", m55="up"),
    )
    same(
        outages,
        ServiceIncidents,
        """
        outage_id                     | service | evidence      | began_at_utc        | ended_at_utc        | is_planned | is_down | severity
        INC-1                         | network | incident_only | 2025-12-01 00:20:00 | 2025-12-01 00:30:00 | false      | true    | critical
        probe:e_gate:20251201T002000Z | e_gate  | probe_only    | 2025-12-01 00:20:00 | 2025-12-01 00:30:00 | false      | true    |
        probe:e_gate:20251201T005000Z | e_gate  | probe_only    | 2025-12-01 00:50:00 | 2025-12-01 00:55:00 | false      | true    |
        """,  # noqa: E501
    )


def test_an_incident_told_again_counts_as_it_came_last(rows: Draw, same: Same) -> None:
    twice = (
        incident("INC-1", "e_gate", "00", "10", "no", "minor"),
        incident("INC-1", "e_gate", "00", "20", "no", "major"),
    )
    same(
        built(rows, twice, ()),
        ServiceIncidents,
        """
        outage_id | outage_minutes | severity
        INC-1     | 20             | major
        """,
    )


def test_an_incident_that_ends_before_it_begins_or_has_no_time_is_refused(rows: Draw) -> None:
    bad = (
        incident("INC-1", "e_gate", "20", "10", "no", "minor"),
        incident("INC-2", "e_gate", "xx", "10", "no", "minor"),
        incident("INC-3", "e_gate", "00", "10", "perhaps", "minor"),
        incident("INC-4", "e_gate", "00", "10", "no", "minor"),
    )
    kept = good(screen(built(rows, bad, ()), ServiceIncidents), ServiceIncidents)
    assert [r["outage_id"] for r in kept.collect()] == ["INC-4"]
