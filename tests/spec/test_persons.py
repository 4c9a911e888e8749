"""Persons over all their documents and inspections."""

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.persons import Persons

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]


def test_a_person_is_seen_over_all_documents_and_outcomes_and_under_every_spelling(rows: Draw, same: Same) -> None:
    drawn = rows(
        Inspections,
        """
        person_key | document_key | primary_identifier | secondary_identifier | native_name | outcome  | inspected_on | residence_country
        A          | D1           | SATO               | KEN                  |             | admitted | 2025-12-01   | JPN
        A          | D1           | SATO               | KEN                  | 佐藤健      | departed | 2025-12-05   | JPN
        A          | D2           | SA TO              | KEN                  | 佐藤健      | refused  | 2025-12-09   | USA
        B          | D3           | LIN                |                      |             | stopped  | 2025-12-02   | TWN
                   | D4           | NOBODY             |                      |             | admitted | 2025-12-02   | TWN
        """,  # noqa: E501
    )
    noon = F.col("inspected_on").cast("timestamp")
    who = {"nationality": F.lit("JPN"), "date_of_birth": F.to_date(F.lit("1980-05-01")), "sex": F.lit("M")}
    built = Persons.build(drawn.withColumns(who | {"inspected_at_utc": noon, "birth_year": F.lit(1980)}))

    same(
        built,
        Persons,
        """
        person_key | names                                                                                                                          | native_names | documents_count | first_seen_on | last_seen_on | entries_count | exits_count | refusals_count | stops_count | residence_country | birth_year
        A          | [{"primary_identifier":"SA TO","secondary_identifier":"KEN"},{"primary_identifier":"SATO","secondary_identifier":"KEN"}] | ["佐藤健"]   | 2               | 2025-12-01    | 2025-12-09   | 1             | 1           | 1              | 0           | USA               | 1980
        B          | [{"primary_identifier":"LIN","secondary_identifier":null}]                                                                     | []           | 1               | 2025-12-02    | 2025-12-02   | 0             | 0           | 0              | 1           | TWN               | 1980
        """,  # noqa: E501
    )
