"""Processes beside a run end with it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

OWNER = """
import os, time
from lakehouse.processes import pool

if __name__ == "__main__":
    with pool(1) as processes:
        print(processes.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def test_a_killed_owner_takes_its_processes_with_it() -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True)
    assert owner.stdout
    beside = int(owner.stdout.readline())
    owner.send_signal(signal.SIGKILL)
    owner.wait()

    until = time.monotonic() + 30
    while _is_running(beside) and time.monotonic() < until:
        time.sleep(0.05)

    assert not _is_running(beside)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
