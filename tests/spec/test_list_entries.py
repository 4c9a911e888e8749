"""Entries of all lists in one form."""

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.identity import with_document_key
from lakehouse.silver.document_reports import DocumentReports
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.list_entries import ListEntries
from lakehouse.silver.watchlist_entries import WatchlistEntries
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]


def test_sanctions_bans_and_reported_documents_become_entries_of_one_form(
    rows: Draw, same: Same, drawn_keyring: DataFrame
) -> None:
    """An identity card without a state has no key; a reported document is known by nothing but itself."""
    sanctioned = filled(
        rows(
            WatchlistEntries,
            """
            list_name | entry_id | primary_name | sex | aliases | dates_of_birth | documents | nationalities
            ofac_sdn  | 17 | DOE, Ivan | M | [{"name": "Ivan the Doe", "quality": "weak", "script": "latin"}] | [{"earliest_date": "1971-01-01", "latest_date": "1971-12-31", "precision": "year"}] | [{"document_type": "passport", "document_number": "X 17", "issuing_country": "RUS"}, {"document_type": "id", "document_number": "9", "issuing_country": "Ruritania"}] | ["RUS"]
            """,  # noqa: E501
        ),
        WatchlistEntries,
    )
    banned = filled(
        rows(
            ExitRestrictions,
            """
            ban_id | primary_identifier | secondary_identifier | native_name | date_of_birth | nationality | sex | person_key | document_key
            B1     | LIN                | MEI HUA              | 林美華      | 1980-05-01    | TWN         | F   | p1         | d1
            B2     | LIN                |                      |             |               | TWN         | F   |            |
            """,  # noqa: E501
        ),
        ExitRestrictions,
    )
    reported = filled(rows(DocumentReports, "document_key\nd2"), DocumentReports)
    built = ListEntries.build(sanctioned, banned, reported, drawn_keyring)

    same(
        built,
        ListEntries,
        """
        entry_key           | entry_id | listed_person_key | sex          | nationalities | names | births
        ofac_sdn:17         | 17       |            | M            | ["RUS"] | [{"name": "DOE, Ivan", "quality": "primary"}, {"name": "Ivan the Doe", "quality": "weak"}] | [{"earliest_date": "1971-01-01", "latest_date": "1971-12-31"}]
        exit_bans:B1        | B1       | p1         | F            | ["TWN"] | [{"name": "LIN, MEI HUA", "quality": "primary"}, {"name": "林美華", "quality": "native"}] | [{"earliest_date": "1980-05-01", "latest_date": "1980-05-01"}]
        exit_bans:B2        | B2       |            | F            | ["TWN"] | [{"name": "LIN", "quality": "primary"}] | []
        document_reports:d2 | d2       |            | not_recorded | []      | [] | []
        """,  # noqa: E501
    )
    passport = with_document_key(built.limit(1), drawn_keyring, F.lit("RUS"), F.lit("X17")).first()
    keys = {row["entry_key"]: row["document_keys"] for row in built.collect()}
    assert passport
    assert keys == {
        "ofac_sdn:17": [passport["document_key"]],
        "exit_bans:B1": ["d1"],
        "exit_bans:B2": [],
        "document_reports:d2": ["d2"],
    }
