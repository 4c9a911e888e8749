"""Means of payment that pay for many who do not book together."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="card_of_strangers",
    tells="The means of payment has paid for four or more parties that did not book together.",
    condition="card_parties_count >= 4",
    severity=Severity.LOW,
    owner="network-analysis",
    purpose="Finds who is paid for by a facilitator; employers and clubs pay for many, too.",
    legal_basis="Directive (EU) 2016/681, art. 6(2)(a) and 6(4), as yardstick: criteria targeted and set beforehand",
    digests=("cb711421",),
)
