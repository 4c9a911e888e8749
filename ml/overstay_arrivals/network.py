"""A net on tables: piecewise-linear numbers, embedded categories, many members that share most of their weights.

After TabM (Gorishniy, Kotelnikov and Babenko 2025) with piecewise-linear
encodings of numbers (Gorishniy, Rubachev and Babenko 2022). The wide first
projection is shared by all members, which then differ by rank-one adapters
(BatchEnsemble): eight members cost little more than one. What each number adds
by itself is added beside them, as in wide and deep nets (Cheng et al. 2016):
without it the highest scores grow worse the longer it learns. Beside the
outcome it learns how long a traveller stays: a head a span of nights, "still
there after so many", which the few overstays alone cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.keras_on_jax import keras
from ml.overstay_arrivals.dataset import Floats32, Inputs

#: Nights after which a stay may go on; the last head is the overstay itself.
SPANS = (4, 8, 15, 31, 61, 81)


@dataclass(frozen=True)
class NetSettings:
    """Size of a net, and how long it learns."""

    members: int = 8
    width: int = 96
    depth: int = 2
    #: Categories with more codes are left to their encodings: embedded, a flight's few overstays are learned by heart.
    most_codes: int = 30
    embedding: int = 4
    dropout: float = 0.4
    epochs: int = 5
    batch: int = 512
    learning_rate: float = 1e-3
    weight_decay: float = 0.2
    #: Share of the weight of the spans of nights beside the outcome.
    spans_weight: float = 0.3
    #: Negatives drawn anew in each epoch for each positive.
    negatives: int = 10


@keras.saving.register_keras_serializable("overstay_arrivals")
class PiecewiseLinear(keras.layers.Layer):  # type: ignore[misc]
    """Each number as how far it has come through each of its bins, 0 to 1; missing is 0 in all, and said so."""

    def __init__(self, edges: Any, **named: Any) -> None:
        super().__init__(**named)
        self.edges = np.asarray(edges, np.float32)

    def call(self, numbers: Any) -> Any:
        ops = keras.ops
        low, width = self.edges[:, :-1], np.maximum(np.diff(self.edges, axis=1), 1e-6)
        missing = ops.isnan(numbers)
        known = ops.where(missing, ops.cast(self.edges[:, 0], "float32"), numbers)
        through = ops.clip((ops.expand_dims(known, -1) - low) / width, 0.0, 1.0)
        flat = ops.reshape(through, (-1, self.edges.shape[0] * (self.edges.shape[1] - 1)))
        return ops.concatenate([flat, ops.cast(missing, "float32")], axis=-1)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, int]:
        return shape[0], self.edges.shape[0] * self.edges.shape[1]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "edges": self.edges.tolist()}


@keras.saving.register_keras_serializable("overstay_arrivals")
class Member(keras.layers.Layer):  # type: ignore[misc]
    """A dense layer that members share, between a scale of inputs and one of outputs of each member's own."""

    def __init__(self, units: int, members: int, **named: Any) -> None:
        super().__init__(**named)
        self.units, self.members = units, members

    def build(self, shape: tuple[int | None, ...]) -> None:
        # Signs apart from the start make members disagree, and so their mean better than one.
        signs = keras.initializers.RandomUniform(-1.0, 1.0)
        self.kernel = self.add_weight(shape=(shape[-1], self.units), initializer="he_normal", name="kernel")
        self.into = self.add_weight(shape=(self.members, shape[-1]), initializer=_sign(signs), name="into")
        self.out_of = self.add_weight(shape=(self.members, self.units), initializer="ones", name="out_of")
        self.bias = self.add_weight(shape=(self.members, self.units), initializer="zeros", name="bias")

    def call(self, rows: Any) -> Any:
        return keras.ops.matmul(rows * self.into, self.kernel) * self.out_of + self.bias

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "members": self.members}


def _sign(initializer: Any) -> Callable[..., Any]:
    return lambda shape, dtype=None: keras.ops.sign(initializer(shape, dtype))


@keras.saving.register_keras_serializable("overstay_arrivals")
class Heads(keras.layers.Layer):  # type: ignore[misc]
    """Logits of every span and of the outcome, of weights of each member's own."""

    def __init__(self, heads: int, **named: Any) -> None:
        super().__init__(**named)
        self.heads = heads

    def build(self, shape: tuple[int | None, ...]) -> None:
        self.kernel = self.add_weight(shape=(*shape[1:], self.heads), initializer="zeros", name="kernel")
        self.bias = self.add_weight(shape=(shape[1], self.heads), initializer="zeros", name="bias")

    def call(self, rows: Any) -> Any:
        return keras.ops.einsum("bmd,mdh->bmh", rows, self.kernel) + self.bias

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (*shape[:-1], self.heads)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "heads": self.heads}


#: Quantiles at which numbers are cut: closer in the upper tail, where those are who are referred.
CUTS = (0.0, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.96, 0.985, 0.995, 0.999, 1.0)


def edges_of(numbers: Floats32) -> Floats32:
    """Edges of each number's bins at ``CUTS`` of training; equal ones are spread by a hair."""
    found = np.stack([np.nanquantile(column, CUTS) if np.isfinite(column).any() else CUTS for column in numbers.T])
    hair = np.maximum(found[:, -1:] - found[:, :1], 1e-3) * np.arange(len(CUTS)) * 1e-4
    return np.maximum.accumulate(found + hair, axis=1).astype(np.float32)


def built(edges: Floats32, sizes: Mapping[str, int], settings: NetSettings) -> Any:
    """An untrained net over numbers and categories of those sizes."""
    layers = keras.layers
    numbers = keras.Input((edges.shape[0],), name="numbers")
    categories = keras.Input((len(sizes),), dtype="int32", name="categories")
    told = [PiecewiseLinear(edges)(numbers)]
    for place, (name, size) in enumerate(sizes.items()):
        if size > settings.most_codes:
            continue
        told.append(layers.Embedding(size, settings.embedding, name=f"of_{name}")(categories[:, place]))
    wide = layers.Dropout(settings.dropout / 2)(layers.Concatenate()(told))
    shared = layers.Dense(settings.width, activation="relu")(wide)
    rows = layers.Reshape((1, settings.width))(layers.Dropout(settings.dropout)(shared))
    for _ in range(settings.depth):
        rows = layers.Activation("relu")(Member(settings.width, settings.members)(rows))
        rows = layers.Dropout(settings.dropout)(rows)
    heads = len(SPANS) + 1
    # What each number and code adds by itself; the members learn what it leaves over.
    alone = layers.Reshape((1, heads))(layers.Dense(heads, kernel_initializer="zeros")(layers.Concatenate()(told)))
    return keras.Model({"numbers": numbers, "categories": categories}, layers.Add()([Heads(heads)(rows), alone]))


def trained(
    inputs: Inputs,
    overstays: npt.NDArray[np.bool_],
    nights: npt.NDArray[np.int64],
    settings: NetSettings,
    seed: int,
    after_epoch: Callable[[int, Net], None] | None = None,
) -> Net:
    """A net trained on ``inputs``. Negatives are drawn anew each epoch; the logit is put right for it."""
    keras.utils.set_random_seed(seed)
    draw = np.random.default_rng(seed)
    codes = inputs.categories
    sizes = {n: int(codes[:, i].max(initial=0)) + 1 for i, n in enumerate(inputs.category_names)}
    model = built(edges_of(inputs.numbers), sizes, settings)
    positives, negatives = np.flatnonzero(overstays), np.flatnonzero(~overstays)
    wanted = min(len(negatives), settings.negatives * len(positives))
    steps = settings.epochs * ((len(positives) + wanted) // settings.batch)
    warm = max(1, steps // 20)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps, alpha=0.01, warmup_target=settings.learning_rate, warmup_steps=warm
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay), OutcomeAndSpans(settings.spans_weight)
    )
    goals = np.column_stack([*(nights >= span for span in SPANS), overstays]).astype(np.float32)
    net = Net(model, float(np.log(wanted / len(negatives))))
    for epoch in range(settings.epochs):
        rows = draw.permutation(np.concatenate([positives, draw.choice(negatives, wanted, replace=False)]))
        rows = rows[: len(rows) // settings.batch * settings.batch] if len(rows) > settings.batch else rows
        model.fit(_fed(inputs.take(rows)), goals[rows, None], batch_size=settings.batch, shuffle=False, verbose=0)
        if after_epoch:
            after_epoch(epoch, net)
    return net


@dataclass(frozen=True)
class Net:
    """A trained net, and the correction of its logit for the negatives that were not drawn."""

    model: Any
    logit_shift: float

    def scores(self, inputs: Inputs, batch: int = 4096) -> npt.NDArray[np.float64]:
        """Probability of an overstay, the mean of all members."""
        # Every batch has one shape, or the last would be compiled anew.
        rows = len(inputs.numbers)
        padded = inputs.take(np.resize(np.arange(rows), -(-rows // batch) * batch)) if rows else inputs
        logits = np.asarray(self.model.predict(_fed(padded), batch_size=batch, verbose=0))[:rows, :, -1]
        chances = 1 / (1 + np.exp(-(logits.astype(np.float64) + self.logit_shift)))
        return np.asarray(chances.mean(axis=1))


@keras.saving.register_keras_serializable("overstay_arrivals")
class OutcomeAndSpans(keras.losses.Loss):  # type: ignore[misc]
    """Cross-entropy of the outcome, and of the spans of nights with a weight of their own, over all members."""

    def __init__(self, spans_weight: float, name: str = "outcome_and_spans", **named: Any) -> None:
        super().__init__(name=name, **named)
        self.spans_weight = spans_weight

    def call(self, goals: Any, logits: Any) -> Any:
        ops = keras.ops
        entropy = ops.maximum(logits, 0.0) - logits * goals + ops.log1p(ops.exp(-ops.abs(logits)))
        return ops.mean(entropy[..., -1]) + self.spans_weight * ops.mean(entropy[..., :-1])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "spans_weight": self.spans_weight}


def _fed(inputs: Inputs) -> dict[str, npt.NDArray[Any]]:
    return {"numbers": np.ascontiguousarray(inputs.numbers), "categories": inputs.categories}
