"""Keras, on JAX: it reads which backend to take when it is first imported."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras

__all__ = ["keras"]
