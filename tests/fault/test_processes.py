"""Processes beside a run end with it, however it ends; memory that a run has freed is the system's again."""

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

READER = """
import threading
from pathlib import Path
from lakehouse.processes import hand_back_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

def read(kept):
    bytes(16 << 20)  # Whose release has glibc keep blocks as large as it.
    batch = []
    for _ in range(200):
        batch.append(b"x" * (1 << 20))
        kept.append(bytearray(4096))

hand_back_memory()
kept, before = [], resident()
thread = threading.Thread(target=read, args=(kept,))
thread.start()
thread.join()
print(resident() - before)
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


def test_a_batch_that_was_freed_takes_no_memory_any_more() -> None:
    left = subprocess.run([sys.executable, "-c", READER], capture_output=True, text=True, check=True).stdout
    # 200 MiB stay where glibc is left as it is.
    assert int(left) < 20 << 20


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
