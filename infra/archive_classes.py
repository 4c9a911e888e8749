"""Puts an archive of the classes that a run loads into .jars/, so that Java starts with them read and verified.

Without it a run loads some twenty thousand classes one by one, which takes a
quarter of the time of a small run. Java checks that an archive fits its own
version and the jars, and goes without where it does not.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from fetch_jars import java  # type: ignore[import-not-found]  # Scripts stand beside each other.

ROOT = Path(__file__).resolve().parent.parent
JARS = ROOT / ".jars"
PATIENCE_SECONDS = 300


def main() -> None:
    """Make the archive for this Java and these jars, unless it is there."""
    archive = JARS / f"classes-{_versions()}.jsa"
    if archive.exists():
        return
    print("Archiving the classes that Spark loads (200 MB), so that it starts faster ...", flush=True)
    draft = JARS / f".classes-{os.getpid()}.jsa"
    try:
        _record(draft)
        for old in JARS.glob("classes-*.jsa"):
            old.unlink()
        draft.rename(archive)
    except Exception as fault:
        print(f"There is no archive ({fault}); Spark starts without it.", file=sys.stderr)
    finally:
        draft.unlink(missing_ok=True)


def _versions() -> str:
    said = subprocess.run([java(), "-version"], capture_output=True, check=True).stderr
    locked = (ROOT / "infra" / "jars.lock").read_bytes()
    return hashlib.sha256(said + version("pyspark").encode() + locked).hexdigest()[:12]


def _record(draft: Path) -> None:
    """Run a part of the pipeline over samples, in both of its ways, in a Java that archives its classes at its end."""
    os.environ["JDK_JAVA_OPTIONS"] = f"-XX:ArchiveClassesAtExit={draft}"
    from pyspark import SparkContext

    from jobs.pipeline import plan, run
    from jobs.steps import Bench
    from lakehouse import audit, logs, store
    from lakehouse.compile.sample import write_landing
    from lakehouse.session import Sessions, open_session
    from lakehouse.settings import Settings

    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        settings = Settings(home / "landing", home / "warehouse", home / "secret" / "person.key")
        write_landing(settings.landing)
        logs.configure(settings.warehouse)
        with logs.console_kept():
            sessions = Sessions(lambda: open_session(settings, small=True))
            sessions.open()
        for table in ("silver.wait_times", "gold.clearance_time"):
            report = run(Bench.open(sessions, settings), plan(table))
            if report.exit_status:
                raise RuntimeError("; ".join(message for step in report.steps for message in step.messages))
            store.LEAN_UP_TO = audit.PANDAS_UP_TO = -1  # The other one as tables of many rows go.
        process = SparkContext._gateway.proc  # type: ignore[union-attr]
        sessions.stop()
        process.stdin.close()
        process.wait(PATIENCE_SECONDS)


if __name__ == "__main__":
    main()
