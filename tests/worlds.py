"""Tiny truths, drawn as tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from lakehouse.evaluation.truth import Truth

_RECORD = {
    **dict.fromkeys(("record_id", "person_id", "direction", "outcome", "person_key", "document_key"), pl.String),
    **dict.fromkeys(("crossed_on", "inspected_on"), pl.Date),
    "identity_number": pl.Int64,
    **dict.fromkeys(("foreign_port", "port_code", "nationality"), pl.String),
}
_BEHAVIOUR = {
    **dict.fromkeys(("person_id", "behaviour", "group_id"), pl.String),
    "onset": pl.Date,
    **dict.fromkeys(("is_twin", "held_out"), pl.Boolean),
}


def drawn(drawing: str, kinds: dict[str, Any]) -> pl.DataFrame:
    """A drawn table as a frame with all columns of ``kinds``; empty cells and columns not drawn are null."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]
    rows = [dict(zip(header, (cell or None for cell in line), strict=True)) for line in lines]
    texts = pl.DataFrame(rows, schema=dict.fromkeys(kinds, pl.String))
    return texts.select(_typed(name, kind) for name, kind in kinds.items())


def truth(behaviours: str, records: str, documents: dict[str, str] | None = None) -> Truth:
    """A truth in which person ``p`` has the key ``key-p``, the document ``doc-p`` and those of ``documents``.

    Records are landed as they are, but for keys that they draw; those with '-' as ``inspected_on`` never arrived.
    """
    lost = drawn(records, {**_RECORD, "inspected_on": pl.String})["inspected_on"] == "-"
    done_by_direction = pl.when(pl.col("direction") == "exit").then(pl.lit("departed")).otherwise(pl.lit("admitted"))
    read = drawn(records.replace(" - ", "   "), _RECORD).with_columns(
        pl.coalesce("person_key", _own("key-")).alias("person_key"),
        pl.coalesce("document_key", _own("doc-")).alias("document_key"),
        pl.col("identity_number").fill_null(0),
        outcome=pl.coalesce("outcome", done_by_direction),
        record_id=pl.coalesce("record_id", pl.concat_str(pl.lit("record-"), pl.int_range(pl.len()))),
        inspected_on=pl.when(~lost.fill_null(False)).then("crossed_on"),
    )
    read = read.with_columns(
        pl.when(pl.col("inspected_on").is_not_null()).then(name)
        for name in ("person_key", "document_key", "foreign_port", "port_code", "nationality")
    )
    done = drawn(behaviours, _BEHAVIOUR).with_columns(pl.col("held_out").fill_null(False))
    people = sorted({*read["person_id"], *done["person_id"]})
    owned = {**{f"doc-{p}": p for p in people}, **(documents or {})}
    return Truth(
        pl.DataFrame({"person_key": [f"key-{p}" for p in people], "person_id": people}),
        pl.DataFrame({"document_key": list(owned), "person_id": list(owned.values())}),
        done,
        read,
    )


def day(text: str) -> date:
    return date.fromisoformat(text)


def _own(prefix: str) -> pl.Expr:
    return pl.concat_str(pl.lit(prefix), "person_id")


def _typed(name: str, kind: Any) -> pl.Expr:
    if kind == pl.Boolean:
        return (pl.col(name) == "true").alias(name)
    return pl.col(name).str.to_date().alias(name) if kind == pl.Date else pl.col(name).cast(kind)
