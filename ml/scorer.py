"""A model in ONNX, scored by ONNX Runtime: the same in a test, in an Arrow batch and behind a server.

Depends on NumPy and ONNX Runtime alone, as it travels with each model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime

Floats = npt.NDArray[np.float64]

#: Types of ONNX by the kinds of NumPy types that may be given for them without loss of meaning.
_KINDS = {
    "tensor(float)": (np.float32, "fiub"),
    "tensor(double)": (np.float64, "fiub"),
    "tensor(int64)": (np.int64, "iub"),
    "tensor(int32)": (np.int32, "iub"),
    "tensor(bool)": (np.bool_, "b"),
}


class InputMismatch(ValueError):
    """What is given to a model is not what it was trained on; all differences, and no value."""


#: Name under which a graph's own notes say what it gives, where that is no probability.
OUTPUT, PROBABILITY = "output", "probability"


class Scorer:
    """Probabilities from named columns, or what else the graph says that it gives.

    ``layout`` names for each input of the ONNX graph the columns it is made of,
    in order; inputs of more dimensions are filled in C order. The last column
    of the graph's last output is the probability. One thread: Spark runs as
    many scorers as there are cores.
    """

    def __init__(self, onnx: bytes, layout: Mapping[str, Sequence[str]], threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        self._inputs = {entry.name: entry for entry in self._session.get_inputs()}
        self.output = str(self._session.get_modelmeta().custom_metadata_map.get(OUTPUT, PROBABILITY))
        self.layout = {name: tuple(columns) for name, columns in layout.items()}
        _check_layout(self._inputs, self.layout)

    @property
    def columns(self) -> dict[str, str]:
        """Every column, with the ONNX type of the input it belongs to."""
        return {column: self._inputs[name].type for name, columns in self.layout.items() for column in columns}

    def differences(self, given: Mapping[str, npt.NDArray[np.generic]]) -> list[str]:
        """What is wrong with columns before they are scored: missing, unknown, of another type, infinite."""
        wanted = self.columns
        said = [f"{name} is missing" for name in wanted if name not in given]
        said += [f"{name} is not known to the model" for name in given if name not in wanted]
        for name, kind in wanted.items():
            if name not in given:
                continue
            values = given[name]
            if values.dtype.kind not in _KINDS[kind][1]:
                said.append(f"{name} is {values.dtype}, not {kind.removeprefix('tensor(').rstrip(')')}")
            elif values.dtype.kind == "f" and np.isinf(values).any():
                said.append(f"{name} holds infinite numbers")
        if len({len(values) for values in given.values()}) > 1:
            said.append("columns differ in length")
        return said

    def score(self, given: Mapping[str, npt.NDArray[np.generic]]) -> Floats:
        """A probability for each row; raises ``InputMismatch`` with all differences at once."""
        said = self.differences(given)
        if said:
            raise InputMismatch("; ".join(said))
        rows = len(next(iter(given.values())))
        if not rows:
            return np.empty(0)
        found = self._session.run(None, {name: self._tensor(name, given, rows) for name in self._inputs})[-1]
        return np.asarray(found, dtype=np.float64).reshape(rows, -1)[:, -1]

    def _tensor(self, name: str, given: Mapping[str, npt.NDArray[np.generic]], rows: int) -> npt.NDArray[np.generic]:
        kind = _KINDS[self._inputs[name].type][0]
        matrix: npt.NDArray[np.generic] = np.empty((rows, len(self.layout[name])), dtype=kind)
        for place, column in enumerate(self.layout[name]):
            matrix[:, place] = given[column]
        return matrix.reshape(rows, *_shape(self._inputs[name].shape))


def _shape(declared: Sequence[object]) -> tuple[int, ...]:
    """Dimensions of one row; a single one that is not fixed takes what is left."""
    return tuple(size if isinstance(size, int) else -1 for size in declared[1:])


def _check_layout(inputs: Iterable[str], layout: Mapping[str, Sequence[str]]) -> None:
    if set(inputs) != set(layout):
        raise InputMismatch(
            f"the graph reads {', '.join(sorted(inputs))}; the layout gives {', '.join(sorted(layout))}"
        )
    columns = [column for listed in layout.values() for column in listed]
    if len(set(columns)) != len(columns):
        raise InputMismatch("a column stands twice in the layout")
