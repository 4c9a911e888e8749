"""Names of simulated travellers and list entries, to time matching on, and to try it on names that nobody tuned on."""

from __future__ import annotations

import numpy as np
import polars as pl

from lakehouse.simulator.names import names

#: Nationalities of travellers to Taiwan, in rough shares of a year's arrivals and its own citizens, percent.
SHARES = {
    "TWN": 46, "JPN": 10, "HKG": 9, "KOR": 7, "USA": 6, "PHL": 5, "SGP": 3, "MYS": 3, "VNM": 3, "CHN": 3, "THA": 2,
    "IDN": 2, "MAC": 1,
}  # fmt: skip
#: Of list entries: the same regions, and those of the sanctions lists.
LISTED = {"CHN": 12, "IRN": 12, "RUS": 14, "PRK": 5, "SYR": 8, "IRQ": 8, "AFG": 8, "PAK": 6, "TWN": 10, "VNM": 5,
          "PHL": 4, "IDN": 4, "MYS": 4}  # fmt: skip


def people(count: int, seed: int, shares: dict[str, int], spelling_seed: int = 0) -> pl.DataFrame:
    """``count`` people: ``native`` and ``passport`` names; another ``spelling_seed`` spells them otherwise."""
    rng = np.random.default_rng(seed)
    weights = np.array(list(shares.values()), dtype=float)
    origins = rng.choice(np.array(list(shares)), size=count, p=weights / weights.sum())
    sexes, births = rng.random(count) < 0.5, rng.integers(1945, 2008, count)
    draws = rng.integers(0, 2**63, (count, 4), dtype=np.uint64)
    draws[:, 3] = np.random.default_rng(seed + 1_000 + spelling_seed).integers(0, 2**63, count, dtype=np.uint64)
    drawn = names(origins, sexes, draws, births)
    return drawn.select(
        pl.Series("origin", origins),
        native=pl.concat_str("native_primary", "native_secondary", separator="").str.strip_chars(),
        passport=pl.concat_str("primary_identifier", pl.lit(", "), "secondary_identifier").str.strip_chars(", "),
        romanisation="romanisation",
    )
