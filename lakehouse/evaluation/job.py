"""One warehouse compared with the truth of its world, and the result published."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from lakehouse.audit import Auditor
from lakehouse.evaluation.measures import Measured
from lakehouse.evaluation.page import write_page
from lakehouse.evaluation.question import Question
from lakehouse.evaluation.questions import NO_DATASET_YET, QUESTIONS, not_yet
from lakehouse.evaluation.truth import INSPECTIONS, Truth, read_truth
from lakehouse.ops.detection_quality import DetectionQuality
from lakehouse.publication import Publication, fingerprint
from lakehouse.registry import tables
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.quarantine import Quarantine
from lakehouse.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evaluated:
    """Figures of one world, and the versions of the tables they were taken from."""

    world: str
    measured: list[Measured]
    versions: dict[str, int]


def evaluate(world: str, truth_folder: Path, store: Store, questions: Iterable[Question] = QUESTIONS) -> Evaluated:
    """Figures of every question about the warehouse of ``store``; a question that cannot be asked says why."""
    truth = read_truth(truth_folder, _frame(store, Inspections.full_name(), INSPECTIONS), store.spark, store.keyring())
    questions = tuple(questions)
    names = sorted({Inspections.full_name(), *(name for q in questions for name in q.reads)})
    versions = {name: known for name in names if (known := _version(store, name)) is not None}
    measured = [row for question in questions for row in _answers(question, truth, store, versions)]
    looked_for = {question.behaviour for question in questions}
    simulated = {*truth.behaviours["behaviour"].unique(), *NO_DATASET_YET}
    measured += [not_yet(name, is_held_out=truth.is_held_out(name)) for name in sorted(simulated - looked_for)]
    return Evaluated(world, measured, versions)


def publish(store: Store, auditor: Auditor, evaluated: Iterable[Evaluated]) -> Path:
    """Put the figures of worlds in the place of earlier ones, audited as every table is; the page's path."""
    store = store.suited_to(0)
    evaluated = list(evaluated)
    rows = [
        {"world": world.world, **row.columns(), "evaluated_at_utc": store.at, "run_id": store.run_id}
        for world in evaluated
        for row in world.measured
    ]
    only = {"world": sorted({world.world for world in evaluated})}
    with store.locked(DetectionQuality):
        last = store.last(DetectionQuality)
        staged = store.stage(DetectionQuality, store.hold(DetectionQuality, _arrow(rows)))
        audit = auditor.audit(staged)
        versions = {f"{world.world}: {name}": v for world in evaluated for name, v in world.versions.items()}
        said = Publication(store.run_id, versions, {}, fingerprint(DetectionQuality), staged.counts)
        store.provide(Quarantine)
        store.publish(staged, said, only, last)
        auditor.write_pages([audit])
    return write_page(store.settings.warehouse / "data_docs" / "evaluation.html", _published(store))


def _answers(question: Question, truth: Truth, store: Store, versions: Mapping[str, int]) -> list[Measured]:
    held_out = truth.is_held_out(question.behaviour)
    absent = [name for name in question.reads if name not in versions]
    if absent:
        why = f"{', '.join(absent)} is not published in this warehouse."
        return [question.unanswered(why, is_held_out=held_out)]
    if truth.of(question.behaviour).is_empty():
        return [question.unanswered("Nobody does it in this world.", is_held_out=held_out)]
    frames = {name: _frame(store, name, columns) for name, columns in question.reads.items()}
    log.info("measuring", extra={"dataset": question.dataset, "behaviour": question.behaviour})
    return [replace(row, is_held_out=held_out) for row in question.measure(truth, frames)]


def _version(store: Store, name: str) -> int | None:
    declared = tables().get(name)
    last = store.last(declared) if declared else None
    return last.version if last else None


def _frame(store: Store, name: str, columns: Iterable[str]) -> pl.DataFrame:
    frame = pl.from_arrow(store.read(tables()[name]).select(*columns).toArrow())
    assert isinstance(frame, pl.DataFrame)
    return frame


def _arrow(rows: list[dict[str, Any]]) -> pa.Table:
    from pyspark.sql.pandas.types import to_arrow_schema

    from lakehouse.compile.spark import schema

    wanted = to_arrow_schema(schema(DetectionQuality))
    texts = [{**row, "wrongly_named": _pairs(row["wrongly_named"])} for row in rows]
    return pa.Table.from_pylist(texts, wanted)


def _pairs(counted: Mapping[str, int] | None) -> list[tuple[str, int]] | None:
    return None if counted is None else list(counted.items())


def _published(store: Store) -> list[dict[str, Any]]:
    found = store.read(DetectionQuality).orderBy(*DetectionQuality.key).collect()
    return [row.asDict(recursive=True) for row in found]
