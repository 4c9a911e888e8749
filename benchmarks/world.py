"""A simulated world, made once and kept, and as many of its days as a run is to land."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import pyarrow.parquet as pq

#: Crossings a day at scale 1, by which the days to be simulated are guessed.
_DAILY = 150_000


@dataclass(frozen=True)
class World:
    """The world in ``folder``, simulated at ``scale`` by the command ``lakehouse``."""

    folder: Path
    scale: float
    lakehouse: str

    def grow(self, inspections: int) -> None:
        """Simulate on until there are so many inspections, and one more day after them."""
        while (missing := inspections - sum(self.days()[:-1])) > 0 or not self.days():
            days = max(1, math.ceil(missing / (_DAILY * self.scale)))
            print(f"{days} days are simulated in {self.folder}", flush=True)
            folders = ("--landing", str(self.folder / "landing"), "--truth", str(self.folder / "truth"))
            command = [self.lakehouse, "simulate", "--days", str(days), "--scale", str(self.scale), *folders, "--quiet"]
            subprocess.run(command, check=True)

    def days(self) -> list[int]:
        """Inspections of each day, as the truth counts them; a few are never landed."""
        noted = sorted((self.folder / "truth" / "crossings").glob("*.parquet"))
        return [pq.read_metadata(path).num_rows for path in noted]

    def until(self, inspections: int) -> tuple[int, int]:
        """The fewest days that hold so many inspections, and how many they hold."""
        sums = enumerate(accumulate(self.days()), start=1)
        return next((days, count) for days, count in sums if count >= inspections)

    def day(self, number: int) -> str:
        """The day of a number, from 1: as its folders are called."""
        return sorted(path.stem for path in (self.folder / "truth" / "crossings").glob("*.parquet"))[number - 1]

    def land(self, days: int, landing: Path, only: str | None = None) -> None:
        """Put what was landed on the first ``days`` days into ``landing``, of all sources or of one."""
        last = self.day(days)
        for source in sorted(path for path in (self.folder / "landing").iterdir() if path.is_dir()):
            for day in source.iterdir():
                there = landing / source.name / day.name
                if day.name <= last and only in (None, source.name) and not there.exists():
                    shutil.copytree(day, there, copy_function=os.link)
