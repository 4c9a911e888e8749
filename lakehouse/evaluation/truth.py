"""The simulator's truth, with the keys by which the pipeline knows persons and documents."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.errors import NotPublished
from lakehouse.evaluation.measures import Actual
from lakehouse.identity import with_document_key, with_identity_key

FILES = ("persons", "behaviours", "crossings")

#: What is read of the pipeline's own records.
INSPECTIONS = (
    *("inspection_id", "person_key", "document_key", "inspected_on", "direction", "outcome"),
    *("foreign_port", "nationality", "referral_id"),
)

_IDENTITY = ("nationality", "primary_identifier", "secondary_identifier", "date_of_birth", "sex")
_DOCUMENT = ("issuing_state", "document_number")


@dataclass(frozen=True)
class Truth:
    """Who does what, and by which keys and records the pipeline meets them.

    ``identities``: person_key, person_id; ``documents``: document_key,
    person_id; ``behaviours``: as the simulator writes them, with ``onset`` as a
    day; ``records``: record_id, person_id, and what the pipeline read of the
    inspection (all null where the record never arrived).
    """

    identities: pl.DataFrame
    documents: pl.DataFrame
    behaviours: pl.DataFrame
    records: pl.DataFrame

    @cached_property
    def seen(self) -> frozenset[Hashable]:
        """Persons of whom at least one record is in the data."""
        return frozenset(self.records.filter(pl.col("inspected_on").is_not_null())["person_id"])

    @cached_property
    def person_of_key(self) -> dict[str, str]:
        """Person by key: of a true identity, else of the record whose details were read so."""
        read = self.records.drop_nulls("person_key").select("person_key", "person_id")
        return {**dict(read.iter_rows()), **dict(self.identities.select("person_key", "person_id").iter_rows())}

    @cached_property
    def person_of_document(self) -> dict[str, str]:
        """Person by document key, likewise."""
        read = self.records.drop_nulls("document_key").select("document_key", "person_id")
        return {**dict(read.iter_rows()), **dict(self.documents.select("document_key", "person_id").iter_rows())}

    def persons(self, keys: pl.Series) -> set[Hashable]:
        """Persons behind person keys; a key that nobody in truth has stands for itself."""
        return {self.person_of_key.get(key, key) for key in keys.drop_nulls()}

    def holders(self, keys: pl.Series) -> set[Hashable]:
        """Persons behind document keys, likewise."""
        return {self.person_of_document.get(key, key) for key in keys.drop_nulls()}

    def of(self, behaviour: str) -> pl.DataFrame:
        """Rows of a behaviour and of its twins."""
        return self.behaviours.filter(pl.col("behaviour") == behaviour)

    def doers(self, behaviour: str) -> Actual:
        """Persons of a behaviour and its twins who are in the data on or after their onset."""
        last = self.records.group_by("person_id").agg(pl.col("inspected_on").max().alias("last"))
        rows = self.of(behaviour).join(last, on="person_id", how="left")
        return self.actual(rows, rows.filter(pl.col("last") >= pl.col("onset"))["person_id"])

    def actual(self, rows: pl.DataFrame, seen: Iterable[Hashable] | None = None) -> Actual:
        """Persons of ``rows`` of behaviours who are ``seen``, by default in any record, and how many are not."""
        seen = self.seen if seen is None else frozenset(seen)
        doers = frozenset(rows.filter(~pl.col("is_twin"))["person_id"])
        twins = frozenset(rows.filter("is_twin")["person_id"]) - doers
        return Actual(doers & seen, twins & seen, len(doers - seen))

    @cached_property
    def last_day(self) -> date | None:
        """The last day that the data tell of."""
        last = self.records["inspected_on"].max()
        return last if isinstance(last, date) else None

    def is_held_out(self, behaviour: str) -> bool:
        """Whether the world marks the behaviour as held out."""
        return bool(self.of(behaviour)["held_out"].any())


def read_truth(folder: Path, inspections: pl.DataFrame, spark: SparkSession, keyring: DataFrame) -> Truth:
    """The truth in ``folder``, keyed as the pipeline keys persons and documents.

    ``inspections`` are the pipeline's own records, with ``INSPECTIONS``. Raises
    ``NotPublished`` where a file is missing.
    """
    missing = [name for name in FILES if not (folder / f"{name}.parquet").exists()]
    if missing:
        raise NotPublished(f"{folder} holds no {', '.join(missing)}. `lakehouse simulate --truth` writes them.")
    persons, behaviours, crossings = (
        pl.read_parquet(folder / f"{name}.parquet").with_columns(pl.col("person_id").cast(pl.String)) for name in FILES
    )
    read = inspections.select(*INSPECTIONS).rename({"inspection_id": "record_id"})
    return Truth(
        _keyed(persons, "identities", _IDENTITY, spark, keyring),
        _keyed(persons, "documents", _DOCUMENT, spark, keyring),
        behaviours.with_columns(pl.col("onset").cast(pl.Date)),
        crossings.select("record_id", "person_id").join(read, on="record_id", how="left"),
    )


def _keyed(
    persons: pl.DataFrame, listed: str, fields: tuple[str, ...], spark: SparkSession, keyring: DataFrame
) -> pl.DataFrame:
    """One row per person and identity or document, with its key alone."""
    rows = persons.select("person_id", listed).explode(listed).unnest(listed).select("person_id", *fields).unique()
    frame = spark.createDataFrame(rows.to_arrow())
    columns = [F.col(name) for name in fields]
    keyed = (
        with_identity_key(frame, keyring, *columns)
        if listed == "identities"
        else with_document_key(frame, keyring, *columns)
    )
    key = "person_key" if listed == "identities" else "document_key"
    found = pl.from_arrow(keyed.select(key, "person_id").toArrow())
    assert isinstance(found, pl.DataFrame)
    return found.drop_nulls().unique(key, keep="first", maintain_order=True)
