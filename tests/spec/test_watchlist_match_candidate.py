"""Candidates without names: how sure, and why in kinds of evidence."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.watchlist_match_candidate import WatchlistMatchCandidate
from lakehouse.silver.watchlist_matches import WatchlistMatches
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]


def test_the_strongest_that_agrees_is_told_with_reasons_and_no_name(rows: Draw, same: Same) -> None:
    matches = filled(
        rows(
            WatchlistMatches,
            """
            person_key | list_name        | entry_id | is_same_person | document_keys | match_score | name_score | birth_evidence          | nationality_score | sex_score | traveller_name | entry_name     | entry_name_quality | name_parts
            A          | exit_bans        | B1       | true           | ["d1", "d2"]  | 0.9999      | 3.1        | same_date               | 1                 | 0.4       | LIN, MEI HUA   | LIN, MEI HUA   | primary            | [{"part_a": "LIN", "part_b": "LIN", "likeness": 1, "how": "same letters"}]
            B          | exit_bans        | B1       | false          | ["d1"]        | 0.3         | -5.0       | other_year              | -1                | -3        | SATO, KEN      | LIN, MEI HUA   | primary            |
            C          | ofac_sdn         | 17       | false          | []            | 0.995       | 2.2        | day_and_month_exchanged | 0                 | 0.4       | 王建宏         | WANG, CHIEN    | weak               | [{"part_a": "王", "part_b": "WANG", "likeness": 1, "how": "Mandarin"}, {"part_a": "宏", "likeness": 0, "how": "apart"}]
            D          | document_reports | d3       | false          | ["d3"]        |             |            | not_known               |                   |           |                |                |                    |
            E          | un_consolidated  | Q1       | false          | []            | 0.991       | 2.0        | same_year               | 1                 | 0.4       | SOKOLOW, I     | SOKOLOV, I     | former             | [{"part_a": "SOKOLOW", "part_b": "SOKOLOV", "likeness": 0.9, "how": "alike by sound"}]
            """,  # noqa: E501
        ),
        WatchlistMatches,
    )
    built = WatchlistMatchCandidate.build(matches)

    same(
        built,
        WatchlistMatchCandidate,
        """
        person_key | list_name        | entry_id | matched_by | documents_count | is_likely | reasons
        A          | exit_bans        | B1       | person     | 2               | true      | ["same person's key", "same document", "same name", "same date of birth", "same nationality"]
        B          | exit_bans        | B1       | document   | 1               | false     | ["same document", "names differ", "other date of birth", "other nationality", "other sex"]
        C          | ofac_sdn         | 17       | evidence   | 0               | true      | ["same name in another script", "by a weak alias", "parts of the name left out", "day and month of birth exchanged"]
        D          | document_reports | d3       | document   | 1               | false     | ["same document"]
        E          | un_consolidated  | Q1       | evidence   | 0               | true      | ["name alike", "by a former name", "birth in the year told", "same nationality"]
        """,  # noqa: E501
    )
    assert not {"traveller_name", "entry_name", "name_parts", "document_keys"} & set(built.columns)
