"""All days but the last, and then one more, in one application: as the tasks of a DAG run find it.

The application has been up and has built every table once when the day comes
in, so what is measured is the work of that day without Java's warming up.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from datetime import date
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from jobs import pipeline
from jobs.steps import Bench
from lakehouse.session import Sessions, open_session
from lakehouse.settings import Settings


def main(landing: Path, warehouse: Path, later: Path, copied: Path, as_of: date) -> None:
    """Run the pipeline, copy its warehouse to ``copied``, land the file ``later`` and run again.

    Prints wall-clock seconds and CPU-seconds of the second run as JSON, last line of the output.
    """
    settings = Settings.from_environment(landing, warehouse)
    sessions = Sessions(lambda: open_session(settings))
    _run(sessions, settings, as_of)
    shutil.copytree(warehouse, copied)
    shutil.copyfile(later, landing / "i94_arrivals" / later.name)
    begun, before = time.monotonic(), _cpu_seconds()
    _run(sessions, settings, as_of)
    print(json.dumps({"wall_seconds": time.monotonic() - begun, "cpu_seconds": _cpu_seconds() - before}))
    sessions.stop()


def _run(sessions: Sessions, settings: Settings, as_of: date) -> None:
    report = pipeline.run(Bench.open(sessions, settings, as_of), pipeline.plan())
    if report.exit_status:
        sys.exit("; ".join(message for step in report.steps for message in step.messages))


def _cpu_seconds() -> float:
    """CPU of this process and of the Java that it started."""
    own = psutil.Process()
    times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return float(sum(spent.user + spent.system for spent in times))


if __name__ == "__main__":
    paths = [Path(text) for text in sys.argv[1:5]]
    main(paths[0], paths[1], paths[2], paths[3], date.fromisoformat(sys.argv[5]))
