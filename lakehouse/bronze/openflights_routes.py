"""Which airline flies between which airports, as OpenFlights lists it."""

from datetime import timedelta

from lakehouse.bronze.openflights_airports import OPENFLIGHTS, OPENFLIGHTS_DAT
from lakehouse.declare import Bronze, Column, Kind, Volume


class OpenflightsRoutes(Bronze):
    """Each row tells that an airline flies from one airport to another.

    No header; ``\\N`` and empty are null. 67,663 rows, as of 2014. Airlines and
    airports are given by code, IATA or ICAO, and by number; the number is
    missing for 479 airlines and 220 airports at either end (221 at the other).
    Aircraft are separated by blanks, some with a blank at the end.
    """

    owner = "reference-data"
    grain = "one row per airline and pair of airports in a landed file"
    fresh_within = timedelta(days=3650)
    authority = "OpenFlights route database, https://openflights.org/data"
    source = OPENFLIGHTS
    part = "routes.dat"
    format = OPENFLIGHTS_DAT
    volume = Volume(at_least=1, at_most=2_000_000)

    airline = Column(Kind.STRING, "Airline, IATA or ICAO code.", examples=("CI", "BR", "AA"))
    airline_id = Column(Kind.STRING, "OpenFlights' number of the airline.", examples=("901", "902", None))
    origin = Column(Kind.STRING, "Airport of departure, IATA or ICAO code.", examples=("TPE", "KHH", "ORD"))
    origin_id = Column(Kind.STRING, "OpenFlights' number of that airport.", examples=("911", "912", None))
    destination = Column(Kind.STRING, "Airport of arrival, IATA or ICAO code.", examples=("ORD", "TPE", "KHH"))
    destination_id = Column(Kind.STRING, "OpenFlights' number of that airport.", examples=("913", "911", None))
    codeshare = Column(Kind.STRING, "Y where another airline flies it.", examples=(None, None, "Y"))
    stops = Column(Kind.STRING, "Stops on the way.", examples=("0", "0", "1"))
    equipment = Column(Kind.STRING, "Aircraft, IATA codes parted by blanks.", examples=("333 77W", "321 ", None))
