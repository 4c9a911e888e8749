"""Airports of the world, as OpenFlights lists them."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: A delivery is airports.dat, airlines.dat and routes.dat.
OPENFLIGHTS = Source("openflights", "OpenFlights", Supersession.LATEST, parted=True)
OPENFLIGHTS_DAT = Delimited(header=False, null_markers=("\\N", ""))

_ROWS: tuple[tuple[str | None, ...], ...] = (
    (
        "Taiwan Taoyuan Example Airport",
        "Taipei",
        "Taiwan",
        "TPE",
        "RCTP",
        "25.0777",
        "121.232803",
        "106",
        "Asia/Taipei",
    ),
    (
        "Kaohsiung Example Airport",
        "Kaohsiung",
        "Taiwan",
        "KHH",
        "RCKH",
        "22.577101",
        "120.349998",
        "31",
        "Asia/Taipei",
    ),
    (
        "Chicago Example Airport",
        "Chicago",
        "United States",
        "ORD",
        "KORD",
        "41.9786",
        "-87.9048",
        "672",
        "America/Chicago",
    ),
    (
        'Magdeburg "City" Example',
        "Magdeburg",
        "Germany",
        "ZMG",
        "EDBM",
        "52.073612",
        "11.626389",
        "259",
        None,
    ),
    ("Heliport Example", "Port O\\'Example", "United States", None, "XS99", "28.4", "-96.4", "8", None),
)
_NAMES, _CITIES, _COUNTRIES, _IATA, _ICAO, _LATITUDES, _LONGITUDES, _ALTITUDES, _ZONES = zip(*_ROWS, strict=True)


class OpenflightsAirports(Bronze):
    """Each row tells of one airport: its codes, place and time zone.

    No header; ``\\N`` and empty are null. 7,698 rows; 1,626 have no IATA code, one
    no ICAO code, 353 no UTC offset, 49 no city. Four cities keep a stray
    backslash before their apostrophe (``Xi\\'AN``). Codes that are there are unique.
    """

    owner = "reference-data"
    grain = "one row per airport in a landed file"
    fresh_within = timedelta(days=3650)
    authority = "OpenFlights airport database, https://openflights.org/data"
    source = OPENFLIGHTS
    part = "airports.dat"
    format = OPENFLIGHTS_DAT
    volume = Volume(at_least=1, at_most=200_000)

    airport_id = Column(Kind.STRING, "OpenFlights' number of the airport.")
    name = Column(Kind.STRING, "Name of the airport.", examples=_NAMES)
    city = Column(Kind.STRING, "City it serves.", examples=_CITIES)
    country = Column(Kind.STRING, "Country, by name.", examples=_COUNTRIES)
    iata = Column(Kind.STRING, "IATA code.", examples=_IATA)
    icao = Column(Kind.STRING, "ICAO code.", examples=_ICAO)
    latitude = Column(Kind.STRING, "Latitude in degrees, north positive.", examples=_LATITUDES)
    longitude = Column(Kind.STRING, "Longitude in degrees, east positive.", examples=_LONGITUDES)
    altitude = Column(Kind.STRING, "Altitude in feet.", examples=_ALTITUDES)
    utc_offset = Column(Kind.STRING, "Hours ahead of UTC in winter.", examples=("8", "8", "-6", "1", None))
    dst = Column(Kind.STRING, "Rule of summer time: E, A, S, O, Z, N or U.", examples=("U", "U", "A", "E", None))
    tz = Column(Kind.STRING, "Time zone, as in the IANA database.", examples=_ZONES)
    airport_type = Column(Kind.STRING, "Kind of place; always airport here.", examples=("airport",))
    data_source = Column(Kind.STRING, "Where OpenFlights has it from.", examples=("OurAirports",))
