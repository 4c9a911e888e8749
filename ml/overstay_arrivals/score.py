"""Scores of arrivals, with reasons an officer would understand.

The features are Spark's (``features.arrival_features``); what is here takes their
rows in Arrow batches, in this process or in Spark's (``DataFrame.mapInArrow``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from ml.overstay_arrivals.boosting import Boosted, contributions
from ml.overstay_arrivals.dataset import Inputs
from ml.overstay_arrivals.train import ENSEMBLE, Trained

#: Reasons given for one arrival.
REASONS = 3

#: As ``mapInArrow`` wants it.
SCHEMA = "admission_id string, probability double, reasons array<string>"

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


def for_service(trained: Trained) -> Trained:
    """What scoring of new days needs: of the encodings sums over training alone, and not day by day."""
    encoder = replace(trained.encoder, encodings=trained.encoder.encodings.summed())
    return replace(trained, encoder=encoder)


def scored(trained: Trained, features: pl.DataFrame, model: str = ENSEMBLE) -> pl.DataFrame:
    """``admission_id``, calibrated ``probability`` and ``reasons`` of each row of features, in their order.

    Raises ``ValueError`` with all columns that are missing.
    """
    missing = [name for name in trained.encoder.columns() if name not in features.columns]
    if missing:
        raise ValueError(f"features lack {', '.join(missing)}")
    inputs = trained.encoder.inputs(features)
    probability = trained.scores(inputs)[model]
    return features.select("admission_id").with_columns(
        pl.Series("probability", probability, pl.Float64),
        pl.Series("reasons", reasons(trained.trees[0], inputs), pl.List(pl.String)),
    )


def in_batches(trained: Trained) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """A function for ``mapInArrow`` over features, whose result has ``SCHEMA``."""
    service = for_service(trained)

    def batches(given: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in given:
            rows = pl.DataFrame(batch)
            if rows.height:
                yield from scored(service, rows).to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()

    return batches


def reasons(model: Boosted, inputs: Inputs) -> list[list[str]]:
    """What raised each score most, in words, each once; from the Shapley values of the first seed's trees."""
    columns = np.array([in_words(name) for name in model.columns])
    words = np.unique(columns)
    by_word = np.column_stack([contributions(model, inputs)[:, columns == word].sum(axis=1) for word in words])
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
