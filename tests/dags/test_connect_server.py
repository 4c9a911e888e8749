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


@pytest.fixture(scope="module")
def server(settings: Settings) -> Server:
    return connect_server.start(settings, small=True)


def test_the_token_is_for_its_user_alone_and_is_never_shown(server: Server, settings: Settings) -> None:
    file = settings.warehouse / "_server" / "server.json"
    assert file.stat().st_mode & 0o077 == 0
    assert server.token in file.read_text()
    assert server.token not in repr(server)
    shown = [Path(f"/proc/{pid}/cmdline") for pid in (server.pid, *_children(server.pid))]
    written = [path for path in settings.warehouse.rglob("*") if path.is_file() and path != file]
    assert not [path for path in (*shown, *written) if server.token in path.read_text(errors="replace")]


def test_only_who_knows_the_token_is_answered(server: Server) -> None:
    assert _connecting(server, token=server.token) == "[Row(asked=1)]"
    assert "UNAUTHENTICATED" in _connecting(server, token="guessed")


def test_a_server_is_not_stopped_for_another(server: Server, settings: Settings) -> None:
    assert not connect_server.stop(settings.warehouse, pid=server.pid + 1)
    assert connect_server.running(settings.warehouse) == server


def test_a_server_left_behind_makes_room_for_the_next_and_that_ends_when_nobody_asks_anything(
    server: Server, settings: Settings
) -> None:
    java = _children(server.pid)
    assert java
    following = connect_server.start(settings, small=True, idle_minutes=0.05)
    assert following.pid != server.pid
    assert _within(10, lambda: not any(map(_lives, [server.pid, *java])))
    assert _within(30, lambda: connect_server.running(settings.warehouse) is None)
    assert _within(10, lambda: not _lives(following.pid))


def test_java_ends_with_a_server_that_is_killed_whose_file_is_not_believed(settings: Settings) -> None:
    server = connect_server.start(settings, small=True)
    java = _children(server.pid)
    os.kill(server.pid, signal.SIGKILL)
    assert _within(10, lambda: connect_server.running(settings.warehouse) is None)
    assert _within(20, lambda: not any(map(_lives, java)))
    assert not connect_server.stop(settings.warehouse)


def _connecting(server: Server, token: str) -> str:
    """What a client with ``token`` is told, in a process of its own: this one's Spark is a classic one."""
    asking = (
        "import sys; from pyspark.sql import SparkSession; s = SparkSession.builder.remote(sys.argv[1]).getOrCreate();"
        "print(s.sql('select 1 as asked').collect()); s.stop()"
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
