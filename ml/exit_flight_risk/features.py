"""What the model reads, made from a day's facts: what each feature is, what it is made from, and why it is a reason."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.silver.exit_restrictions import ExitRestrictions

#: What a reason code says to an officer.
IN_WORDS = {
    "order": "what was ordered, by whom and why",
    "order_is_new": "how long ago it was ordered",
    "stopped_before": "earlier attempts to leave that were stopped",
    "travels_often": "how lately and how often the person crossed the border before",
    "is_abroad": "the person is abroad by the last record, or is not",
    "booking": "a flight out that is booked, and how",
    "findings": "earlier findings of the border",
}


@dataclass(frozen=True)
class Feature:
    """A number, or 1 where something holds: ``sql`` over facts. What is not known is 0.

    ``behind`` names the columns of tables that it is made from, by which the
    policy on protected attributes is checked, and ``reason`` the code of ``IN_WORDS``.
    """

    sql: str
    behind: tuple[str, ...]
    reason: str


_EXITS = ("inspected_on", "recorded_at_utc", "direction", "outcome")


def _values(column: str) -> tuple[str, ...]:
    (rule,) = (rule for rule in ExitRestrictions.columns()[column].rules if hasattr(rule, "values"))
    return tuple(rule.values)


def _log(days: str) -> str:
    """Logarithm of one more: numbers with long tails."""
    return f"ln(1 + greatest({days}, 0))"


#: By name, in the order in which the model takes them. Days have bounds too, as risk changes by no straight line.
FEATURES: dict[str, Feature] = {
    "is_stop": Feature("restriction = 'stop'", ("restriction",), "order"),
    **{f"is_for_{of}": Feature(f"reason = '{of}'", ("reason",), "order") for of in _values("reason")},
    **{f"is_by_{of}": Feature(f"ordered_by = '{of}'", ("ordered_by",), "order") for of in _values("ordered_by")},
    "is_ordered_again": Feature("restrictions_count > 1", ("ban_id",), "order"),
    "issued_log": Feature(_log("issued_days"), ("issued_on",), "order_is_new"),
    **{
        f"is_issued_within_{days}": Feature(f"issued_days < {days}", ("issued_on",), "order_is_new")
        for days in (7, 30, 90, 365)
    },
    "is_stopped": Feature("stops_count > 0", _EXITS, "stopped_before"),
    "is_stopped_again": Feature("stops_count > 1", _EXITS, "stopped_before"),
    "is_stopped_within_30": Feature("stopped_days < 30", _EXITS, "stopped_before"),
    "has_crossed": Feature("crossing_days IS NOT NULL", _EXITS, "travels_often"),
    "crossing_log": Feature(_log("crossing_days"), _EXITS, "travels_often"),
    **{
        f"has_crossed_within_{days}": Feature(f"crossing_days < {days}", _EXITS, "travels_often")
        for days in (14, 45, 90)
    },
    "exits_per_year_log": Feature(_log("exits_per_year_count"), _EXITS, "travels_often"),
    "is_due": Feature("exit_days BETWEEN 0.75 * exit_gap_days AND 1.5 * exit_gap_days", _EXITS, "travels_often"),
    "abroad_log": Feature(_log("abroad_days"), _EXITS, "travels_often"),
    "is_outside": Feature("is_abroad", _EXITS, "is_abroad"),
    "is_booked": Feature("booking_lead_days IS NOT NULL", ("flight_date", "booked_at_utc"), "booking"),
    "is_booked_late": Feature("booked_ahead_days <= 3", ("booking_lead_days",), "booking"),
    "is_paid_in_cash": Feature("is_cash", ("form_of_payment",), "booking"),
    "companions_log": Feature(_log("travellers_count - 1"), ("travellers_in_booking_count",), "booking"),
    "has_finding": Feature("findings_count > 0", ("kind", "flagged_on"), "findings"),
}  # fmt: skip


def with_features(person_days: DataFrame) -> DataFrame:
    """``facts.person_days`` with a column of each of ``FEATURES``."""
    made = {name: F.expr(f"float(coalesce(double({feature.sql}), 0))") for name, feature in FEATURES.items()}
    return person_days.withColumns(made)
