"""Wanted persons who try to leave: which attempts were matched, by the identity that they used, and which stopped."""

from __future__ import annotations

import polars as pl

from lakehouse.evaluation.measures import Counts, Measured
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import Truth

DATASET = "gold.exit_control_match"
_BEHAVIOUR = "wanted_leaving"
#: Number of identities that are made up; lower ones are a person's own.
_MADE_UP = 2

_DEFINITION = (
    "In truth: exits in the data of wanted persons after the day on which their ban was issued. Named: attempts "
    "matched so. Others on the list of bans are named too, and rightly; the truth does not tell them, so that there is "
    "no precision."
)


def measure(truth: Truth, frames: Frames) -> list[Measured]:
    """Attempts by what was decided, then those decided in time by the identity that was used."""
    found = frames[DATASET].filter(pl.col("inspection_id").is_not_null())
    in_time = found.filter("is_in_time")
    points = {
        "matched in time, for review too": in_time,
        "to be stopped or reported, in time": in_time.filter(pl.col("decision") != "review"),
        "before the person came to the border": in_time.filter(pl.col("known_by") != "inspection"),
        "stopped": found.filter(pl.col("is_stopped")),
    }
    attempts, twins = attempted(truth), _exits(truth, twins=True)
    rows = [_measured(words, attempts, twins, named) for words, named in points.items()]
    used = (("own document", "own"), ("another name and document", "alias"), ("document of another", "borrowed"))
    for words, identity in used:
        of_identity = attempts.filter(pl.col("identity") == identity)
        rows.append(_measured(f"matched in time, {words}", of_identity, twins.clear(), in_time))
    return rows


def attempted(truth: Truth) -> pl.DataFrame:
    """Exits of the wanted, landed or not, with the ``identity`` that they used: own, alias or borrowed."""
    owner = truth.records["person_key"].replace_strict(truth.person_of_key, default=None, return_dtype=pl.String)
    identity = (
        pl.when(pl.col("identity_number") >= _MADE_UP)
        .then(pl.lit("alias"))
        .when(owner != pl.col("person_id"))
        .then(pl.lit("borrowed"))
        .otherwise(pl.lit("own"))
    )
    return _exits(truth, truth.records.with_columns(identity=identity))


def _exits(truth: Truth, records: pl.DataFrame | None = None, *, twins: bool = False) -> pl.DataFrame:
    doers = truth.of(_BEHAVIOUR).filter(pl.col("is_twin") == twins).select("person_id", "onset").unique("person_id")
    rows = truth.records if records is None else records
    exits = rows.filter(pl.col("direction") == "exit").join(doers, on="person_id", maintain_order="left")
    return exits.filter(pl.col("crossed_on") > pl.col("onset"))


def _measured(words: str, attempts: pl.DataFrame, twins: pl.DataFrame, named: pl.DataFrame) -> Measured:
    said = set(named["inspection_id"])
    seen, seen_twins = (set(rows.drop_nulls("inspected_on")["record_id"]) for rows in (attempts, twins))
    counts = Counts(
        actual=len(seen),
        unseen=attempts["inspected_on"].null_count(),
        true_positives=len(said & seen),
        twins=len(seen_twins),
        named_twins=len(said & seen_twins),
    )
    return Measured(DATASET, _BEHAVIOUR, "attempts", words, _DEFINITION, counts)


QUESTION = Question(
    _BEHAVIOUR, {DATASET: ("inspection_id", "decision", "known_by", "is_in_time", "is_stopped")}, measure
)
