"""UN/EDIFACT interchanges (ISO 9735) as messages of segments, with every control checked.

pydifact splits a segment into its elements. What it lacks is here: encodings by
syntax identifier, several interchanges and separators in a file, groups, the
controls, and faults that are told apart: of the file, or of one message in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pydifact.control.characters import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.parser import Parser
from pydifact.tokenizer import Tokenizer

from lakehouse.errors import SourceSurprise

_AGAIN = "fetch the file again or ask its sender"
#: Encodings by syntax identifier (ISO 9735, data element 0001; IATA's own levels are ASCII).
ENCODINGS = {
    **dict.fromkeys(("UNOA", "UNOB", "IATA", "IATB"), "ascii"),
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
}
#: Without UNA the sign behind the first tag tells which of the two standard sets is in use (ISO 9735, annex A).
_STANDARD = {"+": "UNA:+.? '", "\x1d": "UNA\x1f\x1d.\0 \x1c"}
#: Word processors turn the apostrophe of a service string advice into this one.
_TYPOGRAPHIC = re.compile("^(\\s*UNA.{5})’".encode())
_BLANKS = " \t\r\n"
#: No level of EDIFACT has line breaks: those inside values are how the file was wrapped.
_LINE_BREAKS = str.maketrans("", "", "\r\n")
_TAG = re.compile("[A-Z][A-Z0-9]{2}")


@dataclass(frozen=True)
class Segment:
    """A segment: tag, elements of components, and its number in the file, from 1; without a tag it was unreadable.

    Values are as they came but for line breaks.
    """

    tag: str
    elements: tuple[tuple[str, ...], ...]
    number: int = field(compare=False, default=0)

    def value(self, element: int, component: int = 1) -> str | None:
        """A component by its place, both from 1; None where it is empty or not there."""
        found = self.components(element)
        return (found[component - 1] or None) if len(found) >= component else None

    def components(self, element: int) -> list[str]:
        """Every component of an element; none where it is not there."""
        return list(self.elements[element - 1]) if len(self.elements) >= element else []

    def __str__(self) -> str:
        """The segment in the standard's own separators, without terminator."""
        written = (":".join(re.sub(r"([:+?'])", r"?\1", text) for text in element) for element in self.elements)
        return "+".join([self.tag, *written])


@dataclass(frozen=True)
class Message:
    """A message and what it came in; without ``trailer`` it is cut off."""

    interchange: Segment
    group: Segment | None
    header: Segment
    body: tuple[Segment, ...]
    trailer: Segment | None
    group_trailer: Segment | None = None
    interchange_trailer: Segment | None = None

    @property
    def type(self) -> str:
        """Message type of the header, such as PAXLST."""
        return self.header.value(2) or ""

    @property
    def segments_count(self) -> int:
        """Segments from UNH to UNT, both counted, as UNT counts them."""
        return len(self.body) + 1 + (self.trailer is not None)

    @property
    def stated_count(self) -> int | None:
        """Segments as UNT states them; None where it gives no number."""
        stated = (self.trailer.value(1) or "") if self.trailer else ""
        return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else None


def messages(content: bytes) -> list[Message]:
    """Every message of a file, in order.

    Raises ``SourceSurprise`` where the file itself is at fault: empty, no
    EDIFACT, cut off, in another encoding than its UNB says, or with other
    messages than UNE and UNZ count.
    """
    if b"\0" in content:
        raise SourceSurprise(f"NUL byte at byte {content.index(0) + 1}: the file is damaged; {_AGAIN}")
    # Byte by byte: each interchange says for itself what its bytes mean, and separators are below 128 in all encodings.
    text = _TYPOGRAPHIC.sub(rb"\1'", content).decode("iso8859-1")
    if not text.strip(_BLANKS):
        raise SourceSurprise(f"empty file; {_AGAIN}")
    found: list[Message] = []
    reading = None
    for segment in _segments(text):
        if reading is None:
            reading = _Interchange(segment)
        elif reading.take(segment):
            found += reading.messages
            reading = None
    if reading is not None:
        raise SourceSurprise(f"cut off: the interchange has no UNZ; {_AGAIN}")
    return found


def _segments(text: str) -> Iterator[Segment]:
    """Segments of a text, each in the encoding and separators of its interchange."""
    at, number, encoding, characters, is_open = 0, 0, "ascii", Characters.from_str(_STANDARD["+"]), False
    while at < len(text):
        if not is_open:
            at += len(text) - at - len(text[at:].lstrip(_BLANKS))
            if number and not _begins(text[at:]):
                return
            at, characters = _separators(text, at)
            encoding = _encoding(text, at, characters)
        whole = _whole(characters).match(text, at)
        if whole is None:
            raise SourceSurprise(
                f"cut off: no segment terminator ({characters.segment_terminator!r}) behind segment {number}; {_AGAIN}"
            )
        at, number = whole.end(), number + 1
        segment = _segment(whole.group().lstrip(_BLANKS), characters, encoding, number)
        is_open = segment.tag != "UNZ"
        yield segment


def _begins(rest: str) -> bool:
    """Whether another interchange begins, if only its first letters; anything else behind UNZ is no part of one."""
    return bool(rest) and any(tag.startswith(rest[:3]) for tag in ("UNA", "UNB"))


def _separators(text: str, at: int) -> tuple[int, Characters]:
    """Where UNB begins, and the separators in use."""
    advice = text[at : at + 9]
    if advice.startswith("UNA") and len(advice) == 9:
        at += 9
    elif advice.startswith("UNB") and advice[3:4] in _STANDARD:
        advice = _STANDARD[advice[3]]
    else:
        raise SourceSurprise(f"no UN/EDIFACT: it begins with neither UNA nor UNB; {_AGAIN}")
    characters = Characters.from_str(advice)
    if characters.escape_character == " ":  # A blank says that there is none, and no file holds NUL.
        characters.escape_character = "\0"
    signs = (characters.component_separator, characters.data_separator, characters.segment_terminator)
    if len({*signs, characters.escape_character}) < 4 or any(sign.isalnum() for sign in signs):
        raise SourceSurprise("no UN/EDIFACT: UNA names the same or impossible separators; ask its sender")
    return at, characters


def _encoding(text: str, at: int, characters: Characters) -> str:
    syntax = re.compile(rf"\s*UNB{re.escape(characters.data_separator)}([A-Z]{{4}})").match(text, at)
    if syntax is None:
        raise SourceSurprise(f"no UN/EDIFACT: there is no UNB with a syntax identifier; {_AGAIN}")
    if syntax[1] not in ENCODINGS:
        raise SourceSurprise("unknown syntax identifier in UNB: declare its encoding, or ask its sender")
    return ENCODINGS[syntax[1]]


def _whole(characters: Characters) -> re.Pattern[str]:
    release, end = re.escape(characters.escape_character), re.escape(characters.segment_terminator)
    # A file may be wrapped between a release character and what it releases.
    return re.compile(f"(?:{release}(?:(?!{end})[\r\n])*+.|[^{release}{end}])*+{end}", re.DOTALL)


def _segment(raw: str, characters: Characters, encoding: str, number: int) -> Segment:
    raw = raw[:-1].translate(_LINE_BREAKS) + raw[-1]
    try:
        text = raw.encode("iso8859-1").decode(encoding)
    except UnicodeDecodeError as fault:
        raise SourceSurprise(
            f"wrong encoding: segment {number} is not {encoding}, which UNB announces; {_AGAIN}"
        ) from fault
    try:
        # What is split there is one segment, but where a terminator is left over.
        split = list(Parser.convert_tokens_to_raw_segments(Parser(), Tokenizer().get_tokens(text, characters)))
    except EDISyntaxError:
        split = []
    tag, *elements = split[0] if len(split) == 1 else [""]
    if not isinstance(tag, str) or not _TAG.fullmatch(tag.strip(_BLANKS)):
        return Segment("", (), number)
    held = tuple(tuple(element) if isinstance(element, list) else (element,) for element in elements)
    return Segment(tag.strip(_BLANKS), held, number)


class _Interchange:
    """An interchange while it is read; ``take`` tells when it has ended.

    Raises ``SourceSurprise`` where parts of it are missing.
    """

    def __init__(self, header: Segment) -> None:
        if header.tag != "UNB":
            raise SourceSurprise(f"no UNB at segment {header.number}: this is no interchange; {_AGAIN}")
        self.messages: list[Message] = []
        self._header = header
        self._group: Segment | None = None
        self._groups_count = 0
        self._before_group = 0
        self._open: list[Segment] = []

    def take(self, segment: Segment) -> bool:
        match segment.tag:
            case "UNB":
                raise SourceSurprise(f"cut off: UNB at segment {segment.number} before the UNZ of the one before")
            case "UNH" | "UNG" | "UNE" | "UNZ":
                self._close(None)
                return self._control(segment)
            case "UNT" if self._open:
                self._close(segment)
            case _ if self._open:
                self._open.append(segment)
            case _:
                raise SourceSurprise(f"segment {segment.number} stands in no message; {_AGAIN}")
        return False

    def _control(self, segment: Segment) -> bool:
        if segment.tag == "UNH":
            self._open = [segment]
        elif segment.tag == "UNG":
            self._end_of_group()
            self._group, self._before_group = segment, len(self.messages)
            self._groups_count += 1
        elif segment.tag == "UNE":
            if self._group is None:
                raise SourceSurprise(f"UNE at segment {segment.number} without UNG; {_AGAIN}")
            before, inside = self.messages[: self._before_group], self.messages[self._before_group :]
            _agree(segment, len(inside), "messages in the group")
            self.messages = [*before, *(replace(message, group_trailer=segment) for message in inside)]
            self._group = None
        else:
            self._end_of_group()
            _agree(segment, self._groups_count or len(self.messages), "messages or groups")
            self.messages = [replace(message, interchange_trailer=segment) for message in self.messages]
        return segment.tag == "UNZ"

    def _end_of_group(self) -> None:
        if self._group is not None:
            raise SourceSurprise(f"cut off: the group of segment {self._group.number} has no UNE; {_AGAIN}")

    def _close(self, trailer: Segment | None) -> None:
        if self._open:
            header, *body = self._open
            self.messages.append(Message(self._header, self._group, header, tuple(body), trailer))
        self._open = []


def _agree(trailer: Segment, count: int, what: str) -> None:
    stated = trailer.value(1) or ""
    is_number = stated.isascii() and stated.isdigit() and len(stated) < 10
    if not is_number or int(stated) != count:
        shown = stated if is_number else "no number of"
        said = f"{trailer.tag} (segment {trailer.number}) states {shown} {what}, there are {count}"
        raise SourceSurprise(f"{said}: parts are missing; {_AGAIN}")
