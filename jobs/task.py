"""One step as a process of its own, on a session that it shares with others: what schedulers start."""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jobs import connect_server
from jobs.steps import BAD, Bench, Step, ingest_source, refresh_table, train_model
from lakehouse import logs
from lakehouse.disk import held
from lakehouse.errors import LakehouseError
from lakehouse.session import Sessions, open_session
from lakehouse.settings import Settings

log = logging.getLogger(__name__)

STEPS = {"ingest": ingest_source, "refresh": refresh_table, "train": train_model}


def take(
    what: str,
    name: str,
    settings: Settings,
    *,
    at: datetime | None = None,
    as_of: date | None = None,
    remote: str | None = None,
) -> Step:
    """Ingest the source, refresh the table, or train the model called ``name``, and let readers see what came of it.

    ``remote`` is the Connect server to do it on; without it the session is one of its own.
    """
    logs.configure(settings.warehouse)
    sessions = Sessions(lambda: open_session(settings, remote=remote))
    try:
        bench = Bench.open(sessions, settings, as_of, at)
        try:
            step = STEPS[what](bench, name)
            with held(settings.warehouse / "_locks" / "data_docs"):
                bench.auditor.write_pages(list(step.audits))
        finally:
            bench.store.discard()
    finally:
        sessions.stop()
    log.info("step taken", extra={"step": name, **{n: v for n, v in told(step).items() if n != "name"}})
    return step


def told(step: Step) -> dict[str, Any]:
    """A step as plain values, which hold nothing of a record: fit for logs and a scheduler's database."""
    said = asdict(replace(step, audits=(), seconds=round(step.seconds, 1)))
    return {name: list(v) if isinstance(v, tuple) else v for name, v in said.items() if name != "audits"}


def main() -> None:
    """Take one step of a run; the exit status is 1 where something was refused or failed.

    The session is the server's at --remote, else of the server that runs for the
    warehouse (python -m jobs.connect_server), else one of its own.
    """
    parser = argparse.ArgumentParser(prog="python -m jobs.task", description=main.__doc__)
    parser.add_argument("what", choices=STEPS)
    parser.add_argument(
        "name", help="of a source, such as i94_arrivals, a table, such as gold.stay_ledger, or model.traveller_risk"
    )
    parser.add_argument("--at", type=datetime.fromisoformat, help="the clock of the run; now by default")
    parser.add_argument("--as-of", type=date.fromisoformat, help="day as of which stays are judged")
    parser.add_argument("--landing", type=Path)
    parser.add_argument("--warehouse", type=Path)
    parser.add_argument("--remote", help="sc://… of a Connect server")
    asked = parser.parse_args()
    settings = Settings.from_environment(asked.landing, asked.warehouse)
    server = connect_server.running(settings.warehouse)
    at = asked.at if asked.at is None or asked.at.tzinfo else asked.at.replace(tzinfo=UTC)
    remote = asked.remote or (server.url if server else None)
    try:
        step = take(asked.what, asked.name, settings, at=at, as_of=asked.as_of, remote=remote)
    except LakehouseError as fault:
        sys.exit(str(fault))
    print(*(f"{fact}={value}" for fact, value in told(step).items()))
    sys.exit(int(step.outcome in BAD))


if __name__ == "__main__":
    main()
