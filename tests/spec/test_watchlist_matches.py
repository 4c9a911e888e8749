"""Travellers matched against entries: by document, by key, by birth and by name."""

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.screening import scored, screened
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.list_entries import ListEntries
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.watchlist_matches import WatchlistMatches
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

NOBODY = "passenger_id | person_key\nnone |"


@pytest.fixture
def matches(rows: Draw) -> Build:
    """Matches built from drawn inspections, entries and manifests; lists not drawn are empty."""

    def build(inspections: str, entries: str, manifests: str = NOBODY) -> DataFrame:
        listed = filled(rows(ListEntries, entries), ListEntries, sex="not_recorded")
        lists = ("names", "births", "nationalities", "document_keys")
        kinds = {name: str(column.kind) for name, column in ListEntries.columns().items()}
        return WatchlistMatches.build(
            filled(rows(Inspections, inspections), Inspections, nationality="TWN", sex="F"),
            filled(rows(Manifests, manifests), Manifests),
            listed.selectExpr(
                *(f"coalesce({n}, cast(array() AS {kinds[n]})) AS {n}" if n in lists else n for n in listed.columns)
            ),
        )

    return build


def test_keys_and_documents_match_whatever_the_names_say(matches: Build, same: Same) -> None:
    """A shows B1's document once and is no other than B1 by key; C is announced with B2's; D shows a stolen one."""
    built = matches(
        """
        inspection_id | person_key | document_key | primary_identifier | secondary_identifier | date_of_birth
        I1            | A          | d1           | LIN                | MEI HUA              | 1980-05-01
        I2            | A          | d9           | LIN                | MEI HUA              | 1980-05-01
        I3            | D          | d3           | SATO               | KEN                  | 1990-07-02
        I4            |            | d1           | LIN                | MEI HUA              |
        """,
        """
        entry_key           | list_name        | entry_id | listed_person_key | document_keys | names | births
        exit_bans:B1        | exit_bans        | B1       | A          | ["d1"]  | [{"name": "LIN, MEI HUA", "quality": "primary"}] | [{"earliest_date": "1980-05-01", "latest_date": "1980-05-01"}]
        exit_bans:B2        | exit_bans        | B2       | B          | ["d2"]  | [{"name": "WU, KUO HUA", "quality": "primary"}]  | []
        document_reports:d3 | document_reports | d3       |            | ["d3"]  | [] | []
        """,  # noqa: E501
        """
        passenger_id | person_key | api_document_key | pnr_document_key
        P1           | C          | d7               | d2
        """,
    )

    same(
        built,
        WatchlistMatches,
        """
        person_key | entry_key           | list_name        | entry_id | is_same_person | document_keys | birth_evidence | traveller_name
        A          | exit_bans:B1        | exit_bans        | B1       | true           | ["d1"]        | same_date      | LIN, MEI HUA
        C          | exit_bans:B2        | exit_bans        | B2       | false          | ["d2"]        | not_known      |
        D          | document_reports:d3 | document_reports | d3       | false          | ["d3"]        | not_known      |
        """,  # noqa: E501
    )


def test_names_that_agree_match_by_the_day_of_birth_or_that_with_day_and_month_exchanged(
    matches: Build, same: Same
) -> None:
    """The entry is born on 4 May: so is A, spelt otherwise; B on 5 April; C on another day; D has another name."""
    built = matches(
        """
        inspection_id | person_key | primary_identifier | secondary_identifier | native_name | date_of_birth
        I1            | A          | CAI                | ZHIHAO               |             | 1980-05-04
        I2            | B          | TSAI               | CHIH HAO             | 蔡志豪      | 1980-04-05
        I3            | C          | TSAI               | CHIH HAO             |             | 1980-05-09
        I4            | D          | WU                 | MEI LING             |             | 1980-05-04
        """,
        """
        entry_key | list_name | entry_id | sex | nationalities | names | births
        exit_bans:B1 | exit_bans | B1 | F | ["TWN"] | [{"name": "TSAI, CHIH-HAO", "quality": "primary"}, {"name": "蔡志豪", "quality": "native"}] | [{"earliest_date": "1980-05-04", "latest_date": "1980-05-04"}]
        """,  # noqa: E501
    )

    same(
        built,
        WatchlistMatches,
        """
        person_key | entry_key    | is_same_person | document_keys | birth_evidence          | birth_score | nationality_score | sex_score
        A          | exit_bans:B1 | false          | []            | same_date               | 6           | 1                 | 0.4
        B          | exit_bans:B1 | false          | []            | day_and_month_exchanged | 3.5         | 1                 | 0.4
        """,  # noqa: E501
    )


def test_entries_that_tell_no_birth_to_the_day_are_met_by_name(matches: Build, same: Same) -> None:
    """One entry tells a year, one nothing: a full name with the year is enough, without any birth it takes more."""
    built = matches(
        """
        inspection_id | person_key | primary_identifier | secondary_identifier | date_of_birth | nationality | sex
        I1            | A          | SOKOLOV            | NIKOLAI PETROVICH    | 1971-03-02    | RUS         | M
        I2            | B          | SOKOLOV            | NIKOLAI PETROVICH    | 1975-03-02    | RUS         | M
        I3            | C          | SOKOLOVA           | ANNA                 | 1971-03-02    | RUS         | F
        """,
        """
        entry_key   | list_name | entry_id | sex | nationalities | names | births
        ofac_sdn:1  | ofac_sdn  | 1        | M   | ["RUS"] | [{"name": "SOKOLOV, Nikolai Petrovich", "quality": "primary"}] | [{"earliest_date": "1971-01-01", "latest_date": "1971-12-31"}]
        ofac_sdn:2  | ofac_sdn  | 2        |     | []      | [{"name": "SOKOLOV, Nikolai", "quality": "primary"}] | []
        """,  # noqa: E501
    )

    same(
        built,
        WatchlistMatches,
        """
        person_key | entry_key  | birth_evidence | entry_name
        A          | ofac_sdn:1 | same_year      | SOKOLOV, Nikolai Petrovich
        """,
    )


def test_a_part_of_the_travellers_matches_as_it_does_in_the_whole(matches: Build) -> None:
    entries = """
        entry_key   | list_name | entry_id | nationalities | names | births
        ofac_sdn:1  | ofac_sdn  | 1        | ["TWN"] | [{"name": "TSAI, CHIH-HAO", "quality": "primary"}] | [{"earliest_date": "1980-01-01", "latest_date": "1980-12-31"}]
        ofac_sdn:2  | ofac_sdn  | 2        | ["TWN"] | [{"name": "LIN, MEI-HUA", "quality": "primary"}] | [{"earliest_date": "1980-01-01", "latest_date": "1980-12-31"}]
        """  # noqa: E501
    header = "inspection_id | person_key | primary_identifier | secondary_identifier | date_of_birth\n"
    travellers = ("I1 | A | TSAI | CHIH HAO | 1980-05-04", "I2 | B | LIN | MEI HUA | 1980-05-04")
    whole = matches(header + "\n".join(travellers), entries).collect()
    parts = [row for traveller in travellers for row in matches(header + traveller, entries).collect()]
    assert sorted(map(str, whole)) == sorted(map(str, parts))
    assert len(whole) == 2


_NAMES = pa.list_(pa.struct([("name", pa.string()), ("quality", pa.string())]))
_DAYS = pa.list_(pa.struct([("earliest_date", pa.date32()), ("latest_date", pa.date32())]))


def _name_score(traveller: list[str], entry: list[tuple[str, str]]) -> float | None:
    pairs = pa.table(
        {
            "traveller_names": pa.array([traveller], pa.list_(pa.string())),
            "date_of_birth": pa.array([None], pa.date32()),
            "nationality": ["TWN"],
            "sex": ["F"],
            "entry_names": pa.array([[{"name": n, "quality": q} for n, q in entry]], _NAMES),
            "births": pa.array([[]], _DAYS),
            "nationalities": pa.array([[]], pa.list_(pa.string())),
            "entry_sex": ["F"],
        }
    )
    score: float | None = scored(pairs)["name_score"][0].as_py()
    return score


def test_where_both_give_characters_romanised_names_that_fall_together_do_not_agree() -> None:
    """Huang and Wang are one in Cantonese, and near enough in letters; the characters tell them apart."""
    romanised = _name_score(["HUANG, CHIEN HUNG"], [("WANG, CHIEN-HUNG", "primary"), ("王建宏", "native")])
    written = _name_score(["HUANG, CHIEN HUNG", "黃建鴻"], [("WANG, CHIEN-HUNG", "primary"), ("王建宏", "native")])
    alias = _name_score(["HUANG, CHIEN HUNG", "黃建鴻"], [("王建宏", "native"), ("HUANG, CHIEN-HUNG", "strong")])
    assert romanised is not None
    assert written is not None
    assert alias is not None
    assert written < romanised < alias


def test_a_flight_is_screened_without_spark_as_a_table_is() -> None:
    """KEN SATO is nobody's; CAI is listed as TSAI, with the year of birth."""
    born = date(1980, 5, 4)
    travellers = pa.table(
        {
            "person_key": ["A", "B"],
            "traveller_names": pa.array([["CAI, ZHIHAO"], ["SATO, KEN"]], pa.list_(pa.string())),
            "date_of_birth": pa.array([born, born]),
            "nationality": ["TWN", "JPN"],
            "sex": ["M", "M"],
        }
    )
    entries = pa.table(
        {
            "entry_key": ["ofac_sdn:1", "ofac_sdn:2"],
            "entry_names": pa.array(
                [[{"name": "TSAI, CHIH-HAO", "quality": "primary"}], [{"name": "SATO, MEI", "quality": "primary"}]],
                _NAMES,
            ),
            "births": pa.array([[{"earliest_date": date(1980, 1, 1), "latest_date": date(1980, 12, 31)}], []], _DAYS),
            "nationalities": pa.array([["TWN"], ["JPN"]], pa.list_(pa.string())),
            "entry_sex": ["M", "M"],
        }
    )
    found = screened(travellers, entries)
    assert found.select(["person_key", "entry_key", "birth_evidence"]).to_pylist() == [
        {"person_key": "A", "entry_key": "ofac_sdn:1", "birth_evidence": "same_year"}
    ]


def test_without_a_name_on_one_side_there_is_no_score() -> None:
    assert _name_score([], [("LIN", "primary")]) is None
    assert _name_score(["LIN"], []) is None
