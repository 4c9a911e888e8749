"""The commands in one application, and what becomes of their faults."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from lakehouse.cli.console import STOPPED, complain, say_stopped
from lakehouse.errors import LakehouseError

FLOW = """[bold]How data flows[/bold]

  landing  files as they come, in a folder for each source
  bronze   raw records, and where each came from
  silver   one real-world entity a table, typed
  gold     one question a table, without direct personal data

Every version is staged, audited, and only then published.
Refused records are in silver.quarantine, with the reason.

[bold]To begin[/bold]

  lakehouse run
  lakehouse tables
  lakehouse show gold.stay_ledger"""


class Explaining(TyperGroup):
    """Tells of every fault in one paragraph; traces go to the log alone."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say_stopped()
            raise typer.Exit(STOPPED) from None
        except LakehouseError as fault:
            complain(str(fault))
            raise typer.Exit(1) from None
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise
        except Exception as fault:
            complain(_unexpected(fault))
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=Explaining,
    help="Border records, from landed files to validated tables.",
    epilog=FLOW,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Entry of the ``lakehouse`` command."""
    app(prog_name="lakehouse")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"lakehouse {version('border-lakehouse')}, Python {sys.version.split()[0]}")
        raise typer.Exit


@app.callback()
def lakehouse(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def _unexpected(fault: Exception) -> str:
    """A paragraph on a fault that nobody foresaw; its message is not shown, for it may quote a cell."""
    import logging

    from lakehouse import logs
    from lakehouse.settings import Settings

    said = f"This failed in a way that was not foreseen ({type(fault).__name__})."
    try:
        path = logs.configured() or logs.configure(Settings.from_environment().warehouse)
    except LakehouseError as unwritable:
        return f"{said} Its trace could not be kept: {unwritable}"
    logging.getLogger(__name__).error("command failed", exc_info=fault)
    return f"{said} What readers see is as it was. The trace is in {path}."


from lakehouse.cli import documents, evaluate, look, model, query, rules, run, simulate, train  # noqa: E402

for _module in (run, simulate, look, query, rules, train, model, documents, evaluate):
    _module.add_to(app)
