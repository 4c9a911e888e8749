"""Measures against persons, typed and keyed."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze.enforcement_events import EnforcementEvents
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.silver.enforcements import Enforcements
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What an event says where a drawing does not speak of it.
PLAIN = {
    "event_id": "EV-1", "happened_at": "2025-12-01T20:15:00+08:00", "kind": "absconder_found", "county": "桃園市",
    "case_id": "K-1", "permit_number": "MW-1", "nationality": "VNM", "sex": "M", "issuing_state": "VNM",
    "document_number": "C0000033", "date_of_birth": "1991-01-30", "source_delivery": "enforcement_events/a",
    "source_line": 2, "source_sha256": "0", "ingested_at_utc": "2025-12-02 00:00:00",
}  # fmt: skip


@pytest.fixture
def enforcements(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Measures built from drawn events; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(EnforcementEvents, drawing)
        kinds = {n: str(c.kind) for n, c in EnforcementEvents.columns().items() if n not in drawn.columns}
        plain = {n: F.lit(PLAIN.get(n)).cast(kind) for n, kind in kinds.items()}
        return Enforcements.build(drawn.withColumns(plain), drawn_keyring)

    return build


def test_an_event_is_typed_and_dated_by_the_local_day(enforcements: Build, same: Same) -> None:
    built = enforcements("""
        happened_at               | nationality | sex
        2025-12-01T20:15:00+00:00 |             | U
    """)
    same(
        built,
        Enforcements,
        """
        event_id | case_id | enforcement_kind | happened_at_utc     | happened_on | county | nationality | sex          | birth_year
        EV-1     | K-1     | absconder_found  | 2025-12-01 20:15:00 | 2025-12-02  | 桃園市 | unknown     | not_recorded | 1991
        """,  # noqa: E501
    )


def test_one_document_has_one_key_however_it_is_written_and_none_without_a_number(enforcements: Build) -> None:
    built = enforcements("""
        event_id | document_number | permit_number
        a        | c 0000033       | mw-1
        b        | C0000033        | MW-1
        c        |                 |
    """)
    keys = {row["event_id"]: (row["document_key"], row["permit_key"]) for row in built.collect()}
    assert keys["a"] == keys["b"]
    assert None not in keys["a"]
    assert keys["c"] == (None, None)


def test_an_event_sent_twice_is_one_and_one_without_time_kind_or_number_is_refused(enforcements: Build) -> None:
    built = enforcements("""
        event_id | kind            | happened_at
        twice    | removal         | 2025-12-01T20:15:00+08:00
        twice    | removal         | 2025-12-01T20:15:00+08:00
        time     | removal         | yesterday
        kind     | parking_ticket  | 2025-12-01T20:15:00+08:00
                 | removal         | 2025-12-01T20:15:00+08:00
    """)
    screened = screen(built, Enforcements)
    assert [row["event_id"] for row in good(screened, Enforcements).collect()] == ["twice"]


def test_a_birth_date_that_cannot_be_read_is_never_shown(enforcements: Build) -> None:
    screened = screen(enforcements("date_of_birth\n1991/01/30"), Enforcements)
    (found,) = refusals(screened, Enforcements, AT, "test").collect()
    assert (found["column_name"], found["raw_value"]) == ("birth_year", "withheld")
