"""How commands speak: tables and progress on terminals, plain lines in pipes and files."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from lakehouse.settings import Settings

#: Status that shells give to what Ctrl-C ended.
STOPPED = 130
#: Lines in pipes are not wrapped: whoever reads them may search by line.
_UNWRAPPED = 10_000
#: Blanks between columns.
_GAP = 2

Warehouse = Annotated[
    Path | None,
    typer.Option(
        envvar="LAKEHOUSE_WAREHOUSE", help="Folder of the tables; ./warehouse by default.", show_default=False
    ),
]
TableName = Annotated[
    str, typer.Argument(metavar="TABLE", help="A table, as layer.table or table alone.", show_default=False)
]


def out() -> Console:
    """Where results go."""
    return _console(stderr=False)


def err() -> Console:
    """Where notices go, so that results can be piped."""
    return _console(stderr=True)


def complain(paragraph: str, title: str = "error") -> None:
    """Say what went wrong, and what to do, as one paragraph."""
    console = err()
    if console.is_terminal:
        console.print(Panel(Text(paragraph), title=title, title_align="left", border_style="red", padding=(0, 1)))
    else:
        console.print(f"lakehouse: {title}: {paragraph}")


def say_stopped() -> None:
    """Say that Ctrl-C was heard, and what it leaves."""
    complain("Nothing half-done is visible; run again to go on.", title="stopped")


@contextmanager
def stopped_at_once() -> Iterator[None]:
    """Within the block Ctrl-C ends the process without waiting for its threads.

    Steps that run side by side would go on to their ends. What they leave is
    what a killed run leaves, and the next one sweeps it up.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        err().show_cursor()
        say_stopped()
        sys.stderr.flush()
        os._exit(STOPPED)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def listing(
    console: Console,
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[str] = (),
    styles: Sequence[str] | None = None,
    footer: Sequence[str] = (),
) -> None:
    """Print rows under ``headers`` unless all are empty; ``numbers`` are set to the right, ``styles`` goes by row."""
    if not console.is_terminal:
        _print_plain(console, headers, [*rows, *([footer] if footer else [])], numbers)
        return
    grid = Grid(box=None, header_style="bold", show_header=any(headers), show_footer=bool(footer))
    grid.pad_edge, grid.padding = False, (0, _GAP, 0, 0)
    for place, header in enumerate(headers):
        justify = "right" if header in numbers else "left"
        ending = Text(footer[place], style="bold") if footer else ""
        grid.add_column(header, footer=ending, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for place, row in enumerate(rows):
        grid.add_row(*row, style=styles[place] if styles else None)
    console.print(grid)


def fits(console: Console, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows can be listed in lines of the console's width."""
    return sum(width + _GAP for width in _widths(headers, rows)) - _GAP <= console.width


def indented(console: Console, paragraph: str) -> None:
    """Print a paragraph that stands in under a heading, and stays in where it wraps."""
    if console.is_terminal:
        console.print(Padding(Text(paragraph), (0, 0, 0, 2)))
    else:
        console.print(f"  {paragraph}")


def count(number: int | None) -> str:
    """A whole number as readers like it; an en dash where there is none."""
    return "–" if number is None else f"{number:,}"


def duration(seconds: float) -> str:
    """A duration: seconds, from two minutes on minutes too."""
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def session(settings: Settings, *, small: bool = True) -> SparkSession:
    """The session, with logging set up; what Java says on the console goes to the log.

    Raises ``SetupIncomplete`` where Java does not start.
    """
    from lakehouse import logs

    path = logs.configure(settings.warehouse)
    with _waiting("Starting Spark"), _stopped_afterwards(), logs.console_kept():
        from pyspark.errors import PySparkRuntimeError

        from lakehouse.errors import SetupIncomplete
        from lakehouse.session import open_session

        try:
            return open_session(settings, small=small)
        except PySparkRuntimeError as fault:
            raise SetupIncomplete(
                "Spark could not start Java. `make preflight` says what this machine lacks, "
                f"and {path} holds what Java said."
            ) from fault


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _UNWRAPPED
    return Console(stderr=stderr, width=width, markup=False, emoji=False, highlight=False, soft_wrap=False)


def _print_plain(
    console: Console, headers: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str]
) -> None:
    widths = _widths(headers, rows)
    for row in (*([headers] if any(headers) else []), *rows):
        line = ""
        for header, cell, width in zip(headers, row, widths, strict=True):
            blanks = " " * (width - cell_len(cell))
            line += (blanks + cell if header in numbers else cell + blanks) + " " * _GAP
        console.file.write(line.rstrip() + "\n")


def _widths(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(cell_len, column)) for column in zip(headers, *rows, strict=True)]


@contextmanager
def _stopped_afterwards() -> Iterator[None]:
    """Ctrl-C is heard at the end of the block: Java, left alone while it starts, would wait for ever."""
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt


@contextmanager
def _waiting(message: str) -> Iterator[None]:
    """A spinner on the terminal itself, which the block may have taken from this process."""
    if not sys.stderr.isatty():
        yield
        return
    with os.fdopen(os.dup(2), "w") as terminal, Console(file=terminal).status(message):
        yield
