"""What a run did, step by step, and where to look next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.cli.console import count, duration, indented, listing, out

if TYPE_CHECKING:
    from rich.console import Console

    from jobs.pipeline import Report
    from jobs.steps import Step

_HEADERS = ("step", "outcome", "read", "refused", "blanked", "published", "took")
_STYLES = {"unchanged": "dim", "skipped": "dim", "refused": "red", "failed": "red", "waiting": "red"}


def tell(report: Report, order: list[str]) -> None:
    """Print the closing table, with a row for each step in ``order``, and below it what needs words."""
    from jobs.steps import BAD

    steps = sorted(report.steps, key=lambda step: order.index(step.name))
    console = out()
    console.print()
    listing(
        console,
        _HEADERS,
        [_row(step) for step in steps],
        numbers=_HEADERS[2:],
        styles=[_STYLES.get(step.outcome, "") for step in steps],
        footer=_totals(report, steps),
    )
    for heading, found in (
        ("Refused or failed", [s for s in steps if s.outcome in BAD]),
        ("Also", [s for s in steps if s.outcome not in BAD]),
    ):
        said = [_signed(step.name, message) for step in found for message in step.messages]
        _paragraphs(console, heading, said)


def point_on(report: Report, log: Path, option: str) -> None:
    """Print where to look next; ``option`` is what commands must carry to find this warehouse."""
    from lakehouse.settings import PROJECT

    gold = [step.name for step in report.steps if step.name.startswith("gold.") and step.rows_published]
    put_aside = any(step.put_aside for step in report.steps)
    dictionary = PROJECT / "docs" / "dictionary.html"
    places = [
        ("what each table holds", f"lakehouse tables{option}"),
        ("rows", f'lakehouse query{option} "SELECT * FROM {gold[0]} LIMIT 10"' if gold else ""),
        ("what was put aside, and why", f"lakehouse quarantine{option}" if put_aside else ""),
        ("audits, table by table", str(report.pages or "")),
        ("meaning of every column", str(dictionary) if dictionary.exists() else "lakehouse dictionary"),
        ("log", str(log)),
    ]
    console = out()
    console.print("\nWhere to look next", style="bold")
    for what, where in places:
        if where:
            console.print(f"  {what}: {where}", soft_wrap=True)  # A command that is copied must not be broken.


def _row(step: Step) -> list[str]:
    refused = count(step.rows_refused)
    if _is_source(step):
        refused = f"{refused} file{'' if step.rows_refused == 1 else 's'}"
    numbers = (count(step.rows_read), refused, count(step.values_blanked), count(step.rows_published))
    shown = ["" if number.split(" ")[0] == "0" else number for number in numbers]
    return [step.name, step.outcome, *shown, duration(step.seconds)]


def _totals(report: Report, steps: list[Step]) -> list[str]:
    landed, tables = [s for s in steps if _is_source(s)], [s for s in steps if not _is_source(s)]
    files = sum(s.rows_refused for s in landed)
    return [
        f"{len(steps)} steps",
        f"{sum(s.outcome == 'published' for s in steps)} published",
        f"{count(sum(s.rows_read for s in landed))} landed",
        f"{count(sum(s.rows_refused for s in tables))} rows" + (f", {count(files)} files" if files else ""),
        count(sum(s.values_blanked for s in steps)),
        count(sum(s.rows_published for s in tables)),
        duration(report.seconds),
    ]


def _signed(name: str, message: str) -> str:
    """The message, begun with the step's name where it does not begin so itself."""
    return message if message.startswith(f"{name} ") else f"{name}: {message}"


def _is_source(step: Step) -> bool:
    return "." not in step.name


def _paragraphs(console: Console, heading: str, said: list[str]) -> None:
    if said:
        console.print(f"\n{heading}", style="bold")
    for paragraph in said:
        indented(console, paragraph)
