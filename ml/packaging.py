"""A trained graph with its layout, signature and requirements, as MLflow keeps it."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ml.scorer import Scorer

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

#: What a model needs to be scored. Given outright: MLflow's own search for them can hang.
REQUIREMENTS = ("mlflow", "numpy", "onnxruntime", "pandas")
#: What travels with it of this project.
_CARRIED = ("__init__.py", "scorer.py")
_MODEL = Path(__file__).with_name("pyfunc_model.py")
#: As MLflow's signatures spell the types of ONNX.
_SPELT = {
    "tensor(float)": "double",
    "tensor(double)": "double",
    "tensor(int64)": "long",
    "tensor(int32)": "integer",
    "tensor(bool)": "boolean",
}


@dataclass(frozen=True)
class Graph:
    """A model in ONNX, and for each of its inputs the columns that it is made of, in order."""

    onnx: bytes
    layout: Mapping[str, Sequence[str]]

    def scorer(self, threads: int = 1) -> Scorer:
        """The graph, ready to score."""
        return Scorer(self.onnx, self.layout, threads)

    def digest(self) -> str:
        """SHA-256 over graph and layout."""
        layout = json.dumps({name: list(columns) for name, columns in self.layout.items()}, sort_keys=True)
        return hashlib.sha256(self.onnx + layout.encode()).hexdigest()

    def signature(self) -> ModelSignature:
        """Columns in and the probability out, all of them required."""
        from mlflow.models import ModelSignature
        from mlflow.types import ColSpec, DataType, Schema, TensorSpec

        said: list[ColSpec | TensorSpec] = [
            ColSpec(DataType[_SPELT[kind]], name, True) for name, kind in self.scorer().columns.items()
        ]
        return ModelSignature(Schema(said), Schema([ColSpec(DataType.double, "probability")]))


def requirements() -> list[str]:
    """What scoring needs, in the versions at hand."""
    return [f"{name}=={version(name)}" for name in REQUIREMENTS]


@contextmanager
def saved(graph: Graph) -> Iterator[Path]:
    """The model in MLflow's format, in a folder that is removed afterwards. No row goes with it as an example."""
    import mlflow

    with tempfile.TemporaryDirectory(prefix="model-") as held:
        home = Path(held)
        (home / "graph.onnx").write_bytes(graph.onnx)
        (home / "layout.json").write_text(json.dumps({name: list(c) for name, c in graph.layout.items()}, indent=1))
        (home / "code" / "ml").mkdir(parents=True)
        for name in _CARRIED:
            shutil.copy(_MODEL.with_name(name), home / "code" / "ml" / name)
        with warnings.catch_warnings():
            # It asks for type hints and for an example of the input, which would be rows of persons.
            warnings.simplefilter("ignore", UserWarning)
            mlflow.pyfunc.save_model(
                path=str(home / "model"),
                python_model=str(_MODEL),
                artifacts={"graph": str(home / "graph.onnx"), "layout": str(home / "layout.json")},
                code_paths=[str(home / "code" / "ml")],
                signature=graph.signature(),
                pip_requirements=requirements(),
            )
        yield home / "model"
