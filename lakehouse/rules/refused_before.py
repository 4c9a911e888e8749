"""Travellers whom this border has refused."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="refused_before",
    tells="The traveller has been refused entry within the last year.",
    condition="refused_before_days BETWEEN 0 AND 365",
    severity=Severity.MEDIUM,
    owner="screening-desk",
    purpose="Finds those who try again; what was wrong then may have been put right, so it is looked at.",
    legal_basis="Immigration Act (入出國及移民法), art. 18",
    digests=("9ee2ed90",),
    directions=("entry",),
)
