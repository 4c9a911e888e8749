"""A server never outlives those whom it serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobs import connect_server
from jobs.connect_server import Server
from lakehouse.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("server")
    settings = Settings(home / "landing", home / "warehouse", home / "person.key", driver_memory="1g", cores="1")
    yield settings
    connect_server.stop(settings.warehouse)


def test_a_server_makes_room_for_the_next_and_ends_when_nobody_asks_anything(settings: Settings) -> None:
    left_behind = connect_server.start(settings, small=True)
    java = _children(left_behind.pid)
    assert java
    server = connect_server.start(settings, small=True, idle_minutes=0.2)
    assert connect_server.running(settings.warehouse) == server
    assert _within(10, lambda: not any(map(_lives, [left_behind.pid, *java])))

    assert "UNAUTHENTICATED" in _connecting(server, token="guessed")
    assert _connecting(server, token=server.token) == "[Row(asked=1)]"
    assert _within(40, lambda: connect_server.running(settings.warehouse) is None)
    assert _within(10, lambda: not _lives(server.pid))


def test_java_ends_with_a_server_that_is_killed_and_its_file_is_not_believed(settings: Settings) -> None:
    server = connect_server.start(settings, small=True)
    java = _children(server.pid)
    os.kill(server.pid, signal.SIGKILL)
    assert _within(10, lambda: connect_server.running(settings.warehouse) is None)
    assert _within(20, lambda: not any(map(_lives, java)))
    assert not connect_server.stop(settings.warehouse)


def test_the_token_is_for_its_user_alone_and_is_never_shown(settings: Settings) -> None:
    server = connect_server.start(settings, small=True)
    file = settings.warehouse / "_server" / "server.json"
    assert file.stat().st_mode & 0o077 == 0
    assert server.token in file.read_text()
    assert server.token not in repr(server)
    assert server.token not in Path(f"/proc/{server.pid}/cmdline").read_text()
    logs = [path.read_text(errors="replace") for path in (settings.warehouse / "logs").rglob("*") if path.is_file()]
    assert not [text for text in logs if server.token in text]

    assert not connect_server.stop(settings.warehouse, pid=server.pid + 1)
    assert connect_server.stop(settings.warehouse, pid=server.pid)
    assert not file.exists()


def _connecting(server: Server, token: str) -> str:
    """What a client with ``token`` is told, in a process of its own: this one's Spark is a classic one."""
    asking = "import sys\nfrom pyspark.sql import SparkSession\n" + (
        "print(SparkSession.builder.remote(sys.argv[1]).getOrCreate().sql('select 1 as asked').collect())"
    )
    url = f"{server.address}/;token={token}"
    done = subprocess.run([sys.executable, "-c", asking, url], capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _within(seconds: float, so: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not so() and time.monotonic() < end:
        time.sleep(0.2)
    return so()
