"""Journeys booked in cash shortly before departure."""

from lakehouse.rules.declare import RiskRule, Severity

RULE = RiskRule(
    code="late_cash_booking",
    tells="The journey was paid in cash at most two days before departure, for one traveller alone.",
    condition="form_of_payment = 'cash' AND booking_lead_days <= 2 AND party_persons_count = 1",
    severity=Severity.LOW,
    owner="screening-desk",
    purpose="Finds hurried journeys that leave no trace of payment; poor and old travellers pay so, too.",
    legal_basis="Directive (EU) 2016/681, art. 6(2)(a) and 6(4), as yardstick: criteria targeted and set beforehand",
    digests=("76ffc93e",),
)
