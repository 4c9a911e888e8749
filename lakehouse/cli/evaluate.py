"""``lakehouse evaluate``: what datasets find, compared with what the simulator did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lakehouse.cli.console import Warehouse, count, err, listing, out, session, stopped_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.evaluation.job import Evaluated
    from lakehouse.evaluation.measures import Share
    from lakehouse.session import Sessions
    from lakehouse.settings import Settings

_HEADERS = ("world", "behaviour", "dataset", "counted", "named from", "so", "named", "precision", "recall", "twins")
_NUMBERS = ("so", "named", "precision", "recall", "twins")


CodeLists = Annotated[
    Path | None,
    typer.Option(
        envvar="LAKEHOUSE_LANDING",
        exists=True,
        file_okay=False,
        help="Landing whose code lists simulated worlds are read with; ./landing by default.",
        show_default=False,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("evaluate")(evaluate)
    app.command("evaluate-histories")(evaluate_histories)


def evaluate(
    truth: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Truth of the world that the warehouse holds.",
            show_default=False,
        ),
    ] = None,
    warehouse: Warehouse = None,
    seeds: Annotated[
        str, typer.Option(metavar="N,N,…", help="Worlds to simulate, build and evaluate instead, one a seed.")
    ] = "",
    days: Annotated[int, typer.Option(min=1, help="Days of each such world.")] = 90,
    scale: Annotated[float, typer.Option(min=0.0005, max=2, help="Its size; 1 is 150,000 crossings a day.")] = 0.0222,
    held_out: Annotated[
        list[str] | None, typer.Option(metavar="BEHAVIOUR", help="Marked as held out in its truth.", show_default=False)
    ] = None,
    work: Annotated[Path, typer.Option(file_okay=False, help="Folder of such worlds and of the result.")] = Path(
        "evaluation"
    ),
    landing: CodeLists = None,
) -> None:
    """Compare datasets with the simulator's truth: precision and recall of each, as a table and a page with plots.

    The result is ops.detection_quality, in the warehouse that is compared, or
    for seeds in that of the folder of work; the page stands beside its audits.
    Nothing else reads the truth. Worlds that are there already are gone on with.

    Examples:

      lakehouse evaluate --truth truth
      lakehouse evaluate --seeds 1,2,3 --held-out couriers --work /tmp/evaluation
    """
    from lakehouse.session import Sessions
    from lakehouse.settings import Settings

    if (truth is None) == (not seeds):
        raise typer.BadParameter("Name either the truth of one warehouse or the seeds of worlds to make.")
    numbers = _numbers(seeds)
    settings = Settings.from_environment(landing, warehouse if truth else work / "warehouse")
    sessions = Sessions(lambda: session(settings, small=False))
    sessions.open()
    with stopped_at_once():
        if truth:
            worlds = [_one(truth.resolve(), sessions, settings)]
        else:
            worlds = _many(numbers, days, scale, tuple(held_out or ()), work.resolve(), sessions, settings)
        page = _published(worlds, sessions, settings)
    _tell(worlds)
    out().print(f"\nthe page with plots: {page}", soft_wrap=True)


def evaluate_histories(
    train: Annotated[str, typer.Option(metavar="N,N,…", help="Seeds of the worlds that are learned from.")] = "1,2",
    test: Annotated[str, typer.Option(metavar="N,N,…", help="Seeds of those that are judged on.")] = "3",
    days: Annotated[int, typer.Option(min=30, help="Days of each world.")] = 90,
    scale: Annotated[float, typer.Option(min=0.0005, max=2, help="Its size; 1 is 150,000 crossings a day.")] = 0.004,
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=SHARE", help="A rate of each world, as of lakehouse simulate."),
    ] = None,
    held_out: Annotated[
        list[str] | None, typer.Option(metavar="BEHAVIOUR", help="Seen by no training.", show_default=False)
    ] = None,
    small: Annotated[bool, typer.Option("--small", help="One seed, and small models.")] = False,
    work: Annotated[Path, typer.Option(file_okay=False, help="Folder of the worlds and of the page.")] = Path(
        "evaluation/histories"
    ),
    landing: CodeLists = None,
) -> None:
    """Train models on the histories of simulated worlds, and judge them on others by what is true.

    The same models are taught by what is true and by what the agency found, and
    judged on behaviours that no training saw. The result is a page in the folder
    of work. Worlds that are there already are gone on with.

    Examples:

      lakehouse evaluate-histories --held-out couriers --held-out several_identities
      lakehouse evaluate-histories --train 1 --test 2 --small --work /tmp/histories
    """
    from lakehouse.cli.simulate import rates
    from lakehouse.evaluation.histories import TABLES, judged, told
    from lakehouse.evaluation.histories_page import write_page
    from lakehouse.evaluation.worlds import World, built_for
    from lakehouse.session import Sessions
    from lakehouse.settings import Settings
    from ml.high_risk_histories.settings import FULL, SMALL

    settings = Settings.from_environment(landing, work / "warehouse")
    sessions = Sessions(lambda: session(settings, small=False))
    sessions.open()
    chosen, home = rates(given or []), work.resolve()

    def world(seed: int) -> World:
        return World(seed, days, scale, tuple(held_out or ()), home / f"seed-{seed}", chosen)

    with stopped_at_once():
        names = [table.full_name() for table in TABLES]
        read = {
            seed: told(built_for(one, names, sessions, settings, err().print).store, one.truth)
            for seed in (*_numbers(train), *_numbers(test))
            for one in (world(seed),)
        }
        found = judged(
            [read[seed] for seed in _numbers(train)], [read[seed] for seed in _numbers(test)], SMALL if small else FULL
        )
    out().print(f"the page: {write_page(home / 'histories.html', found)}", soft_wrap=True)


def _one(truth: Path, sessions: Sessions, settings: Settings) -> Evaluated:
    from lakehouse.evaluation.job import evaluate as evaluated
    from lakehouse.evaluation.worlds import name_of
    from lakehouse.store import Store, now_utc

    return evaluated(name_of(truth), truth, Store(sessions, settings, "evaluation", now_utc()))


def _many(
    seeds: list[int],
    days: int,
    scale: float,
    held_out: tuple[str, ...],
    work: Path,
    sessions: Sessions,
    settings: Settings,
) -> list[Evaluated]:
    from lakehouse.evaluation.worlds import World, built

    def told(line: str) -> None:
        err().print(line)

    made = (World(seed, days, scale, held_out, work / f"seed-{seed}") for seed in seeds)
    return [built(world, sessions, settings, told) for world in made]


def _published(worlds: list[Evaluated], sessions: Sessions, settings: Settings) -> Path:
    from jobs.steps import Bench
    from lakehouse.evaluation.job import publish

    bench = Bench.open(sessions, settings)
    try:
        return publish(bench.store, bench.auditor, worlds)
    finally:
        bench.store.discard()


def _numbers(seeds: str) -> list[int]:
    try:
        return [int(seed) for seed in seeds.split(",") if seed]
    except ValueError:
        raise typer.BadParameter(f"{seeds} is no list of numbers, such as 1,2,3.", param_hint="--seeds") from None


def _tell(worlds: Sequence[Evaluated]) -> None:
    rows = [
        (
            *(world.world, row.behaviour, row.dataset, row.unit, row.operating_point),
            *(count(row.counts.actual), count(row.counts.named)),
            *(_share(share) for share in (row.counts.precision, row.counts.recall, row.counts.twins_named)),
        )
        for world in worlds
        for row in world.measured
        if row.not_measured_because is None
    ]
    listing(out(), _HEADERS, rows, numbers=_NUMBERS)
    absent = [row for world in worlds for row in world.measured if row.not_measured_because is not None]
    for behaviour, dataset, why in sorted({(a.behaviour, a.dataset, a.not_measured_because or "") for a in absent}):
        out().print(f"not measured: {behaviour}{f' by {dataset}' if dataset != 'none' else ''}: {why}")


def _share(share: Share | None) -> str:
    return "–" if share is None or share.ratio is None else f"{share.ratio:.3f}"
