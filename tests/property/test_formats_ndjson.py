"""Newline-delimited JSON: what makes a file good, alone and among many."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.bronze.inspections import Inspections
from lakehouse.compile.sample import landed_rows
from lakehouse.errors import SourceSurprise

ROW: dict[str, Any] = landed_rows(Inspections, 1)[0]
TEXTS = st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)


def packed(*rows: dict[str, Any] | str) -> bytes:
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    return gzip.compress("".join(f"{line}\n" for line in lines).encode())


def refusal(content: bytes) -> str:
    with pytest.raises(SourceSurprise) as surprise:
        Inspections.format.table(content, Inspections)
    return str(surprise.value)


def test_a_key_that_is_not_declared_is_named() -> None:
    assert "unknown: shoe_size (on 1 lines)" in refusal(packed(ROW, ROW | {"shoe_size": "42"}))


def test_a_key_that_is_missing_is_named() -> None:
    assert "missing: lane" in refusal(packed(ROW, {name: value for name, value in ROW.items() if name != "lane"}))


def test_a_missing_key_is_found_beside_one_that_comes_twice() -> None:
    twice = json.dumps({name: value for name, value in ROW.items() if name != "lane"})
    assert "missing: lane" in refusal(packed(twice.replace('"mode"', '"mode": "sea", "mode"', 1)))


def test_a_value_that_is_no_text_is_named_by_its_key_and_not_shown() -> None:
    said = refusal(packed(ROW | {"inspection_seconds": 4711}))
    assert "inspection_seconds is no text" in said
    assert "4711" not in said


@pytest.mark.parametrize("line", ["[]", "7", "{", "{} {}", "null"])
def test_a_line_that_is_no_object_is_refused(line: str) -> None:
    assert "line is no" in refusal(packed(ROW, line)) or "missing" in refusal(packed(ROW, line))


def test_a_file_that_is_no_whole_gzip_is_refused() -> None:
    assert "not a whole gzip file" in refusal(packed(ROW)[:-9])


@settings(deadline=None)
@given(values=st.lists(st.tuples(TEXTS, st.none() | TEXTS), min_size=1, max_size=5))
def test_every_text_comes_back_as_it_was_also_with_quotes_and_colons(values: list[tuple[str, str | None]]) -> None:
    rows = [ROW | {"address_county": one, "native_name": two} for one, two in values]
    read: pa.Table = Inspections.format.table(Inspections.format.render(rows, Inspections), Inspections)
    assert read.drop(["source_line"]).to_pylist() == rows
    assert read["source_line"].to_pylist() == list(range(1, len(rows) + 1))


@settings(deadline=None)
@given(bad=st.sets(st.integers(0, 5)), how=st.sampled_from(["cut", "unknown", "number"]))
def test_among_many_files_only_the_bad_ones_are_refused(bad: set[int], how: str) -> None:
    good = packed(ROW, ROW)
    spoilt = {"cut": good[:-5], "unknown": packed(ROW | {"x": "1"}), "number": packed(ROW | {"lane": 1})}[how]
    found = Inspections.format.tables([spoilt if n in bad else good for n in range(6)], Inspections)
    assert [n for n, read in enumerate(found) if isinstance(read, SourceSurprise)] == sorted(bad)
    assert all(read.num_rows == 2 for read in found if not isinstance(read, SourceSurprise))
