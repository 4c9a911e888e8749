"""Airports of the world."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.bronze.openflights_airports import OpenflightsAirports
from lakehouse.declare import Between, Column, Kind, Matches, NotNull, Silver, Unit
from lakehouse.reference.names import with_country_code, without_backslashes
from lakehouse.silver.countries import Countries

METRES_IN_A_FOOT = 0.3048


class Airports(Silver):
    """Each row tells of one airport that has an IATA code: its names, codes and place.

    The country is the one that its name calls in ``silver.countries``; a name
    that calls none stays behind the source's (``openflights:Netherlands
    Antilles``). Airports without an IATA code are left out (1,626 of 7,698):
    no record of a traveller names them. Were a code listed twice, the entry
    with the lowest number counts, and ``listed_count`` says how many there are.
    """

    owner = "reference-data"
    grain = "one row per IATA airport code"
    key = ("iata_code",)
    fresh_within = timedelta(days=3650)
    authority = "OpenFlights airport database; countries by ISO 3166-1"
    ignored = {
        "utc_offset": "follows from the time zone and the day",
        "dst": "follows from the time zone and the day",
        "airport_type": "always airport",
        "data_source": "no dataset asks where OpenFlights has it from",
    }

    iata_code = Column(
        Kind.STRING, "IATA airport code.", (NotNull(), Matches("[A-Z0-9]{3}")), examples=("TPE", "KHH", "ORD")
    )
    icao_code = Column(
        Kind.STRING,
        "ICAO airport code.",
        (Matches("[A-Z0-9]{4}"),),
        lenient=True,
        examples=("RCTP", "RCKH", "KORD", None),
    )
    name = Column(Kind.STRING, "Name of the airport.", (NotNull(),), examples=("Taoyuan Example Airport",))
    city = Column(Kind.STRING, "City it serves.", examples=("Taipei", "Chicago", None))
    country_code = Column(
        Kind.STRING,
        "Country, ISO 3166-1 alpha-3; where none is known its name behind the source's.",
        (NotNull(), Matches(fields.COUNTRY)),
        examples=("TWN", "USA", "openflights:Netherlands Antilles"),
    )
    latitude_degrees = Column(
        Kind.DOUBLE, "Latitude, north positive (WGS 84).", (Between(-90, 90),), Unit.DEGREES, lenient=True
    )
    longitude_degrees = Column(
        Kind.DOUBLE, "Longitude, east positive (WGS 84).", (Between(-180, 180),), Unit.DEGREES, lenient=True
    )
    elevation_metres = Column(Kind.DOUBLE, "Height above the sea.", (Between(-500, 6000),), Unit.METRES, lenient=True)
    time_zone = Column(
        Kind.STRING,
        "Time zone (IANA).",
        (Matches("[A-Z][A-Za-z]+(/[A-Za-z_+-]+)*"),),
        lenient=True,
        examples=("Asia/Taipei", "America/Chicago", None),
    )
    listed_count = fields.counted("Entries of the source with this code, of which the first is this.")

    @staticmethod
    def build(
        airports: Annotated[DataFrame, OpenflightsAirports], countries: Annotated[DataFrame, Countries]
    ) -> DataFrame:
        by_code = Window.partitionBy("iata")
        first = by_code.orderBy(F.expr("try_cast(airport_id as int)"))
        listed = airports.where("iata IS NOT NULL").withColumns(
            {"_place": F.row_number().over(first), "listed_count": F.count("*").over(by_code)}
        )
        found = with_country_code(listed.where("_place = 1"), countries, "country", "_code")
        elevation = F.round(_number("altitude") * METRES_IN_A_FOOT, 1)
        return found.select(
            *(F.col("iata").alias("iata_code"), F.col("icao").alias("icao_code")),
            *(without_backslashes("name").alias("name"), without_backslashes("city").alias("city")),
            F.coalesce("_code", F.concat(F.lit("openflights:"), "country"), F.lit("unknown")).alias("country_code"),
            *(
                _number("latitude").alias("latitude_degrees"),
                F.col("latitude").alias("latitude_degrees__raw"),
            ),
            *(
                _number("longitude").alias("longitude_degrees"),
                F.col("longitude").alias("longitude_degrees__raw"),
            ),
            *(elevation.alias("elevation_metres"), F.col("altitude").alias("elevation_metres__raw")),
            *(F.col("tz").alias("time_zone"), "listed_count"),
        )


def _number(name: str) -> SparkColumn:
    return F.col(name).try_cast("double")
