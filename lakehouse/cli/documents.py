"""``lakehouse dictionary`` and ``lakehouse generate``: what is compiled from the declarations for readers."""

from __future__ import annotations

from typing import Annotated

import typer

from lakehouse.cli.console import complain, listing, out


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("dictionary")(dictionary)
    app.command("generate")(generate)


def dictionary(
    open_it: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Write the data dictionary, and say where it is: every table, column and promise, and the lineage.

    docs/dictionary.html has a filter; docs/dictionary.md is the same for Git hosts.

    Examples:

      lakehouse dictionary
      lakehouse dictionary --open
    """
    from lakehouse.compile.dictionary import write
    from lakehouse.settings import PROJECT

    page = write(PROJECT / "docs")
    typer.echo(page)
    if open_it:
        typer.launch(page.as_uri())


def generate(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit status 1 where a file is not current.")
    ] = False,
) -> None:
    """Write the files that are generated from the declarations: manifest, suites, dictionary, lineage.

    `make check` fails where one of them is not current.

    Examples:

      lakehouse generate
      lakehouse generate --check
    """
    from lakehouse.compile import generated

    found = generated.check() if check else generated.write()
    rows = [(str(path), what) for path, what in found.items()]
    if rows:
        listing(out(), ("file", "is" if check else "was"), rows)
    else:
        out().print("All generated files are current.")
    if check and rows:
        complain("Generated files are not as the declarations say. `lakehouse generate` makes them current.")
        raise typer.Exit(1)
