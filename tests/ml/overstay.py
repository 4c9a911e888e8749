"""Made-up stays for tests of the overstay model: a flight and a nationality that overstay more."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from ml.overstay_arrivals.boosting import BoostingSettings
from ml.overstay_arrivals.dataset import Split
from ml.overstay_arrivals.features import NUMBERS
from ml.overstay_arrivals.network import NetSettings
from ml.overstay_arrivals.settings import Settings

FIRST = date(2016, 4, 1)
SPLIT = Split(date(2016, 4, 8), date(2016, 4, 10), date(2016, 4, 12))
TINY = Settings(
    "tiny",
    BoostingSettings(rounds=20, patience=10, learning_rate=0.1, leaves=7, least_rows=20, feature_share=0.5, threads=1),
    NetSettings(members=2, width=8, depth=1, embedding=2, epochs=1, batch=256, negatives=4),
    seeds=(0,),
    replicates=10,
)

#: Six admissions, drawn.
STAYS = """
admission_id | border_state | entered_on | authorised_until | exited_on  | as_of_date | class_of_admission | mode | load_delay_days | port_code | carrier_code | flight_number | nationality | residence_country | address_region | sex | age_years | visa_post
due          | USA          | 2016-04-01 | 2016-06-29       | 2016-07-06 | 2016-09-19 | WT                 | air  | 0               | USNYC     | BA           | 1             | GBR         | GBR               | NY             | F   | 40        |
late         | USA          | 2016-04-01 | 2016-06-29       | 2016-07-07 | 2016-09-19 | WT                 | air  | 1               | USNYC     | BA           | 1             | GBR         | GBR               | NY             | M   | 10        |
open         | USA          | 2016-04-01 | 2016-06-29       |            | 2016-09-19 | WB                 | air  | 2               | USNYC     | BA           | 1             | FRA         | FRA               | CA             | M   | 60        |
unripe       | USA          | 2016-04-02 | 2016-09-12       |            | 2016-09-19 | WT                 | sea  | 0               | USNYC     |              |               | FRA         | FRA               | CA             | F   |           |
other        | USA          | 2016-09-01 | 2017-03-01       |            | 2016-09-19 | B2                 | air  | 0               | USNYC     | BA           | 1             | FRA         | FRA               | CA             | F   | 30        |
theirs       | TWN          | 2016-04-01 | 2016-06-29       |            | 2016-09-19 | WT                 | air  | 0               | TWTPE     | BA           | 1             | FRA         | FRA               | CA             | F   | 30        |
"""  # noqa: E501


def stays(rows: int = 4_000, seed: int = 0) -> pl.DataFrame:
    """Features and outcomes of twelve days; A overstays more than others, and flight X1 more than others."""
    draw = np.random.default_rng(seed)
    nationality, flight = draw.choice(list("ABCD"), rows), draw.choice(["X1", "Y2", "Z3"], rows)
    day = draw.integers(12, size=rows)
    chance = 0.02 + 0.15 * (nationality == "A") + 0.1 * (flight == "X1")
    overstay = draw.random(rows) < chance
    days = [FIRST + timedelta(days=int(d)) for d in day]
    numbers = {name: draw.random(rows).astype(np.float32) for name in NUMBERS}
    numbers["age_years"] = draw.integers(0, 90, rows).astype(np.float32)
    numbers["party_count"] = draw.integers(1, 5, rows).astype(np.float32)
    return pl.DataFrame(
        {
            "admission_id": [f"i94-{n:06d}" for n in range(rows)],
            "entered_on": days,
            "flight_day": [f"{f}/{d}" for f, d in zip(flight, days, strict=True)],
            "nationality": nationality,
            "residence_country": nationality,
            "port_code": draw.choice(["USNYC", "USLAX"], rows),
            "address_region": draw.choice(["NY", "CA"], rows),
            "carrier_code": [f[0] for f in flight],
            "flight": flight,
            "visa_post": ["none"] * rows,
            "sex": draw.choice(["F", "M"], rows),
            "class_of_admission": ["WT"] * rows,
            **numbers,
            "is_visa_waiver": draw.random(rows) < 0.8,
            "is_matured": [True] * rows,
            "is_overstay": overstay,
            "is_clean": draw.random(rows) < 0.9,
            "stayed_days": np.where(overstay, 97, draw.integers(1, 89, rows)).astype(np.int32),
            "is_followed": [True] * rows,
            "is_outage": [False] * rows,
        }
    )
