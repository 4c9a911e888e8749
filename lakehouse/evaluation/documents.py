"""Documents that are false or another's: who is found with them."""

from __future__ import annotations

import polars as pl

from lakehouse.evaluation.measures import Counts, Measured
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import Truth

ALERTS, REFERRALS, MONTHS = "gold.document_alert", "silver.referrals", "gold.false_document_detection"
_BEHAVIOUR = "false_documents"
#: Alerts that may speak of a false or borrowed document; what has expired and what is misread are alerts as well.
KINDS = ("reported_before", "reported_after", "two_persons", "both_sides", "check_digit_wrong", "expired")
#: Findings of an officer that are fraud with documents.
FRAUDS = ("false_document", "altered_document", "impostor", "fraudulently_obtained")

_BEARERS = "In truth: bearers of false or borrowed documents in the data from their onset on. "
_TOTALS = (
    "Totals alone. In truth: crossings of bearers from their onset on, as far as they are in the data. "
    "Named: detections; cells withheld as thin are missing."
)


def measure_alerts(truth: Truth, frames: Frames) -> list[Measured]:
    """Bearers by the kind of alert, and by any but those that dirt makes."""
    telling = KINDS[:4]
    points = {"any of " + ", ".join(telling): telling, **{f"alert {kind}": (kind,) for kind in KINDS}}
    return [
        Measured(
            *(ALERTS, _BEHAVIOUR, "persons", words),
            _BEARERS + "Named: presented a document that raised such an alert, at any time.",
            truth.doers(_BEHAVIOUR).against(_alerted(truth, frames[ALERTS], kinds)),
        )
        for words, kinds in points.items()
    ]


def measure_referrals(truth: Truth, frames: Frames) -> list[Measured]:
    """What officers found: an upper end of what a dataset without their eyes could find."""
    found = frames[REFERRALS].filter(pl.col("finding").is_in(FRAUDS))
    named = found.join(truth.landed, left_on="inspection_id", right_on="record_id")["person_id"]
    return [
        Measured(
            *(REFERRALS, _BEHAVIOUR, "persons", "found with a fraud"),
            _BEARERS + "Named: found with a fraud at secondary inspection.",
            truth.doers(_BEHAVIOUR).against(named),
        )
    ]


def measure_months(truth: Truth, frames: Frames) -> list[Measured]:
    months = frames[MONTHS].group_by("month_start_date").agg(pl.col("detections_count").sum()).sort("month_start_date")
    bearers = truth.of(_BEHAVIOUR).filter(~pl.col("is_twin")).select("person_id", "onset")
    borne = truth.landed.join(bearers, on="person_id").filter(pl.col("inspected_on") >= pl.col("onset"))
    borne_in = dict(borne["inspected_on"].dt.truncate("1mo").value_counts().iter_rows())
    return [
        Measured(
            *(MONTHS, _BEHAVIOUR, "reports", f"detected in {month:%Y-%m}", _TOTALS),
            Counts(actual=borne_in.get(month, 0), named=detections),
        )
        for month, detections in months.iter_rows()
    ]


def _alerted(truth: Truth, alerts: pl.DataFrame, kinds: tuple[str, ...]) -> set[str]:
    """Who stood at the inspections that raised alerts of such kinds."""
    raised = alerts.filter(pl.col("alert_kind").is_in(kinds))
    return set(raised.join(truth.landed, left_on="inspection_id", right_on="record_id")["person_id"])


ALERTS_QUESTION = Question(_BEHAVIOUR, {ALERTS: ("inspection_id", "alert_kind")}, measure_alerts)
REFERRALS_QUESTION = Question(_BEHAVIOUR, {REFERRALS: ("inspection_id", "finding")}, measure_referrals)
MONTHS_QUESTION = Question(_BEHAVIOUR, {MONTHS: ("month_start_date", "detections_count")}, measure_months)
