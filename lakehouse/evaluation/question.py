"""What is asked of a dataset: which behaviour it finds, from which of its columns that is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from lakehouse.evaluation.measures import Measured
from lakehouse.evaluation.truth import Truth

Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Question:
    """``reads`` are the columns taken of each published table, by its full name; the first is the one judged."""

    behaviour: str
    reads: Mapping[str, tuple[str, ...]]
    measure: Callable[[Truth, Frames], list[Measured]]

    @property
    def dataset(self) -> str:
        """The table that is judged."""
        return next(iter(self.reads))

    def unanswered(self, because: str, *, is_held_out: bool = False) -> Measured:
        """A row that says why there are no figures."""
        return Measured(
            self.dataset,
            self.behaviour,
            "persons",
            "all named",
            "Not measured.",
            is_held_out=is_held_out,
            not_measured_because=because,
        )
