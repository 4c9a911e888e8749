"""False documents over documents inspected, by claimed nationality, type and month."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.declare import Table
from lakehouse.gold.false_document_detection import FalseDocumentDetection
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.referrals import Referrals

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]


def build(rows: Draw, cases: str, inspected: str) -> DataFrame:
    referrals = rows(
        Referrals, f"claimed_nationality | document_type | referred_on | finding | detection_point\n{cases}"
    )
    inspections = rows(Inspections, f"nationality | document_type | inspected_on\n{inspected}")
    return FalseDocumentDetection.build(referrals, inspections)


def test_detections_are_counted_by_point_and_kind_over_all_documents_inspected(rows: Draw, same: Same) -> None:
    """4 of 200 in December are 2,000 in 100,000; what is no fraud with documents is none."""
    built = build(
        rows,
        """
        VNM | P | 2025-12-01 | false_document        | secondary
        VNM | P | 2025-12-02 | altered_document      | e_gate
        VNM | P | 2025-12-31 | impostor              | exit
        VNM | P | 2025-12-31 | fraudulently_obtained |
        VNM | P | 2025-12-31 | wanted                | exit
        VNM | P | 2025-12-31 | none                  | secondary
        VNM | P | 2026-01-01 | impostor              | primary
        """.strip(),
        """
        VNM | P | 2025-12-01 | x200
        VNM | P | 2026-01-31 | x10
        """.strip(),
    )
    same(
        built,
        FalseDocumentDetection,
        """
        claimed_nationality | document_type | month_start_date | documents_inspected_count | detections_count | detections_per_100_000 | counterfeits_count | alterations_count | impostors_count | fraudulently_obtained_count
        VNM                 | P             | 2025-12-01       | 200                       | 4                | 2000                   | 1                  | 1                 | 1               | 1
        VNM                 | P             | 2026-01-01       | 10                        | 1                | 10000                  | 0                  | 0                 | 1               | 0
        """,  # noqa: E501
    )
    same(
        built,
        FalseDocumentDetection,
        """
        month_start_date | detected_at_e_gate_count | detected_at_primary_count | detected_at_secondary_count | detected_at_exit_count | detected_elsewhere_count
        2025-12-01       | 1                        | 0                         | 1                           | 1                      | 1
        2026-01-01       | 0                        | 1                         | 0                           | 0                      | 0
        """,  # noqa: E501
    )


def test_documents_without_detection_are_counted_and_types_kept_apart(rows: Draw, same: Same) -> None:
    built = build(
        rows,
        "JPN | I | 2025-12-01 | impostor | primary",
        """
        JPN | P | 2025-12-01 | x30
        JPN | I | 2025-12-01 | x10
        JPN |   | 2025-12-01 | x12
        """.strip(),
    )
    same(
        built,
        FalseDocumentDetection,
        """
        claimed_nationality | document_type | documents_inspected_count | detections_count | cells_count
        JPN                 | P             | 30                        | 0                | 1
        JPN                 | I             | 10                        | 1                | 1
        JPN                 | not_recorded  | 12                        | 0                | 1
        """,
    )


def test_nationalities_of_few_documents_are_put_together_with_what_was_detected(rows: Draw, same: Same) -> None:
    """9 of one and 4 of another make a pool of 13; one claimed but never on a document inspected belongs to it."""
    built = build(
        rows,
        """
        THA | P | 2025-12-01 | impostor       | primary
        XXA | P | 2025-12-01 | false_document | secondary
        """.strip(),
        """
        VNM | P | 2025-12-01 | x50
        THA | P | 2025-12-01 | x9
        PHL | P | 2025-12-01 | x4
        """.strip(),
    )
    same(
        built,
        FalseDocumentDetection,
        """
        claimed_nationality | cells_count | documents_inspected_count | detections_count | impostors_count | counterfeits_count
        VNM                 | 1           | 50                        | 0                | 0               | 0
        withheld            | 3           | 13                        | 2                | 1               | 1
        """,  # noqa: E501
    )


def test_a_month_with_fewer_than_ten_documents_shows_no_count(rows: Draw, same: Same) -> None:
    built = build(rows, "THA | V | 2025-12-01 | impostor | primary", "THA | V | 2025-12-01 | x9")
    same(
        built,
        FalseDocumentDetection,
        """
        claimed_nationality | cells_count | documents_inspected_count | detections_count | detections_per_100_000 | impostors_count
        withheld            | 1           |                           |                  |                        |
        """,  # noqa: E501
    )
