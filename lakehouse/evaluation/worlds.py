"""Worlds simulated, built and evaluated one after the other, each in folders of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from jobs import pipeline
from jobs.steps import BAD, Bench, Step
from lakehouse.evaluation.job import Evaluated, evaluate
from lakehouse.evaluation.questions import QUESTIONS
from lakehouse.registry import tables
from lakehouse.session import Sessions
from lakehouse.settings import Settings
from lakehouse.silver.inspections import Inspections
from lakehouse.simulator.config import Config
from lakehouse.simulator.world import simulate

#: Sources that the simulator does not write and that its files are read with: linked from another landing.
CODE_LISTS = ("iso3166", "openflights")

Told = Callable[[str], None]


@dataclass(frozen=True)
class World:
    """What is simulated for one seed, and where."""

    seed: int
    days: int
    scale: float
    held_out: tuple[str, ...]
    home: Path
    given: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"seed {self.seed}"

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def truth(self) -> Path:
        return self.home / "truth"


def name_of(truth: Path) -> str:
    """How the world of a truth is called: by its seed, else by the folder."""
    made_from = truth / "world" / "world.json"
    return f"seed {json.loads(made_from.read_text())['seed']}" if made_from.exists() else truth.resolve().parent.name


def built(world: World, sessions: Sessions, settings: Settings, told: Told) -> Evaluated:
    """Simulate ``world`` as far as it is not there yet, run the pipeline on it, and measure.

    ``settings`` name the landing whose code lists are linked, and the key. Raises
    ``NotPublished`` where not even the inspections could be built.
    """
    bench = built_for(world, asked(), sessions, settings, told)
    return evaluate(world.name, world.truth, bench.store)


def built_for(world: World, named: Iterable[str], sessions: Sessions, settings: Settings, told: Told) -> Bench:
    """Simulate ``world`` as far as it is not there yet, and build the tables ``named``."""
    simulated(world, settings.landing, told)
    own = replace(settings, landing=world.landing, warehouse=world.home / "warehouse")
    bench = Bench.open(sessions, own)

    def finished(step: Step) -> None:
        told(" ".join((f"{world.name}: {step.name} {step.outcome}.", *(step.messages if step.outcome in BAD else ()))))

    pipeline.run(bench, steps(named), finished=finished)
    return bench


def asked() -> set[str]:
    """Tables that the questions read."""
    return {Inspections.full_name(), *(name for question in QUESTIONS for name in question.reads)}


def steps(named: Iterable[str] | None = None) -> dict[str, set[str]]:
    """Steps of the pipeline that tables, by default those that are asked about, need: they and what is below them."""
    needed: dict[str, set[str]] = {}
    for name in sorted(set(asked() if named is None else named) & set(tables())):
        needed |= pipeline.plan(name)
    return needed


def simulated(world: World, beside: Path, told: Told) -> None:
    """Simulate the days that are missing; link code lists first, as the simulator's schedule comes from them."""
    world.landing.mkdir(parents=True, exist_ok=True)
    for name in CODE_LISTS:
        link = world.landing / name
        if (beside / name).is_dir() and not link.exists():
            link.symlink_to((beside / name).resolve(), target_is_directory=True)
    there = len(list((world.truth / "crossings").glob("*.parquet")))
    if there < world.days:
        config = Config(
            landing=world.landing,
            truth=world.truth,
            days=world.days - there,
            scale=world.scale,
            seed=world.seed,
            held_out=world.held_out,
            given=world.given,
        )
        summary = simulate(config)
        told(f"{world.name}: simulated {summary.first} to {summary.last}")
