"""The first version of a model: what a run trains where there is none, so that tables can be scored at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.disk import held
from lakehouse.errors import ModelUnknown, TooLittleKnown
from ml.origin import data_versions
from ml.serving import in_use
from ml.tracking import Tracking
from ml.training import job_of, training_of

if TYPE_CHECKING:
    from lakehouse.store import Store
    from ml.training import Candidate

#: Who trains in a run: whoever looks at it later may approve.
TRAINED_BY = "the platform's first run"


def is_due(store: Store, model: str) -> bool:
    """Whether a first version is to be trained: none is registered, and the tables tell something not yet tried.

    Raises ``NotPublished`` where a table that the training reads has no good version yet.
    """
    return _tried(store, model, _versions(store, model)) is None and not _is_registered(store, model)


def train_first(store: Store, model: str) -> Candidate | None:
    """Train a small version and make it challenger; None where one is registered.

    Raises ``NotPublished``, and ``TooLittleKnown``: then it is not tried again before the tables have changed.
    """
    from ml.report import write_report

    with held(store.settings.warehouse / "_locks" / f"model.{model}"):
        if _is_registered(store, model):
            return None
        versions = _versions(store, model)
        if because := _tried(store, model, versions):
            raise TooLittleKnown(because)
        job, tracking = job_of(model), Tracking.of(store.settings)
        try:
            candidates = job.made(job.read(store), tracking, job.settings_of(small=True, seeds=()), TRAINED_BY)
        except TooLittleKnown as fault:
            _remember(store, model, versions, str(fault))
            raise
        write_report(_folder(store), model, job.CARD, candidates, tracking, "lakehouse run")
        return candidates[-1]


def _is_registered(store: Store, model: str) -> bool:
    try:
        in_use(Tracking.of(store.settings), model)
    except ModelUnknown:
        return False
    return True


def _versions(store: Store, model: str) -> dict[str, int]:
    return data_versions(store, training_of(model).reads)


def _tried(store: Store, model: str, versions: dict[str, int]) -> str | None:
    """Why a training on these versions came to nothing; None where there was none."""
    path = _folder(store) / f"{model}.untrained.json"
    said = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return str(said["because"]) if said.get("versions") == versions else None


def _remember(store: Store, model: str, versions: dict[str, int], because: str) -> None:
    path = _folder(store) / f"{model}.untrained.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(json.dumps({"versions": versions, "because": because}, ensure_ascii=False), encoding="utf-8")
    os.replace(part, path)


def _folder(store: Store) -> Path:
    return store.settings.warehouse / "models"
