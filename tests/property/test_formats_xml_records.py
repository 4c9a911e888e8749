"""The UN's XML: every element is expected or told, and hostile documents are refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.bronze.un_consolidated import UnConsolidated
from lakehouse.errors import SourceSurprise
from lakehouse.formats import Record
from lakehouse.formats.xml_records import Entry

without_deadline = settings(deadline=None, max_examples=40)

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dateGenerated="2026-02-27">
  <INDIVIDUALS>
    <INDIVIDUAL>
      <DATAID>6900001</DATAID>
      <FIRST_NAME>TESTO</FIRST_NAME>
      <REFERENCE_NUMBER>CDi.901</REFERENCE_NUMBER>
      <COMMENTS1/>
      <NATIONALITY><VALUE>Iraq</VALUE><VALUE>Jordan</VALUE></NATIONALITY>
      <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS>
        <QUALITY>Low</QUALITY>
        <ALIAS_NAME>Abu &amp; Test</ALIAS_NAME>
      </INDIVIDUAL_ALIAS>
      <INDIVIDUAL_DOCUMENT/>
    </INDIVIDUAL>
  </INDIVIDUALS>
  <ENTITIES>
    <ENTITY><DATAID>6900002</DATAID><FIRST_NAME>ROI</FIRST_NAME><REFERENCE_NUMBER>TAe.902</REFERENCE_NUMBER></ENTITY>
  </ENTITIES>
</CONSOLIDATED_LIST>
"""

#: XML 1.0 has no control characters but tab, line feed and carriage return.
CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
TEXTS = st.text(CHARACTERS | st.sampled_from("\t\n\r")).filter(str.strip)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, Any]:
    entry: Entry = draw(st.sampled_from(UnConsolidated.format.entries))
    row: dict[str, Any] = dict.fromkeys(UnConsolidated.raw_columns())
    row |= {"entry_kind": entry.kind, "list_generated_at": "2026-02-27T00:00:09.554Z"}
    for element, column in entry.scalars.items():
        row[column] = draw(TEXTS if element in entry.required else st.none() | TEXTS)
    for group in entry.groups:
        names = [child.lower() for child in group.children]
        held = st.dictionaries(st.sampled_from(names), TEXTS, min_size=1)
        objects = [{name: found[name] for name in names if name in found} for found in draw(st.lists(held, max_size=2))]
        row[group.column] = json.dumps(objects, ensure_ascii=False) if objects else None
    return row


def read(text: str | bytes) -> list[Record]:
    content = text.encode() if isinstance(text, str) else text
    return list(UnConsolidated.format.records(content, UnConsolidated))


def refused(text: str | bytes) -> str:
    with pytest.raises(SourceSurprise) as surprise:
        read(text)
    return str(surprise.value)


def with_line(line: str) -> str:
    return LIST.replace("      <COMMENTS1/>\n", f"      {line}\n")


@without_deadline
@given(rows=st.lists(entries(), min_size=1, max_size=3))
def test_entries_come_back_as_they_were_written(rows: list[dict[str, Any]]) -> None:
    records = read(UnConsolidated.format.render(rows, UnConsolidated))
    persons_first = sorted(rows, key=lambda row: row["entry_kind"] == "entity")
    assert [as_read(record.values) for record in records] == [as_read(row) for row in persons_first]


def as_read(row: dict[str, Any]) -> dict[str, Any]:
    """Order of elements in an object means nothing."""
    return {n: json.loads(v) if v and n in GROUPS else v for n, v in row.items()}


GROUPS = {group.column for entry in UnConsolidated.format.entries for group in entry.groups}


@without_deadline
@given(row=entries(), data=st.data())
def test_a_document_cut_anywhere_is_refused(row: dict[str, Any], data: st.DataObject) -> None:
    content = UnConsolidated.format.render([row], UnConsolidated).rstrip()
    refused(content[: data.draw(st.integers(0, len(content) - 1))])


def test_persons_and_entities_come_into_one_table() -> None:
    person, entity = read(LIST)
    assert (person.line, entity.line) == (4, 19)
    assert (person.values["entry_kind"], entity.values["entry_kind"]) == ("individual", "entity")
    assert {r.values["list_generated_at"] for r in (person, entity)} == {"2026-02-27"}
    assert list(person.values) == list(entity.values) == list(UnConsolidated.raw_columns())


def test_entries_of_a_document_without_line_ends_are_placed_by_their_rows() -> None:
    assert [record.line for record in read(LIST.replace("\n", " "))] == [1, 2]


def test_what_repeats_becomes_a_json_list_without_what_is_empty() -> None:
    person = read(LIST)[0].values
    assert json.loads(person["nationalities"]) == [{"value": "Iraq"}, {"value": "Jordan"}]
    assert json.loads(person["aliases"]) == [{"quality": "Low", "alias_name": "Abu & Test"}]
    assert person["documents"] is None
    assert person["comments"] is None


def test_all_unknown_elements_and_attributes_are_told_at_once_with_their_lines() -> None:
    said = refused(with_line('<EYES col="1"/><COMMENTS1>a<B/></COMMENTS1>').replace("<QUALITY/>", "<RANK/>"))
    assert "unknown element INDIVIDUAL/EYES (line 8)" in said
    assert "unknown attribute INDIVIDUAL/EYES@col (line 8)" in said
    assert "unknown element COMMENTS1/B (line 8)" in said
    assert "unknown element INDIVIDUAL_ALIAS/RANK (line 10)" in said


def test_an_element_that_is_known_elsewhere_is_unknown_here() -> None:
    assert "unknown element ENTITY/GENDER" in refused(LIST.replace("<ENTITY>", "<ENTITY><GENDER>Male</GENDER>"))


def test_a_single_element_that_repeats_is_refused() -> None:
    assert "INDIVIDUAL/FIRST_NAME repeats" in refused(with_line("<FIRST_NAME>TESTA</FIRST_NAME>"))
    assert "INDIVIDUAL_ALIAS/QUALITY repeats" in refused(LIST.replace("<QUALITY/>", "<QUALITY/><QUALITY/>"))


def test_text_beside_elements_is_refused() -> None:
    assert "text beside the elements of INDIVIDUAL " in refused(with_line("stray"))


def test_missing_lists_attributes_and_required_elements_are_told_at_once() -> None:
    said = refused(LIST.replace("ENTITIES", "COMPANIES").replace("dateGenerated", "date").replace("DATAID", "DATA_ID"))
    assert "unknown attribute date " in said
    assert "no attribute dateGenerated" in said
    assert "no CONSOLIDATED_LIST/ENTITIES" in said
    assert "no INDIVIDUAL/DATAID" in said


def test_another_root_is_another_file() -> None:
    assert "the root is LIST" in refused("<LIST/>")


def test_a_list_of_nobody_is_an_empty_file() -> None:
    attributes = 'dateGenerated="2026-02-27"'
    assert "empty file" in refused(f"<CONSOLIDATED_LIST {attributes}><INDIVIDUALS/><ENTITIES/></CONSOLIDATED_LIST>")


@pytest.mark.parametrize(
    "document_type",
    [
        '<!DOCTYPE x [<!ENTITY a "boom">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
    ],
    ids=["entity", "file", "remote"],
)
def test_document_types_and_entities_are_refused(document_type: str) -> None:
    assert "XML that is not read" in refused(LIST.replace("<CONSOLIDATED", f"{document_type}<CONSOLIDATED", 1))


def test_an_encoding_that_is_not_known_is_refused() -> None:
    assert refused(LIST.replace("UTF-8", "x-nothing"))
