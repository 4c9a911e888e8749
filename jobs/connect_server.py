"""One Spark Connect server for a warehouse, shared by tasks that are processes of their own.

The server is this module run as a program: the same session as the command line
opens, with Spark's Connect service in it. It answers on loopback alone, to who
knows its token; both stand in a file that only its user can read. A lock tells
whether it lives, for the system lets go of it however the process ends, and
Java ends with the process that started it.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import logging
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from lakehouse.errors import SetupIncomplete
from lakehouse.settings import PROJECT, Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

log = logging.getLogger(__name__)

_CONNECT = {
    "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": "0",
    # What a killed client asked for ends before its retry begins: the table is no longer locked for it.
    "spark.connect.execute.reattachable.senderMaxStreamDuration": "20s",
    "spark.connect.execute.manager.detachedTimeout": "15s",
    "spark.connect.execute.manager.maintenanceInterval": "5s",
}
#: A server that nobody asked anything for so long ends by itself: whoever started it is gone.
IDLE_MINUTES = 30.0
#: Seconds that Java may take to start, and to end.
_TO_START, _TO_END = 120, 20
_POLL_SECONDS = 0.2
_WATCH_SECONDS = 2.0


@dataclass(frozen=True)
class Server:
    """A server that runs. Its token stays out of logs, command lines and schedulers' databases."""

    pid: int
    address: str
    token: str = field(repr=False)

    @property
    def url(self) -> str:
        """What Spark Connect's client connects to."""
        return f"{self.address}/;token={self.token}"


def start(settings: Settings, *, small: bool = False, idle_minutes: float = IDLE_MINUTES) -> Server:
    """Start the server of a warehouse, in the place of one that an earlier run left behind.

    Returns when it answers; raises ``SetupIncomplete`` where it does not.
    """
    stop(settings.warehouse)
    home = _home(settings.warehouse)
    home.mkdir(parents=True, exist_ok=True)
    asked = [sys.executable, "-m", "jobs.connect_server", "--idle-minutes", str(idle_minutes)]
    with (home / "console.log").open("w") as console:
        process = subprocess.Popen(
            [*asked, "--small"] if small else asked,
            cwd=PROJECT,
            env=_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
        )
    for _ in _until(_TO_START):
        found = running(settings.warehouse)
        if found and found.pid == process.pid:
            return found
        if process.poll() is not None:
            break
    process.kill()
    raise SetupIncomplete(
        "The Spark Connect server did not start. `make preflight` says what this machine lacks; "
        f"{home / 'console.log'} and {settings.warehouse / 'logs'} hold what it said."
    )


def running(warehouse: Path) -> Server | None:
    """The server of a warehouse, if one lives."""
    try:
        said = json.loads(_file(warehouse).read_text())
    except FileNotFoundError:
        return None
    return Server(**said) if _is_held(_home(warehouse) / "lock") else None


def stop(warehouse: Path, pid: int | None = None) -> bool:
    """End the server of a warehouse, by force if need be; whether there was one.

    With ``pid`` only that one is ended, not one that another run has started since.
    """
    found = running(warehouse)
    if found is None or pid not in (None, found.pid):
        return False
    for how in (signal.SIGTERM, signal.SIGKILL):
        os.kill(found.pid, how)
        if any(running(warehouse) is None for _ in _until(_TO_END)):
            break
    _file(warehouse).unlink(missing_ok=True)
    return True


def serve(settings: Settings, *, small: bool, idle_minutes: float) -> None:
    """Be the server until told to stop, or until nobody has asked anything for ``idle_minutes``."""
    from lakehouse import logs
    from lakehouse.session import open_session

    told = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: told.set())
    token = secrets.token_urlsafe(32)
    logs.configure(settings.warehouse)
    with _held(_home(settings.warehouse) / "lock"):
        with logs.console_kept():
            # Java takes it from there; as a setting it would stand on Java's command line.
            os.environ["SPARK_CONNECT_AUTHENTICATE_TOKEN"] = token
            session = open_session(settings, small=small, beside=_CONNECT)
        address = f"sc://localhost:{_service(session).localPort()}"
        _write(_file(settings.warehouse), Server(os.getpid(), address, token))
        log.info("connect server started", extra={"address": address, "small": small})
        while not told.wait(_WATCH_SECONDS) and _idle_seconds(session) < idle_minutes * 60:
            pass
        log.info("connect server stops", extra={"address": address, "told": told.is_set()})
        _file(settings.warehouse).unlink(missing_ok=True)
        session.stop()


def main() -> None:
    """Serve the warehouse that the environment names, in the foreground."""
    parser = argparse.ArgumentParser(prog="python -m jobs.connect_server", description=main.__doc__)
    parser.add_argument("--small", action="store_true", help="for batches well under a million rows")
    parser.add_argument("--idle-minutes", type=float, default=IDLE_MINUTES, help="end after so long without work")
    asked = parser.parse_args()
    serve(Settings.from_environment(), small=asked.small, idle_minutes=asked.idle_minutes)


def _environment(settings: Settings) -> dict[str, str]:
    """The environment of the server: what makes a client of this process is not for it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_REMOTE", "SPARK_CONNECT", "SPARK_LOCAL"))}
    return {
        **kept,
        "LAKEHOUSE_WAREHOUSE": str(settings.warehouse),
        "LAKEHOUSE_DRIVER_MEMORY": settings.driver_memory,
        "LAKEHOUSE_CORES": settings.cores,
    }


def _service(session: SparkSession) -> Any:
    java: Any = session._jvm
    return getattr(java, "org.apache.spark.sql.connect.service.SparkConnectService$").__getattr__("MODULE$")


def _idle_seconds(session: SparkSession) -> float:
    """Seconds since the last query ended; 0 while one runs."""
    queries, java = _service(session).listActiveExecutions(), session._jvm
    if queries.isRight() or java is None:
        return 0.0
    return float(java.java.lang.System.nanoTime() - queries.left().toOption().get()) / 1e9


def _home(warehouse: Path) -> Path:
    return warehouse / "_server"


def _file(warehouse: Path) -> Path:
    return _home(warehouse) / "server.json"


def _write(path: Path, server: Server) -> None:
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(server), file)
    draft.replace(path)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_held(path: Path) -> bool:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _until(seconds: float) -> Iterator[None]:
    """Turns of a loop, a moment apart, until ``seconds`` have passed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(_POLL_SECONDS)


if __name__ == "__main__":
    main()
