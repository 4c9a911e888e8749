"""Documents that were another person's when last seen."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="document_of_another",
    tells="The document was presented by another person before.",
    condition="is_document_of_another",
    severity=Severity.HIGH,
    owner="document-desk",
    purpose="Finds impostors and doctored documents: both persons were read from sound zones, so nobody mistyped.",
    legal_basis="Immigration Act (入出國及移民法), art. 18",
    digests=("13b40479",),
)
