"""Airports: one row for each IATA code, in metres and under ISO's countries."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.bronze.openflights_airports import OpenflightsAirports
from lakehouse.declare import Table
from lakehouse.silver.airports import Airports
from lakehouse.silver.countries import Countries

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

COUNTRIES = """
    country_code | known_as
    TWN          | ["TAIWAN"]
    CHN          | ["CHINA"]
    CIV          | ["COTE DIVOIRE"]
"""
HEADER = "airport_id | name | city | country | iata | icao | latitude | longitude | altitude | tz\n"


def build(rows: Draw, *airports: str) -> DataFrame:
    return Airports.build(rows(OpenflightsAirports, HEADER + "\n".join(airports)), rows(Countries, COUNTRIES))


def test_an_airport_is_in_metres_and_its_country_has_the_code_of_iso(rows: Draw, same: Same) -> None:
    built = build(
        rows,
        "2276 | Taoyuan | Taipei  | Taiwan        | TPE | RCTP | 25.0777 | 121.233 | 106  | Asia/Taipei",
        "253  | Abidjan | Abidjan | Cote d'Ivoire | ABJ | DIAP | 5.26139 | -3.92629 | 21  | Africa/Abidjan",
    )

    same(
        built,
        Airports,
        """
        iata_code | icao_code | name    | city    | country_code | latitude_degrees | longitude_degrees | elevation_metres | time_zone      | listed_count
        TPE       | RCTP      | Taoyuan | Taipei  | TWN          | 25.0777          | 121.233           | 32.3             | Asia/Taipei    | 1
        ABJ       | DIAP      | Abidjan | Abidjan | CIV          | 5.26139          | -3.92629          | 6.4              | Africa/Abidjan | 1
        """,  # noqa: E501
    )


def test_a_country_that_iso_does_not_hold_stays_behind_the_sources_name(rows: Draw, same: Same) -> None:
    built = build(
        rows,
        "2 | Hato    | Curacao | Netherlands Antilles | CUR | TNCC | 12.2 | -69.0 | 29 | America/Curacao",
        "3 | Nowhere |         |                      | NWH |      | 0    | 0     | 0  |",
    )

    same(
        built,
        Airports,
        """
        iata_code | city    | country_code
        CUR       | Curacao | openflights:Netherlands Antilles
        NWH       |         | unknown
        """,
    )


def test_airports_without_an_iata_code_are_left_out(rows: Draw) -> None:
    built = build(rows, "9 | Airfield | Taipei | Taiwan |  | RCXX | 25.0 | 121.2 | 10 | Asia/Taipei")

    assert built.isEmpty()


def test_of_a_code_listed_twice_the_lowest_number_counts_and_both_are_counted(rows: Draw, same: Same) -> None:
    built = build(
        rows,
        "10 | Newer | Taipei | Taiwan | TSA | RCSS | 25.0 | 121.5 | 18 | Asia/Taipei",
        "9  | Older | Taipei | Taiwan | TSA | RCSS | 25.0 | 121.5 | 18 | Asia/Taipei",
    )

    same(built, Airports, "iata_code | name | listed_count\nTSA | Older | 2")


def test_a_number_that_cannot_be_read_is_null_and_its_text_goes_to_quarantine(rows: Draw) -> None:
    built = build(rows, "9 | Songshan | Taipei | Taiwan | TSA | RCSS | 25.0 N | 121.5 | high | Asia/Taipei")

    found = built.collect()[0]
    assert (found["latitude_degrees"], found["latitude_degrees__raw"]) == (None, "25.0 N")
    assert (found["elevation_metres"], found["elevation_metres__raw"]) == (None, "high")
    assert found["longitude_degrees"] == 121.5


def test_an_apostrophe_loses_its_backslash(rows: Draw, same: Same) -> None:
    built = build(rows, "9 | Xianyang | Xi\\'an | China | XIY | ZLXY | 34.4 | 108.7 | 1572 | Asia/Shanghai")

    same(built, Airports, "iata_code | city | country_code\nXIY | Xi'an | CHN")
