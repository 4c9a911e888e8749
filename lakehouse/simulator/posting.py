"""What a day's crossings send on its way to the feeds: records, cases, lists, permits."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from lakehouse.simulator import absconding, bans, crossing, dirt, documents, inspections, outbox, permits
from lakehouse.simulator.behaviours import LOST_EXIT
from lakehouse.simulator.calendar import epoch
from lakehouse.simulator.config import Terms
from lakehouse.simulator.draws import Draws
from lakehouse.simulator.screening import referrals
from lakehouse.simulator.standing import issued_on

#: Findings at the border on which people are arrested, and what the event is called.
_ARRESTS = {"smuggling": "smuggling_arrest", "trafficking": "trafficking_arrest"}


def post_absences(pending: outbox.Pending, found: absconding.Absences) -> None:
    """Reports of workers who left, what became of them, and permits of those who changed their employer."""
    outbox.posted(pending, "absconding_reports", found.reports)
    outbox.posted(pending, "enforcement_events", found.enforcement)
    outbox.posted(pending, "permits", found.transfers)


def post_stays(terms: Terms, pending: outbox.Pending, going: pl.DataFrame) -> None:
    """Overstayers who will be found and removed, and stays that will be extended."""
    some = going.filter((pl.col("found_on") >= 0) | (pl.col("extended_to") >= 0))
    if "document_number" not in some.columns:
        some = crossing.identified(some, terms.seed, terms.first)
    longer, found = some.filter(pl.col("extended_to") >= 0), some.filter(pl.col("found_on") >= 0)
    outbox.posted(pending, "permits", permits.extensions(terms.seed, longer, terms.first))
    for kind, days in (("overstayer_found", "found_on"), ("removal", "return_on")):
        rows = absconding.enforced(found, kind, found[days].to_numpy())
        outbox.posted(pending, "enforcement_events", rows)


def post_records(terms: Terms, pending: outbox.Pending, frame: pl.DataFrame, day: date) -> np.ndarray:
    """The day's inspections with their dirt; returns whose record never comes."""
    records = inspections.records(frame, day, terms.seed, inspections.zones(frame))
    draws = Draws.of(terms.seed, frame["person"].to_numpy(), frame["party"].to_numpy(), epoch(day), "dirt")
    lost = (frame["role"] == LOST_EXIT).to_numpy() & ~frame["is_start"].to_numpy()
    outbox.posted(pending, "inspections", dirt.landed(records, draws, lost, terms.rates))
    return dirt.is_missing(records, draws, lost, terms.rates)


def post_cases(terms: Terms, pending: outbox.Pending, frame: pl.DataFrame, day: int) -> None:
    """Referrals that were decided, and arrests."""
    decided = referrals(frame, terms.seed)
    outbox.posted(pending, "referral_outcomes", decided.with_columns(due=pl.col("decided")))
    stopped = frame.filter(pl.col("outcome") == "stopped")
    arrested = frame.filter(pl.col("disposition") == "arrested")
    found = {kind: arrested.filter(finding=finding) for finding, kind in _ARRESTS.items()}
    for kind, some in {"exit_stopped": stopped, **found}.items():
        rows = absconding.enforced(some, kind, np.full(len(some), day))
        outbox.posted(pending, "enforcement_events", rows)


def lists(terms: Terms, all_bans: pl.DataFrame, day: int, coming: pl.DataFrame) -> outbox.Pending:
    """The list of exit bans, reports of lost documents, and permits; ``coming``: who sets out some days later."""
    due = pl.lit(day, pl.Int64)
    found = outbox.empty()
    listed = bans.listed(all_bans, terms.seed, day, terms.first)
    outbox.posted(found, "exit_bans", listed.with_columns(due=due))
    lost = documents.reports(terms.seed, terms.scale, terms.rates, day, terms.first)
    outbox.posted(found, "lost_stolen_documents", lost.with_columns(due=due))
    for rows in issued_on(terms, day, coming):
        outbox.posted(found, "permits", rows.with_columns(due=due))
    return found
