"""``lakehouse model``: which models there are, what stands against them, and who let them through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lakehouse.cli.console import Warehouse, indented, listing, out

if TYPE_CHECKING:
    from ml.gate import Evidence
    from ml.registry import Registry, Version

Model = Annotated[str, typer.Argument(metavar="MODEL", help="Name of the model.", show_default=False)]
Wanted = Annotated[
    str, typer.Argument(metavar="VERSION", help="Number of a version, or an alias: challenger, champion.")
]
By = Annotated[str, typer.Option(metavar="NAME", help="Who decides: a person.", show_default=False)]
Because = Annotated[str, typer.Option(metavar="REASON", help="Why, in a sentence.", show_default=False)]

models = typer.Typer(help="Look at registered models; approve, promote and roll them back.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    models.command("list")(listed)
    models.command("show")(show)
    models.command("approve")(approve)
    models.command("promote")(promote)
    models.command("roll-back")(roll_back)
    app.add_typer(models, name="model")


def listed(warehouse: Warehouse = None) -> None:
    """List every model: its champion, its challenger, and how many versions there are.

    Examples:

      lakehouse model list
    """
    registry = _registry(warehouse)
    rows = []
    for model in registry.models():
        versions = registry.versions(model)
        bearers = {alias: str(one.number) for one in versions for alias in one.aliases}
        measured = {one.tags.get("simulated") for one in versions}
        rows.append(
            (
                *(model, bearers.get("champion", "none"), bearers.get("challenger", "none"), str(len(versions))),
                "simulated data" if measured == {"true"} else "",
            )
        )
    if not rows:
        out().print("No model is registered yet. `make train` trains them.")
        return
    headers = ("model", "champion", "challenger", "versions", "measured on")
    listing(out(), headers, rows, numbers=("champion", "challenger", "versions"))


def show(model: Model, warehouse: Warehouse = None) -> None:
    """Show a model's policy, its versions, and what stands against its challenger becoming champion.

    Examples:

      lakehouse model show overstay_risk
    """
    from ml.policy import policy_of

    registry, policy, console = _registry(warehouse), policy_of(model), out()
    versions = registry.versions(model)
    console.print(model, style="bold")
    indented(console, policy.purpose)
    indented(console, f"Legal basis: {policy.legal_basis}.")
    indented(console, f"Protected attributes allowed: {', '.join(policy.allowed) or 'none'}.")
    console.print()
    headers = ("version", "alias", "trained by", "approved by", "because", "run")
    listing(console, headers, [_line(one) for one in versions], numbers=("version",))
    for one in versions:
        if "challenger" in one.aliases:
            console.print()
            _judged(registry, one)
    console.print(f"\nCurves, fairness, drift and card of each run: {registry.tracking.how_to_look}")


def approve(
    model: Model, by: By, because: Because, version: Wanted = "challenger", warehouse: Warehouse = None
) -> None:
    """Record that a reviewer approves of a version, and why; the gate has to let it through first.

    Examples:

      lakehouse model approve overstay_risk --by "Lin Mei-hua" --because "calibrated, and better on all cohorts"
    """
    from lakehouse.store import now_utc

    approved = _registry(warehouse).approve(model, version, by, because, now_utc())
    out().print(
        f"{model} version {approved.number} is approved by {by}. `lakehouse model promote {model}` takes it on."
    )


def promote(model: Model, version: Wanted = "challenger", warehouse: Warehouse = None) -> None:
    """Make an approved version champion: from now on it scores.

    Examples:

      lakehouse model promote overstay_risk
      lakehouse model promote overstay_risk 7
    """
    from lakehouse.store import now_utc

    champion = _registry(warehouse).promote(model, version, now_utc())
    before = champion.tags.get("promoted_over", "none")
    instead = "the first" if before == "none" else f"in the place of version {before}"
    out().print(f"{model} version {champion.number} is champion, {instead}.")


def roll_back(model: Model, by: By, because: Because, warehouse: Warehouse = None) -> None:
    """Make the champion's predecessor champion again, at once and without a gate.

    Examples:

      lakehouse model roll-back overstay_risk --by "Lin Mei-hua" --because "alerts doubled overnight"
    """
    from lakehouse.store import now_utc

    champion = _registry(warehouse).roll_back(model, by, because, now_utc())
    out().print(f"{model} version {champion.number} is champion again.")


def _registry(warehouse: object) -> Registry:
    from pathlib import Path

    from lakehouse.settings import Settings
    from ml.registry import Registry
    from ml.tracking import Tracking

    settings = Settings.from_environment(None, warehouse if isinstance(warehouse, Path) else None)
    return Registry(Tracking.of(settings))


def _line(version: Version) -> tuple[str, ...]:
    tags = version.tags
    return (
        *(str(version.number), ", ".join(version.aliases), tags.get("trained_by", "")),
        *(tags.get("approved_by", ""), tags.get("approved_because", ""), version.run_id),
    )


def _judged(registry: Registry, version: Version) -> None:
    evidence, reasons = registry.evidence(version), registry.refused_because(version)
    console = out()
    console.print(f"The gate on version {version.number}", style="bold")
    for line in _said(evidence):
        indented(console, line)
    for reason in reasons:
        indented(console, f"against it: {reason}")
    if not reasons:
        indented(console, "Nothing stands against it.")


def _said(evidence: Evidence) -> list[str]:
    found = evidence.comparison
    data = "simulated data: how it does on real travellers is not known" if evidence.is_simulated else "real data"
    return [
        f"Measured on {data}.",
        f"{found.measure} against {found.against}: {found.estimate:+.4f} ({found.low:+.4f} to {found.high:+.4f}).",
        f"Expected calibration error: {evidence.calibration_error:.4f}.",
    ]
