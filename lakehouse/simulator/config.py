"""What a simulated world is made from, and what came of simulating it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

from lakehouse.errors import LakehouseError
from lakehouse.simulator.behaviours import BEHAVIOURS, rates


class OtherWorld(LakehouseError):
    """A world is there already, and it was made from something else."""


def last_day(world: Path) -> date | None:
    """The last day that a world has written, or None."""
    days = [path.name for path in (world / "days").glob("????-??-??")]
    return date.fromisoformat(max(days)) if days else None


@dataclass(frozen=True)
class Terms:
    """What every draw depends on; ``first`` is the world's first day, in days since 1970."""

    seed: int
    scale: float
    rates: Mapping[str, float]
    first: int


@dataclass(frozen=True)
class Config:
    """``scale`` 1 is the real volume, about 150,000 crossings a day; ``given`` sets rates by their names."""

    landing: Path
    truth: Path
    days: int = 90
    scale: float = 0.0222
    seed: int = 1
    start: date = date(2025, 12, 1)
    given: Mapping[str, float] = field(default_factory=dict)
    held_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rates(self.given)
        unknown = sorted(set(self.held_out) - {behaviour.name for behaviour in BEHAVIOURS})
        if unknown:
            raise LakehouseError(
                f"There is no behaviour {', '.join(unknown)}; there are {', '.join(b.name for b in BEHAVIOURS)}."
            )

    @property
    def world(self) -> Path:
        """Folder of the world's own state, apart from the landing."""
        return self.truth / "world"

    @classmethod
    def of(cls, landing: Path, truth: Path, days: int = 90, **chosen: Any) -> Self:
        """As chosen; what is None or not named is that of the world there, or the default where there is none."""
        path = truth / "world" / "world.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        if known:
            known["start"] = date.fromisoformat(known["start"])
            known["held_out"] = tuple(known["held_out"])
        named = {name: value for name, value in chosen.items() if value is not None}
        return cls(landing, truth, days, **{**known, **named})

    def until(self, last: date) -> Self:
        """The same, with as many days as are missing up to ``last``, 0 where all of them are landed.

        Raises ``OtherWorld`` where the world has reached that day, but not in this landing.
        """
        reached = last_day(self.world) or self.start - timedelta(days=1)
        if reached >= last and not (self.landing / "inspections" / last.isoformat()).is_dir():
            raise OtherWorld(
                f"The world in {self.truth} has reached {reached} already. Name its landing, or move the world away to "
                "begin it anew."
            )
        return replace(self, days=max(0, (last - reached).days))

    def made_from(self) -> dict[str, object]:
        """What may not change from one run to the next."""
        return {
            "scale": self.scale,
            "seed": self.seed,
            "start": self.start.isoformat(),
            "given": dict(sorted(self.given.items())),
            "held_out": sorted(self.held_out),
        }

    def keep(self) -> None:
        """Note what the world is made from; raises ``OtherWorld`` where another is there."""
        path = self.world / "world.json"
        if path.exists():
            there = json.loads(path.read_text())
            differs = [name for name, value in self.made_from().items() if there.get(name) != value]
            if differs:
                told = ", ".join(f"{name} {there.get(name)}" for name in differs)
                raise OtherWorld(
                    f"The world in {self.world} was made with {told}. Go on with the same, or name another --truth "
                    "and another --landing."
                )
            return
        self.world.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(self.made_from(), indent=2, ensure_ascii=False))
        os.replace(part, path)


@dataclass(frozen=True)
class Summary:
    """What a run has simulated: days from ``first`` to ``last``, and how many of what."""

    first: date
    last: date
    counts: Mapping[str, int]
    seconds: float
