"""Watchlists: persons with every name, birth date and document, whichever list they stand on."""

import json
from collections.abc import Callable
from datetime import date
from itertools import starmap
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from lakehouse.bronze.ofac_alt import OfacAlt
from lakehouse.bronze.ofac_comments import OfacComments
from lakehouse.bronze.ofac_sdn import OfacSdn
from lakehouse.bronze.un_consolidated import UnConsolidated
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.scripts import script_of
from lakehouse.silver.countries import Countries
from lakehouse.silver.watchlist_entries import WatchlistEntries
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

COUNTRIES = """
    country_code | known_as
    IRN          | ["IRAN", "IRAN ISLAMIC REPUBLIC OF"]
    PRK          | ["NORTH KOREA"]
    COG          | ["CONGO"]
    COD          | ["CONGO", "DEMOCRATIC REPUBLIC OF CONGO"]
"""
RELEASE = "source_delivery | release_number | source_line"
SDN = f"{RELEASE} | ent_num | sdn_name | sdn_type | program | remarks"
ALT = f"{RELEASE} | ent_num | alt_type | alt_name"
COMMENTS = f"{RELEASE} | ent_num | remarks"
UN_NAMES = "first_name | second_name | third_name | fourth_name | name_original_script"
UN_LISTS = "aliases | dates_of_birth | places_of_birth | documents | nationalities"
UN_TEXTS = "entry_kind | reference_number | un_list_type | gender | listed_on | comments"
UN = f"{RELEASE} | {UN_TEXTS} | {UN_NAMES} | {UN_LISTS}"
OF = "ofac_sdn/release-2 | 1"


class Lists:
    """Draws lists with few entries and builds the table from them."""

    def __init__(self, rows: Draw) -> None:
        self._rows = rows

    def ofac(self, *persons: str, alt: tuple[str, ...] = (), comments: tuple[str, ...] = ()) -> DataFrame:
        return self._build(persons, alt, comments, ())

    def remarks(self, *remarks: str) -> list[Row]:
        """The entries of persons with these remarks."""
        persons = (
            f"{OF} | {n} | 9000{n} | EXAMPLE, Test | individual | SDGT | {text}" for n, text in enumerate(remarks)
        )
        return self.ofac(*persons).orderBy("entry_id").collect()

    def un(self, *persons: dict[str, Any]) -> DataFrame:
        """Entries of persons on the UN list, of whom these facts are given."""
        return self._build((), (), (), tuple(starmap(_un_line, enumerate(persons))))

    def _build(
        self, sdn: tuple[str, ...], alt: tuple[str, ...], more: tuple[str, ...], un: tuple[str, ...]
    ) -> DataFrame:
        return WatchlistEntries.build(
            self._drawn(OfacSdn, SDN, sdn),
            self._drawn(OfacAlt, ALT, alt),
            self._drawn(OfacComments, COMMENTS, more),
            self._drawn(UnConsolidated, UN, un),
            self._rows(Countries, COUNTRIES),
        )

    def _drawn(self, table: type[Table], header: str, lines: tuple[str, ...]) -> DataFrame:
        nothing = " | " * header.count("|")
        return self._rows(table, "\n".join([header, *(lines or (nothing,))])).limit(len(lines))


def _un_line(number: int, given: dict[str, Any]) -> str:
    usual = {"release_number": 1, "source_line": 3, "entry_kind": "individual", "first_name": "TEST"}
    values = usual | {"source_delivery": "un/list.xml", "reference_number": f"QDi.90{number}"} | given
    cells = (values.get(name.strip(), "") for name in UN.split("|"))
    return " | ".join(json.dumps(c, ensure_ascii=False) if isinstance(c, list) else str(c) for c in cells)


@pytest.fixture
def lists(rows: Draw) -> Lists:
    return Lists(rows)


def named(row: Row) -> set[tuple[str, str, str]]:
    return {tuple(alias) for alias in row["aliases"]}


def test_persons_of_the_sdn_list_become_entries_and_all_else_is_left_out(lists: Lists, same: Same) -> None:
    built = lists.ofac(
        f"{OF} | 1 | 90001 | EXAMPLE, Test  | individual | SDGT] [IRAN | DOB 1971; Gender Female.",
        f"{OF} | 2 | 90002 | EXAMPLE LTD    |            | IRAN        | DOB 1971.",
        f"{OF} | 3 | 90003 | EXAMPLE STAR   | vessel     | IRAN        | ",
        f"{OF} | 4 | 90004 | SPECIMEN, Also | individual | IRAN        | ",
    )
    same(
        built,
        WatchlistEntries,
        """
        list_name | entry_id | primary_name   | programmes       | sex          | list_release         | listed_on | remarks
        ofac_sdn  | 90001    | EXAMPLE, Test  | ["SDGT", "IRAN"] | F            | ofac_sdn/release-2#1 |           | DOB 1971; Gender Female.
        ofac_sdn  | 90004    | SPECIMEN, Also | ["IRAN"]         | not_recorded | ofac_sdn/release-2#1 |           |
        """,  # noqa: E501
    )
    assert good(screen(built, WatchlistEntries), WatchlistEntries).count() == 2


def test_names_come_from_the_alias_file_and_in_quotes_from_the_remarks(lists: Lists) -> None:
    (row,) = lists.ofac(
        f"{OF} | 1 | 90001 | EXAMPLE, Test | individual | SDGT | a.k.a. 'ABU 'TEST'; f.k.a. 'ТЕСТ'.",
        alt=(
            f"{OF} | 1 | 90001 | aka | EXEMPLAR, Test",
            f"{OF} | 2 | 90001 | fka | MUSTER, Test",
            f"{OF} | 3 | 90001 | nka | MUESTRA, Test",
            "ofac_sdn/release-1 | 1 | 4 | 90001 | aka | OF ANOTHER RELEASE",
        ),
    ).collect()
    assert named(row) == {
        ("EXEMPLAR, Test", "strong", "latin"),
        ("MUSTER, Test", "former", "latin"),
        ("MUESTRA, Test", "strong", "latin"),
        ("ABU 'TEST", "weak", "latin"),
        ("ТЕСТ", "weak", "cyrillic"),
    }


def test_long_remarks_go_on_in_the_comments_without_a_blank(lists: Lists) -> None:
    (row,) = lists.ofac(
        f"{OF} | 1 | 90001 | EXAMPLE, Test | individual | SDGT | Gender Male; Pass",
        comments=(f"{OF} | 2 | 90001 | ran); DOB 1971.", f"{OF} | 1 | 90001 | port X17 (I"),
    ).collect()
    assert row["remarks"] == "Gender Male; Passport X17 (Iran); DOB 1971."
    assert [tuple(document) for document in row["documents"]] == [("passport", "X17", "IRN", "Passport X17 (Iran)")]
    assert (row["sex"], len(row["dates_of_birth"])) == ("M", 1)


def test_birth_dates_keep_their_precision_and_their_words(lists: Lists) -> None:
    (row,) = lists.remarks("DOB 10 Dec 1948; alt. DOB Oct 1955; alt. DOB circa 1960; alt. DOB 1958 to 1963.")
    assert [tuple(born) for born in row["dates_of_birth"]] == [
        (date(1948, 12, 10), date(1948, 12, 10), "day", "10 Dec 1948"),
        (date(1955, 10, 1), date(1955, 10, 31), "month", "Oct 1955"),
        (date(1960, 1, 1), date(1960, 12, 31), "circa", "circa 1960"),
        (date(1958, 1, 1), date(1963, 12, 31), "range", "1958 to 1963"),
    ]


def test_a_nationality_is_coded_where_just_one_country_is_called_so(lists: Lists) -> None:
    codes = {
        "Iran": "IRN",
        "Korea, North": "PRK",
        "Congo, Democratic Republic of the": "COD",
        "Congo": "ofac:Congo",
        "Palestinian": "ofac:Palestinian",
    }
    rows = lists.remarks(*(f"nationality {name}; citizen {name}." for name in codes))
    assert [row["nationalities"] for row in rows] == [[code] for code in codes.values()]


def test_an_issuing_country_without_a_code_stays_as_it_is_named(lists: Lists) -> None:
    (row,) = lists.remarks("Passport X17 (Atlantis); National ID No. 12-3.")
    assert [document["issuing_country"] for document in row["documents"]] == ["Atlantis", None]


def test_what_cannot_be_read_of_a_known_matter_is_kept_apart(lists: Lists) -> None:
    (row,) = lists.remarks("DOB unknown; Holder of an Atlantis passport; Linked To: EXAMPLE LTD.")
    assert row["unread_clauses"] == ["DOB unknown", "Holder of an Atlantis passport"]


def test_a_person_on_the_un_list_is_named_by_all_parts_and_in_the_own_script(lists: Lists) -> None:
    person = {
        "first_name": "TEST",
        "second_name": " EXAMPLE ",
        "fourth_name": "MUSTER",
        "un_list_type": "Al-Qaida",
        "gender": "Male",
        "comments": "Example.",
        "name_original_script": "مثال",
        "aliases": [
            {"quality": "Good", "alias_name": "Test Muster; Test Exemplar"},
            {"quality": "Low", "alias_name": "Abu (original script: Абу)"},
            {"quality": "Low", "alias_name": "حسن (Hasan)"},
            {"quality": "Good", "alias_name": "T. Old", "note": "previously listed as"},
            {"quality": "Good"},
        ],
    }
    (row,) = lists.un(person).collect()
    assert (row["list_name"], row["entry_id"], row["primary_name"]) == (
        "un_consolidated",
        "QDi.900",
        "TEST EXAMPLE MUSTER",
    )
    assert (row["programmes"], row["sex"], row["remarks"]) == (["Al-Qaida"], "M", "Example.")
    assert named(row) == {
        ("مثال", "strong", "arabic"),
        ("Test Muster", "strong", "latin"),
        ("Test Exemplar", "strong", "latin"),
        ("Abu", "weak", "latin"),
        ("Абу", "weak", "cyrillic"),
        ("حسن", "weak", "arabic"),
        ("Hasan", "weak", "latin"),
        ("T. Old", "former", "latin"),
    }


def test_un_births_are_read_by_their_type_and_those_of_aliases_too(lists: Lists) -> None:
    person = {
        "dates_of_birth": [
            {"type_of_date": "EXACT", "date": "1978-04-28"},
            {"type_of_date": "EXACT", "year": "1971"},
            {"type_of_date": "EXACT", "note": "Nov. 1973 "},
            {"type_of_date": "APPROXIMATELY", "year": "1966"},
            {"type_of_date": "BETWEEN", "from_year": "1955", "to_year": "1958"},
            {"type_of_date": "APPROXIMATELY", "note": "30-35 years old"},
        ],
        "aliases": [{"alias_name": "T", "date_of_birth": "1986-12-25", "country_of_birth": "Iran"}],
        "places_of_birth": [{"city": "Exampletown", "country": "Iran"}],
        "nationalities": [{"value": "Iran (Islamic Republic of)"}, {"value": "na"}, {"value": "former Atlantis"}],
    }
    (row,) = lists.un(person).collect()
    assert [(str(born[0]), str(born[1]), born[2]) for born in row["dates_of_birth"]] == [
        ("1978-04-28", "1978-04-28", "day"),
        ("1971-01-01", "1971-12-31", "year"),
        ("1973-11-01", "1973-11-30", "month"),
        ("1966-01-01", "1966-12-31", "circa"),
        ("1955-01-01", "1958-12-31", "range"),
        ("1986-12-25", "1986-12-25", "day"),
    ]
    assert row["unread_clauses"] == ["DOB circa 30-35 years old"]
    assert row["places_of_birth"] == ["Exampletown, Iran", "Iran"]
    assert row["nationalities"] == ["IRN", "un:former Atlantis"]


def test_a_un_document_number_is_freed_of_the_words_around_it(lists: Lists) -> None:
    numbers = {
        "A 123": "A 123",
        "Libyan Passport No. 96/1000": "96/1000",
        "Diplomatic Passport: Z300": "Z300",
        "Libya B/000": "B/000",
        "38100 (Expired 25 Jan. 2016)": "38100",
        "R0000, South Sudan": "R0000",
        "(FACA) Military identification\nnumber 000-10-77": "000-10-77",
    }
    kind = {"type_of_document": "National Identification Number", "type_of_document2": "national passport"}
    given = [{**kind, "number": number, "country_of_issue": "Iran"} for number in numbers]
    (row,) = lists.un(
        {"documents": [*given, {"type_of_document": "Passport", "note": "Libyan passport number 0"}]}
    ).collect()
    assert [tuple(document)[:3] for document in row["documents"]] == [
        ("passport", number, "IRN") for number in numbers.values()
    ]
    assert row["unread_clauses"] == ["Passport Libyan passport number 0"]


def test_a_day_of_listing_is_read_with_or_without_offset_else_blanked(lists: Lists) -> None:
    listed = ("2012-12-31", "2014-06-30-04:00", "2012-02-31")
    built = lists.un(*({"listed_on": text} for text in listed))
    screened = screen(built, WatchlistEntries)
    rows = good(screened, WatchlistEntries).orderBy("entry_id").collect()
    assert [row["listed_on"] for row in rows] == [date(2012, 12, 31), date(2014, 6, 30), None]
    (found,) = refusals(screened, WatchlistEntries, AT, "test").collect()
    assert (found["column_name"], found["consequence"]) == ("listed_on", "blanked")


def test_the_script_of_a_name_is_told_by_its_letters(spark: SparkSession) -> None:
    scripts = {
        "Test": "latin",
        "Ёлка": "cyrillic",
        "مثال": "arabic",
        "金铁三": "han",
        "김정은": "hangul",
        "安倍しんぞう": "kana",
        "07": "none",
        "ᏣᎳᎩ": "other",
    }
    told = spark.range(1).select(*(script_of(F.lit(name)).alias(name) for name in scripts)).first()
    assert told is not None
    assert told.asDict() == scripts
