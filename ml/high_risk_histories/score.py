"""Scores of crossings where the rows are, with reasons an officer would understand.

A history needs the crossings before, so all of a traveller's go to one batch,
and the scores of those that are asked for come back: sixteen times less to move
than whole histories. Workers know neither Keras nor MLflow.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame

from ml.high_risk_histories.dataset import Floats32, Histories, Places, Scores
from ml.high_risk_histories.features import HISTORY, KEYS, STEPS
from ml.high_risk_histories.reasons import codes, shapley
from ml.scorer import Scorer

if TYPE_CHECKING:
    from ml.packaging import Graph
    from ml.serving import Served

#: File beside the graph that tells from which probability on a crossing would be referred.
REFERRAL_FILE = "referral.json"
#: As ``mapInArrow`` wants it.
SCHEMA = (
    "inspection_id string, person_key string, inspected_on date, flight_leg_id string, "
    "probability double, is_referred boolean, reason_codes array<string>"
)
_ARROW = pa.schema(
    {
        **{name: pa.date32() if name == "inspected_on" else pa.string() for name in KEYS},
        "probability": pa.float64(),
        "is_referred": pa.bool_(),
        "reason_codes": pa.list_(pa.string()),
    }
)
#: Histories scored at a time: more take more memory and no less time.
_AT_ONCE = 8192


def crossings_scored(crossings: DataFrame, served: Served, since: date) -> DataFrame:
    """Scores (``SCHEMA``) of who crossed on ``since`` or later, from all rows of ``features.crossings``.

    Crossings that would be referred have ``reason_codes``, the strongest first;
    others none, as reasons cost some forty scores each.
    """
    rows = crossings.select(*KEYS, "place", *STEPS).repartition("person_key")
    return rows.mapInArrow(in_batches(served.graph, since), SCHEMA)


def in_batches(graph: Graph, since: date) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """A function for ``mapInArrow`` whose partitions hold travellers whole. The graph travels with the task."""
    least = float(json.loads(graph.beside[REFERRAL_FILE])["probability"])

    def batches(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        together = [batch for batch in given if batch.num_rows]
        if not together:
            return
        histories, scorer = Histories.of(pl.DataFrame(pa.Table.from_batches(together))), graph.scorer()
        asked = np.flatnonzero((histories.keys["inspected_on"] >= since).to_numpy())
        for start in range(0, len(asked), _AT_ONCE):
            yield _scored(histories, scorer, asked[start : start + _AT_ONCE], least)

    return batches


def referral(probabilities: Scores, share: float) -> dict[str, bytes]:
    """``REFERRAL_FILE`` by which ``share`` of crossings that are like those scored would be referred."""
    said = {"share": share, "probability": float(np.quantile(probabilities, 1 - share))}
    return {REFERRAL_FILE: json.dumps(said).encode()}


def _scored(histories: Histories, scorer: Scorer, rows: Places, least: float) -> pa.RecordBatch:
    sequences = histories.sequences(rows)
    probability = scorer.score(_columns(sequences))
    is_referred = probability >= least
    given: list[list[str]] = [[] for _ in rows]
    told = np.flatnonzero(is_referred)
    if len(told):
        values = shapley(lambda some: log_odds(scorer, some), sequences[told])
        for place, said in zip(told, codes(values), strict=True):
            given[place] = said
    keys = histories.keys[rows].to_arrow().cast(pa.schema([_ARROW.field(name) for name in KEYS])).combine_chunks()
    columns = [keys[name].combine_chunks() for name in KEYS]
    return pa.RecordBatch.from_arrays(
        [*columns, pa.array(probability), pa.array(is_referred), pa.array(given, pa.list_(pa.string()))], schema=_ARROW
    )


def log_odds(scorer: Scorer, histories: Floats32) -> Scores:
    """What the served graph says of histories, on the scale on which reasons add up."""
    said = np.clip(scorer.score(_columns(histories)), 1e-7, 1 - 1e-7)
    found: Scores = np.log(said / (1 - said))
    return found


def _columns(histories: Floats32) -> dict[str, Floats32]:
    return dict(zip(HISTORY, histories.reshape(len(histories), -1).T, strict=True))
