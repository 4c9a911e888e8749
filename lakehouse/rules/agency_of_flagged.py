"""Travel agencies among whose travellers too many were flagged."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="agency_of_flagged",
    tells="The booking agency's earlier travellers were flagged five times as often as others.",
    condition="agency_flagged_count >= 3 AND agency_flagged_count >= 5 * all_flagged_ratio * agency_persons_count",
    severity=Severity.LOW,
    owner="network-analysis",
    purpose="Finds agencies that facilitate; its other customers are hit as well, so it is read with other hits.",
    legal_basis="Directive (EU) 2016/681, art. 6(2)(a) and 6(4), as yardstick: criteria targeted and set beforehand",
    digests=("edbfe433",),
    off_because="in simulated worlds 1 hit in 77 was of anybody who did anything, no more than by chance",
)
