"""Overstay rates by nationality, class and fiscal year, as the US DHS defines them."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.overstay_rate_nationality_class import OverstayRateNationalityClass
from lakehouse.silver.stays import Stays

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What a stay says where a drawing does not speak of it.
PLAIN = {
    "border_state": "USA",
    "nationality": "JPN",
    "class_of_admission": "WT",
    "entered_on": "2016-04-01",
    "authorised_until": "2016-06-29",
    "as_of_date": "2016-09-19",
    "state": "departed_in_time",
    "is_expected_departure": True,
    "recording_artefact": "none",
}


@pytest.fixture
def rates(rows: Draw) -> Build:
    """Rates built from drawn stays; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(Stays, drawing)
        plain = {n: F.lit(v).cast(str(Stays.columns()[n].kind)) for n, v in PLAIN.items()}
        missing = {n: v for n, v in plain.items() if n not in drawn.columns}
        return OverstayRateNationalityClass.build(drawn.withColumns(missing))

    return build


def test_a_rate_is_overstays_over_expected_departures_with_and_without_artefacts(rates: Build, same: Same) -> None:
    """Of 20 due 2 left late and 4 are missing; by air and loaded promptly 1 and 1 of 16."""
    built = rates("""
        state                | recording_artefact
        departed_in_time     | none               | x14
        departed_late        | none               | x1
        suspected_in_country | none               | x1
        departed_late        | mode_not_air       | x1
        suspected_in_country | mode_not_air       | x1
        suspected_in_country | loaded_late        | x1
        suspected_in_country | exit_refused       | x1
    """)

    same(
        built,
        OverstayRateNationalityClass,
        """
        nationality | class_of_admission | fiscal_year | admissions_count | expected_departures_count | out_of_country_overstays_count | suspected_in_country_overstays_count | overstays_count | overstay_ratio | out_of_country_overstay_ratio | suspected_in_country_overstay_ratio | clean_expected_departures_count | clean_overstays_count | clean_overstay_ratio
        JPN         | WT                 | 2016        | 20               | 20                        | 2                              | 4                                    | 6               | 0.3            | 0.1                           | 0.2                                 | 16                              | 2                     | 0.125
        """,  # noqa: E501
    )


def test_a_stay_not_yet_due_is_counted_apart_even_where_it_has_ended(rates: Build, same: Same) -> None:
    """The deadline of 19 September has not passed on that day: the stay is right-censored."""
    built = rates("""
        authorised_until | state                | is_expected_departure
        2016-09-18       | suspected_in_country | true                  | x3
        2016-09-18       | departed_in_time     | true                  | x5
        2016-09-19       | within_time          | false                 | x4
        2016-09-30       | departed_in_time     | false                 | x2
    """)

    same(
        built,
        OverstayRateNationalityClass,
        """
        fiscal_year | admissions_count | expected_departures_count | not_yet_due_count | no_deadline_count | overstay_ratio
        2016        | 14               | 8                         | 6                 | 0                 | 0.375
        """,  # noqa: E501
    )


def test_a_stay_without_a_deadline_is_counted_in_the_year_of_its_entry_and_has_no_rate(
    rates: Build, same: Same
) -> None:
    built = rates("""
        class_of_admission | entered_on | authorised_until | state       | is_expected_departure
        F1                 | 2015-10-01 |                  | no_deadline | false                 | x10
        F1                 | 2016-10-01 |                  | no_deadline | false                 | x11
    """)

    same(
        built,
        OverstayRateNationalityClass,
        """
        class_of_admission | fiscal_year | admissions_count | expected_departures_count | no_deadline_count | overstays_count | overstay_ratio | clean_overstay_ratio
        F1                 | 2016        | 10               | 0                         | 10                | 0               |                |
        F1                 | 2017        | 11               | 0                         | 11                | 0               |                |
        """,  # noqa: E501
    )


def test_the_fiscal_year_begins_in_october_in_the_united_states_and_in_january_elsewhere(
    rates: Build, same: Same
) -> None:
    built = rates("""
        border_state | authorised_until
        USA          | 2015-09-30       | x10
        USA          | 2015-10-01       | x11
        USA          | 2015-12-31       | x12
        TWN          | 2015-10-01       | x13
        TWN          | 2016-01-01       | x14
    """)

    same(
        built,
        OverstayRateNationalityClass,
        """
        border_state | fiscal_year | expected_departures_count
        USA          | 2015        | 10
        USA          | 2016        | 23
        TWN          | 2015        | 13
        TWN          | 2016        | 14
        """,
    )


def test_nationalities_below_ten_admissions_of_a_class_and_year_are_put_together(rates: Build, same: Same) -> None:
    built = rates("""
        nationality | class_of_admission | state
        JPN         | WT                 | departed_in_time     | x30
        FJI         | WT                 | departed_in_time     | x8
        TON         | WT                 | suspected_in_country | x2
        FJI         | B2                 | suspected_in_country | x9
    """)

    same(
        built,
        OverstayRateNationalityClass,
        """
        nationality | class_of_admission | cells_count | admissions_count | overstays_count | overstay_ratio
        JPN         | WT                 | 1           | 30               | 0               | 0
        withheld    | WT                 | 2           | 10               | 2               | 0.2
        withheld    | B2                 | 1           |                  |                 |
        """,
    )


def test_a_stay_without_a_class_is_counted_as_not_recorded(rates: Build, same: Same) -> None:
    built = rates("""
        class_of_admission
                            | x10
    """)

    same(
        built,
        OverstayRateNationalityClass,
        """
        class_of_admission | admissions_count
        not_recorded       | 10
        """,
    )
