"""Cases as they are published: without document, times and officer."""

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.referral_outcome import ReferralOutcome
from lakehouse.silver.referrals import Referrals

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]


def test_each_case_tells_what_hit_what_came_of_it_and_after_how_long(rows: Draw, same: Same) -> None:
    cases = """
        referral_id | inspection_id | referred_on | port_code | direction | hit_kind | hit_code | disposition | finding | label         | decision_minutes | detection_point | claimed_nationality | document_type
        R-1         | INS-1         | 2025-12-01  | TWTPE     | entry     | rule     | rule-07  | refused     | none    | confirmed     | 38               | secondary       | VNM                 | P
        R-2         | INS-2         | 2025-12-01  | TWTPE     | exit      | random   |          | released    | none    | not_confirmed |                  |                 | JPN                 |
    """  # noqa: E501
    drawn = rows(Referrals, cases)
    kinds = {n: str(c.kind) for n, c in Referrals.columns().items() if n not in drawn.columns}
    built = ReferralOutcome.build(drawn.withColumns({n: F.lit(None).cast(kind) for n, kind in kinds.items()}))
    same(built, ReferralOutcome, cases)
    assert not {"document_key", "referred_at_utc", "decided_at_utc"} & set(built.columns)
