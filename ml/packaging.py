"""A trained graph with its layout, signature and requirements, as MLflow keeps it."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
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
_GRAPH, _LAYOUT = "graph.onnx", "layout.json"
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
    """A model in ONNX, and for each of its inputs the columns that it is made of, in order.

    ``beside`` are files by name that making these columns takes: what was fitted before the model.
    """

    onnx: bytes
    layout: Mapping[str, Sequence[str]]
    beside: Mapping[str, bytes] = field(default_factory=dict)

    def scorer(self, threads: int = 1) -> Scorer:
        """The graph, ready to score."""
        return Scorer(self.onnx, self.layout, threads)

    def digest(self) -> str:
        """SHA-256 over graph, layout and what stands beside them."""
        layout = json.dumps({name: list(columns) for name, columns in self.layout.items()}, sort_keys=True)
        found = hashlib.sha256(self.onnx + layout.encode())
        for name, content in sorted(self.beside.items()):
            found.update(name.encode() + hashlib.sha256(content).digest())
        return found.hexdigest()

    @classmethod
    def read(cls, home: Path) -> Graph:
        """The graph in the folder of a kept model's artifacts."""
        layout = json.loads((home / _LAYOUT).read_text())
        beside = {path.name: path.read_bytes() for path in home.iterdir() if path.name not in (_GRAPH, _LAYOUT)}
        return cls((home / _GRAPH).read_bytes(), layout, beside)

    def write(self, home: Path) -> dict[str, Path]:
        """Files of all of it in a folder, by what MLflow is to call them."""
        layout = json.dumps({name: list(columns) for name, columns in self.layout.items()}, indent=1)
        for name, content in {_GRAPH: self.onnx, _LAYOUT: layout.encode(), **self.beside}.items():
            (home / name).write_bytes(content)
        return {"graph": home / _GRAPH, "layout": home / _LAYOUT, **{name: home / name for name in self.beside}}

    def signature(self) -> ModelSignature:
        """Columns in and the probability out, or what else the graph gives, all of them required."""
        from mlflow.models import ModelSignature
        from mlflow.types import ColSpec, DataType, Schema, TensorSpec

        scorer = self.scorer()
        said: list[ColSpec | TensorSpec] = [
            ColSpec(DataType[_SPELT[kind]], name, True) for name, kind in scorer.columns.items()
        ]
        return ModelSignature(Schema(said), Schema([ColSpec(DataType.double, scorer.output)]))


def requirements() -> list[str]:
    """What scoring needs, in the versions at hand."""
    return [f"{name}=={version(name)}" for name in REQUIREMENTS]


@contextmanager
def saved(graph: Graph) -> Iterator[Path]:
    """The model in MLflow's format, in a folder that is removed afterwards. No row goes with it as an example."""
    import mlflow

    with tempfile.TemporaryDirectory(prefix="model-") as held:
        home = Path(held)
        artifacts = {name: str(path) for name, path in graph.write(home).items()}
        (home / "code" / "ml").mkdir(parents=True)
        for name in _CARRIED:
            shutil.copy(_MODEL.with_name(name), home / "code" / "ml" / name)
        with warnings.catch_warnings():
            # It asks for type hints and for an example of the input, which would be rows of persons.
            warnings.simplefilter("ignore", UserWarning)
            mlflow.pyfunc.save_model(
                path=str(home / "model"),
                python_model=str(_MODEL),
                artifacts=artifacts,
                code_paths=[str(home / "code" / "ml")],
                signature=graph.signature(),
                pip_requirements=requirements(),
            )
        yield home / "model"
