"""Meters of the data centre, a reading every quarter of an hour, one file a day."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Made-up meters: id, category, counter at midnight, kWh a quarter of an hour.
_METERS = (
    ("MDB-TOTAL", "total", 812_340.0, 30.0),
    ("PDU-IT-1", "it", 402_118.5, 19.0),
    ("CHILLER-1", "cooling", 120_776.25, 8.5),
    ("AUX-1", "other", 33_001.75, 2.5),
)
_QUARTERS = 10
#: The third reading of the chiller is a fault, the fifth of the IT meter estimated, and one is missed.
_ROWS = [
    (
        f"2025-12-01T{quarter // 4:02}:{quarter % 4 * 15:02}:00+08:00",
        meter,
        category,
        f"{start + quarter * use:.2f}",
        {("CHILLER-1", 3): "fault", ("PDU-IT-1", 5): "estimated"}.get((meter, quarter), "ok"),
    )
    for quarter in range(1, _QUARTERS + 1)
    for meter, category, start, use in _METERS
    if (meter, quarter) != ("AUX-1", _QUARTERS - 2)
]
_TIMES, _IDS, _CATEGORIES, _COUNTERS, _STATES = zip(*_ROWS, strict=True)


class FacilityPower(Bronze):
    """Each row tells what one meter's running counter showed at the end of a quarter of an hour.

    Every file is a delivery of its own. An interval that a meter missed has no
    line, so that a day is short by as many lines as were missed; a file of less
    than a tenth of the usual lines is refused.
    """

    owner = "data-centre"
    grain = "one row per meter and reading of a landed file"
    fresh_within = timedelta(days=2)
    authority = "platform: docs/feeds.md, facility_power"
    source = Source("facility_power", "Data centre of the agency", Supersession.EACH)
    part = "facility_power.csv"
    format = Delimited()
    volume = Volume(at_least=1, at_most=100_000)

    read_at = Column(Kind.STRING, "End of the interval, with its offset.", examples=_TIMES)
    meter_id = Column(Kind.STRING, "Meter.", examples=_IDS)
    category = Column(Kind.STRING, "What it feeds: total, it, cooling, other.", examples=_CATEGORIES)
    counter_kwh = Column(Kind.STRING, "Running counter in kWh, which may be reset.", examples=_COUNTERS)
    status = Column(Kind.STRING, "What the meter says of the reading: ok, estimated, fault.", examples=_STATES)
