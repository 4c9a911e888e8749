"""Waiting times at US passport control, hour by hour, one file a port and year."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: Made-up hours: day, hour, six waits, seven counts by wait, those left out, all, flights, booths.
_HOURS = (
    "2016-01-01|0400 - 0500|28|40|29|41|28|41|1|84|54|0|0|0|0|3|142|1|10",
    "2016-01-01|0500 - 0600|12|44|23|50|18|50|189|78|57|14|0|0|0|7|345|1|10",
    "2016-01-02|1300 - 1400|31|88|47|131|39|131|402|311|280|160|122|40|6|21|1342|9|27",
    "2016-07-13|0000 - 0100|9|21|13|24|10|24|212|45|0|0|0|0|0|4|261|2|5",
    "2016-12-31|2300 - 0000|15|33|15|32|15|33|143|139|10|0|0|0|0|4|296|2|0",
)
(
    _DATES, _SPANS, _US_AVG, _US_MAX, _NON_US_AVG, _NON_US_MAX, _ALL_AVG, _ALL_MAX, _N_15, _N_30,
    _N_45, _N_60, _N_90, _N_120, _N_MORE, _EXCLUDED, _TOTAL, _FLIGHTS, _BOOTHS,
) = zip(*(hour.split("|") for hour in _HOURS), strict=True)  # fmt: skip


class CbpWaitTimes(Bronze):
    """Each row tells how long those wait who land in one hour at one terminal.

    Waits are in minutes; an hour without flights has no row. The three files at
    hand (Chicago O'Hare, 2016 to 2018; 20,362 rows) are clean: one header, ISO
    dates, no empty or padded cell, no hour twice. Eight hours report passengers
    but no booth; three midnight hours of 2017 and 2018 have parts that
    do not add up to all_total; four days have no row. The last hour is written
    "2300 - 0000". Files of later years are said to rename columns and to write
    dates otherwise: they are refused until that is declared here.
    """

    owner = "border-operations"
    grain = "one row per terminal and hour of a landed file"
    fresh_within = timedelta(days=400)
    authority = "Airport Wait Times, US Customs and Border Protection"
    source = Source("cbp_wait_times", "US Customs and Border Protection", Supersession.EACH)
    part = "*.csv"
    format = Delimited(
        named={
            "all_n_0..15": "all_n_0_15",
            "all_n_16..30": "all_n_16_30",
            "all_n_31..45": "all_n_31_45",
            "all_n_46..60": "all_n_46_60",
            "all_n_61..90": "all_n_61_90",
            "all_n_91..120": "all_n_91_120",
            "all_n_120..": "all_n_over_120",
        }
    )
    volume = Volume(at_least=1, at_most=1_000_000)

    airport = Column(Kind.STRING, "Airport, IATA code.", examples=("ORD",))
    terminal = Column(Kind.STRING, "Terminal.", examples=("Terminal 5",))
    date = Column(Kind.STRING, "Day, YYYY-MM-DD.", examples=_DATES)
    hour = Column(Kind.STRING, "Hour of arrival, local time, as in 0400 - 0500.", examples=_SPANS)
    us_avg_wait = Column(Kind.STRING, "Mean wait of US citizens.", examples=_US_AVG)
    us_max_wait = Column(Kind.STRING, "Longest wait of US citizens.", examples=_US_MAX)
    non_us_avg_wait = Column(Kind.STRING, "Mean wait of foreigners.", examples=_NON_US_AVG)
    non_us_max_wait = Column(Kind.STRING, "Longest wait of foreigners.", examples=_NON_US_MAX)
    all_avg_wait = Column(Kind.STRING, "Mean wait of all.", examples=_ALL_AVG)
    all_max_wait = Column(Kind.STRING, "Longest wait of all.", examples=_ALL_MAX)
    all_n_0_15 = Column(Kind.STRING, "Passengers who waited 0 to 15 minutes.", examples=_N_15)
    all_n_16_30 = Column(Kind.STRING, "Passengers who waited 16 to 30 minutes.", examples=_N_30)
    all_n_31_45 = Column(Kind.STRING, "Passengers who waited 31 to 45 minutes.", examples=_N_45)
    all_n_46_60 = Column(Kind.STRING, "Passengers who waited 46 to 60 minutes.", examples=_N_60)
    all_n_61_90 = Column(Kind.STRING, "Passengers who waited 61 to 90 minutes.", examples=_N_90)
    all_n_91_120 = Column(Kind.STRING, "Passengers who waited 91 to 120 minutes.", examples=_N_120)
    all_n_over_120 = Column(Kind.STRING, "Passengers who waited longer than 120 minutes.", examples=_N_MORE)
    all_excluded = Column(Kind.STRING, "Passengers left out of the waits, such as crew.", examples=_EXCLUDED)
    all_total = Column(Kind.STRING, "All passengers, with those left out.", examples=_TOTAL)
    all_flights = Column(Kind.STRING, "Flights that landed.", examples=_FLIGHTS)
    all_booths = Column(Kind.STRING, "Most booths open at once; 0 in eight hours.", examples=_BOOTHS)
