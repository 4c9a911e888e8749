"""Labels in a SAS program: every statement is understood or the file is refused."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.bronze.i94_labels import I94Labels
from lakehouse.errors import SourceSurprise

without_deadline = settings(deadline=None, max_examples=50)

BLOCKS = ("i94cntyl", "i94prtl", "i94model", "i94addrl")
PROGRAM = """libname library 'Your file location' ;
proc format library=library ;
/* I94CIT - all codes */
  value i94cntyl
   582 =  'MEXICO Air Sea, and Not Reported'
   236 =  'AFGHANISTAN   ' ;
value $i94prtl
   'INT'\t=\t'INT''L FALLS, MN      '
   'CP '\t=\t'No PORT Code (CP)'
;
value i94model
\t1 = 'Air' ;
value i94addrl
\t'AL'='ALABAMA'
\t'99'='All Other Codes' ;
/* I94VISA - Visa codes collapsed into two categories:
   1 = Business
   2 = Pleasure
*/
run ;
"""

TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\x1a\ufeff")).map(str.rstrip).filter(bool)
)
WORDS = st.from_regex(r"[A-Za-z0-9]{1,4}", fullmatch=True)
SAYINGS = st.from_regex(r"[A-Za-z][A-Za-z ,.'-]{0,20}[a-z]", fullmatch=True)


@st.composite
def programs(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = [
        {"format_name": name, "code": code, "label": label}
        for name in BLOCKS
        for code, label in draw(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3))
    ]
    said = draw(st.lists(st.tuples(WORDS, SAYINGS), min_size=1, max_size=3))
    return rows + [{"format_name": "i94visa", "code": code, "label": label} for code, label in said]


def read(text: str) -> list[tuple[str, ...]]:
    records = I94Labels.format.records(text.encode(), I94Labels)
    return [tuple(record.values.values()) for record in records]


def refused(text: str) -> str:
    with pytest.raises(SourceSurprise) as surprise:
        read(text)
    return str(surprise.value)


@without_deadline
@given(rows=programs())
def test_labels_come_back_as_they_were_written(rows: list[dict[str, Any]]) -> None:
    records = I94Labels.format.records(I94Labels.format.render(rows, I94Labels), I94Labels)
    assert [record.values for record in records] == rows


@without_deadline
@given(rows=programs(), data=st.data())
def test_a_program_cut_anywhere_before_its_end_is_refused(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    content = I94Labels.format.render(rows, I94Labels)
    end = data.draw(st.integers(0, content.rindex(b";")))
    with pytest.raises(SourceSurprise):
        list(I94Labels.format.records(content[:end], I94Labels))


def test_blocks_and_comment_are_read_as_they_stand() -> None:
    assert read(PROGRAM) == [
        ("i94cntyl", "582", "MEXICO Air Sea, and Not Reported"),
        ("i94cntyl", "236", "AFGHANISTAN"),
        ("i94prtl", "INT", "INT'L FALLS, MN"),
        ("i94prtl", "CP", "No PORT Code (CP)"),
        ("i94model", "1", "Air"),
        ("i94addrl", "AL", "ALABAMA"),
        ("i94addrl", "99", "All Other Codes"),
        ("i94visa", "1", "Business"),
        ("i94visa", "2", "Pleasure"),
    ]


def test_each_label_is_placed_by_its_line() -> None:
    lines = [record.line for record in I94Labels.format.records(PROGRAM.encode(), I94Labels)]
    assert lines == [5, 6, 8, 9, 12, 14, 15, 17, 18]


def test_labels_that_share_a_line_are_placed_by_their_rows() -> None:
    dense = PROGRAM.replace("\n   236", " 236")
    lines = [record.line for record in I94Labels.format.records(dense.encode(), I94Labels)]
    assert lines == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert read(dense) == read(PROGRAM)


def test_dos_line_ends_change_nothing() -> None:
    assert read(PROGRAM.replace("\n", "\r\n")) == read(PROGRAM)


def test_missing_and_unknown_formats_are_told_at_once() -> None:
    said = refused(PROGRAM.replace("i94model", "i94modes").replace("I94VISA", "I94PURPOSE"))
    assert "missing: i94model, i94visa" in said
    assert "unknown: i94modes, i94purpose" in said


def test_a_block_without_labels_is_missing() -> None:
    assert "missing: i94model" in refused(PROGRAM.replace("\t1 = 'Air' ;", ";"))


def test_a_format_that_is_defined_twice_is_refused() -> None:
    assert "i94model is defined again" in refused(PROGRAM.replace("run ;", "value i94model 2 = 'Sea' ;\nrun ;"))


def test_a_block_that_is_never_closed_is_refused() -> None:
    said = refused(PROGRAM.replace("'AFGHANISTAN   ' ;", "'AFGHANISTAN   '"))
    assert "the statement that ends in line 10 is no list of labels" in said


def test_a_program_without_its_end_is_cut_off() -> None:
    assert "does not end in `run;`" in refused(PROGRAM.replace("run ;", ""))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("'AFGHANISTAN   '", "'AFGHANISTAN   ", "line 6 has a quote that is never closed"),
        (
            "two categories:\n   1 = Business\n   2 = Pleasure\n*/",
            "",
            "line 16 has a comment that is never closed",
        ),
        ("236 =  'AFG", "236 - 237 =  'AFG", "line 6 has a sign that belongs to no label"),
        ("236 =  'AFG", "236  'AFG", "ends in line 6 is no list of labels"),
        ("236 =  'AFGHANISTAN   '", "'AFGHANISTAN   ' = 236", "line 6 is not `code = 'label'`"),
        ("value i94model", "invalue i94model", "ends in line 12 is no list of labels"),
        ("   2 = Pleasure", "   and Pleasure", "line 18 is no label"),
        ("run ;", "run ;\nvalue i94visal 1 = 'Business' ;", "line 21 comes after the end"),
    ],
)
def test_what_is_not_understood_is_told_by_its_line(old: str, new: str, said: str) -> None:
    assert said in refused(PROGRAM.replace(old, new))
