"""Airlines of the world, as OpenFlights lists them."""

from datetime import timedelta

from lakehouse.bronze.openflights_airports import OPENFLIGHTS, OPENFLIGHTS_DAT
from lakehouse.declare import Bronze, Column, Kind, Volume


class OpenflightsAirlines(Bronze):
    """Each row tells of one airline, living or dead: its codes, call sign and country.

    No header; ``\\N`` and empty are null, ``-`` and ``N/A`` stand for no code. 6,162
    rows. IATA codes are shared by up to seven airlines, 19 of them by active
    ones too. Four rows keep stray backslashes before apostrophes, one name holds
    escape sequences of a terminal (Peau Vavaʻu), one active flag is a small n. Some
    names were split at their comma: " Inc." is a call sign, " S.A." a country.
    """

    owner = "reference-data"
    grain = "one row per airline in a landed file"
    fresh_within = timedelta(days=3650)
    authority = "OpenFlights airline database, https://openflights.org/data"
    source = OPENFLIGHTS
    part = "airlines.dat"
    format = OPENFLIGHTS_DAT
    volume = Volume(at_least=1, at_most=200_000)

    airline_id = Column(Kind.STRING, "OpenFlights' number of the airline.")
    name = Column(
        Kind.STRING,
        "Name of the airline.",
        examples=("Example Air", "Compagnie d\\'Exemple", "Jade Test Air"),
    )
    alias = Column(Kind.STRING, "Other name.", examples=(None, "ExAir", None))
    iata = Column(Kind.STRING, "IATA code, not unique; - where there is none.", examples=("CI", "-", "BR"))
    icao = Column(Kind.STRING, "ICAO code; N/A where there is none.", examples=("CAL", "N/A", "EVA"))
    callsign = Column(Kind.STRING, "Call sign.", examples=("EXAMPLE", " Inc.", None))
    country = Column(Kind.STRING, "Country or territory, by name.", examples=("Taiwan", "Congo (Kinshasa)", "Taiwan"))
    active = Column(Kind.STRING, "Y where it flies or flew until lately, else N.", examples=("Y", "n", "N"))
