"""I-94 records become entries and exits."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze.i94_arrivals import I94Arrivals
from lakehouse.compile.screening import good, is_refused, screen
from lakehouse.declare import Table
from lakehouse.silver.crossings import Crossings
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.source_codes import SourceCodes

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What a record says where a drawing does not speak of it.
PLAIN = {
    "i94yr": 2016.0,
    "i94mon": 4.0,
    "cicid": 15.0,
    "admnum": 5748517.0,
    "i94cit": 209.0,
    "i94res": 209.0,
    "i94port": "NYC",
    "i94mode": 1.0,
    "i94visa": 2.0,
    "arrdate": 20545.0,
    "visatype": "WT",
    "dtaddto": "06292016",
    "dtadfile": "20160401",
    "source_delivery": "2016-04-01",
    "source_line": 1,
    "ingested_at_utc": "2026-01-02 03:04:05",
}

#: What an inspection says where a drawing does not speak of it.
INSPECTED = {
    "direction": "entry",
    "outcome": "admitted",
    "inspected_on": "2025-12-01",
    "inspected_at_utc": "2025-12-01 00:15:30",
    "recorded_at_utc": "2025-12-01 00:16:00",
    "first_recorded_at_utc": "2025-12-01 00:16:00",
    "port_code": "TWTPE",
    "lane": "counter",
    "mode": "air",
    "nationality": "JPN",
    "residence_country": "JPN",
    "sex": "M",
    "purpose": "pleasure",
    "class_of_admission": "visa_exempt",
    "source_line": 1,
    "document_key": "d" * 32,
    "person_key": "a" * 32,
    "source_delivery": "inspections/2025-12-01",
}


@pytest.fixture
def crossings(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Crossings built from drawn arrivals; columns not drawn are plain."""
    codes = rows(
        SourceCodes,
        """
        code_set    | source_code | conformed_code
        i94_country | 209         | JPN
        i94_country | 245         | CHN
        i94_port    | NYC         | USNYC
        i94_mode    | 1           | air
        i94_mode    | 2           | sea
        i94_visa    | 2           | pleasure
        i94_visa    | 3           | student
        """,
    )

    def build(drawing: str) -> DataFrame:
        drawn = rows(I94Arrivals, drawing)
        others = {n: c for n, c in I94Arrivals.columns().items() if n not in drawn.columns}
        plain = {n: F.lit(PLAIN.get(n)).cast(str(c.kind)) for n, c in others.items()}
        nobody = rows(Inspections, "inspection_id | outcome\nINS-1 | refused")
        absent = {n: c for n, c in Inspections.columns().items() if n not in nobody.columns}
        none = nobody.withColumns({n: F.lit(None).cast(str(c.kind)) for n, c in absent.items()})
        return Crossings.build(drawn.withColumns(plain), none, codes, drawn_keyring)

    return build


@pytest.fixture
def of_agency(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Crossings built from drawn inspections; columns not drawn are plain."""
    codes = rows(SourceCodes, "code_set | source_code | conformed_code\ni94_mode | 1 | air")

    def build(drawing: str) -> DataFrame:
        drawn = rows(Inspections, drawing)
        others = {n: c for n, c in Inspections.columns().items() if n not in drawn.columns}
        filled = drawn.withColumns({n: F.lit(INSPECTED.get(n)).cast(str(c.kind)) for n, c in others.items()})
        raw = rows(I94Arrivals, "cicid\n1.0")
        absent = {n: c for n, c in I94Arrivals.columns().items() if n not in raw.columns}
        none = raw.withColumns({n: F.lit(None).cast(str(c.kind)) for n, c in absent.items()}).limit(0)
        return Crossings.build(none, filled, codes, drawn_keyring)

    return build


def test_days_are_counted_from_1960_and_a_departure_becomes_an_exit(crossings: Build, same: Same) -> None:
    built = crossings("""
        cicid | arrdate | depdate
        15.0  | 20545.0 | 20573.0
    """)

    same(
        built,
        Crossings,
        """
        crossing_id        | admission_id  | direction | crossed_on | entered_on | read_on
        i94-2016-4-15-entry | i94-2016-4-15 | entry     | 2016-04-01 | 2016-04-01 | 2026-01-02
        i94-2016-4-15-exit  | i94-2016-4-15 | exit      | 2016-04-29 | 2016-04-01 | 2026-01-02
        """,
    )


def test_a_record_without_a_departure_is_an_entry_alone(crossings: Build, same: Same) -> None:
    built = crossings("""
        cicid | depdate
        15.0  |
    """)

    same(
        built,
        Crossings,
        """
        direction | exit_is_reported
        entry     | false
        """,
    )


def _refused(built: DataFrame) -> set[tuple[str, str, bool]]:
    screened = screen(built, Crossings).selectExpr("admission_id", "direction", is_refused(Crossings))
    return {(r[0], r[1], r[2]) for r in screened.collect()}


def test_an_exit_before_its_entry_is_refused_and_the_entry_stays(crossings: Build) -> None:
    built = crossings("""
        cicid | arrdate | depdate
        1.0   | 20545.0 | 20544.0
        2.0   | 20545.0 | 20545.0
        3.0   | 20545.0 | 15176.0
    """)

    assert _refused(built) == {
        ("i94-2016-4-1", "entry", False),
        ("i94-2016-4-1", "exit", True),
        ("i94-2016-4-2", "entry", False),
        ("i94-2016-4-2", "exit", False),
        ("i94-2016-4-3", "entry", False),
        ("i94-2016-4-3", "exit", True),
    }
    assert built.where("direction = 'entry' AND NOT exit_is_reported").count() == 0


def test_an_exit_after_the_record_was_read_is_refused(crossings: Build) -> None:
    """SAS day 20590 is 2016-05-16, 45427 is 2084-05-16."""
    built = crossings("""
        cicid | depdate | ingested_at_utc
        1.0   | 20590.0 | 2016-05-16 00:00:01
        2.0   | 20590.0 | 2016-05-15 23:59:59
        3.0   | 45427.0 | 2026-01-02 03:04:05
    """)

    assert {row for row in _refused(built) if row[1] == "exit"} == {
        ("i94-2016-4-1", "exit", False),
        ("i94-2016-4-2", "exit", True),
        ("i94-2016-4-3", "exit", True),
    }


def test_what_is_known_of_the_entry_is_not_said_of_the_exit(crossings: Build, same: Same) -> None:
    built = crossings("""
        depdate | airline | fltno | i94addr | entdepa
        20573.0 | BR      | 00032 | NY      | G
    """)

    same(
        built,
        Crossings,
        """
        direction | port_code | mode         | class_of_admission | authorised_until | deadline_kind | carrier_code | flight_number | address_region | recorded_on | arrival_flag | exit_is_reported | nationality | purpose
        entry     | USNYC     | air          | WT                 | 2016-06-29       | date          | BR           | 32            | NY             | 2016-04-01  | G            | true             | JPN         | pleasure
        exit      | unknown   | not_reported |                    |                  |               |              |               |                |             |              |                  | JPN         | pleasure
        """,  # noqa: E501
    )


def test_a_deadline_is_a_date_the_duration_of_status_or_nothing_that_can_be_read(crossings: Build, same: Same) -> None:
    built = crossings("""
        cicid | dtaddto
        1.0   | 06292016
        2.0   | D/S
        3.0   | /   183D
        4.0   | 10 02003
        5.0   | 13012016
        6.0   |
    """)

    same(
        built,
        Crossings,
        """
        admission_id | deadline_kind      | authorised_until
        i94-2016-4-1 | date               | 2016-06-29
        i94-2016-4-2 | duration_of_status |
        i94-2016-4-3 | unreadable         |
        i94-2016-4-4 | unreadable         |
        i94-2016-4-5 | unreadable         |
        i94-2016-4-6 | not_recorded       |
        """,
    )
    raw = built.select("admission_id", "authorised_until__raw").where("authorised_until__raw IS NOT NULL")
    assert {(r[0], r[1]) for r in raw.collect()} == {
        ("i94-2016-4-3", "/   183D"),
        ("i94-2016-4-4", "10 02003"),
        ("i94-2016-4-5", "13012016"),
    }


def test_a_deadline_in_the_year_9999_is_blanked_and_the_entry_stays(crossings: Build, same: Same) -> None:
    built = crossings("""
        dtaddto
        12319999
    """)

    same(
        good(screen(built, Crossings), Crossings),
        Crossings,
        """
        direction | deadline_kind | authorised_until
        entry     | date          |
        """,
    )


def test_codes_become_those_of_standards_or_stay_behind_the_name_of_the_source(crossings: Build, same: Same) -> None:
    built = crossings("""
        cicid | i94cit | i94res | i94port | i94mode | i94visa
        1.0   | 245.0  | 209.0  | NYC     | 2.0     | 3.0
        2.0   | 999.0  | 148.0  | XXX     | 1.0     | 2.0
        3.0   |        |        |         |         |
    """)

    same(
        built,
        Crossings,
        """
        admission_id | nationality | residence_country | port_code | mode         | purpose
        i94-2016-4-1 | CHN         | JPN               | USNYC     | sea          | student
        i94-2016-4-2 | i94:999     | i94:148           | i94:XXX   | air          | pleasure
        i94-2016-4-3 | unknown     | unknown           | unknown   | not_reported | not_recorded
        """,
    )


def test_an_impossible_age_is_blanked_and_an_unknown_sex_is_not_recorded(crossings: Build, same: Same) -> None:
    built = crossings("""
        cicid | i94bir | biryear | gender
        1.0   | -3.0   | 2019.0  | U
        2.0   | 34.0   | 1982.0  | F
        3.0   | 121.0  | 1889.0  |
    """)

    same(
        good(screen(built, Crossings), Crossings),
        Crossings,
        """
        admission_id | age_years | birth_year | sex
        i94-2016-4-1 |           | 2019       | not_recorded
        i94-2016-4-2 | 34        | 1982       | F
        i94-2016-4-3 |           |            | not_recorded
        """,
    )


def test_one_document_has_one_key_which_does_not_show_its_number(crossings: Build) -> None:
    built = crossings("""
        cicid | admnum
        1.0   | 36926912330
        2.0   | 36926912330
        3.0   | 36926912331
    """)

    key = {r["admission_id"]: r["traveller_key"] for r in built.collect()}
    assert key["i94-2016-4-1"] == key["i94-2016-4-2"] != key["i94-2016-4-3"]
    assert all("36926912330" not in str(value) for row in built.collect() for value in row)


def test_a_record_without_its_number_is_refused(crossings: Build) -> None:
    """Else all such records of a month would share one identifier."""
    built = crossings("""
        cicid | depdate
              | 20573.0
    """)

    assert good(screen(built, Crossings), Crossings).isEmpty()


def test_a_flight_number_has_no_leading_noughts(crossings: Build, same: Same) -> None:
    built = crossings("""
        cicid | fltno
        1.0   | 00004
        2.0   | LAND
        3.0   | 00000
    """)

    same(
        built,
        Crossings,
        """
        admission_id | flight_number
        i94-2016-4-1 | 4
        i94-2016-4-2 | LAND
        i94-2016-4-3 |
        """,
    )


def test_who_is_admitted_or_departs_crosses_and_who_is_refused_or_stopped_does_not(
    of_agency: Build, same: Same
) -> None:
    built = of_agency("""
        inspection_id | direction | outcome
        INS-1         | entry     | admitted
        INS-2         | entry     | refused
        INS-3         | exit      | departed
        INS-4         | exit      | stopped
    """)

    same(
        built,
        Crossings,
        """
        crossing_id | admission_id | border_state | direction | crossed_on | entered_on | inspected_at_utc    | port_code | lane    | exit_is_reported
        INS-1       | INS-1        | TWN          | entry     | 2025-12-01 | 2025-12-01 | 2025-12-01 00:15:30 | TWTPE     | counter |
        INS-3       | INS-3        | TWN          | exit      | 2025-12-01 |            | 2025-12-01 00:15:30 | TWTPE     | counter |
        """,  # noqa: E501
    )
    assert good(screen(built, Crossings), Crossings).count() == 2, "an exit of the agency need not name its entry"


def test_citizens_and_residents_need_no_deadline_and_exits_have_none(of_agency: Build, same: Same) -> None:
    built = of_agency("""
        inspection_id | direction | outcome  | class_of_admission | authorised_until
        tourist       | entry     | admitted | visa_exempt        | 2026-02-28
        unread        | entry     | admitted | visitor_visa       |
        citizen       | entry     | admitted | citizen            |
        resident      | entry     | admitted | resident           | 2030-01-01
        gone          | exit      | departed | visa_exempt        |
    """)

    same(
        built,
        Crossings,
        """
        crossing_id | deadline_kind | authorised_until
        tourist     | date          | 2026-02-28
        unread      | not_recorded  |
        citizen     | none_needed   |
        resident    | none_needed   |
        gone        |               |
        """,
    )


def test_a_crossing_of_the_agency_is_known_by_document_and_person_and_was_recorded_in_local_time(
    of_agency: Build, same: Same
) -> None:
    """21:00 UTC on the first is 05:00 of the second in Taipei."""
    built = of_agency("""
        inspection_id | document_key                     | person_key                       | recorded_at_utc     | first_recorded_at_utc
        both          | dddddddddddddddddddddddddddddddd | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | 2025-12-05 21:00:00 | 2025-12-01 21:00:00
        no document   |                                  | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | 2025-12-01 01:00:00 | 2025-12-01 01:00:00
        no person     | dddddddddddddddddddddddddddddddd |                                  | 2025-12-01 01:00:00 | 2025-12-01 01:00:00
    """)  # noqa: E501

    same(
        built,
        Crossings,
        """
        crossing_id | traveller_key                    | person_key                       | read_on    | recorded_on
        both        | dddddddddddddddddddddddddddddddd | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | 2025-12-06 | 2025-12-02
        no document | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | 2025-12-01 | 2025-12-01
        no person   | dddddddddddddddddddddddddddddddd |                                  | 2025-12-01 | 2025-12-01
        """,
    )
