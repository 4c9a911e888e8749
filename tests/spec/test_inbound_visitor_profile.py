"""Inbound visitors by country of residence, as the UN recommends to count them."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.inbound_visitor_profile import InboundVisitorProfile
from lakehouse.silver.stays import Stays

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What a stay says where a drawing does not speak of it.
PLAIN = {
    "border_state": "USA",
    "residence_country": "JPN",
    "purpose": "pleasure",
    "class_of_admission": "WT",
    "entered_on": "2016-04-01",
    "exited_on": "2016-04-08",
    "authorised_until": "2016-06-29",
    "as_of_date": "2016-09-19",
}


@pytest.fixture
def profile(rows: Draw) -> Build:
    """The profile built from drawn stays; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(Stays, drawing)
        plain = {n: F.lit(v).cast(str(Stays.columns()[n].kind)) for n, v in PLAIN.items()}
        return InboundVisitorProfile.build(
            drawn.withColumns({n: v for n, v in plain.items() if n not in drawn.columns})
        )

    return build


def test_visitors_are_counted_by_residence_and_not_by_nationality(profile: Build, same: Same) -> None:
    built = profile("""
        nationality | residence_country
        CHN         | JPN               | x10
        JPN         | JPN               | x5
        JPN         | CHN               | x11
    """)

    same(
        built,
        InboundVisitorProfile,
        """
        residence_country | purpose  | month_start_date | visitors_count
        JPN               | pleasure | 2016-04-01       | 15
        CHN               | pleasure | 2016-04-01       | 11
        """,
    )


def test_nights_are_those_of_stays_that_have_ended_and_open_stays_are_counted_apart(profile: Build, same: Same) -> None:
    """8 stays of 7 nights, 2 of a day: 56 nights over 10 ended stays."""
    built = profile("""
        exited_on
        2016-04-08 | x8
        2016-04-01 | x2
                   | x3
    """)

    same(
        built,
        InboundVisitorProfile,
        """
        visitors_count | completed_stays_count | open_stays_count | same_day_visits_count | total_nights | mean_nights
        13             | 10                    | 3                | 2                     | 56           | 5.6
        """,
    )


def test_nights_of_fewer_than_ten_ended_stays_are_not_shown(profile: Build, same: Same) -> None:
    built = profile("""
        exited_on
        2016-04-08 | x9
                   | x9
    """)

    same(
        built,
        InboundVisitorProfile,
        """
        visitors_count | completed_stays_count | total_nights | mean_nights
        18             | 9                     |              |
        """,
    )


def test_who_is_no_visitor_is_left_out_and_counted_by_reason(profile: Build, same: Same) -> None:
    """A resident stays one, however short the stay; the employed are so by their class."""
    built = profile("""
        residence_country | class_of_admission | exited_on  | authorised_until
        JPN               | WT                 | 2016-04-08 | 2016-06-29       | x12
        USA               | B2                 | 2016-04-08 | 2016-06-29       | x4
        JPN               | E2                 | 2016-04-08 | 2018-03-31       | x3
        JPN               | B2                 |            | 2017-04-01       | x2
        JPN               | F1                 |            |                  | x1
    """)

    same(
        built,
        InboundVisitorProfile,
        """
        residence_country | admissions_count | visitors_count | residents_count | employed_count | long_stays_count | length_unknown_count
        JPN               | 12               | 12             | 0               | 0              | 0                | 0
        not_visitors      | 10               | 0              | 4               | 3              | 2                | 1
        """,  # noqa: E501
    )


def test_a_visit_is_shorter_than_twelve_months(profile: Build, same: Same) -> None:
    """From 1 April a stay to 31 March is a visit, one to 1 April is not; what was had precedes the permit."""
    built = profile("""
        entered_on | exited_on  | authorised_until
        2015-04-01 | 2016-03-31 | 2016-06-29       | x10
        2015-04-01 | 2016-04-01 | 2016-03-31       | x11
        2016-03-01 | 2016-04-01 | 2018-03-31       | x12
        2015-09-01 |            | 2016-02-28       | x13
    """)

    same(
        built,
        InboundVisitorProfile,
        """
        residence_country | month_start_date | visitors_count | long_stays_count
        JPN               | 2015-04-01       | 10             | 0
        not_visitors      | 2015-04-01       | 0              | 11
        JPN               | 2016-03-01       | 12             | 0
        not_visitors      | 2015-09-01       | 0              | 13
        """,
    )


def test_a_student_is_a_visitor_once_the_stay_is_known_to_be_short(profile: Build, same: Same) -> None:
    built = profile("""
        purpose | class_of_admission | exited_on  | authorised_until
        student | F1                 | 2016-08-01 |                  | x10
        student | F1                 |            |                  | x20
        student | M1                 |            | 2017-03-31       | x30
    """)

    same(
        built,
        InboundVisitorProfile,
        """
        residence_country | visitors_count | length_unknown_count
        JPN               | 40             | 0
        not_visitors      | 0              | 20
        """,
    )


def test_countries_below_ten_visitors_are_put_together_apart_from_who_is_no_visitor(profile: Build, same: Same) -> None:
    built = profile("""
        residence_country | purpose
        JPN               | pleasure | x30
        FJI               | pleasure | x6
        TON               | pleasure | x4
        USA               | pleasure | x25
        FJI               | business | x3
        USA               | business | x2
    """)

    same(
        built,
        InboundVisitorProfile,
        """
        residence_country | purpose  | cells_count | visitors_count | residents_count | total_nights
        JPN               | pleasure | 1           | 30             | 0               | 210
        withheld          | pleasure | 2           | 10             | 0               | 70
        not_visitors      | pleasure | 1           | 0              | 25              |
        withheld          | business | 1           |                |                 |
        not_visitors      | business | 1           |                |                 |
        """,
    )


def test_workers_residents_and_crews_of_the_agencys_classes_are_no_visitors(profile: Build, same: Same) -> None:
    """A student who left within the year is one; a resident is none, whatever residence was declared."""
    built = profile("""
        border_state | residence_country | class_of_admission
        TWN          | IDN               | migrant_worker     | x10
        TWN          | IDN               | professional       | x3
        TWN          | IDN               | crew               | x2
        TWN          | IDN               | resident           | x11
        TWN          | TWN               | visa_exempt        | x1
        TWN          | IDN               | student            | x4
        TWN          | IDN               | visa_exempt        | x12
    """)

    same(
        built,
        InboundVisitorProfile,
        """
        border_state | residence_country | visitors_count | employed_count | residents_count
        TWN          | not_visitors      | 0              | 15             | 12
        TWN          | IDN               | 16             | 0              | 0
        """,
    )
