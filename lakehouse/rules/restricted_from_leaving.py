"""Travellers who may not leave the country."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="restricted_from_leaving",
    tells="A restriction on leaving is in force for the person or the document.",
    condition="restriction IS NOT NULL",
    severity=Severity.HIGH,
    owner="exit-control",
    purpose="Stops or reports whom a court or an authority has forbidden to leave; by key, so spelt as it was ordered.",
    legal_basis="Immigration Act (入出國及移民法), art. 6 and 21",
    digests=("e852a0f7",),
    directions=("exit",),
)
