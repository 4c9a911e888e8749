"""What some travellers do, how rarely, and who only looks as if they did.

A behaviour's twins share its totals - as many travellers, in groups as large, on
as many journeys - and differ in what makes it a behaviour. Those of a cast have
journeys of their own (``casts``); ``overstaying`` and ``absconding`` befall ordinary
visitors and workers, one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lakehouse.errors import DeclarationError


@dataclass(frozen=True)
class Behaviour:
    """``base_rate`` is a share: of the travellers of a quarter, or of what ``of`` says."""

    name: str
    base_rate: float
    strength: float
    of: str = "travellers of a quarter"


BEHAVIOURS = (
    Behaviour("overstaying", 0.004, 1.0, "stays of visitors"),
    Behaviour("absconding", 0.030, 1.0, "migrant workers in a year"),
    Behaviour("repeat_short_stays", 0.0005, 0.9),
    Behaviour("false_documents", 0.0008, 0.9),
    Behaviour("several_identities", 0.0005, 0.9),
    Behaviour("couriers", 0.0008, 0.9),
    Behaviour("cotravel_rings", 0.0008, 0.9),
    Behaviour("wanted_leaving", 0.0008, 0.9),
    Behaviour("route_displacement", 0.0008, 0.9),
)


@dataclass(frozen=True)
class Cast:
    """Travellers with journeys of their own: those of a behaviour, or one kind of its twins.

    ``markets`` weighs countries of residence. Groups set out every ``period`` days for
    ``nights``. ``shares`` names what a group has in common: ``flight``, ``booking``,
    ``household`` (name and home), ``agency``, ``payment``, ``phone``, ``sponsor``.
    ``via`` are the countries that they fly from before and after the onset.
    """

    name: str
    behaviour: str
    is_twin: bool
    markets: Mapping[str, float]
    group: int
    period: int
    nights: int
    purpose: str
    shares: frozenset[str] = frozenset()
    via: tuple[str, str] | None = None


_EAST = {"MYS": 3, "THA": 3, "VNM": 2, "HKG": 2}
_NEAR = {"MYS": 3, "SGP": 2, "KOR": 2, "JPN": 2, "USA": 2}
_POOR = {"VNM": 4, "IDN": 3, "IND": 2, "BGD": 1, "LKA": 1}
_ALL = {"JPN": 3, "KOR": 2, "MYS": 3, "VNM": 2, "PHL": 2, "THA": 2, "USA": 1}
_HOME = {"TWN": 1}

CASTS = (
    Cast("visa_runners", "repeat_short_stays", False, _NEAR, 1, 28, 26, "pleasure"),
    Cast("commuters", "repeat_short_stays", True, _NEAR, 1, 28, 4, "business"),
    Cast("bearers_of_false_documents", "false_documents", False, _POOR, 1, 40, 9, "pleasure"),
    Cast("finders_of_lost_documents", "false_documents", True, _POOR, 1, 40, 9, "pleasure"),
    Cast("aliases", "several_identities", False, _ALL, 1, 22, 6, "pleasure"),
    Cast("renewed_passports", "several_identities", True, _ALL, 1, 22, 6, "pleasure"),
    Cast(
        "couriers", "couriers", False, _EAST, 8, 24, 3, "pleasure", frozenset({"agency", "payment", "phone", "sponsor"})
    ),
    Cast("tour_regulars", "couriers", True, _EAST, 8, 24, 3, "pleasure", frozenset({"agency", "flight"})),
    Cast("guests_of_a_sponsor", "couriers", True, _EAST, 8, 24, 3, "visiting", frozenset({"phone", "sponsor"})),
    Cast("rings", "cotravel_rings", False, _EAST, 5, 24, 5, "pleasure", frozenset({"flight"})),
    Cast(
        "families_together",
        "cotravel_rings",
        True,
        _EAST,
        5,
        24,
        5,
        "visiting",
        frozenset({"flight", "booking", "household", "payment", "phone"}),
    ),
    Cast(
        "colleagues",
        "cotravel_rings",
        True,
        _EAST,
        5,
        24,
        5,
        "business",
        frozenset({"flight", "agency", "payment", "sponsor"}),
    ),
    Cast("wanted", "wanted_leaving", False, _HOME, 1, 45, 7, "pleasure"),
    Cast("namesakes", "wanted_leaving", True, _HOME, 1, 45, 7, "pleasure"),
    Cast(
        "displaced",
        "route_displacement",
        False,
        {"VNM": 3, "IND": 2},
        10,
        30,
        12,
        "pleasure",
        frozenset({"flight"}),
        ("VNM", "MYS"),
    ),
    Cast(
        "charter_guests",
        "route_displacement",
        True,
        {"VNM": 3, "IND": 2},
        10,
        30,
        12,
        "pleasure",
        frozenset({"flight", "agency"}),
        ("VNM", "MYS"),
    ),
)

#: Codes in frames: 0 is nobody in particular; the first are what befalls ordinary travellers.
OVERSTAYER, EXTENDED, LOST_EXIT, ABSCONDER, TRANSFERRED = 1, 2, 3, 4, 5
_FIRST_CAST = 8
ROLES: dict[int, tuple[str, str, bool]] = {
    OVERSTAYER: ("overstayers", "overstaying", False),
    EXTENDED: ("extended_stays", "overstaying", True),
    LOST_EXIT: ("lost_exit_records", "overstaying", True),
    ABSCONDER: ("absconders", "absconding", False),
    TRANSFERRED: ("transferred_workers", "absconding", True),
    **{_FIRST_CAST + n: (cast.name, cast.behaviour, cast.is_twin) for n, cast in enumerate(CASTS)},
}
CAST_OF_ROLE = {_FIRST_CAST + n: cast for n, cast in enumerate(CASTS)}
ROLE_OF = {name: role for role, (name, _, _) in ROLES.items()}

#: Shares of records or of travellers, by what they decide.
RATES = {
    "dirt.wrong_check_digit": 0.002,
    "dirt.zone_not_read": 0.02,
    "dirt.swapped_names": 0.001,
    "dirt.swapped_day_and_month": 0.001,
    "dirt.mistyped_number": 0.002,
    "dirt.missing_exit": 0.004,
    "dirt.late": 0.01,
    "dirt.corrected": 0.004,
    "dirt.duplicate": 0.002,
    "screening.random": 0.001,
    "screening.officer": 0.003,
    "screening.rule": 0.006,
    "screening.false_document_detected": 0.35,
    "screening.listed_document_detected": 0.9,
    "screening.courier_arrested": 0.06,
    "refusal.ordinary": 0.0002,
    "survey.share": 0.01,
}


def rates(given: Mapping[str, float]) -> dict[str, float]:
    """All rates by name, with those ``given`` in their place; raises where one is not known or no share."""
    known = dict(RATES)
    for behaviour in BEHAVIOURS:
        known[f"behaviour.{behaviour.name}.base_rate"] = behaviour.base_rate
        known[f"behaviour.{behaviour.name}.strength"] = behaviour.strength
        known[f"behaviour.{behaviour.name}.twins"] = 1.0
        known[f"behaviour.{behaviour.name}.onset_days"] = 45.0
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise DeclarationError(f"There is no rate {', '.join(unknown)}; there are {', '.join(sorted(known))}.")
    wrong = sorted(n for n, v in given.items() if v < 0 or (v > 1 and not n.endswith((".twins", ".onset_days"))))
    if wrong:
        raise DeclarationError(f"These rates are shares, from 0 to 1: {', '.join(wrong)}.")
    return {**known, **given}
