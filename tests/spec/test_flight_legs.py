"""Flight legs: which leg a message is about, over whose border, and which of several messages holds."""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import SparkSession

from lakehouse.silver.flight_legs import FlightLegs
from tests.carriers import bookings, flight, interchange, landed, pnrgov, travellers
from tests.conftest import Draw


def test_a_leg_is_told_by_its_list_and_its_bookings(spark: SparkSession, rows: Draw, same: Callable[..., None]) -> None:
    of_carriers = landed(
        FlightLegs,
        spark,
        rows,
        agency_paxlst=interchange(flight() + travellers(3, stated=4)),
        agency_pnrgov=pnrgov(
            bookings("011225:0900::1230+NRT+TPE+CI+100:Y", "011225:0900::1230+NRT+TPE+NH:CI+5801:Y"),
        ),
    )
    drawings = (
        """
        flight_leg_id          | border_state | direction | carrier_code | flight_number | flight_date | departure_date
        CI100-NRT-TPE-20251201 | TWN          | entry     | CI           | 100           | 2025-12-01  | 2025-12-01
        """,
        """
        etd_local           | eta_local           | codeshares | paxlst_received_at_utc | pnrgov_received_at_utc
        2025-12-01 09:00:00 | 2025-12-01 12:30:00 | ["NH5801"] | 2025-12-01 01:00:00    | 2025-11-30 01:00:00
        """,
        """
        paxlst_messages_count | paxlst_passengers_count | paxlst_declared_count | pnrgov_passengers_count
        1                     | 3                       | 4                     | 2
        """,
    )
    built = FlightLegs.build(**of_carriers).cache()
    for drawing in drawings:
        same(built, FlightLegs, drawing)


def test_the_day_is_that_at_the_border_states_port(spark: SparkSession, rows: Draw, same: Callable[..., None]) -> None:
    entry = interchange(flight("CI0012", "SIN:2512012330>TPE:2512020410") + travellers(1))
    leaving = interchange(flight("CI0013", "TPE:2512012330>SIN:2512020410") + travellers(1))
    same(
        FlightLegs.build(**landed(FlightLegs, spark, rows, agency_paxlst=entry + leaving)),
        FlightLegs,
        """
        flight_leg_id         | direction | flight_date | departure_date
        CI12-SIN-TPE-20251202 | entry     | 2025-12-02  | 2025-12-01
        CI13-TPE-SIN-20251201 | exit      | 2025-12-01  | 2025-12-01
        """,
    )


def test_of_lists_sent_again_the_newest_holds_and_all_are_counted(
    spark: SparkSession, rows: Draw, same: Callable[..., None]
) -> None:
    first = interchange(flight() + travellers(3), "251201:0100")
    again = interchange(flight() + travellers(2), "251201:0300")
    crew = interchange(flight(code="250") + travellers(4), "251201:0400")
    same(
        FlightLegs.build(**landed(FlightLegs, spark, rows, agency_paxlst=again + first + crew)),
        FlightLegs,
        """
        paxlst_messages_count | paxlst_received_at_utc | paxlst_passengers_count | crew_messages_count
        2                     | 2025-12-01 01:00:00    | 2                       | 1
        """,
    )


def test_changed_bookings_do_not_stand_for_the_whole_report(
    spark: SparkSession, rows: Draw, same: Callable[..., None]
) -> None:
    leg = "011225:0900::1230+NRT+TPE+CI+100:Y"
    whole = pnrgov(bookings(leg, leg, leg), "251130:0100")
    changed = pnrgov(bookings(leg, function="141"), "251130:0900")
    same(
        FlightLegs.build(**landed(FlightLegs, spark, rows, agency_pnrgov=whole + changed)),
        FlightLegs,
        """
        pnrgov_messages_count | pnrgov_passengers_count | paxlst_messages_count
        2                     | 3                       | 0
        """,
    )


def test_the_border_is_the_recipients_else_that_of_arrival(
    spark: SparkSession, rows: Draw, same: Callable[..., None]
) -> None:
    content = "".join(
        (
            pnrgov(bookings("x", tvl="280513:2225:290513:0750+SIN+OOL+TZ+0006"), recipient="AUCBPS"),
            pnrgov(bookings("x", tvl="280513:2225:290513:0750+SIN+NRT+SQ+12"), recipient=""),
            pnrgov(bookings("x", tvl="280513:2225:290513:0750+SIN+NRT+SQ+14"), recipient="AUCBPS"),
        )
    )
    same(
        FlightLegs.build(**landed(FlightLegs, spark, rows, pnrgov=content)),
        FlightLegs,
        """
        flight_leg_id         | border_state | direction
        TZ6-SIN-OOL-20130529  | AUS          | entry
        SQ12-SIN-NRT-20130529 | JPN          | entry
        """,
    )


def test_domestic_legs_and_ships_make_no_row(spark: SparkSession, rows: Draw) -> None:
    domestic = interchange(flight("AE0301", "TPE:2512010900>KHH:2512011000") + travellers(1))
    ship = interchange("BGM+745'TDT+11++++LOCK:172'" + travellers(1))
    assert FlightLegs.build(**landed(FlightLegs, spark, rows, agency_paxlst=domestic + ship)).isEmpty()
