"""UN/EDIFACT interchanges (ISO 9735) as messages of segments, with every control checked.

Text is cut at its separators by Python's own ``split``; a segment that holds a
release character goes through pydifact. What pydifact lacks is here: encodings by
syntax identifier, several interchanges and separators in a file, groups, the
controls, and faults told apart: of the file, of an interchange, of a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

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
#: Word processors turn the apostrophe of a service string advice into this one.
_TYPOGRAPHIC = re.compile("^(\\s*UNA.{5})’".encode())
_BLANKS = " \t\r\n"
#: Letters of the shortest interchange header: where the next may begin at the earliest.
_SHORTEST = len("UNB+UNOA")
#: No level of EDIFACT has line breaks: those inside values are how the file was wrapped.
_LINE_BREAKS = str.maketrans("", "", "\r\n")
#: In such a file line breaks end segments.
_ENDED_BY_LINES = re.compile("UNA.{5}[\r\n]", re.DOTALL)
_START = re.compile("UNA.{6}[ \t\r\n]*UNB|UNB[+\x1d][A-Z]{4}", re.DOTALL)
#: What the standard's own separators have to release.
_RELEASED = re.compile("[:+?']")
_TAG = re.compile("[A-Z][A-Z0-9]{2}")
_CONTROL = frozenset(("UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"))


class Signs(NamedTuple):
    """Separators in use; ``release`` is NUL, which no file holds, where there is none."""

    component: str
    element: str
    release: str
    end: str


#: Without UNA the sign behind the first tag tells which of the two standard sets is in use (ISO 9735, annex A).
STANDARD = Signs(":", "+", "?", "'")
_STANDARDS = {"+": STANDARD, "\x1d": Signs("\x1f", "\x1d", "\0", "\x1c")}


class Segment:
    """A segment: tag, elements of components, and its number in the file, from 1; without a tag it was unreadable.

    Values are as they came but for line breaks. ``raw`` is cut when it is first
    asked for a value, unless its ``elements`` are known.
    """

    __slots__ = ("_elements", "_texts", "number", "raw", "signs", "tag")

    def __init__(
        self,
        tag: str,
        elements: Sequence[Sequence[str]] | None = None,
        number: int = 0,
        raw: str = "",
        signs: Signs = STANDARD,
    ) -> None:
        self.tag, self.number, self.raw, self.signs = tag, number, raw, signs
        self._elements = elements
        self._texts: list[str] | None = None

    @property
    def elements(self) -> Sequence[Sequence[str]]:
        """Elements behind the tag, each its components."""
        if self._elements is not None:
            return self._elements
        return [text.split(self.signs.component) for text in self.raw.split(self.signs.element)[1:]]

    def value(self, element: int, component: int = 1) -> str | None:
        """A component by its place, both from 1; None where it is empty or not there."""
        texts = self._texts
        if texts is None:
            if self._elements is not None:
                found = self.components(element)
                return found[component - 1] or None if len(found) >= component else None
            texts = self._texts = self.raw.split(self.signs.element)
        if element >= len(texts):
            return None
        text = texts[element]
        if self.signs.component in text:
            parts = text.split(self.signs.component)
            return parts[component - 1] or None if len(parts) >= component else None
        return text or None if component == 1 else None

    def components(self, element: int) -> list[str]:
        """Components of an element up to the last that is not empty."""
        elements = self.elements
        found = list(elements[element - 1]) if len(elements) >= element else []
        while found and not found[-1]:
            found.pop()
        return found

    def units(self, first: int) -> list[Segment]:
        """Each element from one on, unless it is empty, as a segment of its own in which it is the first."""
        if self._elements is not None:
            return [Segment(self.tag, (e,), self.number) for e in self._elements[first - 1 :] if any(e)]
        texts = self.raw.split(self.signs.element)[first:]
        behind_tag = self.tag + self.signs.element
        return [Segment(self.tag, None, self.number, behind_tag + text, self.signs) for text in texts if text]

    def __str__(self) -> str:
        """The segment in the standard's own separators, without terminator."""
        if self.raw and self.signs is STANDARD:
            return self.raw
        if self._elements is None and not _RELEASED.search(self.raw):
            return self.raw.translate({ord(self.signs.component): ":", ord(self.signs.element): "+"})
        written = (":".join(re.sub(r"([:+?'])", r"?\1", text) for text in element) for element in self.elements)
        return "+".join([self.tag, *written])


@dataclass
class Message:
    """A message and what it came in, with its number in the file from 1; without ``trailer`` it is cut off."""

    interchange: Segment
    group: Segment | None
    header: Segment
    body: Sequence[Segment]
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


class Damaged(NamedTuple):
    """An interchange that cannot be read."""

    reason: str


class _NoInterchange(SourceSurprise):
    """What is there is no interchange that anybody could read."""


def messages(content: bytes) -> list[Message | Damaged]:
    """Every message of a file, in order; in the place of an interchange at fault, its reason.

    Raises ``SourceSurprise`` where the file itself is at fault: empty, or no
    EDIFACT.
    """
    if b"\0" in content:
        raise SourceSurprise(f"NUL byte at byte {content.index(0) + 1}: the file is damaged; {_AGAIN}")
    # Byte by byte: each interchange says for itself what its bytes mean, and separators are below 128 in all encodings.
    text = _TYPOGRAPHIC.sub(rb"\1'", content).decode("iso8859-1")
    if not text.strip(_BLANKS):
        raise SourceSurprise(f"empty file; {_AGAIN}")
    if not _ENDED_BY_LINES.search(text):
        text = text.translate(_LINE_BREAKS)
    read = list(_interchanges(text))
    if all(isinstance(one, _NoInterchange) for one in read):
        raise next(one for one in read if isinstance(one, SourceSurprise))
    return [m for one in read for m in (one if isinstance(one, list) else [Damaged(str(one))])]


def _interchanges(text: str) -> Iterator[list[Message] | SourceSurprise]:
    """The messages of each interchange, or what is wrong with it."""
    at, number = _behind_blanks(text, 0), 0
    while at < len(text):
        start = _START.match(text, at)
        behind, signs = start.end() if start else at + _SHORTEST, STANDARD
        try:
            at, signs = _separators(text, at)
            encoding = _encoding(text, at, signs)
            end = _end(text, at, signs, number)
            yield _Interchange(_segments(text[at:end], signs, encoding, number)).read()
            behind = end
        except SourceSurprise as surprise:
            yield surprise
        following = _next(text, behind)
        number += len(_cut(text[at:following], signs)) - 1
        at = following


def _next(text: str, at: int) -> int:
    """Where the next interchange begins, if only by its first letters; what is none is left."""
    at = _behind_blanks(text, at)
    if at < len(text) and any(tag.startswith(text[at : at + 3]) for tag in ("UNA", "UNB")):
        return at
    start = _START.search(text, at)
    return start.start() if start else len(text)


def _behind_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at


def _separators(text: str, at: int) -> tuple[int, Signs]:
    """Where UNB begins, and the separators in use."""
    advice = text[at : at + 9]
    if advice.startswith("UNA") and len(advice) == 9:
        # A blank says that no character releases, and no file holds NUL.
        signs = Signs(advice[3], advice[4], "\0" if advice[6] == " " else advice[6], advice[8])
        at = _behind_blanks(text, at + 9)
    elif advice.startswith("UNB") and advice[3:4] in _STANDARDS:
        signs = _STANDARDS[advice[3]]
    else:
        raise _NoInterchange(f"no UN/EDIFACT: it begins with neither UNA nor UNB; {_AGAIN}")
    if len(set(signs)) < len(signs) or any(sign.isalnum() for sign in signs):
        raise _NoInterchange("no UN/EDIFACT: UNA names the same or impossible separators; ask its sender")
    return at, STANDARD if signs == STANDARD else signs


def _encoding(text: str, at: int, signs: Signs) -> str:
    syntax = re.compile(rf"UNB{re.escape(signs.element)}([A-Z]{{4}})").match(text, at)
    if syntax is None:
        raise _NoInterchange(f"no UN/EDIFACT: there is no UNB with a syntax identifier; {_AGAIN}")
    if syntax[1] not in ENCODINGS:
        raise _NoInterchange("unknown syntax identifier in UNB: declare its encoding, or ask its sender")
    return ENCODINGS[syntax[1]]


def _end(text: str, at: int, signs: Signs, number: int) -> int:
    """Behind the interchange that begins at ``at``."""
    trailer = at
    while (trailer := text.find(f"UNZ{signs.element}", trailer + 1)) > 0:
        if _is_ended(text, trailer, signs):
            end = trailer
            while (end := text.find(signs.end, end + 1)) > 0:
                if not _is_released(text, end, signs):
                    return end + 1
            break
    following = _START.search(text, at + _SHORTEST)
    pieces = _cut(text[at : following.start() if following else len(text)].rstrip(_BLANKS), signs)
    last = number + len(pieces)
    if pieces[-1]:
        tag = pieces[-1].lstrip(_BLANKS)[:3]
        named = f" ({tag})" if tag in _CONTROL else ""
        raise SourceSurprise(f"segment {last}{named}: cut off, no terminator ({signs.end}) ends it; {_AGAIN}")
    raise SourceSurprise(f"segment {last - 1}: cut off behind it, the interchange has no UNZ; {_AGAIN}")


def _is_ended(text: str, at: int, signs: Signs) -> bool:
    """Whether a terminator stands before ``at``, blanks aside."""
    while at and text[at - 1] in _BLANKS and text[at - 1] != signs.end:
        at -= 1
    return text[at - 1 : at] == signs.end and not _is_released(text, at - 1, signs)


def _is_released(text: str, at: int, signs: Signs) -> bool:
    """Whether the character at ``at`` is none that separates: releasing ones that stand before it pair off."""
    first = at
    while text[first - 1 : first] == signs.release:
        first -= 1
    return (at - first) % 2 == 1


def _cut(text: str, signs: Signs) -> list[str]:
    """Segments of a text, as they came; the last piece is what no terminator ends."""
    pieces = text.split(signs.end)
    if signs.release not in text:
        return pieces
    whole, held = [], ""
    for piece in pieces:
        held += piece
        if _is_released(piece, len(piece), signs):
            held += signs.end
        else:
            whole.append(held)
            held = ""
    return [*whole, held] if held else whole


def _segments(text: str, signs: Signs, encoding: str, number: int) -> list[Segment]:
    raws = [raw.lstrip(_BLANKS) for raw in _cut(text, signs)[:-1]]
    if signs.end in _BLANKS:
        raws = [raw.translate(_LINE_BREAKS) for raw in raws]
    if not text.isascii():
        raws = [_decoded(raw, encoding, at) for at, raw in enumerate(raws, number + 1)]
    return [_segment(raw, signs, at) for at, raw in enumerate(raws, number + 1)]


def _decoded(raw: str, encoding: str, number: int) -> str:
    try:
        return raw.encode("iso8859-1").decode(encoding)
    except UnicodeDecodeError as fault:
        raise SourceSurprise(
            f"segment {number}: wrong encoding, it is not {encoding}, which UNB announces; {_AGAIN}"
        ) from fault


def _segment(raw: str, signs: Signs, number: int) -> Segment:
    tag = raw[:3]
    if raw[3:4] != signs.element and len(raw) != 3:
        tag = raw.split(signs.element, 1)[0].rstrip(_BLANKS)
    if not _is_tag(tag):
        return Segment("", (), number)
    if signs.release in raw:
        return Segment(tag, _released(raw, signs), number, raw, signs)
    return Segment(tag, None, number, raw, signs)


@cache
def _is_tag(tag: str) -> bool:
    return bool(_TAG.fullmatch(tag))


def _released(raw: str, signs: Signs) -> list[list[str]]:
    """Elements of a segment in which characters are released, as pydifact tells them apart."""
    characters = Characters.from_str(f"UNA{signs.component}{signs.element}.{signs.release} {signs.end}")
    try:
        (split,) = Parser.convert_tokens_to_raw_segments(Parser(), Tokenizer().get_tokens(raw + signs.end, characters))
    except (EDISyntaxError, ValueError):
        return []
    return [element if isinstance(element, list) else [element] for element in split[1:]]


class _Interchange:
    """An interchange while it is read, from one control segment to the next."""

    def __init__(self, segments: list[Segment]) -> None:
        self.messages: list[Message] = []
        self._segments = segments
        self._group: Segment | None = None
        self._groups_count = 0
        self._before_group = 0
        #: Places of the last control segment, and of the UNH of an open message.
        self._last, self._open = 0, -1

    def read(self) -> list[Message]:
        """The messages; raises ``SourceSurprise`` where parts of the interchange are missing."""
        controls = [at for at, segment in enumerate(self._segments) if segment.tag in _CONTROL]
        for at in controls[1:]:
            self._take(at, self._segments[at])
        return self.messages

    def _take(self, at: int, segment: Segment) -> None:
        if segment.tag == "UNB":
            raise SourceSurprise(f"segment {segment.number} (UNB): cut off before it, the interchange has no UNZ")
        if self._open >= 0:
            body = self._segments[self._open + 1 : at]
            trailer = segment if segment.tag == "UNT" else None
            header = self._segments[self._open]
            self.messages.append(Message(self._segments[0], self._group, header, body, trailer))
            self._open = -1
        elif segment.tag == "UNT" or at > self._last + 1:
            stray = self._segments[self._last + 1].number
            raise SourceSurprise(f"segment {stray}: it stands in no message; {_AGAIN}")
        self._last = at
        match segment.tag:
            case "UNH":
                self._open = at
            case "UNG":
                self._end_of_group()
                self._group, self._before_group = segment, len(self.messages)
                self._groups_count += 1
            case "UNE":
                self._close_group(segment)
            case "UNZ":
                self._end_of_group()
                _agree(segment, self._groups_count or len(self.messages), "messages or groups")
                for message in self.messages:
                    message.interchange_trailer = segment

    def _close_group(self, trailer: Segment) -> None:
        if self._group is None:
            raise SourceSurprise(f"segment {trailer.number} (UNE): there is no UNG; {_AGAIN}")
        inside = self.messages[self._before_group :]
        _agree(trailer, len(inside), "messages in the group")
        for message in inside:
            message.group_trailer = trailer
        self._group = None

    def _end_of_group(self) -> None:
        if self._group is not None:
            raise SourceSurprise(f"segment {self._group.number} (UNG): cut off, the group has no UNE; {_AGAIN}")


def _agree(trailer: Segment, count: int, what: str) -> None:
    stated = trailer.value(1) or ""
    is_number = stated.isascii() and stated.isdigit() and len(stated) < 10
    if not is_number or int(stated) != count:
        shown = stated if is_number else "no number of"
        said = f"segment {trailer.number} ({trailer.tag}): it states {shown} {what}, there are {count}"
        raise SourceSurprise(f"{said}: parts are missing; {_AGAIN}")
