"""Every rule. To list one here, to switch it on or off or to change it is a reviewed change, and rebuilds the hits."""

from __future__ import annotations

from lakehouse.errors import DeclarationError
from lakehouse.rules import (
    agency_of_flagged,
    announced_otherwise,
    card_of_strangers,
    confirmed_before,
    document_of_another,
    expired_document,
    late_cash_booking,
    lost_or_stolen_document,
    many_short_stays,
    overstayed_before,
    refused_before,
    reported_missing_worker,
    restricted_from_leaving,
    wrong_check_digits,
)
from lakehouse.rules.declare import RiskRule

#: Each by its code.
RULES: dict[str, RiskRule] = {
    module.RULE.code: module.RULE
    for module in (
        agency_of_flagged,
        announced_otherwise,
        card_of_strangers,
        confirmed_before,
        document_of_another,
        expired_document,
        late_cash_booking,
        lost_or_stolen_document,
        many_short_stays,
        overstayed_before,
        refused_before,
        reported_missing_worker,
        restricted_from_leaving,
        wrong_check_digits,
    )
}

SWITCHED_ON = tuple(rule for rule in RULES.values() if rule.is_on)


def rule(code: str) -> RiskRule:
    """The rule with a code; raises ``DeclarationError`` where there is none."""
    if code not in RULES:
        raise DeclarationError(f"There is no rule {code}. `lakehouse rules list` lists all.")
    return RULES[code]
