"""Carriers: the one airline that goes by an IATA code, though many have had it."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame

from lakehouse.bronze.openflights_airlines import OpenflightsAirlines
from lakehouse.bronze.openflights_routes import OpenflightsRoutes
from lakehouse.declare import Table
from lakehouse.silver.airports import Airports
from lakehouse.silver.carriers import Carriers
from lakehouse.silver.countries import Countries

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

COUNTRIES = """
    country_code | known_as
    TWN          | ["TAIWAN"]
    ESP          | ["SPAIN"]
    JPN          | ["JAPAN"]
"""
AIRPORTS = """
    iata_code | country_code
    BCN       | ESP
    TSA       | TWN
"""
ROUTES = """
    airline | origin
    VY      | BCN    | x3
    VY      | TSA
    VY      | XXX    | x9
"""


@pytest.fixture
def build(rows: Draw) -> Callable[..., DataFrame]:
    """Built rows for airlines, each drawn as number, name, IATA and ICAO code, country and whether active."""

    def built(*airlines: str) -> DataFrame:
        header = "airline_id | name | iata | icao | country | active | callsign"
        drawn = rows(OpenflightsAirlines, "\n".join([header, *(f"{airline} |" for airline in airlines)]))
        return Carriers.build(
            drawn, rows(OpenflightsRoutes, ROUTES), rows(Airports, AIRPORTS), rows(Countries, COUNTRIES)
        )

    return built


def test_an_active_airline_counts_before_the_others_with_its_code(build: Callable[..., DataFrame], same: Same) -> None:
    built = build(
        "1 | Old China Airlines | CI | N/A | Taiwan | N",
        "2 | China Airlines     | CI | CAL | Taiwan | Y",
        "3 | Copy Airlines      | CI | COP | Spain  | n",
    )

    same(
        built,
        Carriers,
        """
        carrier_code | icao_code | name           | country_code | is_active | listed_count | active_count
        CI           | CAL       | China Airlines | TWN          | true      | 3            | 1
        """,
    )


def test_of_two_active_airlines_the_one_at_home_where_the_flights_begin_counts(
    build: Callable[..., DataFrame], same: Same
) -> None:
    built = build(
        "2439 | Formosa Airlines | VY | FOS | Taiwan | Y",
        "5352 | Vueling Airlines | VY | VLG | Spain  | Y",
    )

    same(
        built,
        Carriers,
        """
        carrier_code | name             | country_code | listed_count | active_count
        VY           | Vueling Airlines | ESP          | 2            | 2
        """,
    )


def test_where_nothing_else_tells_the_lowest_number_counts(build: Callable[..., DataFrame], same: Same) -> None:
    built = build(
        "10 | Japan Airlines Domestic | JL | JAL | Japan | Y",
        "9  | Japan Airlines          | JL | JAL | Japan | Y",
    )

    same(built, Carriers, "carrier_code | name | active_count\nJL | Japan Airlines | 2")


def test_a_code_of_dead_airlines_alone_is_kept_and_marked(build: Callable[..., DataFrame], same: Same) -> None:
    built = build("7 | Far Eastern | EF | N/A | Taiwan | N")

    same(
        built,
        Carriers,
        """
        carrier_code | icao_code | is_active | active_count
        EF           |           | false     | 0
        """,
    )


def test_airlines_without_a_code_of_two_letters_or_digits_are_left_out(
    build: Callable[..., DataFrame],
) -> None:
    built = build(
        "1 | None | | AAA | Taiwan | Y",
        "2 | Dash | - | AAB | Taiwan | Y",
        "3 | Tilde | &T | AAC | Taiwan | Y",
    )

    assert built.isEmpty()


def test_a_country_that_iso_does_not_hold_stays_behind_the_sources_name(
    build: Callable[..., DataFrame], same: Same
) -> None:
    built = build("4 | Windward | WM | WIA | Netherlands Antilles | Y", "5 | Nobody | 9Z | | | Y")

    same(
        built,
        Carriers,
        """
        carrier_code | country_code
        WM           | openflights:Netherlands Antilles
        9Z           | unknown
        """,
    )
