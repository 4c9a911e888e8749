"""A run that is killed at a named moment: ``killed_run.py HOME STEP MOMENT``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from jobs.pipeline import plan, run
from jobs.steps import Bench
from lakehouse.session import Sessions, open_session
from lakehouse.settings import Settings
from lakehouse.store import Store
from tests.lake import AS_OF, AT

PLAN_OF = "gold.clearance_time"


def main(home: Path, victim: str, moment: str) -> None:
    """Run what ``gold.clearance_time`` needs, and die when ``victim`` is staged or committed."""
    stage, publish = Store.stage, Store.publish

    def dies_staging(self: Store, table: Any, frame: Any) -> Any:
        staged = stage(self, table, frame)
        if table.full_name() == victim and moment == "staged":
            os.kill(os.getpid(), signal.SIGKILL)
        return staged

    def dies_publishing(self: Store, staged: Any, *rest: Any) -> Any:
        if staged.table.full_name() == victim and moment == "audited":
            os.kill(os.getpid(), signal.SIGKILL)
        said = publish(self, staged, *rest)
        if staged.table.full_name() == victim and moment == "committed":
            os.kill(os.getpid(), signal.SIGKILL)
        return said

    Store.stage, Store.publish = dies_staging, dies_publishing  # type: ignore[method-assign,assignment]
    settings = Settings(home / "landing", home / "warehouse", home / "secret" / "person.key", cores="2")
    run(Bench.open(Sessions(lambda: open_session(settings, small=True)), settings, AS_OF, AT), plan(PLAN_OF))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
