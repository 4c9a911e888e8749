"""``lakehouse train``: models from the published tables, put before reviewers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lakehouse.cli.console import Warehouse, err, indented, listing, out, session, stopped_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.settings import Settings
    from ml.tracking import Tracking
    from ml.training import Candidate, Job

_HEADERS = ("model", "version", "what", "measure", "value", "from", "to")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("train")(train)


def train(
    model: Annotated[
        str, typer.Argument(metavar="[MODEL]", help="Name of the model; all by default.", show_default=False)
    ] = "",
    small: Annotated[bool, typer.Option("--small", help="Few rows and one seed: to see that it works.")] = False,
    seeds: Annotated[str, typer.Option(metavar="N,N,…", help="Seeds, each trained once and averaged.")] = "",
    by: Annotated[
        str, typer.Option(metavar="NAME", help="Who trains; by default who is logged in.", show_default=False)
    ] = "",
    warehouse: Warehouse = None,
) -> None:
    """Train models on the published tables, and keep all that reviewers need.

    Each candidate becomes a run with figures, pictures and a model card, and a
    version in the registry; the last is the challenger. None becomes champion:
    `lakehouse model approve` and `promote` are for somebody else than who trained it.
    A model for which the tables hold too little is left out, and the exit status is 1.

    Examples:

      lakehouse train
      lakehouse train overstay_risk --small
      lakehouse train overstay_risk --seeds 0,1,2,3,4 --by "Chen Yu-ting"
    """
    from lakehouse.errors import NotPublished, TooLittleKnown
    from lakehouse.settings import Settings
    from ml.report import write_report
    from ml.tracking import Tracking
    from ml.training import JOBS, job_of

    numbers = _numbers(seeds)
    jobs = {name: job_of(name) for name in ([model] if model else JOBS)}
    settings = Settings.from_environment(None, warehouse)
    tracking = Tracking.of(settings)
    untrained = False
    for name, job in jobs.items():
        command = " ".join(("lakehouse train", name, *(["--small"] * small), *([f"--seeds {seeds}"] if seeds else [])))
        try:
            with stopped_at_once():
                candidates = _trained(name, job, settings, tracking, job.settings_of(small=small, seeds=numbers), by)
        except (NotPublished, TooLittleKnown) as fault:
            err().print(f"{name} is not trained. {fault}")
            untrained = True
            continue
        page = write_report(settings.warehouse / "models", name, job.CARD, candidates, tracking, command)
        _tell(name, candidates, tracking)
        out().print(f"the page with plots: {page}", soft_wrap=True)
    if untrained:
        raise typer.Exit(1)


def _trained(name: str, job: Job, settings: Settings, tracking: Tracking, size: object, by: str) -> Sequence[Candidate]:
    from lakehouse.session import Sessions
    from lakehouse.store import Store, now_utc

    err().print(f"{name}: reading")
    sessions = Sessions(lambda: session(settings, small=False))
    try:
        rows = job.read(Store(sessions, settings, "training", now_utc()))
    finally:
        # Java's memory is wanted for the training.
        sessions.stop()
    err().print(f"{name}: training")
    return job.made(rows, tracking, size, by)


def _numbers(seeds: str) -> tuple[int, ...]:
    try:
        return tuple(int(seed) for seed in seeds.split(",") if seed)
    except ValueError:
        raise typer.BadParameter(f"{seeds} is no list of numbers, such as 0,1,2.", param_hint="--seeds") from None


def _tell(model: str, candidates: Sequence[Candidate], tracking: Tracking) -> None:
    from ml.registry import Registry

    rows = []
    for one in candidates:
        measure = one.evaluated.comparison.measure
        ends = one.evaluated.intervals[measure]
        shown = (f"{value:.4f}" for value in (ends.estimate, ends.low, ends.high))
        rows.append((model, str(one.logged.version), one.name, measure, *shown))
    console = out()
    listing(console, _HEADERS, rows, numbers=("version", "value", "from", "to"))
    registry = Registry(tracking)
    for one in candidates:
        reasons = registry.refused_because(registry.version(model, str(one.logged.version)))
        console.print(f"The gate on version {one.logged.version}", style="bold")
        for reason in reasons:
            indented(console, f"against it: {reason}")
        if not reasons:
            indented(console, "Nothing stands against it.")
    console.print(f"runs: {tracking.how_to_look}", soft_wrap=True)
