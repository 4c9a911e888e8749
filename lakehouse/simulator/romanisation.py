"""How names in any script are spelled in the Latin letters of a travel document.

Three ways, the first that is declared for a name: its own spellings; the
reading of each character (Han, Hangul); letters one by one. Letters follow ICAO
Doc 9303 part 3, section 6 (8th edition, 2021), or the state's own table where it
has another (Ukraine's of 2010). ``people/letters.csv`` and the tables of
characters beside it say which.
"""

import csv
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lakehouse.errors import DeclarationError

PEOPLE = Path(__file__).parent / "people"

#: Tables of characters: those of surnames are asked first, for surnames only.
_CHARACTERS = ("han", "hangul")

#: Between alternative spellings, and between the syllables of one name, in the tables.
OR, NEXT = "/", "~"

Readings = dict[str, dict[str, str]]


def table(name: str) -> Iterator[dict[str, str]]:
    """Rows of ``people/<name>.csv``, every cell text."""
    with (PEOPLE / f"{name}.csv").open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def spellings(native: str, own: str, column: str, joiner: str, *, surname: bool) -> list[str]:
    """The ways ``native`` is spelled under the readings ``column``, upper case.

    ``own`` are the spellings declared for this very name, in whatever column;
    ``joiner`` stands between syllables. Raises ``DeclarationError`` where a
    character has no reading.
    """
    if own:
        declared = own
    elif all(character in _readings(surname=False) for character in native) or native in _readings(surname=True):
        declared = _by_character(native, column, surname=surname)
    else:
        declared = transliterated(native, column if column in _letters() else "latin")
    return [spelling.replace(NEXT, joiner) for spelling in declared.split(OR)]


def transliterated(native: str, system: str) -> str:
    """``native`` letter by letter under a system of ``people/letters.csv``, upper case.

    A letter without a row loses its marks (é becomes E), which is what Doc 9303
    gives for those. Raises ``DeclarationError`` where what is left is no A to Z.
    """
    letters = _letters()[system]
    before = ["", *native.upper()]
    spelled = "".join(
        letters.get(letter, (_bare(letter),) * 2)[0 if previous in ("", " ", "-") else 1]
        for previous, letter in zip(before, native.upper(), strict=False)
    )
    if strange := set(spelled) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZ -'"):
        raise DeclarationError(f"{native}: no Latin letters for {sorted(strange)}; add them to people/letters.csv")
    return spelled


def _bare(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))


def _by_character(native: str, column: str, *, surname: bool) -> str:
    """Syllables joined by ``NEXT``; alternatives of a character vary together."""
    whole = _readings(surname=True).get(native) if surname else None
    rows = [whole] if whole else [_readings(surname=False)[character] for character in native]
    choices = [row.get(column, "").split(OR) for row in rows]
    if [""] in choices:
        raise DeclarationError(f"{native}: no reading {column}; add it to the characters in people/")
    ways = max(map(len, choices))
    return OR.join(NEXT.join(choice[way % len(choice)] for choice in choices) for way in range(ways))


@cache
def _readings(*, surname: bool) -> Readings:
    names = [f"{name}_surnames" if surname else name for name in _CHARACTERS]
    return {row["native"]: row for name in names for row in table(name)}


@cache
def _letters() -> dict[str, dict[str, tuple[str, str]]]:
    """By system and letter: what it becomes at the head of a word, and elsewhere."""
    systems: dict[str, dict[str, tuple[str, str]]] = {}
    for row in table("letters"):
        systems.setdefault(row["system"], {})[row["letter"]] = (row["initial"], row["elsewhere"])
    return systems
