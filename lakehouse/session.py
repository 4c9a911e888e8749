"""The long-lived Spark application that all tables share."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from lakehouse.errors import SetupIncomplete
from lakehouse.settings import PROJECT, Settings

#: A landing of more bytes than this is worth Java's second compiler.
SMALL_BYTES = 16 << 20

#: Settings that change what a query means; a Connect server must carry the same.
MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}

_DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.databricks.delta.commitStats.collect": "false",
    # A publication of no rows is one too: its metadata must be kept.
    "spark.databricks.delta.skipRecordingEmptyCommits": "false",
    "spark.databricks.delta.schema.autoMerge.enabled": "false",
}

_SINGLE_MACHINE = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Plans are described for a user interface that nobody opens.
    "spark.sql.maxPlanStringLength": "500",
    "spark.sql.ui.retainedExecutions": "5",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "8",
    "spark.sql.catalogImplementation": "in-memory",
    # Inferring constraints from wide projections of rules costs more than any plan gains by it.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.parquet.compression.codec": "snappy",
    "spark.scheduler.mode": "FAIR",
    "spark.scheduler.allocation.file": f"file://{PROJECT / 'infra' / 'fairscheduler.xml'}",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.python.daemon.module": "lakehouse.python_workers",
    # Workers of cogroups never have it, and where others do, they are forked from a process of their own.
    "spark.sql.execution.pyspark.udf.simplifiedTraceback.enabled": "false",
    "spark.log.level": "ERROR",
}

_ONE_COMPILER = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"

#: Spark's generated code is compiled anew whenever a branch is first taken, and most of it runs for seconds only. The
#: second compiler took a quarter of a run's CPU until it was told to guess less and to wait four times as long.
_TWO_COMPILERS = (
    "-XX:+UseParallelGC -XX:MetaspaceSize=512m -XX:PerMethodTrapLimit=4 -XX:Tier4InvocationThreshold=20000 "
    "-XX:Tier4MinInvocationThreshold=2400 -XX:Tier4CompileThreshold=60000 -XX:Tier4BackEdgeThreshold=160000"
)

#: Interpreting expressions spares few rows the compiling of code that runs for milliseconds. Every task is handed its
#: whole plan, which takes longer than its rows: there are as few as can be.
_LEAN = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.files.minPartitionNum": "1",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
}


def open_session(
    settings: Settings, *, small: bool = False, remote: str | None = None, beside: Mapping[str, str] | None = None
) -> SparkSession:
    """A session on this machine, or on the Connect server at ``remote``, else ``SPARK_REMOTE``.

    ``small`` suits tests and batches well under a million rows: one compiler
    tier and the serial collector take half the CPU there. ``beside`` are
    settings that a session on this machine takes besides.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if remote := remote or os.environ.get("SPARK_REMOTE"):
        session = SparkSession.builder.remote(remote).getOrCreate()
        for name, value in MEANING.items():
            session.conf.set(name, value)
        return session
    _keep_java_quiet(settings.warehouse)
    java = f"{_ONE_COMPILER if small else _TWO_COMPILERS} {_class_archive()}"
    builder = SparkSession.builder.master(f"local[{settings.cores}]").appName("border-lakehouse")
    fixed = {
        "spark.driver.memory": settings.driver_memory,
        "spark.driver.extraClassPath": os.pathsep.join(map(str, delta_jars())),
        "spark.driver.extraJavaOptions": f"{java} -Dlog4j2.configurationFile={PROJECT / 'infra' / 'log4j2.properties'}"
        f" -Dlakehouse.log={settings.warehouse / 'logs' / 'spark.log'} -Dderby.system.home={settings.warehouse}",
        "spark.sql.warehouse.dir": str(settings.warehouse / "spark"),
    }
    for name, value in {
        **MEANING,
        **_DELTA,
        **_SINGLE_MACHINE,
        **(_LEAN if small else {}),
        **fixed,
        **(beside or {}),
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


class Sessions:
    """The sessions that the frames of a run go through, each opened when it is first needed."""

    def __init__(self, opener: Callable[[], SparkSession]) -> None:
        self._opener, self._lock = opener, threading.RLock()
        self._main: SparkSession | None = None
        self._lean: SparkSession | None = None
        self._committing: SparkSession | None = None
        self._saying = threading.Lock()

    def open(self) -> None:
        """Open the application now: it takes some seconds."""
        _ = self.main

    @property
    def main(self) -> SparkSession:
        """For frames of many rows."""
        with self._lock:
            self._main = self._main or self._opener()
            return self._main

    @property
    def lean(self) -> SparkSession:
        """For frames of few rows, in the same process or on the same server."""
        with self._lock:
            self._lean = self._lean or self._another(_LEAN)
            return self._lean

    def commit(self, statement: str, said: str) -> None:
        """Run a statement of SQL whose commit carries ``said`` as its metadata.

        Delta takes that from the session's settings, and so from a session in which nothing else runs.
        """
        with self._saying:
            self._committing = self._committing or self._another({})
            self._committing.conf.set("spark.databricks.delta.commitInfo.userMetadata", said)
            self._committing.sql(statement).collect()

    def _another(self, settings: Mapping[str, str]) -> SparkSession:
        known: Any = self.main  # A session of Connect clones itself; one of this process makes a new one.
        other: SparkSession = known.newSession() if hasattr(known, "newSession") else known.cloneSession()
        for name, value in {**MEANING, **settings}.items():
            other.conf.set(name, value)
        return other

    def stop(self) -> None:
        """Close what was opened."""
        with self._lock:
            opened, self._main, self._lean, self._committing = self._main, None, None, None
        if opened:
            opened.stop()


def is_small(landing: Path) -> bool:
    """Whether the files of a landing folder are few enough for a ``small`` session."""
    # Source by source: the folder of one may be a link, which is followed only where a search begins.
    files = (path for source in landing.iterdir() if source.is_dir() for path in source.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files) < SMALL_BYTES


def delta_jars() -> list[Path]:
    """The pinned Delta jars that set-up fetched; raises ``SetupIncomplete``."""
    found = sorted((PROJECT / ".jars").glob("*.jar"))
    if not found:
        raise SetupIncomplete("The Delta jars are not there. Run `make setup`, which fetches and verifies them.")
    return found


def _class_archive() -> str:
    """Option for the archive of classes that set-up made, where it did; one that does not fit is passed over."""
    found = sorted((PROJECT / ".jars").glob("classes-*.jsa"))
    return f"-XX:SharedArchiveFile={found[-1]} -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off" if found else ""


def _keep_java_quiet(warehouse: Path) -> None:
    (warehouse / "logs").mkdir(parents=True, exist_ok=True)
