"""Restrictions on leaving: whom they hold, and until when."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze.exit_bans import ExitBans
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.silver.exit_restrictions import ExitRestrictions
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What a ban says where a drawing does not speak of it.
PLAIN = {
    "ban_id": "B-1", "issued_on": "2025-06-02", "valid_from": "2025-06-03", "ordered_by": "court", "reason": "wanted",
    "restriction": "stop", "nationality": "TWN", "primary_identifier": "LIN", "secondary_identifier": "CHIH MING",
    "native_name": "林志明", "date_of_birth": "1979-03-14", "sex": "M", "issuing_state": "TWN",
    "document_number": "300000011", "source_delivery": "exit_bans/a", "source_line": 2,
}  # fmt: skip


@pytest.fixture
def restrictions(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Restrictions built from drawn bans; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(ExitBans, drawing)
        kinds = {n: str(c.kind) for n, c in ExitBans.columns().items() if n not in drawn.columns}
        plain = {n: F.lit(PLAIN.get(n)).cast(kind) for n, kind in kinds.items()}
        return ExitRestrictions.build(drawn.withColumns(plain), drawn_keyring)

    return build


def test_a_restriction_holds_to_its_last_day_or_the_day_before_it_was_lifted(restrictions: Build, same: Same) -> None:
    built = restrictions("""
        ban_id | valid_from | valid_until | lifted_on
        open   | 2025-06-03 |             |
        ends   | 2025-06-03 | 2026-06-02  |
        lifted | 2025-06-03 | 2026-06-02  | 2025-10-01
        late   | 2025-06-03 | 2026-06-02  | 2026-07-01
        never  | 2025-06-03 |             | 2025-06-03
    """)
    same(
        good(screen(built, ExitRestrictions), ExitRestrictions),
        ExitRestrictions,
        """
        ban_id | valid_from | in_force_until
        open   | 2025-06-03 |
        ends   | 2025-06-03 | 2026-06-02
        lifted | 2025-06-03 | 2025-09-30
        late   | 2025-06-03 | 2026-06-02
        never  | 2025-06-03 | 2025-06-02
        """,
    )


def test_a_person_is_keyed_as_elsewhere_and_one_without_a_document_has_no_document_key(restrictions: Build) -> None:
    built = restrictions("""
        ban_id | primary_identifier | secondary_identifier | document_number
        B-1    | Lin                | Chih-Ming            | 30 0000011
        B-2    | LIN                | CHIH MING            | 300000011
        B-3    | LIN                | CHIH MING            |
        B-4    | LIM                | CHIH MING            | 300000011
    """)
    keyed = {row["ban_id"]: (row["person_key"], row["document_key"]) for row in built.collect()}
    assert keyed["B-1"] == keyed["B-2"]
    assert keyed["B-3"] == (keyed["B-1"][0], None)
    assert keyed["B-4"][0] != keyed["B-1"][0]
    assert keyed["B-4"][1] == keyed["B-1"][1]


def test_a_ban_listed_twice_is_one_and_the_last_line_counts(restrictions: Build, same: Same) -> None:
    built = restrictions("""
        ban_id | restriction | source_line
        B-1    | notify      | 7
        B-1    | stop        | 9
    """)
    same(built, ExitRestrictions, "ban_id | restriction | source_line\nB-1 | stop | 9")


def test_a_ban_that_cannot_be_applied_is_refused_and_a_reason_unknown_is_blanked(restrictions: Build) -> None:
    built = restrictions("""
        ban_id  | restriction | valid_from | valid_until | reason
        good    | stop        | 2025-06-03 |             | wanted
        reason  | stop        | 2025-06-03 |             | unpaid_fines
        kind    | hold        | 2025-06-03 |             | wanted
        start   | stop        | 2025-13-03 |             | wanted
        turned  | stop        | 2025-06-03 | 2025-06-01  | wanted
                | stop        | 2025-06-03 |             | wanted
    """)
    kept = good(screen(built, ExitRestrictions), ExitRestrictions).collect()
    assert {row["ban_id"]: row["reason"] for row in kept} == {"good": "wanted", "reason": None}


def test_a_birth_date_that_cannot_be_read_is_blanked_and_never_shown(restrictions: Build) -> None:
    screened = screen(restrictions("date_of_birth\n1979-02-30"), ExitRestrictions)
    (row,) = good(screened, ExitRestrictions).collect()
    assert (row["date_of_birth"], row["person_key"], row["native_name"]) == (None, None, "林志明")
    (found,) = refusals(screened, ExitRestrictions, AT, "test").collect()
    assert (found["column_name"], found["raw_value"]) == ("date_of_birth", "withheld")
