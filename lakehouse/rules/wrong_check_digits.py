"""Machine-readable zones that contradict themselves."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="wrong_check_digits",
    tells="At least two check digits of the machine-readable zone do not hold.",
    condition="size(wrong_check_digits) >= 2",
    severity=Severity.MEDIUM,
    owner="document-desk",
    purpose="Finds forged zones; a single wrong digit is more often misread than forged.",
    legal_basis="Immigration Act (入出國及移民法), art. 18; ICAO Doc 9303-3, 4.9",
    digests=("6295080d",),
)
