"""Zones: whatever is composed is read back, and what is changed is found. One Spark job reads many examples."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from lakehouse.mrz.check_digits import ALPHABET, check_digit
from lakehouse.mrz.layouts import LAYOUTS, Layout
from lakehouse.mrz.names import name_field, truncated
from lakehouse.mrz.reading import parsed
from lakehouse.mrz.writing import composed
from lakehouse.store import of_rows

READ_ON = date(2026, 3, 1)
ROWS = 60
CODES = {"TD1": ["I", "C1", "AB"], "TD2": ["I", "ID"], "TD3": ["P", "PP"], "MRV-A": ["V", "VB"], "MRV-B": ["V"]}
VALUES = {character: value % 10 for value, character in enumerate(ALPHABET)} | {"<": 0}

LETTERS = st.text("ABCXYZ", min_size=1, max_size=12)
NAMES = st.lists(LETTERS, min_size=1, max_size=6)


def documents(layout: Layout, seed: int) -> pl.DataFrame:
    """Made-up documents of a format; some with long numbers, unknown dates and one name."""
    made = random.Random(f"{layout.name} {seed}")

    def text(longest: int, shortest: int = 0) -> str:
        return "".join(made.choices(ALPHABET, k=made.randint(shortest, longest)))

    def name(parts: int) -> str:
        return " ".join("".join(made.choices(ALPHABET[10:], k=made.randint(1, 9))) for _ in range(parts))

    def day(first: date, last: date) -> date | None:
        return made.choice([None, *(date.fromordinal(made.randint(first.toordinal(), last.toordinal())),) * 9])

    rows = []
    for _ in range(ROWS):
        number = text(14 if layout.long_number else 9, 1)
        left = layout["optional_data"].length - (len(number) - 7 if len(number) > 9 else 0)
        rows.append(
            {
                "document_code": made.choice(CODES[layout.name]),
                "issuing_state": made.choice(["TWN", "D", "UNO"]),
                "nationality": made.choice(["JPN", "D", "XXA", ""]),
                "primary_identifier": name(made.randint(1, 2)),
                "secondary_identifier": made.choice(["", name(1)]),
                "document_number": number,
                "date_of_birth": day(date(1926, 3, 2), READ_ON),
                "sex": made.choice("FMX"),
                "expiry_date": day(date(1990, 1, 1), date(2089, 12, 31)),
                "optional_data": text(max(0, left)),
                "optional_data_2": text(11) if layout.name == "TD1" else "",
            }
        )
    return pl.DataFrame(rows, schema_overrides={"date_of_birth": pl.Date, "expiry_date": pl.Date})


@pytest.fixture(scope="module")
def composed_zones() -> dict[str, list[str]]:
    return {name: composed(documents(layout, 0), name).to_list() for name, layout in LAYOUTS.items()}


def read(spark: SparkSession, zones: list[str]) -> list[dict[str, Any]]:
    frame = of_rows(spark, [(zone,) for zone in zones], "mrz string").coalesce(1)
    return [row.zone.asDict(recursive=True) for row in parsed(frame, "mrz", READ_ON).collect()]


@settings(max_examples=2)
@given(st.integers(0))
def test_what_is_composed_is_read_back(spark: SparkSession, seed: int) -> None:
    made = {name: documents(layout, seed) for name, layout in LAYOUTS.items()}
    said = read(spark, [zone for name, frame in made.items() for zone in composed(frame, name)])
    rows = [
        {"format": name, **{column: value or None for column, value in row.items()}}
        for name, frame in made.items()
        for row in frame.iter_rows(named=True)
    ]
    for zone, row in zip(said, rows, strict=True):
        assert zone["problem"] is None
        assert (zone["wrong_check_digits"], zone["unreadable_fields"]) == ([], [])
        assert {name: zone[name] for name in row} == row


def changes(zone: str, layout: Layout) -> list[tuple[str, str, bool]]:
    """Changes of one character in a checked field: the field, the zone changed, and whether a check digit tells."""
    found = []
    for name in dict.fromkeys(name for check in layout.checks for name in check.covers):
        for place in range(layout.start(name), layout.start(name) + layout[name].length):
            old = zone[place]
            for new in {str((VALUES[old] + 3) % 10), ALPHABET[10 + VALUES[old]], "<"} - {old}:
                found.append((name, zone[:place] + new + zone[place + 1 :], VALUES[old] != VALUES[new]))
    return found


def test_a_changed_character_is_found_unless_it_counts_the_same(
    spark: SparkSession, composed_zones: dict[str, list[str]]
) -> None:
    cases = [
        case for name, layout in LAYOUTS.items() for zone in composed_zones[name][:3] for case in changes(zone, layout)
    ]
    said = read(spark, [zone for _, zone, _ in cases])
    missed = [
        field for (field, _, tells), zone in zip(cases, said, strict=True) if tells and not zone["wrong_check_digits"]
    ]
    assert not missed
    assert sum(not tells for _, _, tells in cases) > 50


def test_one_decimal_digit_for_another_is_always_found() -> None:
    for place in range(3):
        digits = {check_digit("<" * place + digit) for digit in "0123456789"}
        assert len(digits) == 10


def test_characters_that_count_the_same_are_those_that_the_documentation_lists() -> None:
    groups = ["0AKU<", "1BLV", "2CMW", "3DNX", "4EOY", "5FPZ", "6GQ", "7HR", "8IS", "9JT"]
    assert [{character for character, value in VALUES.items() if value == n} for n in range(10)] == list(
        map(set, groups)
    )
    for group in groups:
        assert len({check_digit(f"12{character}45") for character in group}) == 1


def test_lines_in_another_order_and_lines_cut_are_found(
    spark: SparkSession, composed_zones: dict[str, list[str]]
) -> None:
    zones = [zone for zones in composed_zones.values() for zone in zones[:20]]
    swapped = ["\n".join(reversed(zone.split("\n"))) for zone in zones]
    faulty = [zone[:-1] for zone in zones] + [zone + "<" for zone in zones] + [zone.lower() for zone in zones]
    said = read(spark, swapped + faulty)
    assert all(z["problem"] or z["wrong_check_digits"] or z["unreadable_fields"] for z in said[: len(swapped)])
    assert all(zone["problem"] for zone in said[len(swapped) :])


def test_no_problem_quotes_the_zone(spark: SparkSession, composed_zones: dict[str, list[str]]) -> None:
    canary = "L89890CANARY"
    zones = [f"{canary}{stray}{zone}" for zones in composed_zones.values() for zone in zones[:3] for stray in " ~é\t\n"]
    said = read(spark, zones)
    assert len({zone["problem"] for zone in said}) == 2
    assert not [zone for zone in said if "CANARY" in str(zone)]


@given(NAMES, st.lists(LETTERS, max_size=8), st.sampled_from([30, 31, 39]))
def test_a_name_too_long_keeps_its_first_letters_and_fills_its_field(
    primary: list[str], secondary: list[str], width: int
) -> None:
    whole = "<<".join("<".join(parts) for parts in (primary, secondary) if parts)
    (printed,) = name_field(pl.Series([" ".join(primary)]), pl.Series(["-".join(secondary)]), width)
    if len(whole) <= width:
        assert printed == whole
        return
    assert printed == truncated(whole, width)
    assert width - 1 <= len(printed) <= width
    assert printed[-1] != "<"
    first, _, second = printed.partition("<<")
    assert all(long.startswith(short) and short for long, short in zip(primary, first.split("<"), strict=False))
    assert bool(second) == bool(secondary)
    assert all(
        long.startswith(short) and short for long, short in zip(secondary, second.split("<"), strict=False) if second
    )
