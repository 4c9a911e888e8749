"""Travellers who stayed longer than they were allowed."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="overstayed_before",
    tells="The traveller has overstayed within the last five years.",
    condition="overstayed_before_days BETWEEN 0 AND 5 * 365",
    severity=Severity.MEDIUM,
    owner="border-records",
    purpose="Asks those who overstayed about their plans; five years, since bars to entry last no longer.",
    legal_basis="Immigration Act (入出國及移民法), art. 18",
    digests=("5f792f3d",),
    directions=("entry",),
)
