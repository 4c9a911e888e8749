"""UN/EDIFACT: separators, encodings and line breaks are understood; faults of files and of messages told apart."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydifact.control.characters import Characters
from pydifact.parser import Parser
from pydifact.tokenizer import Tokenizer

from lakehouse.bronze.manifest_paxlst_messages import ManifestPaxlstMessages
from lakehouse.bronze.manifest_paxlst_passengers import ManifestPaxlstPassengers
from lakehouse.bronze.manifest_pnrgov_bookings import ManifestPnrgovBookings
from lakehouse.bronze.manifest_pnrgov_messages import ManifestPnrgovMessages
from lakehouse.bronze.manifest_pnrgov_passengers import ManifestPnrgovPassengers
from lakehouse.bronze.paxlst_messages import PaxlstMessages
from lakehouse.bronze.paxlst_passengers import PaxlstPassengers
from lakehouse.bronze.pnrgov_bookings import PnrgovBookings
from lakehouse.bronze.pnrgov_messages import PnrgovMessages
from lakehouse.bronze.pnrgov_passengers import PnrgovPassengers
from lakehouse.declare import Bronze, Pii
from lakehouse.errors import DeclarationError, SourceSurprise
from lakehouse.formats import Record, edifact_syntax
from lakehouse.formats.edifact import Edifact
from lakehouse.formats.edifact_syntax import STANDARD, Message, Segment, Signs, messages
from lakehouse.formats.paxlst import PAXLST, departure_date
from lakehouse.formats.pnrgov import SAMPLE as PNRGOV_SAMPLE

without_deadline = settings(deadline=None, max_examples=60)

UNB = "UNB+UNOA:4+ZZ+GOV+260101:0600+I1'"
HEAD = "BGM+745'TDT+20+ZZ1+++ZZ'LOC+125+NRT'LOC+87+TPE'"
TRAVELLER = "NAD+FL+++EXEMPLAR:TESTA'ATT+2++F'DTM+329:800102'DOC+P+X00000017'DTM+36:310101'LOC+91+JPN'"


def message(reference: str = "M1", body: str = HEAD + TRAVELLER, trailer: str = "") -> str:
    count = body.count("'") + 2
    return f"UNH+{reference}+PAXLST:D:05B:UN'{body}" + (trailer or f"UNT+{count}+{reference}'")


def interchange(*inside: str, header: str = UNB, trailer: str = "") -> str:
    return header + "".join(inside) + (trailer or f"UNZ+{len(inside)}+I1'")


def read(content: str | bytes, table: type[Bronze] = PaxlstPassengers) -> list[Record]:
    """Rows of a file with their faults, and behind them the messages that are refused."""
    given_bytes = content.encode() if isinstance(content, str) else content
    rows = table.format.table(given_bytes, table).to_pylist()
    faulty = table.format.faulty(given_bytes, table)
    blanked = {record.line: record.faults for record in faulty if not record.is_refused}
    found = [Record(line, row, blanked.get(line, ())) for row in rows for line in [row.pop("source_line")]]
    return found + [record for record in faulty if record.is_refused]


def said_of(content: str | bytes, table: type[Bronze] = PaxlstMessages) -> list[str]:
    return [fault.rule for record in read(content, table) for fault in record.faults]


def names(content: str | bytes) -> list[list[str]]:
    return [record.values["names"] for record in read(content)]


# -- separators, encodings, line breaks


@pytest.mark.parametrize("advice", ["UNA:+.? '", "UNA|^.\\*~", "UNA:+,? \n", "UNA;*.! #"])
def test_separators_are_those_of_una(advice: str) -> None:
    component, element, _, release, _, end = list(advice[3:])
    signs = str.maketrans({":": component, "+": element, "'": end})
    body = interchange(message()).translate(signs).replace("TESTA", f"TES{release}{end}T{release}{element}A")
    if end == "\n":
        body = body.replace(f"{release}\n", "")  # What is a line end cannot be part of a value.
        assert names(advice + body) == [["EXEMPLAR", f"TEST{element}A"]]
    else:
        assert names(advice + body) == [["EXEMPLAR", f"TES{end}T{element}A"]]


def test_without_una_the_separators_are_those_of_the_level() -> None:
    plain = interchange(message())
    level_b = plain.replace("UNOA", "UNOB").translate(str.maketrans(":+'", "\x1f\x1d\x1c"))
    assert names(plain) == names(level_b) == [["EXEMPLAR", "TESTA"]]


def test_a_blank_in_una_says_that_no_character_releases() -> None:
    assert names("UNA:+.  '" + interchange(message()).replace("TESTA", "TESTA MARIA?")) == [
        ["EXEMPLAR", "TESTA MARIA?"]
    ]


def test_an_apostrophe_that_a_word_processor_bent_is_one() -> None:
    assert names("UNA:+.?*’ " + interchange(message())) == [["EXEMPLAR", "TESTA"]]


@pytest.mark.parametrize(
    ("syntax", "encoding"), [("UNOC", "iso8859-1"), ("UNOE", "iso8859-5"), ("UNOW", "utf-8"), ("UNOY", "utf-8")]
)
def test_the_syntax_identifier_tells_the_encoding(syntax: str, encoding: str) -> None:
    name = "ПРИМЕР" if encoding == "iso8859-5" else "ÉXÀMPLE"
    content = interchange(message().replace("TESTA", name)).replace("UNOA", syntax).encode(encoding)
    assert names(content) == [["EXEMPLAR", name]]


def test_interchanges_of_one_file_have_their_own_separators_and_encodings() -> None:
    first = interchange(message().replace("TESTA", "ÉVA")).replace("UNOA", "UNOC").encode("iso8859-1")
    second = ("UNA|^.\\*~" + interchange(message()).translate(str.maketrans(":+'", "|^~"))).encode()
    third = interchange(message().replace("TESTA", "林")).replace("UNOA", "UNOY").encode()
    assert [name[1] for name in names(first + b"\r\n" + second + b"\n" + third)] == ["ÉVA", "TESTA", "林"]


@without_deadline
@given(width=st.integers(20, 90), end=st.sampled_from(["\n", "\r\n"]))
def test_a_file_that_is_wrapped_at_any_width_has_the_same_values(width: int, end: str) -> None:
    whole = interchange(message().replace("TESTA", "TES?'TA ?+ROI??"))
    wrapped = end.join(whole[at : at + width] for at in range(0, len(whole), width))
    assert [record.values for record in read(wrapped)] == [record.values for record in read(whole)]
    assert not said_of(wrapped)


TEXTS = st.text(st.characters(min_codepoint=33, max_codepoint=126) | st.just(" "), min_size=1, max_size=12)


@without_deadline
@given(held=st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_text_reads_back_from_a_written_segment(held: list[list[str]]) -> None:
    written = str(Segment("FTX", tuple(tuple(element) for element in held)))
    (read_back,) = messages(interchange(message(body=written + "'")).encode())
    assert isinstance(read_back, Message)
    assert [list(element) for element in read_back.body[0].elements] == held


@without_deadline
@given(surname=TEXTS, given_name=TEXTS)
def test_rows_of_any_names_read_back(surname: str, given_name: str) -> None:
    row = {n: c.examples[0] for n, c in PaxlstPassengers.raw_columns().items()}
    name = str(Segment("NAD", (("FL",), ("",), ("",), (surname, given_name))))
    row |= {"names": [surname, given_name], "party_qualifier": "FL", "segments": [name]}
    assert names(PaxlstPassengers.format.render([row], PaxlstPassengers)) == [[surname, given_name]]


# -- messages and groups


def test_groups_of_messages_and_several_interchanges_are_read_in_order() -> None:
    group = f"UNG+PAXLST+ZZ+GOV+260101:0600+G1+UN+D:05B'{message('A')}{message('B')}UNE+2+G1'"
    content = interchange(group, trailer="UNZ+1+I1'") + "\n" + interchange(message("C"))
    found = read(content, PaxlstMessages)
    assert [record.values["message_reference"] for record in found] == ["A", "B", "C"]
    assert [bool(record.values["group_header"]) for record in found] == [True, True, False]
    assert not [fault for record in found for fault in record.faults]


def test_a_source_line_is_the_place_among_rows_of_the_file_and_travellers_name_that_of_their_message() -> None:
    body = HEAD + TRAVELLER + TRAVELLER
    found = read(interchange(message("A", body), message("B", body)))
    assert [(record.line, record.values["message_number"]) for record in found] == [(1, 1), (2, 1), (3, 2), (4, 2)]


BAD_MESSAGES = {
    "a second reference where one may be": (HEAD.replace("TDT", "RFF+TN:1'RFF+TN:2'TDT", 1), "", "(RFF): a second RFF"),
    "a segment that the message does not know": (HEAD + "XYZ+1'", "", "(unknown tag): the message may not hold it"),
    "a segment out of its group": (HEAD.replace("LOC", "ATT+2++F'LOC", 1), "", "(ATT): the message may not hold it"),
    "a traveller whose beginning was lost": (HEAD + TRAVELLER + "DTM+329:750101'", "", ""),
    "two births of one traveller": (
        HEAD + TRAVELLER.split("DOC")[0] + "DTM+329:750101'",
        "",
        "(DTM): a second DTM+329 in one traveller",
    ),
    "no transport": ("BGM+745'", "", "(UNH): the message has no TDT"),
    "no beginning": (HEAD.split("'", 1)[1], "", "(UNH): the message has no BGM"),
    "another reference in the trailer": ("", "UNT+6+OTHER'", "(UNT): it has another reference"),
    "a segment that cannot be read": (HEAD + "++'", "", "it cannot be read"),
    "no trailer": ("", " ", "(UNH): the message has no UNT"),
}


@pytest.mark.parametrize("name", BAD_MESSAGES)
def test_a_bad_message_carries_its_fault_and_its_neighbours_go_on(name: str) -> None:
    body, trailer, said = BAD_MESSAGES[name]
    bad = message("BAD", body or HEAD + TRAVELLER, trailer)
    found = read(interchange(message("A"), bad, message("C")), PaxlstMessages)
    assert [record.values["message_reference"] for record in found if not record.is_refused] == (
        ["A", "BAD", "C"] if not said else ["A", "C"]
    )
    refused = [fault.rule for record in found if record.is_refused for fault in record.faults]
    assert all(said in rule and rule.startswith("segment ") for rule in refused)
    assert len(refused) == bool(said)


def test_groups_lead_to_their_message_and_booking_past_those_that_are_refused() -> None:
    whole, *_ = PNRGOV_SAMPLE.partition("UNZ")
    head, _, rest = whole.partition("UNH")
    bad = "UNH+0+PNRGOV:11:1:IA'MSG+:22'XYZ'UNT+4+0'"
    content = f"{head}{bad}UNH{rest}{bad}UNZ+3+EX1'"
    lines = {t: [r.line for r in read(content, t) if not r.is_refused] for t in (PnrgovMessages, PnrgovBookings)}
    assert lines == {PnrgovMessages: [2], PnrgovBookings: [1, 2]}
    found = [r.values for r in read(content, PnrgovPassengers) if not r.is_refused]
    assert [(p["message_number"], p["booking_number"]) for p in found] == [(2, 1), (2, 1), (2, 2)]
    assert [r.line for r in read(content, PnrgovMessages) if r.is_refused] == [1, 3]


@pytest.mark.parametrize(("told", "day"), [("011225:0900", "2025-12-01"), ("311125", None), ("1225", None), ("", None)])
def test_a_day_of_departure_that_there_is_not_is_left_empty(told: str, day: str | None) -> None:
    body = f"MSG+:22'TVL+{told}+NRT+TPE+CI+100'"
    content = interchange(f"UNH+1+PNRGOV:11:1:IA'{body}UNT+4+1'")
    assert [record.values["departure_date"] for record in read(content, PnrgovMessages)] == [day]


def test_a_segment_that_a_message_has_to_hold_itself_is_missed_though_its_groups_hold_one() -> None:
    body = "MSG+:22'SRC'RCI+CI:ABC123'TIF+CHEN+MEI'TVL+011225+NRT+TPE+CI+100'"
    content = interchange(f"UNH+1+PNRGOV:11:1:IA'{body}UNT+7+1'")
    assert said_of(content, PnrgovMessages) == ["segment 2 (UNH): the message has no TVL"]


def test_a_message_of_another_type_is_refused_among_its_neighbours() -> None:
    content = interchange(message("A"), message("B").replace("PAXLST", "CUSRES"))
    assert said_of(content) == ["segment 14 (UNH): the message is no PAXLST"]


def test_wrong_control_values_are_blanked_and_told_and_the_message_stays() -> None:
    content = interchange(message("A", trailer="UNT+99+A'"), trailer="UNZ+1+I2'")
    (record,) = read(content, PaxlstMessages)
    assert not record.is_refused
    assert {f.column: f.raw_value for f in record.faults} == {
        "segments_stated_count": "99",
        "interchange_closing_reference": "I2",
    }
    assert record.values["segments_stated_count"] is record.values["interchange_closing_reference"] is None
    assert len(read(content)) == 1


def test_a_sample_that_is_at_fault_is_no_declaration() -> None:
    with pytest.raises(DeclarationError, match="has no TDT"):
        Edifact(PAXLST, (), interchange(message(body="BGM+745'")), departure_date).message_header()


def test_an_interchange_at_fault_is_put_aside_and_those_beside_it_are_read() -> None:
    bad = {
        "(UNB): cut off before it": UNB + message("B"),
        "states 3 messages": interchange(message("B"), trailer="UNZ+3+I1'"),
        "wrong encoding": interchange(message("B").replace("TESTA", "ÉVA")),
        "impossible separators": "UNA::.? '" + interchange(message("B")),
        "unknown syntax identifier": interchange(message("B")).replace("UNOA", "UNOQ"),
        "stands in no message": interchange(message("B") + TRAVELLER),
    }
    for said, between in bad.items():
        content = interchange(message("A")) + "\n" + between + "\n" + interchange(message("C"))
        found = read(content, PaxlstMessages)
        assert [r.values["message_reference"] for r in found if not r.is_refused] == ["A", "C"], said
        assert [said in fault.rule for record in found for fault in record.faults] == [True]


MANIFESTS = (
    ManifestPaxlstMessages, ManifestPaxlstPassengers, ManifestPnrgovBookings, ManifestPnrgovMessages,
    ManifestPnrgovPassengers,
)  # fmt: skip


@pytest.mark.parametrize("table", MANIFESTS)
def test_packed_samples_read_back(table: type[Bronze]) -> None:
    columns = table.raw_columns()
    rows = [
        {name: column.examples[n] for name, column in columns.items()} for n in range(len(columns["segments"].examples))
    ]
    assert [record.values for record in read(table.format.render(rows, table), table)] == rows


def test_a_packed_file_is_read_and_one_that_is_cut_off_refused() -> None:
    packed = gzip.compress(interchange(message()).encode())
    assert [record.values["names"] for record in read(packed)] == [["EXEMPLAR", "TESTA"]]
    with pytest.raises(SourceSurprise, match="cannot be unpacked"):
        read(packed[:-9])


# -- the tokens, beside those of pydifact

SIGNS = {
    "standard": STANDARD,
    "another set": Signs("|", "^", "\\", "~"),
    "level B": Signs("\x1f", "\x1d", "\0", "\x1c"),
}
LETTERS = st.text(st.sampled_from("AB1 ?:+'|^~\\/"), max_size=9)


@settings(max_examples=300)
@given(name=st.sampled_from(sorted(SIGNS)), drawn=st.lists(st.lists(LETTERS, min_size=1, max_size=4), max_size=6))
def test_tokens_are_those_of_pydifact(name: str, drawn: list[list[str]]) -> None:
    signs = SIGNS[name]
    separators = {*signs} - {"\0"}

    def written(text: str) -> str:
        if signs.release == "\0":
            return "".join(letter for letter in text if letter not in separators)
        return "".join(signs.release + letter if letter in separators else letter for letter in text)

    raw = signs.element.join(["FTX", *(signs.component.join(map(written, element)) for element in drawn)])
    mine = edifact_syntax._segments(raw + signs.end, signs, "ascii", 0)
    characters = Characters.from_str(f"UNA{signs.component}{signs.element}.{signs.release} {signs.end}")
    (theirs,) = Parser.convert_tokens_to_raw_segments(Parser(), Tokenizer().get_tokens(raw + signs.end, characters))
    assert [segment.tag for segment in mine] == ["FTX"]
    told = [mine[0].components(place) for place in range(1, len(mine[0].elements) + 1)]
    assert told == [[] if not text else text if isinstance(text, list) else [text] for text in theirs[1:]]


# -- faults of the file

BAD_FILES = {
    "nothing": ("", "empty file"),
    "no EDIFACT": ("name,birth\nx,1\n", "no UN/EDIFACT"),
    "a page of the web": ("<html></html>", "no UN/EDIFACT"),
    "no UNB": (message(), "no UN/EDIFACT"),
    "UNA alone": ("UNA:+.? '", "no UN/EDIFACT"),
    "the same separator twice": ("UNA::.? '" + interchange(message()), "impossible separators"),
    "no message": (interchange(trailer="UNZ+0+I1'"), "without any message"),
    "an unknown level": (interchange(message()).replace("UNOA", "UNOQ"), "unknown syntax identifier"),
    "a NUL": (interchange(message()).replace("TESTA", "\0"), "NUL byte"),
}
BAD_INTERCHANGES = {
    "no UNZ": (UNB + message(), "segment 13: cut off behind it, the interchange has no UNZ"),
    "no terminator behind UNZ": (interchange(message())[:-1], "segment 14 (UNZ): cut off, no terminator"),
    "cut inside a message": (interchange(message())[:120], "segment 7: cut off, no terminator (') ends it"),
    "a second interchange begun": (interchange(message()) + "\nUNB+UNOA", "segment 15 (UNB): cut off"),
    "fewer messages than UNZ counts": (
        interchange(message(), trailer="UNZ+2+I1'"),
        "segment 14 (UNZ): it states 2 messages or groups, there are 1",
    ),
    "a count that is none": (interchange(message(), trailer="UNZ+X+I1'"), "states no number of messages"),
    "fewer messages than UNE counts": (interchange(f"UNG+PAXLST+Z+G+1:1+G1'{message()}UNE+3+G1'"), "(UNE)"),
    "a group that does not end": (interchange(f"UNG+PAXLST+Z+G+1:1+G1'{message()}"), "has no UNE"),
    "the end of a group that is none": (interchange(message() + "UNE+1+G1'"), "(UNE): there is no UNG"),
    "a segment outside of messages": (interchange(message() + "NAD+FL'"), "segment 14: it stands in no message"),
    "letters beyond ASCII": (interchange(message().replace("TESTA", "ÉVA")), "segment 7: wrong encoding"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_fault_of_the_file_refuses_it_whole_and_is_named(name: str) -> None:
    content, said = BAD_FILES[name]
    with pytest.raises(SourceSurprise, match=said):
        read(content)


@pytest.mark.parametrize("name", BAD_INTERCHANGES)
def test_a_fault_of_an_interchange_is_told_with_the_segment_that_broke_it(name: str) -> None:
    content, said = BAD_INTERCHANGES[name]
    (rule,) = said_of(content)
    assert rule.startswith("segment ")
    assert said in rule


def test_nothing_is_read_of_an_interchange_that_is_cut_wherever_it_is() -> None:
    content = interchange(message(), message("B"))
    for end in range(len(content)):
        try:
            assert [record.is_refused for record in read(content[:end])] == [True]
        except SourceSurprise:
            assert end < len(UNB), "of what has begun as an interchange the segment is told"


def test_what_follows_the_last_interchange_without_being_one_is_left() -> None:
    assert names(interchange(message()) + "\n13 of 20\n\x1a") == [["EXEMPLAR", "TESTA"]]


@without_deadline
@given(data=st.data())
def test_no_fault_of_a_damaged_message_quotes_a_person(data: st.DataObject) -> None:
    content = interchange(message(), message("B"))
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 6)))
    noise = data.draw(st.sampled_from(["'", "+", ":", "?", "''", "NAD+", ""]))
    try:
        said = said_of(content[:start] + noise + content[end:])
    except SourceSurprise as surprise:
        said = [str(surprise)]
    assert not [s for s in said for text in ("EXEMPLAR", "EXEMP", "TESTA", "X0000", "800102") if text in s]


# -- bookings


def test_a_booking_holds_its_legs_its_splits_and_its_history() -> None:
    first, second = (record.values for record in read(PNRGOV_SAMPLE, PnrgovBookings))
    assert (first["record_locator"], second["record_locator"]) == ("TEST01", "TEST02")
    (leg,) = first["legs"]
    assert (leg["carrier"], leg["operating_carrier"], leg["number"], leg["booking_class"]) == ("ZZ", "YY", "0101", "B")
    assert [check_in["seat"] for check_in in leg["check_ins"]] == ["15A"]
    assert first["split_from"][0]["locators"][0]["locator"] == "TEST09"
    assert [service["departure_place"] for service in first["services"]] == ["TPE"]
    assert [change["actions"] for change in first["changes"]] == [[{"action": "A"}]]
    assert first["contacts"][0]["lines"][1:3] == ["1 EXAMPLE ROAD", "EXAMPLETOWN"]
    assert second["split_from"] is second["services"] is second["changes"] is None


def test_travellers_belong_to_their_booking_and_infants_are_travellers() -> None:
    found = [record.values for record in read(PNRGOV_SAMPLE, PnrgovPassengers)]
    told = [(p["booking_number"], p["surname"], p["traveller_type"], p["traveller_reference"]) for p in found]
    assert told == [
        (1, "EXEMPLAR", "A", "1"),
        (1, "EXEMPLAR", "IN", "2"),
        (2, "O'SAMPLE", "A", "1"),
    ]
    pieces = found[0]["requests"][0]["text_pieces"]
    assert pieces == ["", "P", "JPN", "X00000017", "JPN", "02JAN80", "F", "01JAN31", "EXEMPLAR", "TESTA"]
    assert found[0]["tickets"][0]["payments"][0]["forms"][0]["form"] == "CC"


@pytest.mark.parametrize("table", [PaxlstMessages, PaxlstPassengers, PnrgovBookings, PnrgovPassengers])
def test_what_is_kept_as_it_came_is_classed_as_personal(table: type[Bronze]) -> None:
    assert table.raw_columns()["segments"].pii is Pii.DIRECT
