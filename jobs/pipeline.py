"""All steps of a run, in one session: sources first, then every table after what it reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

from jobs.steps import BAD, MODEL, Bench, Step, ingest_source, refresh_table, train_model
from jobs.steps import has_work as step_has_work
from lakehouse.registry import bronze_tables, models, sources, tables, told_of
from ml.training import training_of

#: Steps that share the session at a time: small tables leave most cores idle.
AT_ONCE = 6


@dataclass
class Report:
    """What a run did, step by step, and where to look next."""

    steps: list[Step] = field(default_factory=list)
    seconds: float = 0.0
    pages: Path | None = None

    @property
    def exit_status(self) -> int:
        """0 where everything landed is published, 1 where something was refused or failed."""
        return int(any(step.outcome in BAD for step in self.steps))


def plan(only: str | None = None) -> dict[str, set[str]]:
    """Steps by name with the steps each comes after.

    ``only`` restricts the tables to one and what it is built from.
    """
    steps: dict[str, set[str]] = {source.name: set() for source in sources()}
    of_source = {t.full_name(): t.source.name for t in bronze_tables().values()}
    built = {n: t for n, t in tables().items() if hasattr(t, "build")}
    for name, table in built.items():
        read = {of_source.get(i.full_name(), i.full_name()) for i in table.inputs().values()}
        steps[name] = told_of(table) | read & (set(built) | set(of_source.values()))
        steps[name] |= {f"{MODEL}{model.name}" for model in table.models().values()}
    for model in models():
        steps[f"{MODEL}{model}"] = {read.full_name() for read in training_of(model).reads}
    if only is None:
        return steps
    needed, pending = set(), [only]
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            pending += steps[name]
    return {name: before for name, before in steps.items() if name in needed}


def steps_behind(steps: dict[str, set[str]]) -> dict[str, int]:
    """How many steps wait one behind the other for each: the longest such chain is to be begun first."""
    behind = dict.fromkeys(steps, 0)
    for name in reversed(list(TopologicalSorter(steps).static_order())):
        for before in steps[name]:
            behind[before] = max(behind[before], behind[name] + 1)
    return behind


def has_work(bench: Bench, steps: Iterable[str]) -> bool:
    """Whether a run would do anything: then it needs a session, which takes some seconds to open."""
    return any(step_has_work(bench, name) for name in steps)


def _taker(name: str) -> Callable[[Bench, str], Step]:
    if name.startswith(MODEL):
        return train_model
    return ingest_source if name in {source.name for source in sources()} else refresh_table


def run(
    bench: Bench,
    steps: dict[str, set[str]],
    started: Callable[[str], None] = lambda _: None,
    finished: Callable[[Step], None] = lambda _: None,
) -> Report:
    """Take every step as soon as those before it are done; a failed one stops only what waits for it."""
    begun, report = time.monotonic(), Report()
    order = TopologicalSorter(steps)
    order.prepare()
    behind = steps_behind(steps)
    ready: list[str] = []
    running: dict[Future[Step], str] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while order.is_active():
            ready = sorted([*ready, *order.get_ready()], key=lambda name: (-behind[name], name))
            while ready and len(running) < AT_ONCE:
                name = ready.pop(0)
                started(name)
                running[pool.submit(_taker(name), bench, name)] = name
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                step = future.result()
                report.steps.append(step)
                finished(step)
                order.done(running.pop(future))
    report.pages = bench.auditor.write_pages([a for s in report.steps for a in s.audits])
    bench.store.discard()
    report.seconds = time.monotonic() - begun
    return report
