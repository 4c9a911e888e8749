"""Why two names got their score: which parts went together, how alike, and in what language and romanisation."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from lakehouse.names import han, korean
from lakehouse.names.alignment import COUNT, align
from lakehouse.names.likeness import KNOWN_AS_ONE, NICKNAME, Scratch
from lakehouse.names.packed import Packed
from lakehouse.names.parts import Part
from lakehouse.names.reading import CUT, Form, read


class Matched(TypedDict):
    """Parts that go together, ``likeness`` from .5 to 1; a part without counterpart has 0, and null beside it."""

    part_a: str | None
    part_b: str | None
    likeness: float
    how: str


def explain(
    a: Packed, row_a: int, form_a: int, b: Packed, row_b: int, form_b: int, names: tuple[str, str], room: Scratch
) -> list[Matched]:
    """The parts of two names beside each other, in the order of the first, for the forms that scored best."""
    kind_a, one = read(names[0])[form_a - int(a.forms[row_a])]
    kind_b, other = read(names[1])[form_b - int(b.forms[row_b])]
    count = align(a, form_a, b, form_b, np.zeros(COUNT, np.float32), room)
    found: list[Matched] = []
    used_a: set[int] = set()
    used_b: set[int] = set()
    for first_a, last_a, first_b, last_b, likeness in sorted(room.pairs[:count].tolist()):
        span_a, span_b = range(int(first_a), int(last_a) + 1), range(int(first_b), int(last_b) + 1)
        used_a.update(span_a)
        used_b.update(span_b)
        how = "joined" if len(span_a) + len(span_b) > 2 else _how(one[span_a[0]], other[span_b[0]], likeness)
        found.append(
            Matched(
                part_a=_text(one, kind_a, span_a),
                part_b=_text(other, kind_b, span_b),
                likeness=round(likeness, 3),
                how=how,
            )
        )
    for n in range(len(one)):
        if n not in used_a:
            found.append(Matched(part_a=_text(one, kind_a, range(n, n + 1)), part_b=None, likeness=0.0, how="apart"))
    for n in range(len(other)):
        if n not in used_b:
            found.append(Matched(part_a=None, part_b=_text(other, kind_b, range(n, n + 1)), likeness=0.0, how="apart"))
    return found


def _text(form: Form, kind: int, span: range) -> str:
    return " ".join(form[n].spellings[0][0] if kind == CUT else form[n].text for n in span)


def _how(one: Part, other: Part, likeness: float) -> str:
    if one.character and one.character == other.character:
        return "same character"
    for part, word in ((one, other), (other, one)):
        if part.character and not word.character and (system := _system(part.text, word.spellings[0][0])):
            return system
    if {spelling for spelling, _ in one.spellings[:1]} == {spelling for spelling, _ in other.spellings[:1]}:
        return "same letters"
    if one.known_as & other.known_as and abs(likeness - KNOWN_AS_ONE) < 1e-3:
        return "known as one name"
    if one.known_as & other.known_as and abs(likeness - NICKNAME) < 1e-3:
        return "nickname"
    if any(len(part.spellings[0][0]) == 1 for part in (one, other)) and not (one.character or other.character):
        return "initial"
    return "alike by sound"


def _system(character: str, spelling: str) -> str:
    """Language and romanisation in which a character is spelled so; empty where in none."""
    if korean.is_hangul(character):
        return korean.spellings(character).get(spelling, "")
    bits, system = han.spellings(character).get(spelling, (0, ""))
    languages = [name for bit, name in han.LANGUAGES.items() if bits & bit]
    return f"{'/'.join(languages)}, {system}" if languages else ""
