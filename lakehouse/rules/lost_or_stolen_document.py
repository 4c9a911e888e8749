"""Documents reported lost, stolen, revoked or blank."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="lost_or_stolen_document",
    tells="The document was reported before it was presented.",
    condition="reported_kind IS NOT NULL",
    severity=Severity.HIGH,
    owner="document-desk",
    purpose="Finds documents that are no longer their holders', before they open the border.",
    legal_basis="Immigration Act (入出國及移民法), art. 18; ICAO Doc 9303-2 on reports of documents",
    digests=("00189662",),
)
