"""``lakehouse run``: every step, watched, and what came of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from lakehouse.cli.closing import point_on, tell
from lakehouse.cli.console import Warehouse, count, duration, err, session, stopped_at_once

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from jobs.steps import Step
    from lakehouse.settings import Settings


#: Days that are simulated where there is no landing, and the first of them.
DAYS, START = 90, date(2025, 12, 1)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("run")(run)


def run(
    landing: Annotated[
        Path | None,
        typer.Option(
            envvar="LAKEHOUSE_LANDING",
            exists=True,
            file_okay=False,
            help="Folder with a folder for each source; ./landing by default, simulated where there is none.",
            show_default=False,
        ),
    ] = None,
    warehouse: Warehouse = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Day as of which stays are judged; by default the last that crossings tell of.",
        ),
    ] = None,
    only: Annotated[str | None, typer.Option(metavar="TABLE", help="One table and what it is built from.")] = None,
) -> None:
    """Bring every table up to date with the landing folder.

    Reads what is new, refuses files that are not what their source declares,
    stages, audits and publishes. A run with nothing new publishes nothing.
    Exit status: 0 if all is published, 1 if something was refused or failed,
    2 for wrong usage, 130 if stopped.

    Examples:

      lakehouse run
      lakehouse run --landing ../shared/landing
      lakehouse run --as-of 2016-09-19 --only gold.overstay_rate_port
    """
    from lakehouse import logs
    from lakehouse.settings import Settings

    settings = Settings.from_environment(landing, warehouse)
    log = logs.configure(settings.warehouse)
    steps = _steps(only)
    if not settings.landing.exists():
        _make_landing(settings)
    _say_if_simulated(settings.landing)
    from jobs import pipeline
    from jobs.steps import Bench
    from lakehouse.session import Sessions, is_small

    sessions = Sessions(lambda: session(settings, small=is_small(settings.landing)))
    bench = Bench.open(sessions, settings, as_of.date() if as_of else None)
    if pipeline.has_work(bench, steps):
        preload = Thread(target=_load_auditing, daemon=True)
        preload.start()
        sessions.open()
        preload.join()
    with _watched(len(steps)) as watch, stopped_at_once():
        report = pipeline.run(bench, steps, watch.started, watch.finished)
    tell(report, list(steps))
    point_on(report, log, f" --warehouse {warehouse}" if warehouse else "")
    raise typer.Exit(report.exit_status)


def _steps(only: str | None) -> dict[str, set[str]]:
    from jobs.pipeline import plan
    from lakehouse.declare import Bronze
    from lakehouse.registry import table

    steps = plan()
    if only is None or only in steps:
        return plan(only)
    named = table(only)
    name = named.source.name if issubclass(named, Bronze) else named.full_name()
    if name not in steps:
        raise typer.BadParameter(f"{name} is written by every run, not built on its own.", param_hint="--only")
    return plan(name)


def _make_landing(settings: Settings) -> None:
    """Have another process simulate feeds: what is true of them is kept where no run of the pipeline looks."""
    landing = settings.landing
    part = landing.with_name(f".{landing.name}.part")
    err().print(f"There is no {landing}: {DAYS} days of agency feeds are simulated first.")
    words = ("simulate", "--landing", str(part), "--until", str(START + timedelta(days=DAYS - 1)), "--quiet")
    done = subprocess.run([sys.executable, "-c", "from lakehouse.cli import main; main()", *words])
    if done.returncode:
        raise typer.Exit(done.returncode)
    part.rename(landing)


def _say_if_simulated(landing: Path) -> None:
    from lakehouse.settings import SIMULATED

    if (landing / SIMULATED).exists():
        err().print(f"{landing} holds simulated feeds: whatever is found in them is synthetic.")


def _load_auditing() -> None:
    """Import what audits need while Java starts: both take some seconds, and Java's is spent waiting."""
    with suppress(Exception):  # It is imported again where it is needed, and complains there.
        import_module("great_expectations")


class _Lines:
    """A line for each step that is done."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total, self._done = console, total, 0

    def started(self, name: str) -> None:
        pass

    def finished(self, step: Step) -> None:
        self._done += 1
        rows = f"{count(step.rows_published)} rows, " if step.rows_published else ""
        self._console.print(f"{self._done}/{self._total} {step.name}: {step.outcome} ({rows}{duration(step.seconds)})")


class _Bars:
    """A bar for the run, and below it the steps under way."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        self._all = progress.add_task(f"0 of {total} steps", total=total)
        self._running: dict[str, TaskID] = {}

    def started(self, name: str) -> None:
        self._running[name] = self._progress.add_task(name, total=None)

    def finished(self, step: Step) -> None:
        self._done += 1
        self._progress.remove_task(self._running.pop(step.name))
        self._progress.update(self._all, advance=1, description=f"{self._done} of {self._total} steps")
        if step.outcome in ("refused", "failed"):
            self._progress.console.print(f"{step.name}: {step.outcome}", style="red")


@contextmanager
def _watched(total: int) -> Iterator[_Lines | _Bars]:
    console = err()
    if not console.is_terminal:
        yield _Lines(console, total)
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), BarColumn(24), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bars(progress, total)
