"""Scores of arrivals, with reasons an officer would understand.

Features of the flight are Spark's (``features.arrival_features``); encodings,
graph and reasons take their rows in Arrow batches, and come from the model
version alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import lightgbm
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ml.overstay_arrivals.boosting import TREES_FILE, contributions_of
from ml.overstay_arrivals.dataset import Encoder, Floats32
from ml.overstay_arrivals.features import arrival_features
from ml.packaging import Graph
from ml.scorer import Floats, Scorer
from ml.serving import Served

#: Reasons given for one arrival, and the score above which any are given: most arrivals are looked at by nobody.
REASONS = 3
REASONS_FROM = 0.03

#: As ``mapInArrow`` wants it.
SCHEMA = "admission_id string, probability double, reasons array<string>"
_ARROW = pa.schema({"admission_id": pa.string(), "probability": pa.float64(), "reasons": pa.list_(pa.string())})
#: Rows that are encoded and scored at once: looking up groups costs by the batch.
ROWS_AT_ONCE = 100_000

_OF = {
    "nationality": "nationality",
    "residence_country": "country of residence",
    "port_code": "port",
    "address_region": "first address",
    "flight": "flight",
    "carrier_code": "carrier",
    "visa_post": "visa post",
    "sex": "sex",
    "class_of_admission": "class of admission",
    "age_years": "age",
    "age_band": "age",
    "age_decade": "age",
    "party_band": "size of the party",
}
_WORDS = {
    "age_years": "age",
    "party": "who travels with the traveller",
    "same": "how many on the flight are alike",
    "compatriots": "compatriots on the flight",
}


@dataclass(frozen=True)
class Service:
    """A model version, ready to score features of arrivals."""

    scorer: Scorer
    encoder: Encoder
    trees: lightgbm.Booster

    @classmethod
    def of(cls, graph: Graph) -> Service:
        """From what is kept of a version."""
        trees = lightgbm.Booster(model_str=graph.beside[TREES_FILE].decode())
        return cls(graph.scorer(), Encoder.from_files(graph.beside), trees)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the graph, in its order."""
        return tuple(self.scorer.columns)

    def probabilities(self, features: pl.DataFrame) -> Floats:
        """Calibrated probability of an overstay for each row of features."""
        return self._probabilities(self._encoded(features))

    def scored(self, features: pl.DataFrame) -> pl.DataFrame:
        """``admission_id``, ``probability`` and ``reasons`` of each row of features, in their order.

        Below ``REASONS_FROM`` no reasons are given. Raises ``ValueError`` with all columns that are missing.
        """
        missing = [name for name in self.encoder.columns() if name not in features.columns]
        if missing:
            raise ValueError(f"features lack {', '.join(missing)}")
        matrix = self._encoded(features)
        probability = self._probabilities(matrix)
        told = np.flatnonzero(probability >= REASONS_FROM)
        given: list[list[str]] = [[] for _ in range(features.height)]
        for place, words in zip(told, reasons(self.trees, self.columns, matrix[told]), strict=True):
            given[place] = words
        return features.select("admission_id").with_columns(
            pl.Series("probability", probability, pl.Float64), pl.Series("reasons", given, pl.List(pl.String))
        )

    def _encoded(self, features: pl.DataFrame) -> Floats32:
        return self.encoder.inputs(features).only(self.columns)

    def _probabilities(self, matrix: Floats32) -> Floats:
        return self.scorer.score({name: matrix[:, place] for place, name in enumerate(self.columns)})


def arrivals_scored(stays: DataFrame, served: Served, since: date) -> DataFrame:
    """Scores (``SCHEMA``) of who arrived on ``since`` or later, from rows of ``silver.stays``.

    What a feature tells is of the day of arrival alone: earlier days need not be read.
    """
    features = arrival_features(stays.where(F.col("entered_on") >= F.lit(since)))
    return features.select("admission_id", *Encoder.columns()).mapInArrow(in_batches(served.graph), SCHEMA)


def in_batches(graph: Graph) -> Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]:
    """A function for ``mapInArrow`` over features, whose result has ``SCHEMA``. The graph travels with the task."""

    def batches(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        service = Service.of(graph)
        for together in _gathered(given):
            rows = pl.DataFrame(pa.Table.from_batches(together))
            yield from service.scored(rows).to_arrow().cast(_ARROW).to_batches()

    return batches


def _gathered(given: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    held: list[pa.RecordBatch] = []
    for batch in given:
        held.append(batch)
        if sum(one.num_rows for one in held) >= ROWS_AT_ONCE:
            yield held
            held = []
    if any(one.num_rows for one in held):
        yield held


def reasons(trees: lightgbm.Booster, names: tuple[str, ...], matrix: Floats32) -> list[list[str]]:
    """What raised each score most, in words, each once; from the Shapley values of ``trees``."""
    if not len(matrix):
        return []
    columns = np.array([in_words(name) for name in names])
    words, values = np.unique(columns), contributions_of(trees, matrix)
    by_word = np.column_stack([values[:, columns == word].sum(axis=1) for word in words])
    return [_raised(row, words) for row in by_word]


def _raised(row: npt.NDArray[np.float64], words: npt.NDArray[np.str_]) -> list[str]:
    top = np.argsort(-row)[:REASONS]
    return [str(words[place]) for place in top if row[place] > 0]


def in_words(column: str) -> str:
    """What a column of the models tells, in words."""
    kind, _, rest = column.partition("/")
    if rest:
        group, _, what = rest.partition(":")
        told = " and ".join(dict.fromkeys(_OF[name] for name in group.split("*")))
        if what == "rows":
            return f"how many came before by {told}"
        return f"earlier stays by {told}" if kind == "own" else f"earlier stays of other classes by {told}"
    plain = column.removesuffix("_place")
    return _OF.get(plain) or _WORDS.get(plain) or _WORDS.get(plain.partition("_")[0]) or "who else is on the flight"
