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

from lakehouse.errors import LakehouseError, NotPublished
from lakehouse.evaluation.measures import Actual
from lakehouse.identity import with_document_key, with_identity_key

FILES = ("persons", "behaviours", "crossings")

#: What is read of the pipeline's own records.
INSPECTIONS = (
    *("inspection_id", "person_key", "document_key", "inspected_on", "foreign_port", "port_code", "nationality"),
)
#: What the truth says of each crossing, whether its record was landed or not.
CROSSINGS = ("record_id", "person_id", "identity_number", "direction", "crossed_on", "outcome")
#: The same of behaviours; they are told at each crossing, overstays with the day on which that stay's begins.
BEHAVIOURS = ("person_id", "behaviour", "group_id", "onset", "is_twin", "held_out")

_IDENTITY = ("nationality", "primary_identifier", "secondary_identifier", "date_of_birth", "sex")
_DOCUMENT = ("issuing_state", "document_number")


class OtherTruth(LakehouseError):
    """The truth is not that of the warehouse, or the warehouse's keys were made with another secret."""


@dataclass(frozen=True)
class Truth:
    """Who does what, and by which keys and records the pipeline meets them.

    ``identities``: person_key, person_id; ``documents``: document_key,
    person_id; each key once, with the person whose own it is. ``behaviours``:
    ``BEHAVIOURS``. ``records``: ``CROSSINGS``, and of ``INSPECTIONS`` what the
    pipeline read (all null where the record never arrived).
    """

    identities: pl.DataFrame
    documents: pl.DataFrame
    behaviours: pl.DataFrame
    records: pl.DataFrame

    @cached_property
    def seen(self) -> frozenset[Hashable]:
        """Persons of whom at least one record is in the data."""
        return frozenset(self.landed["person_id"])

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
        last = self.landed.group_by("person_id").agg(pl.col("inspected_on").max().alias("last"))
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

    @cached_property
    def landed(self) -> pl.DataFrame:
        """Records that are in the data."""
        return self.records.drop_nulls("inspected_on")

    def groups(self, behaviour: str, *, twins: bool = False) -> dict[str, frozenset[str]]:
        """Groups of a behaviour, or of its twins: the members in the data from the onset on, two or more."""
        seen = self.doers(behaviour)
        shown = seen.twins if twins else seen.members
        rows = self.of(behaviour).filter((pl.col("is_twin") == twins) & pl.col("group_id").is_not_null())
        found: dict[str, set[str]] = {}
        for group, person in rows.select("group_id", "person_id").iter_rows():
            if person in shown:
                found.setdefault(group, set()).add(person)
        return {group: frozenset(members) for group, members in found.items() if len(members) > 1}

    def is_held_out(self, behaviour: str) -> bool:
        """Whether the world marks the behaviour as held out."""
        return bool(self.of(behaviour)["held_out"].any())


def read_truth(folder: Path, inspections: pl.DataFrame, spark: SparkSession, keyring: DataFrame) -> Truth:
    """The truth in ``folder``, keyed as the pipeline keys persons and documents.

    ``inspections`` are the pipeline's own records, with ``INSPECTIONS``. Raises
    ``NotPublished`` where a file is missing, and ``OtherTruth`` where no record
    or no person of the truth is in the data.
    """
    persons, behaviours, crossings = (_told(folder, name) for name in FILES)
    read = inspections.select(*INSPECTIONS).rename({"inspection_id": "record_id"})
    truth = Truth(
        _keyed(persons, "person_key", _IDENTITY, spark, keyring),
        _keyed(persons, "document_key", _DOCUMENT, spark, keyring),
        behaviours.select(*BEHAVIOURS).unique(maintain_order=True),
        crossings.select(*CROSSINGS).unique("record_id", maintain_order=True).join(read, on="record_id", how="left"),
    )
    if truth.landed.is_empty():
        raise OtherTruth(f"{folder} tells of another world: none of its crossings is in the warehouse.")
    if not set(truth.identities["person_key"]) & set(truth.landed["person_key"]):
        raise OtherTruth(
            f"No person of {folder} has a key that is in the warehouse, which was built with another secret. "
            "Name it with LAKEHOUSE_KEY_FILE."
        )
    return truth


def _told(folder: Path, name: str) -> pl.DataFrame:
    """One table of the truth: a file, or a folder with a file for each day."""
    files = [folder / f"{name}.parquet"] if (folder / f"{name}.parquet").exists() else sorted((folder / name).glob("*"))
    if not files:
        raise NotPublished(f"{folder} holds no {name}. `lakehouse simulate --truth` writes them.")
    return pl.read_parquet(files).with_columns(pl.col("person_id").cast(pl.String))


def _keyed(
    persons: pl.DataFrame, key: str, fields: tuple[str, ...], spark: SparkSession, keyring: DataFrame
) -> pl.DataFrame:
    """Each key with the person whose own identity or document it is; what is lent is its owner's where one is known."""
    own_first = persons.sort("is_own", descending=True, maintain_order=True)
    rows = own_first.select("person_id", "is_own", *fields).unique(["person_id", *fields], maintain_order=True)
    frame = spark.createDataFrame(rows.rechunk().to_arrow())
    columns = [F.col(name) for name in fields]
    with_key = with_identity_key if key == "person_key" else with_document_key
    found = pl.from_arrow(with_key(frame, keyring, *columns).select(key, "person_id", "is_own").toArrow())
    assert isinstance(found, pl.DataFrame)
    known = found.drop_nulls(key).sort("is_own", descending=True, maintain_order=True)
    return known.select(key, "person_id").unique(key, keep="first", maintain_order=True)
