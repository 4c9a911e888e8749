"""Absences, documents and routes, in worlds of a few persons."""

from __future__ import annotations

import polars as pl

from lakehouse.evaluation import absconding, documents, routes
from lakehouse.evaluation.measures import Counts
from lakehouse.evaluation.truth import Truth
from tests.worlds import day, drawn, truth


def _workers() -> Truth:
    return truth(
        """
        person_id | behaviour  | onset      | is_twin
        gone      | absconding | 2025-12-01 | false
        too       | absconding | 2025-12-29 | false
        late      | absconding | 2026-01-04 | false
        moved     | absconding | 2025-12-03 | true
        """,
        """
        person_id | crossed_on | direction
        gone      | 2025-10-01 | entry
        """,
    )


def test_absences_are_found_by_the_documents_on_reports_that_can_have_come() -> None:
    reports = drawn(
        """
        document_key | reported_on | state
        doc-gone     | 2025-12-04  | open
        doc-moved    | 2025-12-06  | withdrawn
        doc-nobody   | 2026-01-05  | open
        """,
        {"document_key": pl.String, "reported_on": pl.Date, "state": pl.String},
    )
    rows = {
        row.operating_point: row.counts for row in absconding.measure_reports(_workers(), {absconding.REPORTS: reports})
    }
    # By 5 January the absences of gone and too can be on report; late's third day is the 7th.
    assert rows["reported, withdrawn or not"] == Counts(2, 1, named=3, true_positives=1, twins=1, named_twins=1)
    assert rows["reported and not withdrawn"] == Counts(2, 1, named=2, true_positives=1, twins=1, named_twins=0)


def test_months_of_absences_are_compared_by_the_third_day_as_totals_alone() -> None:
    months = drawn(
        """
        month_start_date | new_count
        2025-12-01       | 1
        2025-12-01       | 1
        2026-01-01       | 5
        2026-01-01       |
        """,
        {"month_start_date": pl.Date, "new_count": pl.Int64},
    )
    rows = absconding.measure_months(_workers(), {absconding.MONTHS: months})
    assert [(row.operating_point, row.counts) for row in rows] == [
        ("new in 2025-12", Counts(actual=1, named=2)),
        ("new in 2026-01", Counts(actual=2, named=5)),
    ]


def _bearers() -> Truth:
    return truth(
        """
        person_id | behaviour          | onset      | is_twin
        forger    | false_documents    | 2025-12-10 | false
        borrower  | false_documents    | 2025-12-01 | false
        finder    | false_documents    | 2025-12-01 | true
        alias     | several_identities | 2025-12-01 | false
        """,
        """
        record_id | person_id | crossed_on | direction
        I-1       | forger    | 2025-12-12 | entry
        I-2       | forger    | 2025-12-20 | exit
        I-3       | borrower  | 2026-01-02 | entry
        I-4       | finder    | 2025-12-05 | entry
        I-5       | alias     | 2025-12-05 | entry
        I-6       | other     | 2025-12-05 | entry
        I-0       | forger    | 2025-12-01 | entry
        """,
    )


def test_bearers_are_found_by_alerts_and_by_officers() -> None:
    alerts = drawn(
        """
        inspection_id | alert_kind
        I-1           | check_digit_wrong
        I-3           | both_sides
        I-4           | reported_before
        I-5           | two_persons
        I-6           | two_persons
        """,
        {"inspection_id": pl.String, "alert_kind": pl.String},
    )
    rows = {row.operating_point: row.counts for row in documents.measure_alerts(_bearers(), {documents.ALERTS: alerts})}
    assert rows["any of reported_before, reported_after, two_persons, both_sides"] == Counts(2, 0, 4, 1, 1, 1)
    assert rows["alert check_digit_wrong"] == Counts(2, 0, 1, 1, 1, 0)
    assert rows["alert two_persons"] == Counts(2, 0, 2, 0, 1, 0)

    referrals = drawn(
        """
        inspection_id | finding
        I-2           | false_document
        I-4           | none
        I-6           | impostor
        """,
        {"inspection_id": pl.String, "finding": pl.String},
    )
    (found,) = documents.measure_referrals(_bearers(), {documents.REFERRALS: referrals})
    assert found.counts == Counts(actual=2, unseen=0, named=2, true_positives=1, twins=1, named_twins=0)


def test_detections_of_a_month_stand_beside_the_crossings_of_bearers_from_their_onset_on() -> None:
    months = pl.DataFrame({"month_start_date": [day("2025-12-01"), day("2026-01-01")], "detections_count": [1, 0]})
    rows = documents.measure_months(_bearers(), {documents.MONTHS: months})
    assert [row.counts for row in rows] == [Counts(actual=2, named=1), Counts(actual=1, named=0)]


def test_moved_routes_are_found_as_cells_of_weeks_that_have_a_score() -> None:
    group = [f"p{n}" for n in range(5)]
    behaviours = "".join(f"{p} | route_displacement | G1 | 2026-01-01 | false\n" for p in group)
    arrivals = "".join(
        f"{p} | {on} | entry | KUL | TWTPE | VNM\n"
        for on in ("2025-12-25", "2026-01-06", "2026-01-14", "2026-02-12")
        for p in group
    )
    world = truth(
        f"person_id | behaviour | group_id | onset | is_twin\n{behaviours}",
        f"person_id | crossed_on | direction | foreign_port | port_code | nationality\n{arrivals}",
    )
    cells = drawn(
        """
        foreign_port | port_code | nationality | week_start_date | z_score | displaced_to_or_from
        KUL          | TWTPE     | VNM         | 2025-12-22      | 5       |
        KUL          | TWTPE     | VNM         | 2026-01-05      | 6.5     | SGN-TWTPE
        KUL          | TWTPE     | VNM         | 2026-01-12      |         |
        KUL          | TWTPE     | VNM         | 2026-02-09      | 1       |
        NRT          | TWTPE     | JPN         | 2026-01-05      | 2.5     |
        KUL          | TWTPE     | withheld    | 2026-01-05      | 9       |
        """,
        {
            **dict.fromkeys(("foreign_port", "port_code", "nationality"), pl.String),
            "week_start_date": pl.Date,
            "z_score": pl.Float64,
            "displaced_to_or_from": pl.String,
        },
    )
    rows = {row.operating_point: row.counts for row in routes.measure(world, {routes.DATASET: cells})}
    # Before the onset nothing is moved, six weeks after it nothing is new; the week of 12 January has no score.
    assert rows["z-score 2 or more"] == Counts(actual=1, unseen=1, named=3, true_positives=1, twins=0, named_twins=0)
    assert rows["z-score 6 or more"] == Counts(1, 1, 1, 1, 0, 0)
    assert rows["z-score 3 or more, with a fall on another route"] == Counts(1, 1, 1, 1, 0, 0)
