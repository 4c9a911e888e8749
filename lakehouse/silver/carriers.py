"""Airlines that carry travellers."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.bronze.openflights_airlines import OpenflightsAirlines
from lakehouse.bronze.openflights_routes import OpenflightsRoutes
from lakehouse.declare import Column, Kind, Matches, NotNull, Silver
from lakehouse.reference.names import with_country_code, without_backslashes
from lakehouse.silver.airports import Airports
from lakehouse.silver.countries import Countries


class Carriers(Silver):
    """Each row tells which airline goes by one two-letter IATA code.

    The source lists living and dead airlines, and IATA gives codes of dead ones
    to others: 1,517 airlines share 1,105 codes. An active airline counts before
    the others; among several active ones the one in whose country most flights
    under the code begin, then the one with the lowest number. The airline that
    the source's routes name themselves is not asked: it puts Vueling's 384
    routes under a Taiwanese airline. ``active_count`` above 1 marks codes that
    had to be decided so. Airlines without a code of two letters or digits are left out.
    """

    owner = "reference-data"
    grain = "one row per IATA airline code"
    key = ("carrier_code",)
    fresh_within = timedelta(days=3650)
    authority = "OpenFlights airline and route databases; countries by ISO 3166-1"
    ignored = {
        "alias": "there for one airline in eight, and no dataset asks",
        "airline_id": "of routes: often another airline of the same code",
        "origin_id": "the airport has a code",
        "destination": "where an airline is at home shows at the origin",
        "destination_id": "where an airline is at home shows at the origin",
        "codeshare": "counted as the carrier's own, which it sells",
        "stops": "no part in whose code it is",
        "equipment": "no part in whose code it is",
    }

    carrier_code = Column(
        Kind.STRING, "IATA airline code.", (NotNull(), Matches("[A-Z0-9]{2}")), examples=("CI", "BR", "AA")
    )
    icao_code = Column(
        Kind.STRING,
        "ICAO airline code.",
        (Matches("[A-Z0-9]{3}"),),
        lenient=True,
        examples=("CAL", "EVA", None),
    )
    name = Column(Kind.STRING, "Name of the airline.", (NotNull(),), examples=("Example Air",))
    callsign = Column(Kind.STRING, "Radio call sign.", examples=("EXAMPLE", None))
    country_code = Column(
        Kind.STRING,
        "Country of registration, ISO 3166-1 alpha-3; where none is known its name behind the source's.",
        (NotNull(), Matches(fields.COUNTRY)),
        examples=("TWN", "USA", "openflights:Netherlands Antilles"),
    )
    is_active = Column(Kind.BOOLEAN, "It flies, or flew until lately.", (NotNull(),))
    listed_count = fields.counted("Airlines of the source with this code.")
    active_count = fields.counted("Active airlines of the source with this code.")

    @staticmethod
    def build(
        airlines: Annotated[DataFrame, OpenflightsAirlines],
        routes: Annotated[DataFrame, OpenflightsRoutes],
        airports: Annotated[DataFrame, Airports],
        countries: Annotated[DataFrame, Countries],
    ) -> DataFrame:
        coded = with_country_code(airlines.where("iata RLIKE '^[A-Z0-9]{2}$'"), countries, "country", "_code")
        homes = coded.withColumn("is_active", F.coalesce(F.upper("active") == "Y", F.lit(False))).join(
            _departures(routes, airports), ["iata", "_code"], "left"
        )
        by_code = Window.partitionBy("iata")
        likeliest = by_code.orderBy(
            F.desc("is_active"), F.desc_nulls_last("_departures"), F.expr("try_cast(airline_id as int)")
        )
        ranked = homes.withColumns(
            {
                "_place": F.row_number().over(likeliest),
                "listed_count": F.count("*").over(by_code),
                "active_count": F.count_if("is_active").over(by_code),
            }
        )
        return ranked.where("_place = 1").select(
            *(F.col("iata").alias("carrier_code"), F.nullif("icao", F.lit("N/A")).alias("icao_code")),
            *(without_backslashes("name").alias("name"), without_backslashes("callsign").alias("callsign")),
            F.coalesce("_code", F.concat(F.lit("openflights:"), "country"), F.lit("unknown")).alias("country_code"),
            *("is_active", "listed_count", "active_count"),
        )


def _departures(routes: DataFrame, airports: DataFrame) -> DataFrame:
    """Routes that begin in each country under each airline code."""
    places = airports.select(F.col("iata_code").alias("origin"), F.col("country_code").alias("_code"))
    return (
        routes.join(places, "origin")
        .groupBy(F.col("airline").alias("iata"), "_code")
        .agg(F.count("*").alias("_departures"))
    )
