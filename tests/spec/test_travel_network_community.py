"""Size, flags and changes of communities."""

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.travel_network_community import TravelNetworkCommunity
from lakehouse.silver.person_flags import PersonFlags
from lakehouse.silver.travel_communities import TravelCommunities
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]


@pytest.fixture
def communities(rows: Draw) -> Build:
    """Communities from drawn members and flags, as of the end of February 2025."""

    def build(members: str, flags: str = "person_key | flagged_on") -> DataFrame:
        drawn = filled(
            rows(TravelCommunities, members), TravelCommunities, founded_month_date="2025-01-01", left_out_edges_count=0
        )
        flagged = filled(rows(PersonFlags, flags), PersonFlags, kind="refused")
        return TravelNetworkCommunity.build(drawn, flagged, date(2025, 2, 28))

    return build


def test_members_who_come_stay_and_leave_are_counted(communities: Build, same: Same) -> None:
    """In February d comes and a leaves: two of four stay. A month after the day of judgement is not told."""
    built = communities("""
        community_id | month_start_date | person_key | edges_count
        one          | 2025-01-01       | a          | 3
        one          | 2025-01-01       | b          | 3
        one          | 2025-01-01       | c          | 3
        one          | 2025-02-01       | b          | 2
        one          | 2025-02-01       | c          | 2
        one          | 2025-02-01       | d          | 2
    """)

    same(
        built,
        TravelNetworkCommunity,
        f"""
        community_id | month_start_date | age_months_count | persons_count | edges_count | density_ratio | new_members_count | stayed_members_count | left_members_count | continuity_ratio | is_closed
        one          | 2025-01-01       | 0                | 3             | 3           | 1             | 3                 | 0                    | 0                  |                  | false
        one          | 2025-02-01       | 1                | 3             | 2           | {2 / 3}       | 1                 | 2                    | 1                  | 0.5              | false
        """,  # noqa: E501
    )


def test_a_community_that_breaks_up_closes_with_a_row_of_none(communities: Build, same: Same) -> None:
    built = communities("""
        community_id | month_start_date | person_key | edges_count | left_out_edges_count
        one          | 2025-01-01       | a          | 3           | 0
        one          | 2025-01-01       | b          | 3           | 0
        one          | 2025-01-01       | c          | 3           | 0
        two          | 2025-02-01       | x          | 3           | 7
    """)

    same(
        built,
        TravelNetworkCommunity,
        """
        community_id | month_start_date | persons_count | edges_count | left_members_count | continuity_ratio | is_closed | flagged_ratio | left_out_edges_count
        one          | 2025-01-01       | 3             | 3           | 0                  |                  | false     | 0             | 0
        one          | 2025-02-01       | 0             | 0           | 3                  | 0                | true      |               | 7
        two          | 2025-02-01       | 1             | 3           | 0                  | 0                | false     | 0             | 7
        """,  # noqa: E501
    )


def test_flags_count_from_the_month_in_which_they_are_known_beside_the_share_of_all(
    communities: Build, same: Same
) -> None:
    """A benign family beside a ring: one of four in January, two of four in February."""
    built = communities(
        """
        community_id | month_start_date | person_key
        ring         | 2025-01-01       | a
        ring         | 2025-01-01       | b
        ring         | 2025-02-01       | a
        ring         | 2025-02-01       | b
        family       | 2025-01-01       | x
        family       | 2025-01-01       | y
        family       | 2025-02-01       | x
        family       | 2025-02-01       | y
        """,
        """
        person_key | flagged_on
        a          | 2025-01-31
        a          | 2025-02-10
        b          | 2025-02-28
        x          | 2025-03-01
        """,
    )

    same(
        built,
        TravelNetworkCommunity,
        """
        community_id | month_start_date | persons_count | flagged_persons_count | flagged_ratio | base_flagged_ratio
        ring         | 2025-01-01       | 2             | 1                     | 0.5           | 0.25
        ring         | 2025-02-01       | 2             | 2                     | 1             | 0.5
        family       | 2025-01-01       | 2             | 0                     | 0             | 0.25
        family       | 2025-02-01       | 2             | 0                     | 0             | 0.5
        """,
    )
