"""A registered model, ready to score, that refuses what it was not trained on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from lakehouse.errors import InputRefused, ModelUnknown
from ml.packaging import Graph
from ml.registry import CHAMPION, Registry, Version
from ml.scorer import Floats, InputMismatch, Scorer
from ml.tracking import Tracking


@dataclass(frozen=True)
class Served:
    """One version of a model. ``graph`` can be sent to where the rows are; ``predict`` scores here.

    ``is_champion``: a reviewer has approved of it.
    """

    model: str
    version: int
    graph: Graph
    is_champion: bool = False

    @cached_property
    def scorer(self) -> Scorer:
        return self.graph.scorer()

    def predict(self, rows: pd.DataFrame) -> Floats:
        """A probability for each row; raises ``InputRefused``.

        The check is ours, before MLflow's, whose message quotes the first rows.
        """
        try:
            return self.scorer.score({str(name): rows[name].to_numpy() for name in rows.columns})
        except InputMismatch as fault:
            raise InputRefused(
                f"{self.model} version {self.version} cannot score these rows: {fault}. "
                "Nothing was scored; make the features as this version's signature says."
            ) from None


def load(tracking: Tracking, model: str, wanted: str = CHAMPION) -> Served:
    """The champion, or another version by number or alias; raises ``ModelUnknown``."""
    import mlflow

    _ = tracking.client
    version = Registry(tracking).version(model, wanted)
    home = Path(mlflow.artifacts.download_artifacts(f"runs:/{version.run_id}/model/artifacts"))
    graph = Graph.read(home)
    if graph.digest() != version.tags.get("graph_sha256"):
        raise ModelUnknown(
            f"{model} version {version.number} is not the graph that was registered: its file was changed. "
            "Do not use it; roll back, and tell who keeps the platform."
        )
    return Served(model, version.number, graph, version.is_champion)


def in_use(tracking: Tracking, model: str) -> Version:
    """The version to score by: the champion, else the newest challenger. Raises ``ModelUnknown``."""
    versions = Registry(tracking).versions(model)
    return next((one for one in versions if one.is_champion), versions[0])
