"""A small warehouse for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from jobs.pipeline import Report, plan, run
from jobs.steps import MODEL, Bench
from lakehouse.privacy import keyring_of
from lakehouse.registry import table
from lakehouse.session import Sessions
from lakehouse.settings import Settings
from tests.registered import provide

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AS_OF = date(2016, 9, 19)


class Lake:
    """A small warehouse and its landing, run with the session that all tests share.

    Models that score tables are registered: what a test trains says so.
    """

    def __init__(self, spark: SparkSession, home: Path) -> None:
        self.spark = spark
        self.settings = Settings(home / "landing", home / "warehouse", home / "secret" / "person.key")
        self.settings.landing.mkdir(parents=True)
        self.settings.key_file.parent.mkdir()
        self.settings.key_file.write_text(",".join(keyring_of(b"a key for tests, no secret")) + "\n")
        self.settings.key_file.chmod(0o600)

    def open(self, at: datetime = AT) -> Bench:
        """A new run at the time ``at``, as of the end of the samples."""
        return Bench.open(Sessions(lambda: self.spark), self.settings, AS_OF, at)

    def run(self, only: str | None = None, at: datetime = AT) -> Report:
        """Take every step, or those that the table ``only`` needs."""
        steps = plan(only)
        if any(step.startswith(MODEL) for step in steps):
            provide(self.settings)
        return run(self.open(at), steps)

    def outcomes(self, only: str | None = None, at: datetime = AT) -> dict[str, str]:
        """Outcome of each step of a run, by name."""
        return {step.name: step.outcome for step in self.run(only, at).steps}

    def rows(self, name: str) -> list[dict[str, Any]]:
        """What readers see of a table, in the order of its key, without what differs from run to run."""
        declared = table(name)
        store = self.open().store
        frame = store.read(declared).drop("run_id")
        found = [row.asDict(recursive=True) for row in frame.orderBy(*declared.key).collect()]
        store.discard()
        return found

    def versions(self) -> dict[str, int]:
        """Newest Delta version of each table."""
        logs = self.settings.warehouse.glob("*/*/_delta_log")
        return {f"{p.parts[-3]}.{p.parts[-2]}": len(list(p.glob("*.json"))) - 1 for p in logs}
