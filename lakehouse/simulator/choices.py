"""Weighted choices, many groups of them looked up at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lakehouse.errors import DeclarationError

Draws = NDArray[np.uint64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Choices:
    """Groups of weighted options on one sorted line, so that a single binary search chooses for every row.

    Group g owns the integers from g * 2**32 up to (g + 1) * 2**32, cut among its
    options by weight. Weights are whole numbers and all arithmetic is exact: the
    same draw chooses the same option on every machine.
    """

    ends: Draws
    options: Codes

    @classmethod
    def of(cls, groups: Sequence[Sequence[tuple[int, int]]]) -> Self:
        """Choices among each group's ``(option, weight)``; raises where a group has nothing to choose."""
        ends: list[int] = []
        options: list[int] = []
        for number, group in enumerate(groups):
            total = sum(weight for _, weight in group)
            if total <= 0:
                raise DeclarationError(f"group {number} has no option with a weight: give it one")
            reached = 0
            for option, weight in group:
                reached += weight
                ends.append((number << 32) + (reached << 32) // total)
                options.append(option)
        return cls(np.array(ends, np.uint64), np.array(options, np.int64))

    def choose(self, groups: Codes, draws: Draws) -> Codes:
        """The option of each row: ``groups`` and ``draws`` have the shape (n,), draws are below 2**32."""
        place = (groups.astype(np.uint64) << np.uint64(32)) | draws
        return self.options[np.searchsorted(self.ends, place, side="right")]
