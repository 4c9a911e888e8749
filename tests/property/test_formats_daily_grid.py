"""The agency's grid of days and ports: ports are data, everything else is declared."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.bronze.nia_port_daily import NiaPortDaily
from lakehouse.errors import SourceSurprise
from lakehouse.formats import Record

without_deadline = settings(deadline=None)

TITLE = "資料來源：各機場、港口入出境人數統計資料"
FIRST = f"{TITLE},,日期,入出境總人數_小計,桃園一_二期,桃園一期,,"
SECOND = "入境總人數,出境總人數,,,合計,入境查驗,出境查驗,小計"
LINE = '"1,151",900,20200510,"2,051","1,646",228,232,460'

PORTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=1),
    min_size=1,
    max_size=4,
    unique=True,
)
NUMBERS = st.integers(0, 99_999)


@st.composite
def grids(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Days of which every port adds up."""
    ports = draw(PORTS)
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        counts = {}
        for port in ports:
            entries, exits = draw(NUMBERS), draw(NUMBERS)
            counts[f"{port}/入境查驗"] = f"{entries:,}"
            counts[f"{port}/出境查驗"] = f"{exits:,}"
            counts[f"{port}/小計"] = f"{entries + exits:,}"
        leading = draw(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS))
        names = ("entries_total", "exits_total", "day", "total")
        rows.append(dict(zip(names, map(str, leading), strict=True)) | {"counts": counts})
    return rows


def read(*lines: str) -> list[Record]:
    return list(NiaPortDaily.format.records("\r\n".join(lines).encode(), NiaPortDaily))


def refused(*lines: str) -> str:
    with pytest.raises(SourceSurprise) as surprise:
        read(*lines)
    return str(surprise.value)


@without_deadline
@given(rows=grids())
def test_days_come_back_as_they_were_written(rows: list[dict[str, Any]]) -> None:
    content = NiaPortDaily.format.render(rows, NiaPortDaily)
    assert [record.values for record in NiaPortDaily.format.records(content, NiaPortDaily)] == rows


@without_deadline
@given(rows=grids())
def test_a_cut_file_is_refused_or_gives_whole_days_only(rows: list[dict[str, Any]]) -> None:
    content = NiaPortDaily.format.render(rows, NiaPortDaily)
    for end in range(len(content)):
        try:
            records = list(NiaPortDaily.format.records(content[:end], NiaPortDaily))
        except SourceSurprise:
            continue
        assert [record.values for record in records] == rows[: len(records)]


def test_a_day_is_read_with_its_ports_and_its_line() -> None:
    (record,) = read(FIRST, SECOND, LINE, "")
    assert record.line == 3
    assert record.values == {
        "entries_total": "1,151",
        "exits_total": "900",
        "day": "20200510",
        "total": "2,051",
        "counts": {
            "桃園一_二期/合計": "1,646",
            "桃園一期/入境查驗": "228",
            "桃園一期/出境查驗": "232",
            "桃園一期/小計": "460",
        },
    }


def test_a_new_port_needs_no_change() -> None:
    (record,) = read(f"{FIRST},新港,,", f"{SECOND},入境查驗,出境查驗,小計", f"{LINE},1,2,3", "")
    assert record.values["counts"]["新港/小計"] == "3"


def test_columns_without_header_may_follow_and_hold_nothing_or_zero() -> None:
    grown = read(f"{FIRST},,,", f"{SECOND},,,", f"{LINE},0,,0", "")
    assert grown == read(FIRST, SECOND, LINE, "")


def test_a_count_under_no_header_is_refused() -> None:
    assert "counts under no header in line 4" in refused(
        f"{FIRST},,,", f"{SECOND},,,", f"{LINE},,,", f"{LINE},1,0,1", ""
    )


def test_an_empty_cell_is_left_out() -> None:
    (record,) = read(FIRST, SECOND, "1,1,20200101,2,1,,1,1", "")
    assert "桃園一期/入境查驗" not in record.values["counts"]


def test_all_changes_of_the_header_are_told_at_once() -> None:
    said = refused(
        f"{TITLE},,Date,入出境總人數_小計,桃園一期,,,桃園一_二期,桃園一_二期,松山機場,",
        "入境總人數,出境總人數,,,入境查驗,出境查驗,轉機,合計,合計,入境查驗,出境查驗",
        "1,1,1,2,1,1,2,2,2,1,1",
        "",
    )
    assert "column 3 is headed 'Date'" in said
    assert "桃園一期 has 入境查驗+出境查驗+轉機" in said
    assert "桃園一_二期 is there 2 times" in said
    assert "松山機場 has 入境查驗+出境查驗 instead of" in said


def test_a_header_without_ports_is_refused() -> None:
    header = f"{TITLE},,日期,入出境總人數_小計"
    assert "no port" in refused(header, "入境總人數,出境總人數,,", "1,1,1,2", "")


def test_a_header_narrower_than_the_leading_columns_is_refused() -> None:
    assert "no port" in refused(TITLE, "入境總人數", "1", "")


def test_a_line_with_other_cells_than_the_header_is_told_by_its_number() -> None:
    assert "line 3 has 9 cells instead of 8" in refused(FIRST, SECOND, f"{LINE},", "")


def test_a_header_without_days_is_an_empty_file() -> None:
    assert "empty file" in refused(FIRST, SECOND, "")


def test_an_open_last_line_is_whole_where_it_adds_up() -> None:
    whole = read(FIRST, SECOND, LINE, "")
    assert read(FIRST, SECOND, LINE) == read(f"{FIRST},", f"{SECOND},", f"{LINE},") == whole
    assert "does not add up" in refused(FIRST, SECOND, LINE.replace("460", "46"))
    assert "does not add up" in refused(FIRST, SECOND, LINE.replace("460", ""))
