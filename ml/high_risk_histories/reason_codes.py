"""Reasons for a score that an officer would understand, and the facts that each is about."""

from ml.high_risk_histories.company import AGAIN_COLUMNS, MEANS_COLUMNS

#: Facts by reason code. Each step is in one of them; ``is_there`` belongs to the length of the history.
FACTS: dict[str, tuple[str, ...]] = {
    "rhythm": ("is_there", "is_entry", "gap_days", "has_begun_with_entry", "exempt_entries_count"),
    "route": ("is_same_port", "is_same_foreign_port", "is_counter", "leg_persons_count"),
    "document": (
        *("is_new_document", "wrong_check_digits_count", "is_expired", "is_reported", "is_document_of_another"),
        "announced_differently_count",
    ),
    "booking": ("booking_lead_days", "is_cash", "is_invoice", "has_booking", "party_persons_count"),
    "findings": (
        *("restriction_level", "is_missing", "is_refused_before", "is_overstayed_before", "is_confirmed_before"),
    ),
    "shared_means": ("card_parties_count", *(name for name in MEANS_COLUMNS if name.endswith("_others_count"))),
    "telephone_in_turn": ("handed_on_days", "handed_on_count"),
    "companions": tuple(name for name in AGAIN_COLUMNS if name != "again_flagged_count"),
    "links_to_flagged": (
        *("agency_flagged_lift", "again_flagged_count"),
        *(name for name in MEANS_COLUMNS if name.endswith("_flagged_count")),
    ),
}

#: What a reason code says to an officer.
IN_WORDS = {
    "rhythm": "how long the stays last and how soon the next begins",
    "route": "ports, lanes and routes that change or stay the same",
    "document": "the document: new, reported, expired, misread, or not the one announced",
    "booking": "how and how early it was booked and paid, and for how many",
    "findings": "restrictions and findings against the traveller that are on record",
    "shared_means": "card, telephone, sponsor or agency that others use as well",
    "telephone_in_turn": "a telephone that travellers use in turn",
    "companions": "the same persons on the same flights again",
    "links_to_flagged": "links to travellers with findings",
}
#: Reasons given for one crossing.
MOST_REASONS = 3
