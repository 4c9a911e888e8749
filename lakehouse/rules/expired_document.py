"""Documents whose last day has passed."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="expired_document",
    tells="The document had expired.",
    condition="expired_days > 0",
    severity=Severity.MEDIUM,
    owner="document-desk",
    purpose="Finds documents that entitle to no entry any more; leaving with one is nobody's offence.",
    legal_basis="Immigration Act (入出國及移民法), art. 18",
    digests=("0f0b1aac",),
    directions=("entry",),
)
