"""Codes of sources: mapped where that is sure, kept behind the source's name where it is not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import reference
from lakehouse.bronze.i94_labels import I94Labels
from lakehouse.compile.spark import kept
from lakehouse.declare import Table
from lakehouse.reference.code_sets import STANDARDS
from lakehouse.reference.declared import declared
from lakehouse.silver.countries import Countries
from lakehouse.silver.source_codes import SourceCodes

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

COUNTRIES = """
    country_code | known_as
    CHN          | ["CHINA", "CHINA PRC"]
    MEX          | ["MEXICO", "MEXICO AIR SEA NOT REPORTED I 94 NO LAND ARRIVALS"]
    KNA          | ["SAINT KITTS NEVIS"]
    CAN          | ["CANADA"]
    PAN          | ["PANAMA"]
"""


@pytest.fixture
def build(rows: Draw) -> Callable[..., DataFrame]:
    """Built rows for labels, each drawn as format, code and label."""

    def built(*labels: str) -> DataFrame:
        lines = [f"{label} | {line}" for line, label in enumerate(labels, start=6)]
        drawn = rows(I94Labels, "\n".join(["format_name | code | label | source_line", *lines]))
        return SourceCodes.build(drawn, rows(Countries, COUNTRIES))

    return built


def of(built: DataFrame, code_set: str, *codes: str) -> DataFrame:
    return built.where((F.col("code_set") == code_set) & F.col("source_code").isin(*codes))


def test_a_country_is_mapped_by_its_name(build: Callable[..., DataFrame], same: Same) -> None:
    built = build(
        "i94cntyl | 245 | CHINA, PRC",
        "i94cntyl | 582 | MEXICO Air Sea, and Not Reported (I-94, no land arrivals)",
        "i94cntyl | 522 | ST. KITTS-NEVIS",
    )

    same(
        of(built, "i94_country", "245", "582", "522"),
        SourceCodes,
        """
        code_set    | source_code | standard           | conformed_code | is_mapped | mapped_by
        i94_country | 245         | ISO 3166-1 alpha-3 | CHN            | true      | label
        i94_country | 582         | ISO 3166-1 alpha-3 | MEX            | true      | label
        i94_country | 522         | ISO 3166-1 alpha-3 | KNA            | true      | label
        """,
    )


def test_a_country_that_is_invalid_collapsed_or_no_longer_there_is_not_mapped(
    build: Callable[..., DataFrame], same: Same
) -> None:
    built = build(
        "i94cntyl | 574 | INVALID: CANADA",
        "i94cntyl | 741 | Collapsed Curacao (should not show)",
        "i94cntyl | 54  | No Country Code (54)",
        "i94cntyl | 139 | YUGOSLAVIA",
    )

    same(
        of(built, "i94_country", "574", "741", "54", "139"),
        SourceCodes,
        """
        code_set    | source_code | label                               | conformed_code | is_mapped
        i94_country | 574         | INVALID: CANADA                     | i94:574        | false
        i94_country | 741         | Collapsed Curacao (should not show) | i94:741        | false
        i94_country | 54          | No Country Code (54)                | i94:54         | false
        i94_country | 139         | YUGOSLAVIA                          | i94:139        | false
        """,
    )


def test_a_code_missing_in_the_labels_is_mapped_only_where_its_holders_leave_no_doubt(
    build: Callable[..., DataFrame], same: Same
) -> None:
    same(
        of(build("i94cntyl | 245 | CHINA, PRC"), "i94_country", "148", "756"),
        SourceCodes,
        """
        code_set    | source_code | label | conformed_code | is_mapped | mapped_by
        i94_country | 148         |       | DEU            | true      | residence of the holders, April 2016
        i94_country | 756         |       | i94:756        | false     |
        """,
    )


def test_a_port_is_mapped_by_the_declared_list_and_not_by_its_letters(
    build: Callable[..., DataFrame], same: Same
) -> None:
    built = build(
        "i94prtl | SFR | SAN FRANCISCO, CA",
        "i94prtl | OPF | OPA LOCKA, FL",
        "i94prtl | SAI | SAIPAN, SPN",
        "i94prtl | HNS | HANSBORO, ND",
        "i94prtl | PTY | OMAR TORRIJOS, PANAMA",
        "i94prtl | XXX | NOT REPORTED/UNKNOWN",
    )

    same(
        of(built, "i94_port", "SFR", "OPF", "SAI", "HNS", "PTY", "XXX"),
        SourceCodes,
        """
        code_set | source_code | standard  | conformed_code | is_mapped | mapped_by
        i94_port | SFR         | UN/LOCODE | USSFO          | true      | UN/LOCODE 2022-2
        i94_port | OPF         | UN/LOCODE | USOPK          | true      | UN/LOCODE 2022-2
        i94_port | SAI         | UN/LOCODE | MPSPN          | true      | UN/LOCODE 2013-2
        i94_port | HNS         | UN/LOCODE | USHBO          | true      | UN/LOCODE 2012-1
        i94_port | PTY         | UN/LOCODE | i94:PTY        | false     |
        i94_port | XXX         | UN/LOCODE | i94:XXX        | false     |
        """,
    )


def test_a_port_whose_label_has_changed_is_no_longer_mapped(build: Callable[..., DataFrame], same: Same) -> None:
    same(
        of(build("i94prtl | SFR | SAN FERNANDO, CA"), "i94_port", "SFR"),
        SourceCodes,
        """
        code_set | source_code | label            | conformed_code | is_mapped | mapped_by
        i94_port | SFR         | SAN FERNANDO, CA | i94:SFR        | false     |
        """,
    )


def test_modes_and_purposes_become_words_of_the_platform_and_states_become_iso_codes(
    build: Callable[..., DataFrame], same: Same
) -> None:
    built = build(
        "i94model | 9  | Not reported",
        "i94model | 4  | Balloon",
        "i94visa  | 2  | Pleasure",
        "i94addrl | GU | GUAM",
        "i94addrl | 99 | All Other Codes",
    )

    same(
        built.where("code_set in ('i94_mode', 'i94_visa', 'i94_state')"),
        SourceCodes,
        """
        code_set  | source_code | standard   | conformed_code | is_mapped | mapped_by
        i94_mode  | 9           | platform   | not_reported   | true      | rule
        i94_mode  | 4           | platform   | i94:4          | false     |
        i94_visa  | 2           | platform   | pleasure       | true      | rule
        i94_state | GU          | ISO 3166-2 | US-GU          | true      | rule
        i94_state | 99          | ISO 3166-2 | i94:99         | false     |
        """,
    )


def test_ports_of_other_agencies_are_known_by_their_own_names(build: Callable[..., DataFrame], same: Same) -> None:
    built = build("i94model | 1 | Air")

    same(
        of(built, "nia_port", "桃園一期", "桃園二期", "安平港", "東港"),
        SourceCodes,
        """
        code_set | source_code | label                      | conformed_code | is_mapped
        nia_port | 桃園一期    | Taoyuan airport, terminal 1 | TWTPE         | true
        nia_port | 桃園二期    | Taoyuan airport, terminal 2 | TWTPE         | true
        nia_port | 安平港      | Port of Anping              | TWAPG         | true
        nia_port | 東港        | Donggang                    | nia:東港      | false
        """,
    )
    same(
        built.where("code_set = 'cbp_airport' or source_code in ('Airport', 'Lo Wu')"),
        SourceCodes,
        """
        code_set         | source_code | conformed_code | is_mapped
        cbp_airport      | ORD         | USCHI          | true
        hk_control_point | Airport     | HKHKG          | true
        hk_control_point | Lo Wu       | hk:Lo Wu       | false
        """,
    )


def test_of_a_code_labelled_twice_the_first_label_counts_and_blanks_do_not(
    build: Callable[..., DataFrame], same: Same
) -> None:
    built = build("i94cntyl | 245 | CHINA, PRC", "i94cntyl | 245 | PANAMA")

    same(
        of(built, "i94_country", "245"),
        SourceCodes,
        "code_set | source_code | conformed_code\ni94_country | 245 | CHN",
    )


def test_every_declared_code_keeps_the_promises(build: Callable[..., DataFrame]) -> None:
    built = build("i94model | 1 | Air").cache()

    broken = [
        rule.words(name) for name, rule in SourceCodes.promises() if built.where(f"NOT {kept(rule, name)}").count()
    ]

    assert not broken
    assert built.count() == built.select("code_set", "source_code").distinct().count()
    built.unpersist()


def test_every_declared_code_belongs_to_a_set_and_says_where_it_was_seen(rows: Draw) -> None:
    codes = declared(rows(Countries, COUNTRIES), "codes")

    assert codes.where(~F.col("code_set").isin(*STANDARDS)).isEmpty()
    assert codes.where("conformed_code is null and source is not null").isEmpty()
    assert codes.where("conformed_code is not null and source is null").isEmpty()
    assert codes.where("conformed_code is null and reason is null").isEmpty()


def test_the_lists_are_files_of_the_package() -> None:
    packaged = sorted(path.name for path in Path(str(reference.__file__)).parent.glob("*.csv"))

    assert packaged == ["codes.csv", "country_aliases.csv", "country_names.csv", "port_airports.csv"]
