"""Migrant workers who were reported missing."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="reported_missing_worker",
    tells="The worker was reported missing, and the report is open.",
    condition="missing_days >= 0",
    severity=Severity.MEDIUM,
    owner="overstay-desk",
    purpose="Closes open absences of migrant workers when they turn up at the border.",
    legal_basis="Employment Service Act (就業服務法), art. 56 and 74",
    digests=("55a22d7d",),
)
