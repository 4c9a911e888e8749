"""Made-up histories: travellers with equal counts, of whom some do something in another order."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from ml.high_risk_histories.boosting import BoostingSettings
from ml.high_risk_histories.dataset import Histories
from ml.high_risk_histories.features import STEPS, TOTALS
from ml.high_risk_histories.marks import COLUMNS, Marks
from ml.high_risk_histories.network import NetSettings
from ml.high_risk_histories.settings import Settings

FIRST = date(2025, 12, 1)
TINY = Settings(
    "tiny",
    BoostingSettings(rounds=20, learning_rate=0.2, leaves=7, least_rows=10),
    NetSettings(width=12, state=12, epochs=8, least_batches=1, batch=64, learning_rate=1e-2, negatives=2),
    seeds=(0,),
    most_negatives=2_000,
    replicates=10,
)
CROSSINGS = 6


def world(persons: int = 240, seed: int = 0, name: str = "w") -> tuple[Histories, Marks]:
    """Persons of six crossings: a third go away long and come back soon, their twins the other way round, the rest
    as it comes. Who does is held out where the person's number ends with 9."""
    draw = np.random.default_rng(seed)
    crossings, marks = [], []
    for person in range(persons):
        kind = person % 3
        gaps = draw.uniform(0.5, 3.5, CROSSINGS)
        if kind < 2:
            long = (np.arange(CROSSINGS) % 2 == kind).astype(float)
            gaps = 1 + 2 * long + draw.normal(0, 0.2, CROSSINGS)
        for place in range(1, CROSSINGS + 1):
            row = dict.fromkeys(STEPS, 0.0) | {"is_there": 1.0, "gap_days": gaps[place - 1] if place > 1 else None}
            row |= {f"total_{total}": float(place) for total in TOTALS}
            key = f"{name}-{person}-{place}"
            day = FIRST + timedelta(days=10 * place)
            crossings.append(
                {"inspection_id": key, "person_key": f"{name}-{person}", "inspected_on": day, "place": place}
                | {"flight_leg_id": f"leg-{place}", **row, "is_entry": float(place % 2)}
            )
            if kind < 2:
                marks.append(
                    {
                        "inspection_id": key,
                        "behaviour": "other order" if person % 10 == 9 else "order",
                        "unit": f"{name}-{person}",
                        "is_positive": kind == 0 and place > 2,
                        "is_hard": kind == 1 and place > 2,
                        "is_unsure": place <= 2,
                        "is_held_out": person % 10 == 9,
                        "found_on": None,
                    }
                )
    histories = Histories.of(pl.DataFrame(crossings, infer_schema_length=None))
    return histories, Marks.of(histories, pl.DataFrame(marks, schema=COLUMNS))
