"""Delimited text: what is written is read back, and each surprise is named."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.errors import SourceSurprise
from lakehouse.formats import Record
from lakehouse.formats.delimited import Delimited

without_deadline = settings(deadline=None)

PLAIN = Delimited(named={"Control Point": "point"})
MARKED = Delimited(named={"Control Point": "point"}, bom=True, trailing_empty=True)
TABBED = Delimited(delimiter="\t", header=False, null_markers=("\\N", ""))
OPEN = Delimited(header=False, null_markers=("-0- ",), quoted_and_open=True)
PACKED = Delimited(named={"Control Point": "point"}, gzipped=True)
FORMATS = {"plain": PLAIN, "marked": MARKED, "tabbed": TABBED, "open": OPEN, "packed": PACKED}


class DrawnCrossings(Bronze):
    """Each row tells of one line of a made-up file."""

    owner = "tests"
    grain = "one row per line"
    fresh_within = timedelta(days=1)
    authority = "made up"
    source = Source("drawn", "nobody", Supersession.EACH)
    part = "*.csv"
    format = PLAIN
    volume = Volume(1, 10)
    ignored = dict.fromkeys(["Remark"], "not of use")

    day = Column(Kind.STRING, "Day.")
    point = Column(Kind.STRING, "Point.")
    total = Column(Kind.STRING, "Total.")


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=1)
CELLS = st.none() | TEXTS.filter(lambda text: text.strip() not in ("", "-0-", "\\N"))
ROWS = st.lists(st.fixed_dictionaries({"day": CELLS, "point": CELLS, "total": CELLS}), min_size=1, max_size=5)
UNQUOTED_ROWS = st.lists(
    st.fixed_dictionaries(dict.fromkeys(("day", "point", "total"), CELLS.filter(lambda c: '"' not in (c or "")))),
    min_size=1,
    max_size=3,
)


def read(content: bytes | str, form: Delimited = PLAIN) -> list[Record]:
    raw = content.encode() if isinstance(content, str) else content
    return list(form.records(raw, DrawnCrossings))


def refused(content: bytes | str, form: Delimited = PLAIN) -> str:
    with pytest.raises(SourceSurprise) as surprise:
        read(content, form)
    return str(surprise.value)


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
@without_deadline
@given(rows=ROWS)
def test_rows_come_back_as_they_were_written(form: Delimited, rows: list[dict[str, Any]]) -> None:
    assert [record.values for record in read(form.render(rows, DrawnCrossings), form)] == rows


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
@without_deadline
@given(rows=UNQUOTED_ROWS)
def test_a_cut_file_is_refused_or_gives_whole_records_only(form: Delimited, rows: list[dict[str, Any]]) -> None:
    content = form.render(rows, DrawnCrossings)
    for end in range(len(content)):
        try:
            records = read(content[:end], form)
        except SourceSurprise:
            continue
        assert [record.values for record in records] == rows[: len(records)]


@without_deadline
@given(rows=ROWS, data=st.data())
def test_a_packed_file_that_is_cut_or_changed_is_refused_or_says_the_same(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    content = PACKED.render(rows, DrawnCrossings)
    for end in range(len(content)):
        refused(content[:end], PACKED)
    place = data.draw(st.integers(0, len(content) - 1))
    changed = content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :]
    try:
        records = read(changed, PACKED)
    except SourceSurprise:
        return
    assert [record.values for record in records] == rows


def test_a_file_that_should_be_packed_and_is_not_is_told() -> None:
    assert "not a whole gzip file" in refused("day,Control Point,total\n1,Lo Wu,3\n", PACKED)


def test_columns_are_found_by_their_header_in_any_order() -> None:
    (record,) = read("total,Control Point,day\n3,Lo Wu,01-01-2021\n")
    assert record == Record(2, {"day": "01-01-2021", "point": "Lo Wu", "total": "3"})


def test_ignored_columns_may_be_there_or_not() -> None:
    (record,) = read("day,Remark,Control Point,total\n1,x,Lo Wu,3\n")
    assert "Remark" not in record.values


def test_missing_unknown_and_repeated_columns_are_told_at_once() -> None:
    said = refused("day,Day,day,Kontrollpunkt\n1,2,3,4\n")
    assert "missing: Control Point, total" in said
    assert "unknown: Day, Kontrollpunkt" in said
    assert "twice: day" in said


def test_a_column_under_its_declared_name_instead_of_the_publishers_is_unknown() -> None:
    assert "unknown: point" in refused("day,point,total\n1,2,3\n")


def test_a_record_is_placed_by_the_line_it_starts_on() -> None:
    records = read('day,Control Point,total\n1,"Lo\nWu",3\n2,Hung Hom,4\n')
    assert [record.line for record in records] == [2, 4]


def test_a_line_with_too_few_cells_is_told_by_its_number() -> None:
    said = refused("day,Control Point,total\n1,Lo Wu,3\n2,Lo Wu\n\n3,Lo Wu,4,5\n")
    assert "line 3 has 2 cells instead of 3" in said
    assert "line 4 has 0 cells" in said
    assert "line 5 has 4 cells" in said


def test_many_lines_with_too_few_cells_are_counted() -> None:
    assert "and 4 lines more" in refused("day,Control Point,total\n" + "1,2\n" * 9)


def test_a_last_line_without_end_is_taken_as_cut_off() -> None:
    assert "line 2 is the last and has no line end" in refused("day,Control Point,total\n1,Lo Wu,3")


def test_a_quote_that_never_closes_is_told_by_its_line() -> None:
    assert "line 3 is cut off" in refused('day,Control Point,total\n1,Lo Wu,3\n2,"Lo Wu,4\n3,x,5\n')


def test_text_behind_a_closing_quote_is_refused() -> None:
    assert "line 2" in refused('day,Control Point,total\n1,"Lo" Wu,3\n')


def test_a_header_without_lines_is_an_empty_file() -> None:
    assert "empty file" in refused("day,Control Point,total\n")


def test_no_bytes_are_an_empty_file() -> None:
    assert "empty file" in refused(b"")


def test_latin_1_is_a_wrong_encoding_told_by_its_line() -> None:
    assert "wrong encoding: line 2" in refused("day,Control Point,total\n1,Zürich,3\n".encode("latin-1"))


def test_a_nul_byte_is_told_by_its_line() -> None:
    assert "NUL byte in line 2" in refused("day,Control Point,total\n1,Lo\0Wu,3\n")


def test_a_byte_order_mark_is_accepted_only_where_it_is_declared() -> None:
    header = "\ufeffday,Control Point,total"
    assert "byte-order mark" in refused(f"{header}\n1,Lo Wu,3\n")
    assert read(f"{header},\n1,Lo Wu,3,\n", MARKED) == read(f"{header[1:]},\n1,Lo Wu,3,\n", MARKED)


def test_an_empty_last_column_that_goes_or_fills_is_refused() -> None:
    assert "the empty column at the end is gone" in refused("day,Control Point,total\n1,2,3\n", MARKED)
    assert "line 2 goes on" in refused("day,Control Point,total,\n1,2,3,4\n", MARKED)


def test_padded_null_markers_are_null_and_other_blanks_stay() -> None:
    (record,) = read('1,-0- ," Lo Wu "\n', OPEN)
    assert record.values == {"day": "1", "point": None, "total": " Lo Wu "}


def test_a_blank_that_does_not_break_is_null_where_empty_is() -> None:
    (record,) = read("day,Control Point,total\n1,\u00a0,3\n")
    assert record.values["point"] is None


def test_the_dos_end_of_file_mark_is_no_line() -> None:
    assert len(read('1,"a","b"\r\n2,"a",-0- \r\n\x1a', OPEN)) == 2


@pytest.mark.parametrize("end", ['"b"', "-0- ", "-0-", "-0", "-"])
def test_an_open_last_line_is_whole_where_its_quote_or_null_marker_is(end: str) -> None:
    assert read(f'1,"a",{end}', OPEN) == read(f'1,"a",{end if end == chr(34) + "b" + chr(34) else "-0- "}\n', OPEN)


@pytest.mark.parametrize("end", ['"b', "12", ""])
def test_an_open_last_line_that_ends_otherwise_is_cut_off(end: str) -> None:
    assert "cut off" in refused(f'1,"a",{end}', OPEN)
