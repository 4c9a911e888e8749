"""Travellers in whose case something was found."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="confirmed_before",
    tells="A case at secondary inspection was confirmed within the last five years.",
    condition="confirmed_before_days BETWEEN 0 AND 5 * 365",
    severity=Severity.HIGH,
    owner="screening-desk",
    purpose="Looks again at those of whom an earlier case was confirmed.",
    legal_basis="Immigration Act (入出國及移民法), art. 18; Directive (EU) 2016/681, art. 6(3), as yardstick",
    digests=("dce0159f",),
)
