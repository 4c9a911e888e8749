"""Persons resolved from several identities, and what contradicts it."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.identity_alias_cluster import IdentityAliasCluster
from lakehouse.silver.identity_pairs import IdentityPairs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.persons import Persons
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]


@pytest.fixture
def clusters(rows: Draw) -> DataFrame:
    """Clusters of eight identities.

    a and b: a day of birth apart, seen one after the other. d, e and f: d and f are linked through e alone, whose exit
    lies between their arrivals. m, n and o: the same, and m and o arrive on one flight. x and y: too improbable.
    """
    pairs = filled(
        rows(
            IdentityPairs,
            """
            person_a_key | person_b_key | match_ratio | names_evidence | names_score | shared_evidence | shared_score
            a            | b            | 0.95        | alike          | 5.2         | own_contact     | 1.1
            d            | e            | 0.80        | one_family     | 1.3         | own_contact     | 1.1
            e            | f            | 0.75        | alike          | 5.2         | common_contact  | -6.1
            m            | n            | 0.90        | alike          | 5.2         | document        | 3.9
            n            | o            | 0.90        | alike          | 5.2         | document        | 3.9
            x            | y            | 0.69        | alike          | 5.2         | document        | 3.9
            """,
        ),
        IdentityPairs,
    )
    persons = rows(
        Persons,
        """
        person_key | nationality | date_of_birth | sex | names                                                                                                                            | refusals_count | stops_count | first_seen_on | last_seen_on
        a          | JPN         | 1980-05-04    | F   | [{"primary_identifier":"SATO","secondary_identifier":"KEN"},{"primary_identifier":"SA-TO","secondary_identifier":"KEN"}] | 1 | 0 | 2025-12-01 | 2025-12-02
        b          | JPN         | 1981-05-04    | F   | [{"primary_identifier":"SATO","secondary_identifier":"KEN"}]                                                                   | 0 | 2 | 2025-12-05 | 2025-12-06
        d          | JPN         | 1980-05-04    | F   | [{"primary_identifier":"MORI","secondary_identifier":"AI"}]                                                                    | 0 | 0 | 2025-12-01 | 2025-12-01
        e          | USA         | 1980-05-04    | F   | [{"primary_identifier":"MORI","secondary_identifier":"AYA"}]                                                                   | 0 | 0 | 2025-12-02 | 2025-12-02
        f          | JPN         | 1980-05-04    | M   | [{"primary_identifier":"MORI","secondary_identifier":"AYA"}]                                                                   | 0 | 0 | 2025-12-03 | 2025-12-03
        m          | JPN         | 1980-05-04    | F   | [{"primary_identifier":"ABE","secondary_identifier":"AI"}]                                                                     | 0 | 0 | 2025-12-01 | 2025-12-01
        n          | JPN         | 1980-05-04    | F   | [{"primary_identifier":"ABE","secondary_identifier":"AI"}]                                                                     | 0 | 0 | 2025-12-02 | 2025-12-02
        o          | JPN         | 1980-05-04    | F   | [{"primary_identifier":"ABE","secondary_identifier":"AI"}]                                                                     | 0 | 0 | 2025-12-01 | 2025-12-01
        x          | JPN         | 1980-05-04    | F   | [{"primary_identifier":"ABE","secondary_identifier":"AI"}]                                                                     | 0 | 0 | 2025-12-01 | 2025-12-01
        """,  # noqa: E501
    )
    inspections = rows(
        Inspections,
        """
        inspection_id | person_key | document_key | direction | outcome  | inspected_at_utc    | flight_leg_id
        I1            | a          | D1           | entry     | refused  | 2025-12-01 08:00:00 | L1
        I2            | a          | D2           | exit      | departed | 2025-12-02 08:00:00 | L2
        I3            | b          | D1           | entry     | admitted | 2025-12-05 08:00:00 | L3
        I4            | d          | D4           | entry     | admitted | 2025-12-01 08:00:00 | L1
        I5            | e          | D5           | exit      | departed | 2025-12-02 08:00:00 | L2
        I6            | f          | D6           | entry     | admitted | 2025-12-03 08:00:00 | L4
        I7            | m          | D7           | entry     | admitted | 2025-12-01 08:00:00 | L1
        I8            | n          | D7           | exit      | departed | 2025-12-02 08:00:00 | L2
        I9            | o          | D7           | entry     | admitted | 2025-12-01 08:00:30 | L1
        """,
    )
    return IdentityAliasCluster.build(pairs, filled(persons, Persons), filled(inspections, Inspections))


def test_a_cluster_counts_what_its_identities_showed_and_says_whether_they_can_be_one_person(
    clusters: DataFrame, same: Same
) -> None:
    """Of a's two inspections one is of D1, which b has too: two documents in all. SA-TO and SATO are one name."""
    same(
        clusters,
        IdentityAliasCluster,
        """
        cluster_key | person_keys     | state        | confidence_ratio | identities_count | links_count | contradictions_count | documents_count | names_count | births_count | nationalities_count | refusals_count | first_seen_on | last_seen_on
        a           | ["a","b"]       | coherent     | 0.95             | 2                | 1           | 0                        | 2               | 1           | 2            | 1                   | 3              | 2025-12-01    | 2025-12-06
        d           | ["d","e","f"]   | chained      | 0.75             | 3                | 2           | 0                        | 3               | 2           | 1            | 2                   | 0              | 2025-12-01    | 2025-12-03
        m           | ["m","n","o"]   | contradicted | 0.90             | 3                | 2           | 1                        | 1               | 1           | 1            | 1                   | 0              | 2025-12-01    | 2025-12-02
        """,  # noqa: E501
    )


def test_a_cluster_says_what_differs_and_what_speaks_for_it(clusters: DataFrame) -> None:
    """What weighs against a link is no evidence for it."""
    found = {row["cluster_key"]: (row["differs_in"], row["evidence"]) for row in clusters.collect()}
    assert found == {
        "a": (["birth"], ["names alike", "shared own_contact"]),
        "d": (["names", "sex", "nationality"], ["names alike", "names one_family", "shared own_contact"]),
        "m": ([], ["names alike", "shared document"]),
    }
