"""Countries: one row for each, named in two languages, found by whatever name a source uses."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.bronze.iso3166_countries import Iso3166Countries
from lakehouse.bronze.iso3166_country_codes import Iso3166CountryCodes
from lakehouse.declare import Table
from lakehouse.reference.declared import declared
from lakehouse.reference.names import name_key, with_country_code
from lakehouse.silver.countries import Countries
from lakehouse.store import of_rows

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

LISTED = """
    name                      | alpha_2 | alpha_3 | country_code | region   | sub_region       | source_line
    Taiwan, Province of China | TW      | TWN     | 158          |          |                  | 2
    Antarctica                | AQ      | ATA     | 010          |          |                  | 3
    United States of America  | US      | USA     | 840          | Americas | Northern America | 4
    Korea, Republic of        | KR      | KOR     | 410          | Asia     | Eastern Asia     | 5
"""
DESCRIBED = """
    alpha_3 | is_independent | official_name_en         | official_name_cn | cldr_display_name | unterm_english_short           | unterm_english_formal        | unterm_chinese_short | region_name | sub_region_name  | source_line
    TWN     | Yes            | Taiwan                   | 台湾             | Taiwan            |                                |                              |                      | Asia        | Eastern Asia     | 2
    ATA     | International  | Antarctica               | 南极洲           | Antarctica        |                                |                              |                      |             |                  | 3
    USA     | Yes            | United States of America | 美利坚合众国     | US                | United States of America (the) | the United States of America | 美利坚合众国 *       | Americas    | Northern America | 4
    KOR     | Yes            | Republic of Korea        | 大韩民国         | South Korea       | Republic of Korea (the)        | the Republic of Korea        | 大韩民国             | Asia        | Eastern Asia     | 5
"""  # noqa: E501


@pytest.fixture
def countries(rows: Draw) -> DataFrame:
    return Countries.build(rows(Iso3166Countries, LISTED), rows(Iso3166CountryCodes, DESCRIBED))


def test_taiwan_has_a_name_in_both_languages_and_a_region_though_iso_gives_none(
    countries: DataFrame, same: Same
) -> None:
    same(
        countries.where("country_code = 'TWN'"),
        Countries,
        """
        country_code | alpha2_code | numeric_code | name_en | iso_name_en               | name_zh_hant | name_zh_hans | region | sub_region   | standing
        TWN          | TW          | 158          | Taiwan  | Taiwan, Province of China | 台灣         | 台湾         | Asia   | Eastern Asia | Independent
        """,  # noqa: E501
    )


def test_names_are_customary_and_never_two_letters(countries: DataFrame, same: Same) -> None:
    same(
        countries,
        Countries,
        """
        country_code | name_en       | formal_name_en               | name_zh_hant | name_zh_hans
        TWN          | Taiwan        |                              | 台灣         | 台湾
        ATA          | Antarctica    |                              | 南極洲       | 南极洲
        USA          | United States | the United States of America | 美國         | 美利坚合众国
        KOR          | South Korea   | the Republic of Korea        | 南韓         | 大韩民国
        """,
    )


def test_a_place_without_a_region_keeps_none_and_numbers_keep_their_noughts(countries: DataFrame, same: Same) -> None:
    same(
        countries.where("country_code = 'ATA'"),
        Countries,
        """
        country_code | numeric_code | region | sub_region | standing
        ATA          | 010          |        |            | International
        """,
    )


def test_a_country_is_known_by_every_name_of_the_files_and_the_declared_ones(countries: DataFrame, same: Same) -> None:
    same(
        countries.where("country_code in ('USA', 'KOR')"),
        Countries,
        """
        country_code | known_as
        USA          | ["UNITED STATES", "UNITED STATES OF AMERICA"]
        KOR          | ["KOREA REPUBLIC OF", "REPUBLIC OF KOREA", "SOUTH KOREA"]
        """,
    )


def test_of_a_country_listed_twice_the_last_line_counts(rows: Draw, same: Same) -> None:
    twice = rows(
        Iso3166Countries,
        """
        name    | alpha_2 | alpha_3 | country_code | region | sub_region   | source_line
        Swazi   | SZ      | SWZ     | 748          | Africa | Southern     | 2
        Eswatini| SZ      | SWZ     | 748          | Africa | Southern     | 3
        """,
    )

    built = Countries.build(twice, rows(Iso3166CountryCodes, DESCRIBED))

    same(built, Countries, "country_code | name_en\nSWZ | Eswatini")


@pytest.mark.parametrize(
    ("spelt", "key"),
    [
        ("Côte d’Ivoire", "COTE DIVOIRE"),
        ("COTE D'IVOIRE", "COTE DIVOIRE"),
        ("St. Kitts & Nevis", "SAINT KITTS NEVIS"),
        ("ST. KITTS-NEVIS", "SAINT KITTS NEVIS"),
        ("  the Republic of South Sudan ", "REPUBLIC OF SOUTH SUDAN"),
        ("Åland Islands", "ALAND ISLANDS"),
        ("Andorra", "ANDORRA"),
        ("State of Palestine (the) *", "STATE OF PALESTINE"),
        ("???", None),
        (None, None),
    ],
)
def test_spellings_of_one_name_have_one_key(spark: SparkSession, spelt: str | None, key: str | None) -> None:
    found = of_rows(spark, [(spelt,)], "name string").select(name_key(F.col("name"))).first()

    assert found is not None
    assert found[0] == key


def test_a_name_of_two_countries_or_of_none_finds_no_code(rows: Draw, spark: SparkSession) -> None:
    known = rows(
        Countries,
        """
        country_code | known_as
        COG          | ["CONGO"]
        COD          | ["CONGO", "ZAIRE"]
        """,
    )
    asked = of_rows(spark, [("Zaire",), ("Congo",), ("Atlantis",), (None,)], "name string")

    found = with_country_code(asked, known, "name", "code")

    assert {row["name"]: row["code"] for row in found.collect()} == {
        "Zaire": "COD",
        "Congo": None,
        "Atlantis": None,
        None: None,
    }


def test_a_declared_list_is_whole_even_beside_an_empty_frame(rows: Draw, spark: SparkSession) -> None:
    nothing = of_rows(spark, [], "name string")

    names = declared(nothing, "country_names")

    assert names.columns == ["country_code", "name_en", "name_zh_hant"]
    assert names.count() == 249
    assert names.where("country_code = 'JPN'").collect()[0].asDict() == {
        "country_code": "JPN",
        "name_en": None,
        "name_zh_hant": "日本",
    }
