"""Cases at secondary inspection: labels by the declared mapping, delays, and the last word on a case."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze.referral_outcomes import ReferralOutcomes
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.silver.referrals import Referrals
from lakehouse.silver.source_codes import SourceCodes
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

#: What a case says where a drawing does not speak of it.
PLAIN = {
    "referral_id": "R-1", "record_id": "INS-1", "referred_at": "2025-12-01T08:20:00+08:00",
    "decided_at": "2025-12-01T08:50:00+08:00", "hit_kind": "rule", "hit_code": "rule-07", "port": "桃園二期",
    "direction": "entry", "disposition": "released", "finding": "none", "detection_point": "secondary",
    "document_type": "P", "claimed_nationality": "VNM", "issuing_state": "VNM", "document_number": "C0000033",
    "source_delivery": "referral_outcomes/a", "source_line": 1, "source_sha256": "0",
    "ingested_at_utc": "2025-12-02 00:00:00",
}  # fmt: skip
CODES = "code_set | source_code | conformed_code\nnia_port | 桃園二期 | TWTPE"


@pytest.fixture
def referrals(rows: Draw, drawn_keyring: DataFrame) -> Build:
    """Cases built from drawn outcomes; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(ReferralOutcomes, drawing)
        kinds = {n: str(c.kind) for n, c in ReferralOutcomes.columns().items() if n not in drawn.columns}
        plain = {n: F.lit(PLAIN.get(n)).cast(kind) for n, kind in kinds.items()}
        return Referrals.build(drawn.withColumns(plain), rows(SourceCodes, CODES), drawn_keyring)

    return build


def test_a_hit_is_confirmed_by_what_was_found_or_by_a_measure(referrals: Build, same: Same) -> None:
    built = referrals("""
        referral_id | finding          | disposition
        a           | none             | released
        b           | none             | admitted_with_conditions
        c           | none             | refused
        d           | other            | released
        e           | other            | arrested
        f           | overstay_history | released
        g           | false_document   | document_seized
        h           | wanted           | handed_over
    """)
    same(
        built,
        Referrals,
        """
        referral_id | label
        a           | not_confirmed
        b           | not_confirmed
        c           | confirmed
        d           | not_confirmed
        e           | confirmed
        f           | confirmed
        g           | confirmed
        h           | confirmed
        """,
    )


def test_the_delay_counts_across_offsets_and_the_day_is_taiwans(referrals: Build, same: Same) -> None:
    """23:30 of the 1st in Taiwan to 16:15 UTC, which is 00:15 of the 2nd: 45 minutes, on the 1st."""
    built = referrals("""
        referred_at               | decided_at
        2025-12-01T23:30:00+08:00 | 2025-12-01T16:15:30+00:00
    """)
    same(built, Referrals, "referred_on | decision_minutes | port_code\n2025-12-01 | 45.5 | TWTPE")


def test_a_decision_before_its_referral_is_blanked_with_its_delay(referrals: Build, same: Same) -> None:
    built = referrals("""
        referred_at               | decided_at
        2025-12-01T08:20:00+08:00 | 2025-12-01T08:19:00+08:00
    """)
    kept = good(screen(built, Referrals), Referrals)
    same(kept, Referrals, "referral_id | decided_at_utc | decision_minutes\nR-1 | | ")


def test_a_case_sent_again_replaces_the_one_before(referrals: Build, same: Same) -> None:
    built = referrals("""
        referral_id | decided_at                | finding
        R-1         | 2025-12-01T09:00:00+08:00 | none
        R-1         | 2025-12-03T09:00:00+08:00 | impostor
        R-1         | 2025-12-03T09:00:00+08:00 | impostor
    """)
    same(built, Referrals, "referral_id | finding | label\nR-1 | impostor | confirmed")


def test_unknown_words_are_refused_where_the_label_hangs_on_them_and_blanked_elsewhere(referrals: Build) -> None:
    built = referrals("""
        referral_id | finding | disposition | hit_kind | detection_point | document_type
        good        | none    | released    | rule     | exit            | I
        blanked     | none    | released    | rule     | car_park        | Z
        finding     | unclear | released    | rule     | exit            | P
        disposition | none    | unknown     | rule     | exit            | P
        hit         | none    | released    | hunch    | exit            | P
                    | none    | released    | rule     | exit            | P
    """)
    screened = screen(built, Referrals)
    kept = {row["referral_id"]: row for row in good(screened, Referrals).collect()}
    assert set(kept) == {"good", "blanked"}
    assert (kept["blanked"]["detection_point"], kept["blanked"]["document_type"]) == (None, None)
    assert "C0000033" not in {row["raw_value"] for row in refusals(screened, Referrals, AT, "test").collect()}
