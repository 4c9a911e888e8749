"""Overstay rates by port of entry and month of the expected departure."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.overstay_rate_port import OverstayRatePort
from lakehouse.silver.stays import Stays

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]


@pytest.fixture
def rates(rows: Draw) -> Build:
    """Rates built from drawn stays, judged on 19 September 2016."""

    def build(drawing: str) -> DataFrame:
        judged = F.to_date(F.lit("2016-09-19"))
        facts = {"border_state": F.lit("USA"), "as_of_date": judged, "recording_artefact": F.lit("none")}
        facts["is_expected_departure"] = F.coalesce(F.col("authorised_until") < judged, F.lit(False))
        return OverstayRatePort.build(rows(Stays, drawing).withColumns(facts))

    return build


def test_a_stay_belongs_to_the_month_of_its_deadline_at_the_port_of_its_entry(rates: Build, same: Same) -> None:
    built = rates("""
        port_code | entered_on | authorised_until | state
        USNYC     | 2016-04-01 | 2016-06-29       | departed_in_time     | x9
        USNYC     | 2016-04-01 | 2016-06-30       | suspected_in_country | x1
        USNYC     | 2016-04-02 | 2016-07-01       | departed_late        | x4
        USNYC     | 2016-04-20 | 2016-07-31       | departed_in_time     | x12
        USMIA     | 2016-04-20 | 2016-07-18       | departed_in_time     | x20
    """)

    same(
        built,
        OverstayRatePort,
        """
        port_code | month_start_date | expected_departures_count | suspected_in_country_overstays_count | out_of_country_overstays_count | overstay_ratio
        USNYC     | 2016-06-01       | 10                        | 1                                    | 0                              | 0.1
        USNYC     | 2016-07-01       | 16                        | 0                                    | 4                              | 0.25
        USMIA     | 2016-07-01       | 20                        | 0                                    | 0                              | 0
        """,  # noqa: E501
    )


def test_a_month_still_running_shows_what_is_due_and_counts_the_rest(rates: Build, same: Same) -> None:
    built = rates("""
        port_code | entered_on | authorised_until | state
        USNYC     | 2016-04-01 | 2016-09-18       | suspected_in_country | x2
        USNYC     | 2016-04-01 | 2016-09-18       | departed_in_time     | x6
        USNYC     | 2016-04-01 | 2016-09-19       | within_time          | x7
    """)

    same(
        built,
        OverstayRatePort,
        """
        month_start_date | admissions_count | expected_departures_count | not_yet_due_count | overstay_ratio
        2016-09-01       | 15               | 8                         | 7                 | 0.25
        """,
    )


def test_a_stay_without_a_deadline_is_counted_in_the_month_of_its_entry(rates: Build, same: Same) -> None:
    built = rates("""
        port_code | entered_on | authorised_until | state
        USNYC     | 2016-04-30 |                  | no_deadline | x10
    """)

    same(
        built,
        OverstayRatePort,
        """
        month_start_date | admissions_count | no_deadline_count | expected_departures_count | overstay_ratio
        2016-04-01       | 10               | 10                | 0                         |
        """,
    )


def test_ports_below_ten_admissions_in_a_month_are_put_together(rates: Build, same: Same) -> None:
    built = rates("""
        port_code | entered_on | authorised_until | state
        USNYC     | 2016-04-01 | 2016-06-29       | departed_in_time     | x50
        USMIA     | 2016-04-01 | 2016-06-29       | departed_in_time     | x11
        i94:XXX   | 2016-04-01 | 2016-06-29       | suspected_in_country | x4
        unknown   | 2016-04-01 | 2016-06-29       | suspected_in_country | x5
    """)

    same(
        built,
        OverstayRatePort,
        """
        port_code | cells_count | admissions_count | overstays_count | overstay_ratio
        USNYC     | 1           | 50               | 0               | 0
        withheld  | 3           | 20               | 9               | 0.45
        """,
    )


def test_a_departure_whose_day_no_record_tells_is_expected_and_no_overstay(rates: Build, same: Same) -> None:
    built = rates("""
        port_code | entered_on | authorised_until | state
        TWTPE     | 2016-04-01 | 2016-06-29       | departure_unclear    | x2
        TWTPE     | 2016-04-01 | 2016-06-29       | suspected_in_country | x3
        TWTPE     | 2016-04-01 | 2016-06-29       | departed_in_time     | x15
        TWTPE     | 2016-04-01 | 2016-10-29       | departure_unclear    | x1
        TWTPE     | 2016-04-01 | 2016-10-29       | within_time          | x9
    """)

    same(
        built,
        OverstayRatePort,
        """
        month_start_date | admissions_count | expected_departures_count | unclear_departures_count | overstays_count | overstay_ratio | not_yet_due_count
        2016-06-01       | 20               | 20                        | 2                        | 3               | 0.15           | 0
        2016-10-01       | 10               | 0                         | 0                        | 0               |                | 10
        """,  # noqa: E501
    )
