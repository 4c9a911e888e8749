"""Incidents of the agency's services, those closed on a day in one file."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Incidents and probes land beside each other; every file is a delivery of its own.
FACILITY_INCIDENTS = Source("facility_incidents", "Operations centre of the agency", Supersession.EACH)

_ROWS = (
    ("INC-0001", "e_gate", "2025-12-01T02:00:00+08:00", "2025-12-01T02:20:00+08:00", "no", "major", "software"),
    ("INC-0002", "lakehouse", "2025-12-01T03:00:00+08:00", "2025-12-01T04:00:00+08:00", "yes", "minor", "maintenance"),
    ("INC-0003", "network", "2025-12-01T05:10:00+08:00", "2025-12-01T05:13:00+08:00", "no", "critical", "network"),
)
_IDS, _SERVICES, _BEGUN, _ENDED, _PLANNED, _SEVERITIES, _CAUSES = zip(*_ROWS, strict=True)


class FacilityIncidents(Bronze):
    """Each row tells of one incident of a service, as its record was closed.

    A day without incidents is a header alone. Closed again with other words, an
    incident stands in a later day's file once more.
    """

    owner = "data-centre"
    grain = "one row per incident of a landed file"
    fresh_within = timedelta(days=2)
    authority = "platform: docs/feeds.md, facility_incidents"
    source = FACILITY_INCIDENTS
    part = "incidents.csv"
    format = Delimited(may_be_empty=True)
    volume = Volume(at_least=0, at_most=10_000, drift=100.0)

    incident_id = Column(Kind.STRING, "Incident.", examples=_IDS)
    service = Column(Kind.STRING, "Service that was hit.", examples=_SERVICES)
    began_at = Column(Kind.STRING, "When it began, with its offset.", examples=_BEGUN)
    ended_at = Column(Kind.STRING, "When it ended, with its offset.", examples=_ENDED)
    planned = Column(Kind.STRING, "yes where it was announced work, else no.", examples=_PLANNED)
    severity = Column(Kind.STRING, "minor, major, critical.", examples=_SEVERITIES)
    cause = Column(Kind.STRING, "What it came from.", examples=_CAUSES)
