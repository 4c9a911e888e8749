"""What each model is for, and which protected attributes it may use: a change here is a reviewed change.

Protected is what a person did not choose and what law guards against
discrimination by. No policy may allow ethnic origin, opinions or religion
(Directive (EU) 2016/681, art. 6(4)); no table here holds them, and names and
birthplaces, which stand for them, are allowed to no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lakehouse.errors import PolicyBroken

#: Columns of tables, by the attribute that they tell.
PROTECTED = {
    "nationality": (
        *("nationality", "api_nationality", "pnr_nationality", "claimed_nationality"),
        *("issuing_state", "i94cit"),
    ),
    "residence": ("residence_country", "i94res"),
    "sex": ("sex", "api_sex", "pnr_sex", "gender"),
    "age": ("age_years", "birth_year", "date_of_birth", "api_birth_year", "pnr_birth_year", "biryear", "i94bir"),
    "name": ("primary_identifier", "secondary_identifier", "native_name", "names", "native_names"),
    "birthplace": ("places_of_birth",),
}
NEVER_ALLOWED = ("name", "birthplace")


@dataclass(frozen=True)
class Policy:
    """What a model is for, by which law, what it may use, and within which bounds it may be champion.

    ``ratio_from`` and ``ratio_to`` bound the share of false alerts of a group
    over that of all: a group outside them, whose interval excludes parity as
    well, stops a promotion. ``calibration_error_at_most`` bounds the expected calibration error.
    """

    model: str
    owner: str
    purpose: str
    legal_basis: str
    allowed: Mapping[str, str]
    review_until: date
    calibration_error_at_most: float = 0.02
    ratio_from: float = 0.5
    ratio_to: float = 2.0

    def __post_init__(self) -> None:
        wrong = [name for name in self.allowed if name not in PROTECTED or name in NEVER_ALLOWED]
        if wrong:
            raise PolicyBroken(f"The policy of {self.model} allows what none may: {', '.join(wrong)}.")


_ORDER_OF_ATTENTION = "Orders officers' attention; a person decides each case, and a score alone refuses nobody. "

POLICIES = {
    policy.model: policy
    for policy in (
        Policy(
            "overstay_risk",
            "border-records",
            _ORDER_OF_ATTENTION + "Whom to remind and to look for first once an authorised stay ends.",
            "Immigration Act (入出國及移民法), art. 31 and 36; Personal Data Protection Act (個人資料保護法), art. 15",
            {
                "nationality": "terms of stay, and so what overstaying is, differ by nationality",
                "residence": "returning home is to the country of residence",
                "sex": "kinds of stay differ; the fairness table is to show what that costs whom",
                "age": "kinds of stay differ; the fairness table is to show what that costs whom",
            },
            date(2027, 6, 30),
            # Rates of overstaying differ by nationality tenfold in the published reports, and so do false alerts.
            ratio_from=0.1,
            ratio_to=10.0,
        ),
        Policy(
            "traveller_risk",
            "screening-desk",
            _ORDER_OF_ATTENTION + "Whom to refer to secondary inspection.",
            "Immigration Act (入出國及移民法), art. 18; Directive (EU) 2016/681, art. 6(4), as yardstick",
            {},
            date(2027, 6, 30),
        ),
        Policy(
            "unknown_behaviour",
            "screening-desk",
            _ORDER_OF_ATTENTION + "Journeys that resemble none seen before, for analysts.",
            "Immigration Act (入出國及移民法), art. 18; Directive (EU) 2016/681, art. 6(4), as yardstick",
            {},
            date(2027, 6, 30),
        ),
        Policy(
            "exit_flight_risk",
            "exit-control",
            _ORDER_OF_ATTENTION + "Which restricted persons may try to leave soon.",
            "Immigration Act (入出國及移民法), art. 6 and 21",
            {},
            date(2027, 6, 30),
        ),
        Policy(
            "passenger_flow",
            "border-operations",
            "How many pass a port in an hour or on a day; it knows no persons.",
            "Organization Act of the National Immigration Agency (內政部移民署組織法), art. 2",
            {},
            date(2027, 6, 30),
        ),
    )
}


def policy_of(model: str) -> Policy:
    """The policy of a model; raises ``PolicyBroken`` where none is stated."""
    if model not in POLICIES:
        raise PolicyBroken(f"No policy is stated for {model}. Add one to ml/policy.py, and have it reviewed.")
    return POLICIES[model]


def protected_in(columns: Iterable[str]) -> set[str]:
    """Protected attributes that columns of tables tell."""
    wanted = set(columns)
    return {attribute for attribute, told_by in PROTECTED.items() if wanted & set(told_by)}


def check_features(policy: Policy, features: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Protected attributes that the features use; raises ``PolicyBroken`` where one is not allowed, naming all."""
    used = {name: protected_in(columns) for name, columns in features.items()}
    wrong = sorted(f"{name} ({', '.join(sorted(u - set(policy.allowed)))})" for name, u in used.items()
                   if u - set(policy.allowed))  # fmt: skip
    if wrong:
        raise PolicyBroken(
            f"{policy.model} may not use {', '.join(wrong)}: its policy in ml/policy.py allows "
            f"{', '.join(policy.allowed) or 'no protected attribute'}."
        )
    return set().union(*used.values())
