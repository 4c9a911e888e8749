"""Permits after their changes: the highest version counts, and the interval is that after extension or cancellation."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze.permits import Permits as LandedPermits
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.identity import with_party_key, with_permit_key
from lakehouse.silver.permits import Permits
from lakehouse.store import of_rows
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What a permit says where a drawing does not speak of it.
PLAIN = {
    "permit_number": "MW-1", "version": "1", "changed_at": "2025-12-01T10:00:00+08:00", "kind": "migrant_worker",
    "status": "issued", "issued_on": "2025-12-01", "valid_from": "2025-12-10", "valid_until": "2028-12-09",
    "nationality": "VNM", "issuing_state": "VNM", "document_number": "C0000033", "primary_identifier": "NGUYEN",
    "secondary_identifier": "VAN AN", "date_of_birth": "1991-01-30", "sex": "M", "sector": "manufacturing",
    "employer_id": "E-100", "broker_id": "BR-10", "county": "桃園市", "source_delivery": "permits/a", "source_line": 2,
    "source_sha256": "0", "ingested_at_utc": "2025-12-02 00:00:00",
}  # fmt: skip


@pytest.fixture
def permits(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Permits built from drawn versions; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(LandedPermits, drawing)
        kinds = {n: str(c.kind) for n, c in LandedPermits.columns().items() if n not in drawn.columns}
        plain = {n: F.lit(PLAIN.get(n)).cast(kind) for n, kind in kinds.items()}
        return Permits.build(drawn.withColumns(plain), drawn_keyring)

    return build


def test_an_extension_moves_the_end_and_the_first_end_is_kept(permits: Build, same: Same) -> None:
    built = permits("""
        version | status   | valid_until
        2       | extended | 2031-12-09
        1       | issued   | 2028-12-09
        2       | extended | 2031-12-09
    """)
    same(
        built,
        Permits,
        """
        status   | version_number | versions_count | extensions_count | valid_from | valid_until | first_valid_until | cancelled_on
        extended | 2              | 2              | 1                | 2025-12-10 | 2031-12-09  | 2028-12-09        |
        """,  # noqa: E501
    )


def test_a_cancellation_ends_the_permit_on_its_local_day(permits: Build, same: Same) -> None:
    """17:30 UTC on the 4th of March is 01:30 on the 5th in Taiwan."""
    built = permits("""
        version | status    | changed_at
        1       | issued    | 2025-12-01T10:00:00+08:00
        2       | cancelled | 2026-03-04T17:30:00+00:00
    """)
    same(built, Permits, "valid_until | cancelled_on | status\n2026-03-05 | 2026-03-05 | cancelled")


def test_a_cancellation_after_the_end_does_not_lengthen_the_permit(permits: Build, same: Same) -> None:
    built = permits("""
        version | status    | changed_at                | valid_until
        1       | issued    | 2025-12-01T10:00:00+08:00 | 2026-01-31
        2       | cancelled | 2026-03-04T09:00:00+08:00 | 2026-01-31
    """)
    same(built, Permits, "valid_until | cancelled_on\n2026-01-31 | 2026-03-04")


def test_a_permit_cancelled_before_its_first_day_is_kept_and_one_that_ends_before_it_is_refused(
    permits: Build,
) -> None:
    built = permits("""
        permit_number | status    | changed_at                | valid_from | valid_until
        MW-1          | cancelled | 2025-12-05T09:00:00+08:00 | 2025-12-10 | 2028-12-09
        MW-2          | issued    | 2025-12-05T09:00:00+08:00 | 2025-12-10 | 2025-12-09
    """)
    kept = good(screen(built, Permits), Permits).collect()
    assert [row["status"] for row in kept] == ["cancelled"]


def test_only_migrant_workers_have_a_sector_and_an_unknown_one_is_not_recorded(permits: Build, same: Same) -> None:
    built = permits("""
        permit_number | kind           | sector
        MW-1          | migrant_worker | care_home
        MW-2          | migrant_worker | astronaut
        MW-3          | migrant_worker |
        VV-1          | visitor_visa   | care_home
    """)
    same(
        built,
        Permits,
        """
        permit_kind    | sector
        migrant_worker | care_home
        migrant_worker | not_recorded
        migrant_worker | not_recorded
        visitor_visa   |
        """,
    )


def test_keys_are_those_of_other_sources_whatever_the_number_is_written_like(
    permits: Build, drawn_keyring: DataFrame
) -> None:
    (row,) = permits("permit_number | employer_id | primary_identifier\nmw 1 | e100 | Nguyen").collect()
    (other,) = permits("permit_number | employer_id | primary_identifier\nMW-1 | E-100 | NGUYEN").collect()
    keys = ("permit_key", "employer_key", "person_key", "document_key", "broker_key")
    assert [row[n] for n in keys] == [other[n] for n in keys]
    assert len({row[n] for n in keys}) == len(keys)
    assert row["sponsor_key"] is None
    named = of_rows(drawn_keyring.sparkSession, [("MW1", "E100")], "permit string, employer string")
    keyed = with_party_key(
        with_permit_key(named, drawn_keyring, F.col("permit")), drawn_keyring, F.col("employer"), "employer"
    )
    assert keyed.select("permit_key", "employer_key").first() == (row["permit_key"], row["employer_key"])


def test_a_version_without_a_readable_number_is_refused_and_the_others_stay(permits: Build) -> None:
    built = permits("""
        permit_number | version
        MW-1          | 1
        MW-1          | two
                      | 1
                      | 1
    """)
    assert good(screen(built, Permits), Permits).count() == 1
    assert built.count() == 4


def test_a_birth_date_that_cannot_be_read_is_told_without_being_shown(permits: Build) -> None:
    screened = screen(permits("date_of_birth\n30.01.1991"), Permits)
    (row,) = good(screened, Permits).collect()
    assert (row["person_key"], row["birth_year"]) == (None, None)
    (found,) = refusals(screened, Permits, AT, "test").collect()
    assert (found["column_name"], found["raw_value"]) == ("birth_year", "withheld")
