"""Travellers announced with other facts than they present."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="announced_otherwise",
    tells="Carrier and document, or booking and passenger list, tell different documents, births or nationalities.",
    condition="size(announced_differently) >= 1",
    severity=Severity.LOW,
    owner="carrier-liaison",
    purpose="Finds those who booked as somebody else; carriers' mistyping is the commoner reason.",
    legal_basis="Immigration Act (入出國及移民法), art. 48; Directive 2004/82/EC, as yardstick",
    digests=("3facef20",),
)
