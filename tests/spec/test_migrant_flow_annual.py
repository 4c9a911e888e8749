"""Migrants by the twelve-of-sixteen-months rule, beside travellers who only look like them."""

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.migrant_flow_annual import MigrantFlowAnnual
from lakehouse.silver.inspections import Inspections
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]


@pytest.fixture
def flows(rows: Draw) -> Build:
    """Flows built from drawn crossings, each made by ten like persons; records begin on 1 January 2020."""

    def build(drawing: str, as_of: date = date(2025, 1, 1), alike: int = 10) -> DataFrame:
        drawn = filled(
            rows(Inspections, drawing), Inspections, lane="counter", sex="F", age_years=30, nationality="JPN"
        )
        persons = drawn.withColumn("twin", F.explode(F.sequence(F.lit(1), F.lit(alike))))
        first = (
            drawn.limit(1).withColumn("inspected_on", F.lit(date(2020, 1, 1))).withColumn("outcome", F.lit("refused"))
        )
        each = persons.withColumn("person_key", F.concat("person_key", F.col("twin").cast("string"))).drop("twin")
        is_entry = F.col("outcome").isin("admitted", "refused")
        facts = {
            "direction": F.when(is_entry, "entry").otherwise("exit"),
            "inspected_at_utc": F.coalesce("inspected_at_utc", F.to_timestamp("inspected_on")),
            "inspection_id": F.concat_ws("-", "person_key", "inspected_on", "outcome"),
        }
        return MigrantFlowAnnual.build(each.unionByName(first).withColumns(facts), as_of)

    return build


def test_a_foreigner_who_comes_and_stays_a_year_is_an_immigrant_and_one_who_then_goes_an_emigrant(
    flows: Build, same: Same
) -> None:
    """A holiday of a month in between changes nothing."""
    built = flows("""
        person_key | outcome  | inspected_on
        a          | admitted | 2021-03-01
        a          | departed | 2021-08-01
        a          | admitted | 2021-09-01
        a          | departed | 2023-02-01
    """)

    same(
        built,
        MigrantFlowAnnual,
        """
        citizenship | sex | age_group | year | estimate    | immigrants_count | emigrants_count | undecided_immigrants_count | undecided_emigrants_count
        JPN         | F   | 25_44     | 2021 | final       | 10               |                 |                            |
        JPN         | F   | 25_44     | 2023 | provisional |                  | 10              |                            |
        """,  # noqa: E501
    )


def test_tourists_and_commuters_are_no_migrants(flows: Build) -> None:
    """Each second month here and each second abroad: neither 365 of 487 days here nor there."""
    commuting = "\n".join(
        f"c | {'admitted' if month % 2 else 'departed'} | {2021 + month // 12}-{month % 12 + 1:02d}-01"
        for month in range(1, 30)
    )
    built = flows(f"""person_key | outcome | inspected_on
        t | admitted | 2021-03-01
        t | departed | 2021-05-29
        {commuting}""")

    assert built.where("year <= 2022").isEmpty()


@pytest.mark.parametrize(("last_day", "migrants"), [("2022-03-01", 10), ("2022-02-28", None)])
def test_365_days_of_the_487_after_decide(flows: Build, last_day: str, migrants: int | None) -> None:
    """From 1 March 2021 to 1 March 2022 are 365 days; a day less, and abroad since, is no migrant."""
    found = flows(f"""
        person_key | outcome  | inspected_on
        a          | admitted | 2021-03-01
        a          | departed | {last_day}
        z          | departed | 2020-06-01
    """).where("year = 2021")

    assert [row["immigrants_count"] for row in found.collect()] == ([migrants] if migrants else [])


def test_citizens_abroad_are_measured_alike(flows: Build, same: Same) -> None:
    """Never seen before a first exit they lived here; back after two years they immigrate."""
    built = flows("""
        person_key | outcome  | inspected_on | nationality
        a          | departed | 2020-02-01   | TWN
        a          | admitted | 2022-02-01   | TWN
    """)

    same(
        built,
        MigrantFlowAnnual,
        """
        citizenship | year | estimate | immigrants_count | emigrants_count | undecided_immigrants_count | undecided_emigrants_count
        TWN         | 2020 | final    |                  | 10              |                            |
        TWN         | 2022 | final    | 10               |                 |                            |
        """,  # noqa: E501
    )


def test_a_citizen_whose_first_record_is_an_entry_may_have_left_before_records_began(flows: Build, same: Same) -> None:
    """Abroad since 1 January 2020 at least: 31 days known by 1 February 2020, 366 by 1 January 2021."""
    built = flows("""
        person_key | outcome  | inspected_on | nationality | age_years
        early      | admitted | 2020-02-01   | TWN         | 30
        late       | admitted | 2021-01-01   | TWN         | 70
    """)

    same(
        built,
        MigrantFlowAnnual,
        """
        citizenship | age_group   | year | immigrants_count | undecided_immigrants_count
        TWN         | 25_44       | 2020 |                  | 10
        TWN         | 65_and_over | 2021 | 10               |
        """,
    )


@pytest.mark.parametrize(
    ("as_of", "immigrants", "undecided"),
    [(date(2022, 2, 28), None, 10), (date(2022, 3, 1), 10, None), (date(2021, 2, 1), None, 10)],
)
def test_what_the_days_observed_do_not_decide_is_undecided(
    flows: Build, as_of: date, immigrants: int | None, undecided: int | None
) -> None:
    """Still here 364 days after the entry, 365, and judged before the entry itself."""
    drawing = """
        person_key | outcome  | inspected_on
        a          | admitted | 2021-03-01
    """
    [row] = flows(drawing, as_of=as_of).collect()

    assert (row["immigrants_count"], row["undecided_immigrants_count"]) == (immigrants, undecided)
    assert row["estimate"] == "provisional"


def test_of_two_entries_of_one_move_the_first_counts(flows: Build) -> None:
    """Away for a week a month after coming: the second entry has 14 of 16 months abroad before it as well."""
    built = flows("""
        person_key | outcome  | inspected_on
        a          | admitted | 2021-12-15
        a          | departed | 2022-01-15
        a          | admitted | 2022-01-22
    """)

    assert [(r["year"], r["immigrants_count"]) for r in built.collect()] == [(2021, 10)]


def test_thin_citizenships_are_put_together_and_thin_counts_withheld(flows: Build, same: Same) -> None:
    drawing = """
        person_key | outcome  | inspected_on | nationality
        a          | admitted | 2021-03-01   | JPN
        b          | admitted | 2021-03-01   | JPN
        c          | admitted | 2021-03-01   | KOR
    """

    same(
        flows(drawing, alike=5),
        MigrantFlowAnnual,
        """
        citizenship | year | cells_count | immigrants_count
        withheld    | 2021 | 2           | 15
        """,
    )


def test_crew_and_persons_without_a_key_make_no_flow(flows: Build) -> None:
    built = flows("""
        person_key | outcome  | inspected_on | lane
        a          | admitted | 2021-03-01   | crew
                   | admitted | 2021-03-01   | counter
    """)

    assert built.isEmpty()
