"""Inspections as they stand: versions, zones beside typed values, keys, and legs."""

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze.inspections import Inspections as LandedInspections
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.mrz.check_digits import check_digit
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.source_codes import SourceCodes
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

#: What a record says where a drawing does not speak of it.
PLAIN: dict[str, Any] = {
    "record_id": "INS-1",
    "version": "1",
    "recorded_at": "2025-12-01T08:16:00+08:00",
    "inspected_at": "2025-12-01T08:15:30+08:00",
    "inspected_on": "2025-12-01",
    "port": "桃園二期",
    "direction": "entry",
    "lane": "counter",
    "mode": "air",
    "carrier": "JL",
    "flight_number": "809",
    "flight_date": "2025-12-01",
    "foreign_port": "NRT",
    "document_type": "P",
    "issuing_state": "JPN",
    "document_number": "TK1234567",
    "expiry_date": "2030-01-01",
    "nationality": "JPN",
    "primary_identifier": "SATO",
    "secondary_identifier": "KEN",
    "date_of_birth": "1980-05-01",
    "sex": "M",
    "residence_country": "JPN",
    "purpose": "pleasure",
    "class_of_admission": "visa_exempt",
    "authorised_until": "2026-02-28",
    "outcome": "admitted",
    "source_file": "inspections/2025-12-01/TPE2-08.ndjson.gz",
    "source_sha256": "0",
    "source_delivery": "2025-12-01/TPE2-08.ndjson.gz",
    "source_line": 1,
    "ingested_at_utc": "2026-01-02 03:04:05",
}


def zone(number: str = "TK1234567", born: str = "800501", expires: str = "300101", name: str = "SATO<<KEN") -> str:
    """A passport's zone (TD3) of a Japanese man, its check digits right."""
    parts = [number + str(check_digit(number)), "JPN", born + str(check_digit(born)), "M"]
    tail = expires + str(check_digit(expires)) + "<" * 15
    composite = check_digit(parts[0] + parts[2] + tail)
    return ("P<JPN" + name).ljust(44, "<") + "".join(parts) + tail + str(composite)


@pytest.fixture
def inspections(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Inspections built from drawn records; columns not drawn are plain."""
    codes = rows(
        SourceCodes,
        """
        code_set | source_code  | conformed_code
        nia_port | 桃園一期     | TWTPE
        nia_port | 桃園二期     | TWTPE
        nia_port | 高雄港       | TWKHH
        """,
    )

    def build(drawing: str, **all_rows: str) -> DataFrame:
        drawn = rows(LandedInspections, drawing)
        plain = PLAIN | all_rows
        others = {n: c for n, c in LandedInspections.columns().items() if n not in drawn.columns}
        filled = drawn.withColumns({n: F.lit(plain.get(n)).cast(str(c.kind)) for n, c in others.items()})
        return Inspections.build(filled, codes, drawn_keyring)

    return build


def test_the_highest_version_counts_and_repeats_are_none(inspections: Build, same: Same) -> None:
    built = inspections("""
        record_id | version | recorded_at               | purpose  | source_line
        late      | 2       | 2025-12-03T09:00:00+08:00 | business | 1
        late      | 1       | 2025-12-01T08:16:00+08:00 | pleasure | 2
        late      | 2       | 2025-12-03T09:00:00+08:00 | business | 3
        once      | 1       | 2025-12-01T08:16:00+08:00 | visiting | 4
    """)

    same(
        built,
        Inspections,
        """
        inspection_id | versions_count | version_number | recorded_at_utc     | first_recorded_at_utc | purpose
        late          | 2              | 2              | 2025-12-03 01:00:00 | 2025-12-01 00:16:00   | business
        once          | 1              | 1              | 2025-12-01 00:16:00 | 2025-12-01 00:16:00   | visiting
        """,
    )


def test_times_are_kept_in_utc_and_hours_by_the_clocks_there(inspections: Build, same: Same) -> None:
    built = inspections("""
        record_id | inspected_at              | queued_at                 | inspection_seconds
        a         | 2025-12-01T00:15:30+08:00 | 2025-12-01T00:05:00+08:00 | 45
        b         | 2025-12-01T00:15:30+08:00 |                           | 12
    """)

    same(
        built,
        Inspections,
        """
        inspection_id | inspected_at_utc    | inspected_on | hour_start_local    | queue_seconds | inspection_seconds
        a             | 2025-11-30 16:15:30 | 2025-12-01   | 2025-12-01 00:00:00 | 630           | 45
        b             | 2025-11-30 16:15:30 | 2025-12-01   | 2025-12-01 00:00:00 |               | 12
        """,
    )


def test_the_zone_counts_where_its_check_digit_holds_and_else_what_was_typed(inspections: Build, same: Same) -> None:
    """The third zone has the number's check digit of another number: 1 became 7 in it."""
    misread = zone().replace("TK1234567", "TK7234567")
    built = inspections(
        f"""
        record_id | mrz        | document_number | date_of_birth | expiry_date
        same      | {zone()}   | TK1234567       | 1980-05-01    | 2030-01-01
        typed ill | {zone()}   | TK1234576       | 1980-05-10    | 2030-01-02
        misread   | {misread}  | TK1234567       | 1980-05-01    | 2030-01-01
        no zone   |            | TK1234567       | 1980-05-01    | 2030-01-01
        scratched | P<JPNSATO  | TK1234567       | 1980-05-01    | 2030-01-01
        """
    )

    same(
        built,
        Inspections,
        """
        inspection_id | document_number | date_of_birth | expiry_date | zone_format | wrong_check_digits              | typed_differently
        same          | TK1234567       | 1980-05-01    | 2030-01-01  | TD3         | []                              | []
        typed ill     | TK1234567       | 1980-05-01    | 2030-01-01  | TD3         | []                              | ["document_number","date_of_birth","expiry_date"]
        misread       | TK1234567       | 1980-05-01    | 2030-01-01  | TD3         | ["document_number","composite"] | []
        no zone       | TK1234567       | 1980-05-01    | 2030-01-01  |             | []                              | []
        scratched     | TK1234567       | 1980-05-01    | 2030-01-01  |             | []                              | []
        """,  # noqa: E501
    )
    keys = {(r["person_key"], r["document_key"]) for r in built.collect()}
    assert len(keys) == 1, "one person with one document, however it was typed or read"


def test_names_put_into_each_others_place_and_days_for_months_are_told(inspections: Build, same: Same) -> None:
    built = inspections(
        """
        record_id | primary_identifier | secondary_identifier | date_of_birth | sex | nationality
        swapped   | KEN                | SATO                 | 1980-01-05    | M   | JPN
        month 25  | SATO               | KEN                  | 1980-05-25    | M   | JPN
        other     | SAITO              | KEN                  | 1980-05-01    | F   | KOR
        hyphen    | SA-TO              | ken                  | 1980-05-01    | M   | JPN
        nothing   |                    |                      |               |     |
        """,
        mrz=zone(),
    )

    same(
        built,
        Inspections,
        """
        inspection_id | primary_identifier | secondary_identifier | sex | nationality | typed_differently
        swapped       | SATO               | KEN                  | M   | JPN         | ["date_of_birth","names","names_swapped","day_and_month_swapped"]
        month 25      | SATO               | KEN                  | M   | JPN         | ["date_of_birth"]
        other         | SATO               | KEN                  | M   | JPN         | ["sex","nationality","names"]
        hyphen        | SATO               | KEN                  | M   | JPN         | []
        nothing       | SATO               | KEN                  | M   | JPN         | []
        """,  # noqa: E501
    )


def test_a_flight_leg_goes_from_its_origin_to_its_destination_and_ships_have_none(
    inspections: Build, same: Same
) -> None:
    built = inspections("""
        record_id | direction | outcome  | mode | port     | carrier | flight_number | foreign_port | flight_date
        in        | entry     | admitted | air  | 桃園一期 | CI      | 100           | NRT          | 2025-12-01
        out       | exit      | departed | air  | 桃園一期 | CI      | 101           | NRT          | 2025-12-01
        ship      | exit      | departed | sea  | 高雄港   | XX      | 7             | CNXMN        | 2025-12-01
        no number | exit      | departed | air  | 桃園一期 | CI      |               | NRT          | 2025-12-01
        bad day   | exit      | departed | air  | 桃園一期 | CI      | 101           | NRT          | 2025-13-01
        no port   | exit      | departed | air  | 桃園一期 | CI      | 101           |              | 2025-12-01
    """)

    same(
        built,
        Inspections,
        """
        inspection_id | flight_leg_id          | port_code | port_source_code
        in            | CI100-NRT-TPE-20251201 | TWTPE     | 桃園一期
        out           | CI101-TPE-NRT-20251201 | TWTPE     | 桃園一期
        ship          |                        | TWKHH     | 高雄港
        no number     |                        | TWTPE     | 桃園一期
        bad day       |                        | TWTPE     | 桃園一期
        no port       |                        | TWTPE     | 桃園一期
        """,
    )


def test_a_person_keeps_the_key_over_documents_and_a_document_over_persons(inspections: Build) -> None:
    built = inspections("""
        record_id | document_number | primary_identifier | date_of_birth
        a         | TK1234567       | SATO               | 1980-05-01
        renewed   | TK7654321       | SATO               | 1980-05-01
        borrowed  | tk-1234567      | SUZUKI             | 1985-01-01
        no birth  | TK1234567       | SATO               |
    """)

    by = {r["inspection_id"]: r for r in built.collect()}
    assert by["a"]["person_key"] == by["renewed"]["person_key"] != by["borrowed"]["person_key"]
    assert by["a"]["document_key"] == by["borrowed"]["document_key"] != by["renewed"]["document_key"]
    assert by["no birth"]["person_key"] is None


def test_a_telephone_has_one_key_however_it_is_written(inspections: Build) -> None:
    built = inspections("""
        record_id | contact_phone
        a         | 0912-345-678
        b         | +886 912 345 678
        c         | 00886912345678
        d         | 0912345679
    """)

    by = {r["inspection_id"]: r["phone_key"] for r in built.collect()}
    assert by["a"] == by["b"] == by["c"] != by["d"]


def test_what_cannot_be_read_is_blanked_or_refused_and_personal_values_are_not_shown(
    inspections: Build, same: Same
) -> None:
    built = inspections("""
        record_id | version | direction | outcome  | expiry_date | date_of_birth | authorised_until | lane    | inspected_at
        blanked   | 1       | entry     | admitted | 01.01.2030  | 1.5.1980      | soon             | counter | 2025-12-01T08:15:30+08:00
        no time   | 1       | entry     | admitted | 2030-01-01  | 1980-05-01    |                  | counter | 8:15
        version x | x       | entry     | admitted | 2030-01-01  | 1980-05-01    |                  | counter | 2025-12-01T08:15:30+08:00
        lane      | 1       | entry     | admitted | 2030-01-01  | 1980-05-01    |                  | tunnel  | 2025-12-01T08:15:30+08:00
        departed  | 1       | entry     | departed | 2030-01-01  | 1980-05-01    |                  | counter | 2025-12-01T08:15:30+08:00
                  | 1       | entry     | admitted | 2030-01-01  | 1980-05-01    |                  | counter | 2025-12-01T08:15:30+08:00
                  | 1       | entry     | admitted | 2030-01-01  | 1980-05-01    |                  | counter | 2025-12-01T08:15:30+08:00
    """)  # noqa: E501
    screened = screen(built, Inspections)

    same(
        good(screened, Inspections),
        Inspections,
        """
        inspection_id | expiry_date | date_of_birth | birth_year | age_years | authorised_until
        blanked       |             |               |            |           |
        """,
    )
    found = refusals(screened, Inspections, AT, "run").where("record_key = 'blanked'").collect()
    assert {(r["column_name"], r["raw_value"]) for r in found} == {
        ("expiry_date", "01.01.2030"),
        ("date_of_birth", "withheld"),
        ("authorised_until", "soon"),
    }
    assert screened.count() == 7, "nothing is lost: each unreadable record stands for itself"


def test_a_corrected_record_touches_the_day_that_it_speaks_of(inspections: Build, same: Same) -> None:
    built = inspections("""
        inspected_on | recorded_at               | source_delivery
        2025-12-01   | 2025-12-05T08:00:00+08:00 | 2025-12-05/TPE2-08.ndjson.gz
    """)

    same(
        built,
        Inspections,
        """
        inspected_on | source_delivery
        2025-12-01   | inspections/2025-12-01
        """,
    )
