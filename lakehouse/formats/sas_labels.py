"""Code labels in a SAS PROC FORMAT program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from lakehouse.declare import Bronze
from lakehouse.errors import SourceSurprise
from lakehouse.formats import DriverFormat, Record, difference
from lakehouse.formats.text import decoded, placed

_TOKENS = re.compile(
    r"(?P<blank>\s+)|(?P<comment>/\*.*?\*/)|(?P<text>'(?:[^'\n]|'')*')|(?P<word>[$\w.]+)|(?P<mark>[=;])",
    re.DOTALL,
)
_CATEGORY = re.compile(r"(\w+)[ \t]*=[ \t]*(\S.*)")
_ASK = "fetch the file again or read it by eye"
#: Statements that declare no labels.
_SILENT = ("libname", "proc")


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


class _Label(NamedTuple):
    line: int
    format: str
    code: str
    label: str


@dataclass(frozen=True)
class SasLabels(DriverFormat):
    """Every ``code = label`` of the program's ``value`` statements, and of declared comments.

    The table's columns take the format's name (without $), the code and the
    label; blanks at the end of codes and labels go. The program has to end in
    ``run;``, so that one cut off is never taken for a whole one.
    """

    #: Formats that the program defines.
    formats: tuple[str, ...]
    #: Variables whose codes are explained in a comment only; they count as formats, in lower case.
    comments: tuple[str, ...] = ()

    def records(self, content: bytes, table: type[Bronze]) -> Iterator[Record]:
        tokens = _tokens(decoded(content))
        found = sorted([*_of_comments(tokens), *_of_statements(tokens)], key=lambda label: label.line)
        declared = [*self.formats, *(name.lower() for name in self.comments)]
        if said := difference(list(dict.fromkeys(label.format for label in found)), declared, []):
            raise SourceSurprise(f"formats {said}: declare the new ones, ask the publisher for the missing")
        columns = table.raw_columns()
        yield from placed([Record(line, dict(zip(columns, values, strict=True))) for line, *values in found])

    def render(self, rows: list[dict[str, Any]], table: type[Bronze]) -> bytes:
        """A program that reads back as ``rows``, in the order of formats."""
        held: dict[str, list[tuple[str, str]]] = {}
        for row in rows:
            name, code, label = (row[column] for column in table.raw_columns())
            held.setdefault(name, []).append((code, label))
        lines = ["proc format library=library ;"]
        for name in (name for name in self.formats if name in held):
            lines += [
                f"value {name}",
                *(f"\t{_quoted(code)} = {_quoted(label)}" for code, label in held[name]),
                ";",
            ]
        for name in (name for name in self.comments if name.lower() in held):
            lines += [f"/* {name} - codes:", *(f"   {c} = {label}" for c, label in held[name.lower()]), "*/"]
        return "\n".join([*lines, "run ;", ""]).encode()


def _tokens(text: str) -> list[_Token]:
    found = []
    place, line = 0, 1
    while place < len(text):
        match = _TOKENS.match(text, place)
        if not match:
            what = {"'": "a quote that is never closed", "/": "a comment that is never closed"}
            said = what.get(text[place], "a sign that belongs to no label")
            raise SourceSurprise(f"line {line} has {said}: {_ASK}")
        if match.lastgroup != "blank":
            found.append(_Token(str(match.lastgroup), match[0], line))
        place, line = match.end(), line + match[0].count("\n")
    return found


def _of_comments(tokens: list[_Token]) -> Iterator[_Label]:
    for token in (token for token in tokens if token.kind == "comment"):
        head, *rest = token.text.removeprefix("/*").removesuffix("*/").split("\n")
        said = [(token.line + place, text.strip()) for place, text in enumerate(rest, 1) if text.strip()]
        matches = [(line, _CATEGORY.fullmatch(text)) for line, text in said]
        if not any(match for _, match in matches):
            continue
        for line, match in matches:
            if not match:
                raise SourceSurprise(f"line {line} is no label, though its comment lists labels: {_ASK}")
            yield _Label(line, head.split("-")[0].strip().lower(), match[1], match[2])


def _of_statements(tokens: list[_Token]) -> Iterator[_Label]:
    statement: list[_Token] = []
    seen: set[str] = set()
    ended = False
    for token in (token for token in tokens if token.kind != "comment"):
        if ended:
            raise SourceSurprise(f"line {token.line} comes after the end of the program: {_ASK}")
        if token.text != ";":
            statement.append(token)
            continue
        first = statement[0].text.lower() if statement else ""
        ended = first == "run" and len(statement) == 1
        if not ended and first not in _SILENT:
            yield from _labels(statement, token.line, seen)
        statement = []
    if not ended:
        raise SourceSurprise(f"the program does not end in `run;`, so it is cut off: {_ASK}")


def _labels(statement: list[_Token], line: int, seen: set[str]) -> Iterator[_Label]:
    head, rest = statement[:2], statement[2:]
    if [token.kind for token in head] != ["word", "word"] or head[0].text.lower() != "value" or len(rest) % 3:
        raise SourceSurprise(f"the statement that ends in line {line} is no list of labels: {_ASK}")
    name = head[1].text.removeprefix("$")
    if name in seen:
        raise SourceSurprise(f"{name} is defined again before line {line}: {_ASK}")
    seen.add(name)
    for code, equals, label in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if code.kind == "mark" or equals.text != "=" or label.kind != "text":
            raise SourceSurprise(f"line {code.line} is not `code = 'label'`: {_ASK}")
        yield _Label(code.line, name, _plain(code.text), _plain(label.text))


def _plain(text: str) -> str:
    inside = text[1:-1].replace("''", "'") if text.startswith("'") else text
    return inside.rstrip()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
