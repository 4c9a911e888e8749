"""Rows to learn from, to stop by and to be judged on, split by the day of arrival."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from ml.overstay_arrivals import encodings
from ml.overstay_arrivals.encodings import Encodings
from ml.overstay_arrivals.features import CATEGORIES, NUMBERS

Floats32 = npt.NDArray[np.float32]

#: Ends the name of a category's column: its place in the list of codes by how often they occur.
PLACE = "_place"


@dataclass(frozen=True)
class Split:
    """Last days of arrival of training, validation and test, each beginning after the one before."""

    train_until: date = date(2016, 4, 17)
    validation_until: date = date(2016, 4, 20)
    test_until: date = date(2016, 4, 24)
    train_from: date | None = None

    def __post_init__(self) -> None:
        if not self.train_until < self.validation_until < self.test_until:
            raise ValueError("training ends before validation, and validation before the test")

    def part(self, name: str) -> pl.Expr:
        """Condition that holds for the days of ``train``, ``validation`` or ``test``."""
        day = pl.col("entered_on")
        if name == "train":
            return (day <= self.train_until) & (day >= (self.train_from or date.min))
        if name == "validation":
            return (day > self.train_until) & (day <= self.validation_until)
        return (day > self.validation_until) & (day <= self.test_until)


@dataclass(frozen=True)
class Inputs:
    """Rows as models take them: numbers as they are, then categories as places in the training days' lists."""

    matrix: Floats32
    number_names: tuple[str, ...]
    category_names: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the matrix's columns."""
        return (*self.number_names, *(f"{name}{PLACE}" for name in self.category_names))

    @property
    def numbers(self) -> Floats32:
        return self.matrix[:, : len(self.number_names)]

    @property
    def categories(self) -> npt.NDArray[np.int32]:
        return self.matrix[:, len(self.number_names) :].astype(np.int32)

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Inputs:
        """Some of the rows."""
        return Inputs(self.matrix[rows], self.number_names, self.category_names)

    def only(self, columns: Sequence[str]) -> Floats32:
        """Some of the columns, in the order asked for."""
        if tuple(columns) == self.columns:
            return self.matrix
        return self.matrix[:, [self.columns.index(name) for name in columns]]


@dataclass(frozen=True)
class Encoder:
    """What is fitted before any model: encodings of groups, and the codes of each category seen often enough."""

    encodings: Encodings
    codes: dict[str, dict[str, int]]

    @staticmethod
    def columns() -> tuple[str, ...]:
        """Columns of the features that are read."""
        return ("entered_on", *CATEGORIES, *NUMBERS)

    def inputs(self, rows: pl.DataFrame) -> Inputs:
        """``rows`` of ``features.arrival_features`` as models take them; place 0 is a code not known from training."""
        encoded = self.encodings.of(rows)
        coded = (
            rows[name].replace_strict(self.codes[name], default=0, return_dtype=pl.Int32).alias(name)
            for name in CATEGORIES
        )
        told = [*rows.select(NUMBERS), *encoded, *coded]
        matrix = np.empty((rows.height, len(told)), np.float32, order="F")
        for place, column in enumerate(told):
            matrix[:, place] = column.to_numpy()
        return Inputs(matrix, (*NUMBERS, *encoded.columns), CATEGORIES)

    def for_service(self, columns: Sequence[str]) -> Encoder:
        """What a model that reads ``columns`` needs for new days."""
        return Encoder(self.encodings.for_service(columns), self.codes)

    def files(self) -> dict[str, bytes]:
        """The encoder for service as files, by name."""
        written = io.BytesIO()
        self.encodings.table().write_parquet(written, compression="zstd")
        rest = {"prior_rows": self.encodings.prior_rows, "codes": self.codes}
        return {"encodings.parquet": written.getvalue(), "codes.json": json.dumps(rest, ensure_ascii=False).encode()}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Encoder:
        """The encoder that ``files`` made."""
        rest = json.loads(files["codes.json"])
        table = pl.read_parquet(io.BytesIO(files["encodings.parquet"]))
        return cls(Encodings.from_table(table, rest["prior_rows"]), rest["codes"])


#: A code seen less often in training is none.
FEWEST_ROWS = 100


def fit_encoder(train: pl.DataFrame, others: pl.DataFrame, prior_rows: float) -> Encoder:
    """The encoder of training days, see ``encodings.fit``."""
    codes = {}
    for name in CATEGORIES:
        counts = train[name].value_counts().filter(pl.col("count") >= FEWEST_ROWS).sort("count", name, descending=True)
        codes[name] = {code: place for place, code in enumerate(counts[name].to_list(), start=1)}
    return Encoder(encodings.fit(train, others, prior_rows), codes)


def cohort(stays: pl.DataFrame, *, clean: bool, outages: bool) -> pl.DataFrame:
    """Visa-waiver stays whose outcome is known; ``clean`` ones alone, or all; with ``outages`` or without."""
    kept = pl.col("is_visa_waiver") & pl.col("is_matured")
    kept = kept & pl.col("is_clean") if clean else kept
    return stays.filter(kept if outages else kept & ~pl.col("is_outage"))


def other_classes(stays: pl.DataFrame) -> pl.DataFrame:
    """Stays of other classes that were followed long enough to tell a long one."""
    return stays.filter(~pl.col("is_visa_waiver") & pl.col("is_followed") & ~pl.col("is_outage"))
