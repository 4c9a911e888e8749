"""Made-up passengers for tests of the forecasts: ports with a week of their own, by day and by hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from ml.passenger_flow.panel import Panel, panels
from ml.passenger_flow.series import DAY, HOUR, INSPECTED, PUBLISHED
from ml.passenger_flow.settings import Settings

FIRST = datetime(2025, 9, 1)
TINY = Settings("tiny", (0.5, 0.75), (0, 1), 20, 0.2, 2, 7, 0, 20, leaves=7, least_rows=20, threads=1)


def rows(days: int = 120, ports: int = 3, seed: int = 0) -> pl.DataFrame:
    """Counts of ports by day, and of one by hour: weekends are busier, nights are empty."""
    draw = np.random.default_rng(seed)
    found = []
    for day in range(days):
        at = FIRST + timedelta(days=day)
        busy = 1.5 if at.weekday() >= 5 else 1.0
        for port in range(ports):
            for direction in ("entry", "exit"):
                count = draw.poisson(200 * (port + 1) * busy)
                found.append((PUBLISHED, "TWN", DAY, "TWTPE", f"port {port}", direction, at, int(count)))
        for hour in range(6, 24, 3):
            at_hour = at + timedelta(hours=hour)
            found.append((INSPECTED, "TWN", HOUR, "TWTPE", "port 0", "entry", at_hour, int(draw.poisson(20 * busy))))
    names = ["basis", "border_state", "span", "port_code", "port_source_code", "direction", "starts_local"]
    return pl.DataFrame(found, [*names, "passed_count"], orient="row")


def both(days: int = 120, seed: int = 0) -> tuple[Panel, ...]:
    """The panels of ``rows``: hours of inspections, and days of published counts."""
    return tuple(panels(rows(days, seed=seed)))
