"""Layouts of machine-readable zones, declared once for reading and writing.

Positions are those of ICAO Doc 9303 (8th edition, 2021): TD3 of part 4, TD1 of
part 5, TD2 of part 6, visas (MRV-A, MRV-B) of part 7; each part's sections on the
data structure and on check digits. Lines and positions count from 1, as there.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Stands for what is not there, and between the parts of a name.
FILLER = "<"

#: Regular expressions of what fields may hold (Doc 9303-3, section 4); others may hold any characters of a zone.
#: Of a date of birth the year, month or day may be unknown (4.7); a document need not expire.
CONTENTS = {
    "issuing_state": "[A-Z]+<*",
    "nationality": "[A-Z]*<*",
    "name": "[A-Z][A-Z<]*",
    "document_number": "[A-Z0-9][A-Z0-9<]*",
    "date_of_birth": "([0-9]{2}|<<)(0[1-9]|1[0-2]|<<)(0[1-9]|[12][0-9]|3[01]|<<)",
    "sex": "[FM<]",
    "expiry_date": "[0-9]{6}|<{6}",
}


@dataclass(frozen=True)
class Field:
    """A run of characters in one line of a zone: positions ``first`` to ``first + length - 1``."""

    name: str
    line: int
    first: int
    length: int


@dataclass(frozen=True)
class Check:
    """A check digit, printed in the field ``digit``, over the fields that it covers in this order."""

    name: str
    covers: tuple[str, ...]

    @property
    def digit(self) -> str:
        """Name of the field that holds the digit."""
        return _digit(self.name)


@dataclass(frozen=True)
class Layout:
    """One format of zone: ``lines`` lines of ``width`` characters.

    ``codes`` is a regular expression of its document codes. Where a
    ``long_number`` may stand, a number of more than nine characters goes on in
    ``optional_data``, followed by its check digit and a filler, and a filler
    takes the usual place of that digit (Doc 9303-5 and -6, 4.2.2, note j).
    """

    name: str
    lines: int
    width: int
    codes: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    long_number: bool = False

    def __getitem__(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    @property
    def length(self) -> int:
        """Characters of a zone, with the newlines between its lines."""
        return self.lines * (self.width + 1) - 1

    def start(self, name: str) -> int:
        """Characters before a field, with the newlines between lines."""
        field = self[name]
        return (field.line - 1) * (self.width + 1) + field.first - 1


def _digit(check: str) -> str:
    return f"{check}_check_digit"


def _checks(*composite: str) -> tuple[Check, ...]:
    """The check digits of the three fields that each format protects, and the composite where there is one."""
    single = tuple(Check(name, (name,)) for name in ("document_number", "date_of_birth", "expiry_date"))
    return (*single, Check("composite", composite)) if composite else single


_CODE_AND_STATE = (Field("document_code", 1, 1, 2), Field("issuing_state", 1, 3, 3))
_LOWER_LINE = (
    Field("document_number", 2, 1, 9),
    Field("document_number_check_digit", 2, 10, 1),
    Field("nationality", 2, 11, 3),
    Field("date_of_birth", 2, 14, 6),
    Field("date_of_birth_check_digit", 2, 20, 1),
    Field("sex", 2, 21, 1),
    Field("expiry_date", 2, 22, 6),
    Field("expiry_date_check_digit", 2, 28, 1),
)
_NUMBER = ("document_number", "document_number_check_digit")
_DATES = ("date_of_birth", "date_of_birth_check_digit", "expiry_date", "expiry_date_check_digit")
_OFFICIAL = "[ACI][A-UW-Z0-9<]"

TD1 = Layout(
    "TD1",
    lines=3,
    width=30,
    codes=_OFFICIAL,
    fields=(
        *_CODE_AND_STATE,
        Field("document_number", 1, 6, 9),
        Field("document_number_check_digit", 1, 15, 1),
        Field("optional_data", 1, 16, 15),
        Field("date_of_birth", 2, 1, 6),
        Field("date_of_birth_check_digit", 2, 7, 1),
        Field("sex", 2, 8, 1),
        Field("expiry_date", 2, 9, 6),
        Field("expiry_date_check_digit", 2, 15, 1),
        Field("nationality", 2, 16, 3),
        Field("optional_data_2", 2, 19, 11),
        Field("composite_check_digit", 2, 30, 1),
        Field("name", 3, 1, 30),
    ),
    checks=_checks(*_NUMBER, "optional_data", *_DATES, "optional_data_2"),
    long_number=True,
)
TD2 = Layout(
    "TD2",
    lines=2,
    width=36,
    codes=_OFFICIAL,
    fields=(
        *_CODE_AND_STATE,
        Field("name", 1, 6, 31),
        *_LOWER_LINE,
        Field("optional_data", 2, 29, 7),
        Field("composite_check_digit", 2, 36, 1),
    ),
    checks=_checks(*_NUMBER, *_DATES, "optional_data"),
    long_number=True,
)
TD3 = Layout(
    "TD3",
    lines=2,
    width=44,
    codes="P[A-Z<]",
    fields=(
        *_CODE_AND_STATE,
        Field("name", 1, 6, 39),
        *_LOWER_LINE,
        Field("optional_data", 2, 29, 14),
        Field("optional_data_check_digit", 2, 43, 1),
        Field("composite_check_digit", 2, 44, 1),
    ),
    # Before the composite, which covers it.
    checks=(
        Check("optional_data", ("optional_data",)),
        *_checks(*_NUMBER, *_DATES, "optional_data", "optional_data_check_digit"),
    ),
)
MRV_A = Layout(
    "MRV-A",
    lines=2,
    width=44,
    codes="V[A-Z0-9<]",
    fields=(*_CODE_AND_STATE, Field("name", 1, 6, 39), *_LOWER_LINE, Field("optional_data", 2, 29, 16)),
    checks=_checks(),
)
MRV_B = Layout(
    "MRV-B",
    lines=2,
    width=36,
    codes="V[A-Z0-9<]",
    fields=(*_CODE_AND_STATE, Field("name", 1, 6, 31), *_LOWER_LINE, Field("optional_data", 2, 29, 8)),
    checks=_checks(),
)

#: All formats, those first that are read most.
LAYOUTS = {layout.name: layout for layout in (TD3, TD1, TD2, MRV_A, MRV_B)}
