"""``lakehouse simulate``: days of a made-up border, with what is true of them kept apart."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lakehouse.cli.console import count, duration, err, out, stopped_at_once

if TYPE_CHECKING:
    from lakehouse.simulator.config import Config, Summary
    from lakehouse.simulator.world import Watch


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("simulate")(simulate)


def simulate(
    days: Annotated[
        int, typer.Option(min=1, help="Days to add; to a world that is there already, after its last.")
    ] = 90,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day, instead of --days.", show_default=False),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(
            min=0.0005,
            max=2,
            help="1 is the real volume, 150,000 crossings a day; 0.0222 in a new world.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Another seed, another world; 1 in a new world.", show_default=False)
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day of a new world; 2025-12-01 by default.", show_default=False),
    ] = None,
    landing: Annotated[
        Path | None,
        typer.Option(
            envvar="LAKEHOUSE_LANDING",
            help="Folder that feeds are landed in; ./landing by default.",
            show_default=False,
        ),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            envvar="LAKEHOUSE_TRUTH",
            help="Folder of what is true, and of the world's own state; ./truth by default.",
            show_default=False,
        ),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=SHARE", help="A rate, such as behaviour.overstaying.base_rate=0.02 or dirt.late=0."
        ),
    ] = None,
    held_out: Annotated[
        list[str] | None,
        typer.Option(metavar="BEHAVIOUR", help="A behaviour to be kept from training; may be given again."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Tell nothing of single days, nor what to do next.")] = False,
) -> None:
    """Simulate days at the border: travellers, documents, carriers' messages, lists and cases.

    Everything is synthetic. The same seed makes the same files; a further run
    goes on after the last day and rewrites nothing. Rare behaviours and their
    benign twins are noted in the truth alone. A page beside it holds the world
    against the daily counts and waits that agencies publish, where they are landed.

    Examples:

      lakehouse simulate
      lakehouse simulate --days 7 --scale 0.01 --landing /tmp/landing --truth /tmp/truth
      lakehouse simulate --set behaviour.overstaying.base_rate=0.02 --held-out couriers
    """
    # Frames of a day are small: threads that share one cost more than they save, here and in the processes beside.
    # Polars reads this as it is imported.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    from lakehouse.settings import PROJECT, Settings
    from lakehouse.simulator.config import Config
    from lakehouse.simulator.world import simulate as simulated

    config = Config.of(
        Settings.from_environment(landing).landing,
        (truth or PROJECT / "truth").resolve(),
        days,
        scale=scale,
        seed=seed,
        start=start.date() if start else None,
        given=rates(given) if given else None,
        held_out=tuple(held_out) if held_out else None,
    )
    if until:
        config = config.until(until.date())
    if not config.days:
        out().print(f"All days up to {until:%Y-%m-%d} are there already.")
        return
    with _watched(config.days, quiet) as watch, stopped_at_once():
        summary = simulated(config, watch)
        page = calibrated(config)
    tell(config, summary, page, quiet)


def calibrated(config: Config) -> Path | None:
    """Write the page that holds the world against what agencies publish; None where what is landed is faulty."""
    import polars as pl

    from lakehouse.errors import SourceSurprise
    from lakehouse.simulator.calibration import report

    counts = pl.read_parquet(config.world / "daily_counts.parquet")
    try:
        return report(counts, config.landing, config.scale, config.truth / "calibration.html")
    except SourceSurprise as surprise:
        err().print(f"No page on calibration: a published series in {config.landing} cannot be read: {surprise}.")
        return None


def tell(config: Config, summary: Summary, page: Path | None, quiet: bool) -> None:
    """Say what was written, and where."""
    console = out()
    counts = summary.counts
    console.print(f"{summary.first} to {summary.last}, in {duration(summary.seconds)}; all of it is synthetic.")
    told = ("crossings", "legs", "referrals", "with a behaviour")
    console.print(", ".join(f"{count(counts.get(name, 0))} {name}" for name in told))
    if quiet:
        beside = f"; beside what agencies publish: {page}" if page else ""
        console.print(f"What is true of them: {config.truth}{beside}", soft_wrap=True)
        return
    console.print(f"landed in {config.landing}; what is true, in {config.truth}", soft_wrap=True)
    if page:
        console.print(f"beside what agencies publish: {page}", soft_wrap=True)
    console.print(f"next: lakehouse run --landing {config.landing}")


def rates(given: list[str]) -> dict[str, float]:
    """Rates by name, from texts such as ``dirt.late=0``."""
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise typer.BadParameter(f"{text} is not NAME=SHARE.", param_hint="--set")
    return found


@contextmanager
def _watched(days: int, quiet: bool) -> Iterator[Watch]:
    console = err()
    if quiet and not console.is_terminal:
        yield lambda _day, _crossings: None
        return
    if not console.is_terminal:
        yield lambda day, crossings: console.print(f"{day}: {count(crossings)} crossings")
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(24), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("before the first day", total=days)

        def watch(day: date, crossings: int) -> None:
            progress.update(task, advance=1, description=f"{day}: {count(crossings)} crossings")

        yield watch
