"""Power and temperature of servers by the hour, each server's whole history in one file."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.query_result import QueryResult

#: Made-up hours, newest first, as exported: server, hour, and mean, least and most of four measures.
_HOURS = (
    "node01|2025-03-09 04:00:00.000|142.5|100|181.2|51.25|47|55|61.5|0|92|24.625|0|41",
    "node01|2025-03-09 03:00:00.000|73.5|69.71|75.78|35.625|34|37|0.75|0|2|0|0|0",
    "node01|2025-03-09 00:00:00.000|72.5|69.8|75.55|35.5|34|37|0.25|0|2|0|0|0",
    "node01|2025-03-08 23:00:00.000|29.5083333333333|26.84|32.35|32.3833333333333|31|34|0|0|0|0|0|0",
    "node02|2025-03-08 23:00:00.000|44.64|44.56|44.76|35|35|35|0|0|0|0|0|0",
)
(
    _NAMES, _TIMES, _POWER_AVE, _POWER_MIN, _POWER_MAX, _TEMP_AVE, _TEMP_MIN, _TEMP_MAX,
    _UTIL_AVE, _UTIL_MIN, _UTIL_MAX, _GMEM_AVE, _GMEM_MIN, _GMEM_MAX,
) = zip(*(hour.split("|") for hour in _HOURS), strict=True)  # fmt: skip


class ServerTelemetry(Bronze):
    """Each row tells what one server drew in an hour, how warm it was and how busy.

    Exports of a database tool: tab-separated, newest hour first, with a
    byte-order mark and a footer that says how many rows there are. The two at
    hand (23,371 and 15,493 hours) have neither an empty cell nor an hour twice.
    Hours are those of the servers' own clocks (the tool's, at the export, were
    four behind UTC); on the days when summer time begins there is neither 01:00
    nor 02:00, and when it ends 01:00 stands once. Hours without a row make gaps
    of up to half a year. The least power never exceeds 100, not even where the
    mean is 280: whoever computed it began at 100, so 100 is no measurement.
    """

    owner = "data-centre"
    grain = "one row per server and hour of a landed file"
    fresh_within = timedelta(days=400)
    authority = "Hourly usage statistics of two servers, as exported by their operator"
    source = Source("server_telemetry", "Operator of the servers", Supersession.EACH)
    part = "*_usage_stats.txt"
    format = QueryResult()
    volume = Volume(at_least=1, at_most=1_000_000, drift=1000.0)

    name = Column(Kind.STRING, "Server.", examples=_NAMES)
    timestamp = Column(Kind.STRING, "Start of the hour, by the server's clock.", examples=_TIMES)
    powerave = Column(Kind.STRING, "Mean power in watts.", examples=_POWER_AVE)
    powermin = Column(Kind.STRING, "Least power in watts; 100 where it was never below.", examples=_POWER_MIN)
    powermax = Column(Kind.STRING, "Most power in watts.", examples=_POWER_MAX)
    tempave = Column(Kind.STRING, "Mean temperature, degrees Celsius.", examples=_TEMP_AVE)
    tempmin = Column(Kind.STRING, "Lowest temperature.", examples=_TEMP_MIN)
    tempmax = Column(Kind.STRING, "Highest temperature.", examples=_TEMP_MAX)
    utilave = Column(Kind.STRING, "Mean utilisation, per cent.", examples=_UTIL_AVE)
    utilmin = Column(Kind.STRING, "Least utilisation.", examples=_UTIL_MIN)
    utilmax = Column(Kind.STRING, "Most utilisation.", examples=_UTIL_MAX)
    gmemave = Column(Kind.STRING, "Mean share of the accelerator's memory in use, per cent.", examples=_GMEM_AVE)
    gmemmin = Column(Kind.STRING, "Least share of memory.", examples=_GMEM_MIN)
    gmemmax = Column(Kind.STRING, "Most share of memory.", examples=_GMEM_MAX)
