"""A recurrent net over a traveller's crossings (GRU, Cho et al. 2014), and the same as a graph in ONNX.

Each crossing is embedded alone; the GRU reads them in their order, with the days
between among the numbers. What is asked of it at the end is its state, the
crossing at hand, and greatest and mean of each embedded number over all crossings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from ml.high_risk_histories.dataset import Floats32, Histories, Places, Scores
from ml.high_risk_histories.features import HISTORY, LENGTH, STEPS
from ml.keras_on_jax import keras
from ml.packaging import Graph

#: Histories scored at a time: more take more memory and no less time.
_SCORED_AT_ONCE = 4096
#: Layers by name, in the order of the graph.
_EMBED, _READ, _MIX, _SAY = "embed", "read", "mix", "say"


@dataclass(frozen=True)
class NetSettings:
    """Size of the net, and how long it learns."""

    width: int = 48
    state: int = 48
    dropout: float = 0.15
    epochs: int = 8
    #: Where little is looked for, more epochs until so many batches were learned from.
    least_batches: int = 500
    batch: int = 256
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    #: Negatives drawn anew in each epoch for each positive; among them every hard one there is.
    negatives: int = 4


@dataclass(frozen=True)
class Scaling:
    """Mean and spread of each step in training, by which steps are put on one scale; what is missing becomes 0."""

    mean: Floats32
    spread: Floats32

    @classmethod
    def of(cls, steps: Floats32) -> Scaling:
        """From crossings; a step that never varies, or is never known, is left as it is."""
        known = np.isfinite(steps)
        count = np.maximum(known.sum(axis=0), 1)
        filled = np.where(known, steps, 0).astype(np.float64)
        mean = filled.sum(axis=0) / count
        variance = np.where(known, (filled - mean) ** 2, 0).sum(axis=0) / count
        spread = np.where(variance > 1e-9, np.sqrt(variance), 1.0)
        # Whether a crossing is there must stay told apart from one that is not.
        there = STEPS.index("is_there")
        mean[there], spread[there] = 0.0, 1.0
        return cls(mean.astype(np.float32), spread.astype(np.float32))

    def __call__(self, sequences: Floats32) -> Floats32:
        scaled = (sequences - self.mean) / self.spread
        return np.clip(np.where(np.isnan(scaled), 0, scaled), -_MOST, _MOST).astype(np.float32)


#: Scaled steps beyond that tell no more.
_MOST = 8.0


@dataclass(frozen=True)
class Calibration:
    """A straight line on the log-odds (Platt 1999)."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, odds: Scores) -> Scores:
        found: Scores = 1 / (1 + np.exp(-np.clip(self.slope * odds + self.intercept, -50, 50)))
        return found


@dataclass(frozen=True)
class Net:
    """Weights by layer, as arrays: what scoring and the graph need, and no Keras."""

    weights: dict[str, tuple[npt.NDArray[np.float32], ...]]
    scaling: Scaling

    def odds(self, histories: Histories, rows: Places) -> Scores:
        """Log-odds of each row."""
        return self._chunks(histories, rows, "odds").reshape(-1)

    def odds_of(self, sequences: Floats32) -> Scores:
        """Log-odds of histories as ``Histories.sequences`` gives them."""
        return self._of(sequences, "odds").reshape(-1)

    def representation(self, histories: Histories, rows: Places) -> Scores:
        """What the net has made of each row before it says how likely it is."""
        return self._chunks(histories, rows, "mixed")

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = onnx_of(self, Calibration()).SerializeToString()
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def _chunks(self, histories: Histories, rows: Places, output: str) -> Scores:
        starts = range(0, max(len(rows), 1), _SCORED_AT_ONCE)
        return np.concatenate(
            [self._of(histories.sequences(rows[start : start + _SCORED_AT_ONCE]), output) for start in starts]
        )

    def _of(self, sequences: Floats32, output: str) -> Scores:
        found: Scores = self._session.run([output], {"history": sequences})[0].astype(np.float64)
        return found


def trained(
    histories: Histories, positives: Places, negatives: Places, hard: Places, settings: NetSettings, seed: int
) -> Net:
    """A net that tells ``positives`` from ``negatives``, of which the ``hard`` ones are in every epoch."""
    keras.utils.set_random_seed(seed)
    draw = np.random.default_rng(seed)
    scaling = Scaling.of(histories.steps)
    model = _model(settings)
    wanted = min(len(negatives), max(settings.negatives * len(positives) - len(hard), settings.batch))
    batches = max((len(positives) + len(hard) + wanted) // settings.batch, 1)
    epochs = max(settings.epochs, -(-settings.least_batches // batches))
    steps = epochs * batches
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps, alpha=0.01, warmup_target=settings.learning_rate, warmup_steps=max(1, steps // 20)
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay, clipnorm=1.0)
    model.compile(optimizer, keras.losses.BinaryCrossentropy(from_logits=True))
    for _ in range(epochs):
        others = draw.choice(negatives, wanted, replace=False)
        rows = draw.permutation(np.concatenate([positives, hard, others]))
        rows = rows[: max(len(rows) // settings.batch, 1) * settings.batch]
        came = np.isin(rows, positives).astype(np.float32)
        model.fit(scaling(histories.sequences(rows)), came, batch_size=settings.batch, shuffle=False, verbose=0)
    weights = {
        name: tuple(np.asarray(w) for w in model.get_layer(name).weights) for name in (_EMBED, _READ, _MIX, _SAY)
    }
    return Net(weights, scaling)


def _model(settings: NetSettings) -> Any:
    layers = keras.layers
    given = keras.Input((LENGTH, len(STEPS)))
    embedded = layers.Dense(settings.width, activation="relu", name=_EMBED)(given)
    dropped = layers.Dropout(settings.dropout)(embedded)
    state = layers.GRU(settings.state, reset_after=True, name=_READ)(dropped)
    greatest = layers.GlobalMaxPooling1D()(dropped)
    told = layers.Concatenate()([state, dropped[:, -1, :], greatest, layers.GlobalAveragePooling1D()(dropped)])
    mixed = layers.Dense(settings.width, activation="relu", name=_MIX)(layers.Dropout(settings.dropout)(told))
    return keras.Model(given, layers.Dense(1, name=_SAY)(mixed))


def graph_of(net: Net, calibration: Calibration) -> Graph:
    """The net as it is served: columns of ``features.HISTORY`` in, the calibrated probability out."""
    model = onnx_of(net, calibration, outputs=("probability",))
    return Graph(model.SerializeToString(), {"history": HISTORY})


def onnx_of(
    net: Net, calibration: Calibration, outputs: tuple[str, ...] = ("mixed", "odds", "probability")
) -> onnx.ModelProto:
    """The net in ONNX. Keras orders a GRU's gates as ONNX does: update, reset, new."""
    (embed, embed_bias), (kernel, recurrent, bias) = net.weights[_EMBED], net.weights[_READ]
    (mix, mix_bias), (say, say_bias) = net.weights[_MIX], net.weights[_SAY]
    state = recurrent.shape[0]
    tensors: dict[str, npt.NDArray[Any]] = {
        "mean": net.scaling.mean,
        "spread": net.scaling.spread,
        "nought": np.zeros(1, np.float32),
        "least": np.array(-_MOST, np.float32),
        "most": np.array(_MOST, np.float32),
        "embed": embed,
        "embed_bias": embed_bias,
        "kernel": kernel.T[None],
        "recurrent": recurrent.T[None],
        "bias": bias.reshape(1, -1),
        "last": np.array(LENGTH - 1, np.int64),
        "flat": np.array([-1, state], np.int64),
        "over_steps": np.array([1], np.int64),
        "mix": mix,
        "mix_bias": mix_bias,
        "say": say,
        "say_bias": say_bias,
        "slope": np.array([calibration.slope], np.float32),
        "intercept": np.array([calibration.intercept], np.float32),
    }
    node = helper.make_node
    nodes = [
        node("Sub", ["history", "mean"], ["centred"]),
        node("Div", ["centred", "spread"], ["scaled"]),
        node("IsNaN", ["scaled"], ["missing"]),
        node("Where", ["missing", "nought", "scaled"], ["known"]),
        node("Clip", ["known", "least", "most"], ["clipped"]),
        node("MatMul", ["clipped", "embed"], ["embedding"]),
        node("Add", ["embedding", "embed_bias"], ["embedding_biased"]),
        node("Relu", ["embedding_biased"], ["embedded"]),
        node("Transpose", ["embedded"], ["in_order"], perm=[1, 0, 2]),
        node(
            "GRU", ["in_order", "kernel", "recurrent", "bias"], ["", "state"], hidden_size=state, linear_before_reset=1
        ),
        node("Reshape", ["state", "flat"], ["read"]),
        node("Gather", ["embedded", "last"], ["at_hand"], axis=1),
        node("ReduceMax", ["embedded", "over_steps"], ["greatest"], keepdims=0),
        node("ReduceMean", ["embedded", "over_steps"], ["mean_of_steps"], keepdims=0),
        node("Concat", ["read", "at_hand", "greatest", "mean_of_steps"], ["told"], axis=1),
        node("MatMul", ["told", "mix"], ["mixing"]),
        node("Add", ["mixing", "mix_bias"], ["mixing_biased"]),
        node("Relu", ["mixing_biased"], ["mixed"]),
        node("MatMul", ["mixed", "say"], ["said"]),
        node("Add", ["said", "say_bias"], ["odds"]),
        node("Mul", ["odds", "slope"], ["sloped"]),
        node("Add", ["sloped", "intercept"], ["logit"]),
        node("Sigmoid", ["logit"], ["probability"]),
    ]
    sizes = {"mixed": mix.shape[1], "odds": 1, "probability": 1}
    drawn = helper.make_graph(
        nodes,
        "high_risk_histories",
        [helper.make_tensor_value_info("history", TensorProto.FLOAT, [None, LENGTH, len(STEPS)])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, sizes[name]]) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    model = helper.make_model(drawn, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model
