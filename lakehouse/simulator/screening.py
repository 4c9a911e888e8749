"""What the border finds and does: hits, referrals, refusals, and who is stopped from leaving."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from lakehouse.simulator.behaviours import ROLE_OF
from lakehouse.simulator.draws import Bits, Draws, mixed
from lakehouse.simulator.people import ALIAS

#: Reasons of ordinary refusals (Annex V, part B of the Schengen Borders Code) and their weights.
_REASONS, _REASON_WEIGHTS = ("C", "E", "G", "A", "I", "F"), (35, 28, 12, 10, 5, 10)
_RULES = ("R-ROUTE", "R-LATE-BOOKING", "R-CASH", "R-SHORT-STAY", "R-SPONSOR", "R-NEW-PASSPORT")

#: What a traveller of a cast is found to have done, where looked at, and how much more often they are looked at.
_SUSPECTS = {
    ROLE_OF["couriers"]: ("smuggling", 4.0),
    ROLE_OF["rings"]: ("trafficking", 3.0),
    ROLE_OF["visa_runners"]: ("undeclared_work", 4.0),
    ROLE_OF["displaced"]: ("fraudulently_obtained", 4.0),
    ROLE_OF["tour_regulars"]: ("none", 2.0),
    ROLE_OF["guests_of_a_sponsor"]: ("none", 2.0),
    ROLE_OF["commuters"]: ("none", 2.0),
    ROLE_OF["charter_guests"]: ("none", 3.0),
}
#: Share of those looked at of whom it is found.
_FOUND = 0.4


def screened(
    frame: pl.DataFrame, seed: int, day: int, rates: Mapping[str, float], bans: pl.DataFrame, listed: pl.Series
) -> pl.DataFrame:
    """``frame`` with ``outcome``, ``refusal_reason``, ``hit_kind``, ``hit_code``, ``finding``, ``disposition``.

    ``bans`` in force (``person``, ``restriction``), ``listed``: numbers of documents reported by now.
    """
    draws = Draws.of(seed, frame["person"].to_numpy(), frame["party"].to_numpy(), day, "screening")
    hits = _hits(frame, draws, rates, bans, listed)
    return _decided(frame.hstack(hits), draws, rates)


def _hits(
    frame: pl.DataFrame, draws: Draws, rates: Mapping[str, float], bans: pl.DataFrame, listed: pl.Series
) -> pl.DataFrame:
    entering = frame["direction"].eq("entry").to_numpy()
    foreign = (frame["class_of_admission"].ne("citizen") & frame["class_of_admission"].ne("crew")).to_numpy()
    own = (frame["identity"].to_numpy() < ALIAS) & (frame["shown"].to_numpy() == frame["person"].to_numpy())
    restriction = _restriction(frame["person"].to_numpy(), bans)
    banned = ~entering & own & (restriction != "")
    on_list = entering & frame["document_number"].is_in(listed.implode()).to_numpy()
    on_list &= draws.true("listed", rates["screening.listed_document_detected"])
    weight = frame["role"].replace_strict(
        {r: w for r, (_, w) in _SUSPECTS.items()}, default=1.0, return_dtype=pl.Float64
    )
    false = entering & ~own
    rule = rates["screening.rule"] * weight.to_numpy() * (1 + 6 * false)
    officer = np.where(
        false, rates["screening.false_document_detected"], rates["screening.officer"] * weight.to_numpy()
    )
    looked = entering & foreign
    arrested = np.isin(frame["role"].to_numpy(), (ROLE_OF["couriers"],)) & entering
    arrested &= draws.true("arrest", rates["screening.courier_arrested"])
    kind = np.select(
        [
            banned,
            on_list,
            arrested,
            looked & draws.true("rule", rule),
            looked & draws.true("officer", officer),
            looked & draws.true("random", rates["screening.random"]),
        ],
        ["ban", "document", "arrest", "rule", "officer", "random"],
        default="",
    )
    said = pl.Series("hit", kind)
    rules = pl.Series(_RULES)[draws.below("which rule", len(_RULES))]
    return pl.DataFrame({"hit": said, "restriction": pl.Series(restriction)}).select(
        "hit",
        "restriction",
        hit_kind=pl.col("hit").replace_strict(
            {
                "ban": "watchlist",
                "document": "watchlist",
                "arrest": "officer",
                "rule": "rule",
                "officer": "officer",
                "random": "random",
            },
            default=None,
            return_dtype=pl.String,
        ),
        hit_code=pl.when(pl.col("hit") == "ban")
        .then(pl.lit("EXIT-BAN"))
        .when(pl.col("hit") == "document")
        .then(pl.lit("LOST-STOLEN"))
        .when(pl.col("hit") == "rule")
        .then(rules),
    )


def _restriction(persons: Bits, bans: pl.DataFrame) -> np.ndarray:
    keyed = pl.DataFrame({"person": persons}).join(bans, on="person", how="left", maintain_order="left")
    return keyed["restriction"].fill_null("").to_numpy().astype(str)


def _decided(frame: pl.DataFrame, draws: Draws, rates: Mapping[str, float]) -> pl.DataFrame:
    entering = (frame["direction"] == "entry").to_numpy()
    hit, role = frame["hit"].to_numpy().astype(str), frame["role"].to_numpy()
    borrowed = frame["shown"].to_numpy() != frame["person"].to_numpy()
    alias = frame["identity"].to_numpy() >= ALIAS
    looked = np.isin(hit, ("rule", "officer", "random", "arrest"))
    found = draws.true("found", _FOUND) | (hit == "arrest")
    finding = np.full(len(frame), "none", dtype="<U24")
    for code, (what, _) in _SUSPECTS.items():
        finding[looked & found & (role == code)] = what
    innocent = looked & (role == 0) & draws.true("something", 0.03)
    finding[innocent] = np.array(("undeclared_work", "overstay_history", "other"))[draws.below("what", 3)][innocent]
    finding[(hit == "document") & (borrowed | alias)] = "false_document"
    finding[looked & alias] = np.where(draws.true("altered", 0.5), "altered_document", "fraudulently_obtained")[
        looked & alias
    ]
    finding[looked & borrowed] = "impostor"
    stopped = (hit == "ban") & (frame["restriction"].to_numpy().astype(str) == "stop")
    finding[stopped] = "wanted"
    ordinary = entering & (hit == "") & draws.true("ordinary", rates["refusal.ordinary"])
    ordinary &= frame["class_of_admission"].is_in(["visa_exempt", "visitor_visa", "entry_permit"]).to_numpy()
    documents = np.isin(finding, ("false_document", "altered_document", "impostor", "fraudulently_obtained"))
    arrested = np.isin(finding, ("smuggling", "trafficking"))
    refused = entering & (documents | (finding == "undeclared_work") & (role != 0) | ordinary)
    outcome = np.where(entering, np.where(refused, "refused", "admitted"), np.where(stopped, "stopped", "departed"))
    letters = np.array(_REASONS)[draws.choice("reason", _REASON_WEIGHTS)]
    reason = np.where(documents, "B", np.where(finding == "undeclared_work", "E", letters))
    disposition = np.select(
        [stopped, arrested, documents & draws.true("seized", 0.5), refused, looked & draws.true("conditions", 0.04)],
        ["handed_over", "arrested", "document_seized", "refused", "admitted_with_conditions"],
        default="released",
    )
    return frame.drop("hit", "restriction").with_columns(
        pl.Series("finding", finding),
        pl.Series("outcome", outcome),
        pl.Series("disposition", disposition),
        refusal_reason=pl.when(pl.Series(refused)).then(pl.Series(reason)),
    )


def referrals(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Outcomes of the day's referrals, as docs/feeds.md lists them, with ``decided``, naive local."""
    some = frame.filter(pl.col("hit_kind").is_not_null())
    draws = Draws(mixed(seed, some["party"].to_numpy(), some["person"].to_numpy(), "secondary"))
    minutes = pl.Series(draws.lognormal("minutes", 45.0, 0.7).astype(np.int64))
    officer = pl.Series(draws.below("officer", 240)).cast(pl.String).str.zfill(4)
    point = (
        pl.when(pl.col("direction") == "exit")
        .then(pl.lit("exit"))
        .when(pl.col("hit_kind") == "officer")
        .then(pl.lit("primary"))
    )
    return some.select(
        referral_id="R" + pl.col("record_id"),
        record_id=pl.col("record_id"),
        referred_at=pl.col("inspected").dt.to_string("%Y-%m-%dT%H:%M:%S+08:00"),
        decided=pl.col("inspected") + pl.duration(minutes=pl.lit(minutes + 5)),
        hit_kind=pl.col("hit_kind"),
        hit_code=pl.col("hit_code"),
        port=pl.col("port"),
        direction=pl.col("direction"),
        disposition=pl.col("disposition"),
        finding=pl.col("finding"),
        detection_point=point.when((pl.col("hit_kind") == "watchlist") & (pl.col("lane") == "e_gate"))
        .then(pl.lit("e_gate"))
        .otherwise(pl.lit("secondary")),
        document_type=pl.col("document_type"),
        claimed_nationality=pl.col("nationality"),
        issuing_state=pl.col("issuing_state"),
        document_number=pl.col("document_number"),
        officer_id="S" + officer,
    ).with_columns(decided_at=pl.col("decided").dt.to_string("%Y-%m-%dT%H:%M:%S+08:00"))
