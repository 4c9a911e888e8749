"""Visitors who come again and again without a visa."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="many_short_stays",
    tells="The visitor has been admitted without a visa three times within 180 days before.",
    condition="class_of_admission = 'visa_exempt' AND exempt_entries_count >= 3",
    severity=Severity.LOW,
    owner="border-records",
    purpose="Finds those who live or work here on a chain of short stays; frequent business travel looks alike.",
    legal_basis="Immigration Act (入出國及移民法), art. 18; Employment Service Act (就業服務法), art. 43",
    digests=("e7252e21",),
    directions=("entry",),
)
