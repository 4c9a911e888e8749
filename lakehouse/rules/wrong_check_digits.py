"""Machine-readable zones that contradict themselves."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="wrong_check_digits",
    tells="Check digits of the machine-readable zone do not hold, in a way that misreading seldom explains.",
    # One misread character breaks the digit of its field and the composite. Who forges a field and mends its digit
    # breaks the composite alone.
    condition="size(array_remove(wrong_check_digits, 'composite')) >= 2 OR wrong_check_digits = array('composite')",
    severity=Severity.MEDIUM,
    owner="document-desk",
    purpose="Finds forged zones: two fields whose digits are wrong, or a composite that no longer fits its fields.",
    legal_basis="Immigration Act (入出國及移民法), art. 18; ICAO Doc 9303-3, 4.9",
    digests=("ecdaae88",),
)
