"""``lakehouse rules``: which risk rules there are, and what they would have hit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lakehouse.cli.console import Warehouse, count, indented, listing, out, session

if TYPE_CHECKING:
    from pyspark.sql import Row

    from lakehouse.rules.declare import RiskRule

#: Days of a dry run: last month, and whole weeks, as days of the week differ.
_DAYS = 28
_HEADERS = (
    *("rule", "version", "switched", "travellers", "hits", "published", "new", "gone", "alone", "examined"),
    *("confirmed", "precision", "false alerts per 1,000"),
)

rules = typer.Typer(help="Look at risk rules, and try them on past days.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    rules.command("list")(listed)
    rules.command("show")(show)
    rules.command("dry-run")(dry_run)
    app.add_typer(rules, name="rules")


def listed() -> None:
    """List every rule: its version, whether it is switched on, how grave a hit is, and who answers for it.

    Examples:

      lakehouse rules list
    """
    from lakehouse.rules.catalogue import RULES

    rows = [(r.code, str(r.version), _switch(r), r.severity, r.owner, r.tells) for r in RULES.values()]
    headers = ("rule", "version", "switched", "severity", "owner", "a hit tells")
    listing(out(), headers, rows, numbers=("version",))


def show(code: Annotated[str, typer.Argument(metavar="RULE", help="Code of the rule.", show_default=False)]) -> None:
    """Show a rule: its condition, purpose and legal basis.

    Examples:

      lakehouse rules show card_of_strangers
    """
    from lakehouse.rules.catalogue import rule

    found, console = rule(code), out()
    console.print(found.code, style="bold")
    indented(console, found.tells)
    indented(console, found.purpose)
    console.print()
    facts = {
        "switched": _switch(found),
        "version": str(found.version),
        "severity": str(found.severity),
        "directions": ", ".join(found.directions),
        "condition": found.condition,
        "owner": found.owner,
        "legal basis": found.legal_basis,
    }
    listing(console, ("", ""), list(facts.items()))


def dry_run(
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="[RULE]...", help="Only these rules; all by default.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Last day; the last of all inspections by default.", show_default=False
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="Days until and with the last.")] = _DAYS,
    condition: Annotated[
        str | None,
        typer.Option(metavar="SQL", help="Try this condition in place of the one rule's own.", show_default=False),
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Say what rules would have hit last month, also those switched off, beside what is published; nothing is changed.

    "published" are the hits that stand in silver.rule_hits, "new" and "gone"
    what publishing these rules would change, "alone" hits where no other rule
    that is published hits. Precision is of hits that were examined.

    Examples:

      lakehouse rules dry-run
      lakehouse rules dry-run late_cash_booking --days 60
      lakehouse rules dry-run card_of_strangers --condition "card_parties_count >= 6"
    """
    from datetime import timedelta

    from lakehouse.errors import NotPublished
    from lakehouse.rules.catalogue import RULES, rule
    from lakehouse.rules.dry_run import dry_run as over
    from lakehouse.rules.dry_run import tried
    from lakehouse.session import Sessions
    from lakehouse.settings import Settings
    from lakehouse.silver.inspections import Inspections
    from lakehouse.silver.referrals import Referrals
    from lakehouse.silver.rule_hits import RuleHits
    from lakehouse.silver.screening_facts import ScreeningFacts
    from lakehouse.store import Store, now_utc

    asked = [rule(code) for code in codes] if codes else list(RULES.values())
    if condition is not None:
        if len(asked) != 1:
            raise typer.BadParameter("A condition is tried for one rule: name it.")
        asked = [tried(asked[0], condition)]
    settings = Settings.from_environment(None, warehouse)
    store = Store(Sessions(lambda: session(settings)), settings, "dry-run", now_utc())
    facts, published, inspections, referrals = (
        store.read(table) for table in (ScreeningFacts, RuleHits, Inspections, Referrals)
    )
    last = until.date() if until else store.last_day(ScreeningFacts, "inspected_on")
    if last is None:
        raise NotPublished("No inspection is published yet, so there is nothing to try rules on.")
    first = last - timedelta(days=days - 1)
    found = over(asked, facts, published, inspections, referrals, first, last).collect()
    out().print(f"{first} to {last}", style="bold")
    listing(out(), _HEADERS, [_line(row) for row in found], numbers=(*_HEADERS[1:2], *_HEADERS[3:]))


def _switch(rule: RiskRule) -> str:
    return "on" if rule.is_on else f"off: {rule.off_because}"


def _line(row: Row) -> tuple[str, ...]:
    from lakehouse.rules.catalogue import RULES

    counts = ("hits", "published", "new", "gone", "alone", "examined", "confirmed")
    precision = row["precision_ratio"]
    return (
        *(row["rule_code"], str(row["rule_version_number"]), "on" if RULES[row["rule_code"]].is_on else "off"),
        *(count(row[f"{name}_count"]) for name in ("travellers", *counts)),
        "–" if precision is None else f"{precision:.3f}",
        f"{row['false_alerts_per_thousand']:.3f}",
    )
