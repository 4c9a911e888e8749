"""What is true of each crossing, for models on histories; and the page that tells how good they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lakehouse.evaluation.histories import Judged, Told, judged, marks
from lakehouse.evaluation.histories_page import write_page
from tests.ml.histories import TINY, world
from tests.worlds import truth

BEHAVIOURS = """
person_id | behaviour      | group_id | onset      | is_twin | held_out
ring      | cotravel_rings | G1       | 2025-12-05 | false   | false
family    | cotravel_rings | G2       | 2025-12-05 | true    | false
courier   | couriers       | G3       | 2025-12-01 | false   | true
late      | overstaying    |          | 2025-12-05 | false   | false
"""
RECORDS = """
record_id | person_id | direction | crossed_on
R1        | ring      | entry     | 2025-12-01
R2        | ring      | exit      | 2025-12-05
R3        | family    | entry     | 2025-12-09
R4        | courier   | entry     | 2025-12-01
R5        | late      | entry     | 2025-12-05
R6        | nobody    | entry     | 2025-12-05
"""


def test_what_is_looked_for_is_told_from_its_first_day_on() -> None:
    flags = pl.DataFrame(
        {
            "person_key": ["key-ring", "key-courier"],
            "kind": ["confirmed_case", "overstayed"],
            "flagged_on": [date(2025, 12, 7), date(2025, 12, 3)],
        }
    )
    found = {row["inspection_id"]: row for row in marks(truth(BEHAVIOURS, RECORDS), flags).to_dicts()}
    assert set(found) == {"R1", "R2", "R3", "R4"}  # Overstays are not looked for at the crossing.
    kinds = {name: (row["is_positive"], row["is_hard"], row["is_unsure"]) for name, row in found.items()}
    assert kinds == {
        "R1": (False, False, True),
        "R2": (True, False, False),
        "R3": (False, True, False),
        "R4": (True, False, False),
    }
    assert found["R2"]["unit"] == "G1"
    assert found["R2"]["found_on"] == date(2025, 12, 7)
    assert found["R4"]["found_on"] is None  # Having overstayed is no finding of the kind.
    assert [name for name, row in found.items() if row["is_held_out"]] == ["R4"]


@pytest.fixture(scope="module")
def compared() -> Judged:
    def told(persons: int, seed: int, name: str) -> Told:
        histories, so = world(persons, seed, name)
        groups = {of: histories.keys["person_key"].to_numpy().astype(str) for of in ("nationality", "sex", "age")}
        return Told(histories, so, so, groups)

    return judged([told(240, 0, "w")], [told(120, 1, "v")], TINY)


def test_worlds_are_learned_from_and_others_judged(compared: Judged) -> None:
    # Of each third of 120 persons one in ten is held out, and two of six crossings are unsure.
    assert compared.ceiling.metrics["looked_for"] == 4 * 36
    assert compared.ceiling.is_simulated
    assert compared.unknown is not None
    assert compared.unknown.behaviours["behaviour"].unique().tolist() == ["other order"]


def test_the_page_says_that_it_is_synthetic_and_loads_nothing(compared: Judged, tmp_path: Path) -> None:
    text = write_page(tmp_path / "histories.html", compared).read_text()
    assert "Synthetic" in text
    assert "http" not in text
    assert "random arm" in text
