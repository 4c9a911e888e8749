"""The model as MLflow loads it: kept as this source, never as a pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

from ml.scorer import Scorer


class OnnxModel(PythonModel):
    """Scores rows by the graph and the layout that are kept beside it."""

    # From type hints MLflow would infer another signature than the one declared: there are none, and it need not ask.
    _skip_type_hint_validation = True

    def load_context(self, context: Any) -> None:
        graph, layout = (Path(context.artifacts[name]) for name in ("graph", "layout"))
        self.scorer = Scorer(graph.read_bytes(), json.loads(layout.read_text()))

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
        rows = {name: model_input[name].to_numpy() for name in model_input.columns}
        return pd.DataFrame({self.scorer.output: np.asarray(self.scorer.score(rows))})


set_model(OnnxModel())
