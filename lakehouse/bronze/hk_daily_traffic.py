"""Daily crossings of Hong Kong's border by control point."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Made-up lines: day, control point, direction, the three counts and their sum.
_LINES = (
    "05-02-2022|Airport|Arrival|412|3|21|436",
    "05-02-2022|Airport|Departure|618|24|40|682",
    "28-02-2023|Lo Wu|Arrival|69318|8874|1219|79411",
    "28-02-2023|Lo Wu|Departure|71204|9120|1388|81712",
    "31-12-2023|Shenzhen Bay|Arrival|40118|12007|820|52945",
    "31-12-2023|Shenzhen Bay|Departure|38871|11240|794|50905",
)
_DATES, _POINTS, _WAYS, _RESIDENTS, _MAINLAND, _OTHERS, _TOTALS = zip(
    *(line.split("|") for line in _LINES), strict=True
)


class HkDailyTraffic(Bronze):
    """Each row tells how many crossed at one control point in one direction on one day.

    The file at hand (2021 to 2023; 33,656 rows) begins with a byte-order mark, ends
    every line with an empty cell and writes dates DD-MM-YYYY. All days and points
    are there once, with 0 where a point was closed; Tuen Mun Ferry Terminal is
    there for 403 days only. All sums add up.
    """

    owner = "border-operations"
    grain = "one row per day, control point and direction of a landed file"
    fresh_within = timedelta(days=400)
    authority = "Statistics on Daily Passenger Traffic, Immigration Department, Hong Kong"
    source = Source("hk_daily_traffic", "Immigration Department, Hong Kong", Supersession.ALL)
    part = "*.csv"
    format = Delimited(
        bom=True,
        trailing_empty=True,
        named={
            "Date": "date",
            "Control Point": "control_point",
            "Arrival / Departure": "arrival_departure",
            "Hong Kong Residents": "hong_kong_residents",
            "Mainland Visitors": "mainland_visitors",
            "Other Visitors": "other_visitors",
            "Total": "total",
        },
    )
    volume = Volume(at_least=1, at_most=1_000_000)

    date = Column(Kind.STRING, "Day, DD-MM-YYYY.", examples=_DATES)
    control_point = Column(Kind.STRING, "Control point, by name.", examples=_POINTS)
    arrival_departure = Column(Kind.STRING, "Arrival or Departure.", examples=_WAYS)
    hong_kong_residents = Column(Kind.STRING, "Crossings of residents of Hong Kong.", examples=_RESIDENTS)
    mainland_visitors = Column(Kind.STRING, "Crossings of visitors from mainland China.", examples=_MAINLAND)
    other_visitors = Column(Kind.STRING, "Crossings of other visitors.", examples=_OTHERS)
    total = Column(Kind.STRING, "All crossings.", examples=_TOTALS)
