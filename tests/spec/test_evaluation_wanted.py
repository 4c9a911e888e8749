"""Attempts of wanted persons to leave, by what was decided and by the identity they used."""

from __future__ import annotations

import polars as pl

from lakehouse.evaluation import wanted
from lakehouse.evaluation.measures import Counts
from tests.worlds import drawn, truth

_MATCHES = {
    **dict.fromkeys(("inspection_id", "decision", "known_by"), pl.String),
    **dict.fromkeys(("is_in_time", "is_stopped"), pl.Boolean),
}


def test_attempts_are_counted_by_decision_and_by_identity() -> None:
    """Own stops once and slips through on the day of the ban, which is no attempt yet; alias and borrower are missed.

    The record of one more attempt never arrived. Namesakes are named once, for review.
    """
    world = truth(
        """
        person_id | behaviour      | onset      | is_twin
        own       | wanted_leaving | 2025-12-10 | false
        alias     | wanted_leaving | 2025-12-01 | false
        borrower  | wanted_leaving | 2025-12-01 | false
        namesake  | wanted_leaving | 2025-12-01 | true
        """,
        """
        record_id | person_id | crossed_on | direction | identity_number | inspected_on | person_key
        I-0       | own       | 2025-12-10 | exit      | 0               |              |
        I-1       | own       | 2025-12-12 | exit      | 0               |              |
        I-2       | own       | 2025-12-20 | exit      | 1               |              |
        I-3       | own       | 2025-12-28 | exit      | 0               | -            |
        I-4       | alias     | 2025-12-12 | exit      | 2               |              |
        I-5       | alias     | 2025-12-20 | entry     | 2               |              |
        I-6       | borrower  | 2025-12-12 | exit      | 0               |              | key-lender
        I-7       | namesake  | 2025-12-12 | exit      | 0               |              |
        I-8       | lender    | 2025-12-01 | exit      | 0               |              |
        """,
    )
    matches = drawn(
        """
        inspection_id | decision | known_by   | is_in_time | is_stopped
        I-0           | stop     | inspection | false      | false
        I-1           | stop     | api        | true       | true
        I-2           | review   | inspection | true       | false
        I-7           | review   | api        | true       | false
        I-8           | notify   | api        | true       | false
                      | stop     | api        | true       |
        """,
        _MATCHES,
    )
    found = {row.operating_point: row.counts for row in wanted.measure(world, {wanted.DATASET: matches})}

    assert found == {
        "matched in time, for review too": Counts(4, 1, None, 2, 1, 1),
        "to be stopped or reported, in time": Counts(4, 1, None, 1, 1, 0),
        "before the person came to the border": Counts(4, 1, None, 1, 1, 1),
        "stopped": Counts(4, 1, None, 1, 1, 0),
        "matched in time, own document": Counts(2, 1, None, 2, 0, 0),
        "matched in time, another name and document": Counts(1, 0, None, 0, 0, 0),
        "matched in time, document of another": Counts(1, 0, None, 0, 0, 0),
    }
