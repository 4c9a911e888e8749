"""Machine-readable zones written for many documents at once, with polars and numpy."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from lakehouse.mrz.check_digits import ALPHABET, WEIGHTS
from lakehouse.mrz.layouts import CONTENTS, FILLER, LAYOUTS, Layout
from lakehouse.mrz.names import name_field

#: Columns that a frame must have; those of the optional data may be left out.
COLUMNS = (
    *("document_code", "issuing_state", "nationality", "primary_identifier", "secondary_identifier"),
    *("document_number", "date_of_birth", "sex", "expiry_date"),
)
_OPTIONAL = ("optional_data", "optional_data_2")

#: Rows whose bytes are worked on together: they stay in a processor's cache.
_BLOCK = 1 << 14

_Bytes = NDArray[np.uint8]

#: Value of each byte in a check digit.
_VALUES = np.zeros(256, dtype=np.int16)
_VALUES[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = range(len(ALPHABET))


def composed(frame: pl.DataFrame, format: str) -> pl.Series:
    """The zone of each row of ``frame`` in one ``format`` (TD1, TD2, TD3, MRV-A, MRV-B), lines joined by newlines.

    ``frame`` has ``COLUMNS`` and may have ``optional_data`` and ``optional_data_2``,
    which TD1 alone holds. Names are upper-case Latin letters with hyphens, spaces and
    apostrophes, truncated where they are too long; dates may be null for unknown, or
    for no expiry; sex is F, M or X for unspecified. In numbers and optional data
    hyphens and spaces become fillers. In TD1 and TD2 a document number may be longer
    than nine characters. All check digits are right; that of empty optional data in a
    passport is 0 (Doc 9303-4, 4.2.2.2).

    Raises ``ValueError`` with each field that cannot be printed, and in how many rows.
    """
    if format not in LAYOUTS:
        raise ValueError(f"{format} is no format of a zone: there are {', '.join(LAYOUTS)}.")
    layout = LAYOUTS[format]
    texts = _long_numbers_continued(_texts(frame, layout), layout)
    filled = texts.select(pl.col(field.name).str.pad_end(field.length, FILLER) for field in layout.fields)
    _verify(filled, layout)
    lines = (
        pl.concat_str(x.name for x in sorted(layout.fields, key=lambda x: x.first) if x.line == line)
        for line in range(1, layout.lines + 1)
    )
    zones = _as_matrix(filled.select(pl.concat_str(*lines, separator="\n")).to_series(), layout.length)
    for first in range(0, len(zones), _BLOCK):
        _write_check_digits(zones[first : first + _BLOCK], layout)
    return _as_series(zones)


def _texts(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """What each field of the layout holds, not filled up; check digits are still to be written."""
    given = frame.with_columns(pl.lit("").alias(name) for name in _OPTIONAL if name not in frame.columns)
    texts = given.select(
        "document_code",
        "issuing_state",
        pl.col("nationality").fill_null(""),
        *(_plain(pl.col(name).fill_null("")) for name in _OPTIONAL),
        _plain(pl.col("document_number")),
        *(_day(pl.col(name)) for name in ("date_of_birth", "expiry_date")),
        pl.col("sex").replace_strict({"F": "F", "M": "M", "X": FILLER}, default=None, return_dtype=pl.String),
        name=name_field(frame["primary_identifier"], frame["secondary_identifier"], layout["name"].length),
    )
    return texts.with_columns(pl.lit("0").alias(check.digit) for check in layout.checks)


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all("[ -]", FILLER)


def _day(day: pl.Expr) -> pl.Expr:
    year, month, of_month = day.dt.year().cast(pl.Int32), day.dt.month().cast(pl.Int32), day.dt.day().cast(pl.Int32)
    digits = (year % 100 * 10_000 + month * 100 + of_month).cast(pl.String).str.zfill(6)
    return digits.fill_null(FILLER * 6)


def _long_numbers_continued(texts: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """``texts`` with document numbers of more than nine characters continued in the optional data."""
    width = layout["document_number"].length
    rest = layout["optional_data"].length - len("0<")
    number, is_long = pl.col("document_number"), pl.col("is_long")
    matches = pl.col("document_number").str.contains(f"^[A-Z0-9{FILLER}]{{{width}}}[A-Z0-9]{{1,{rest}}}$")
    marked = texts.with_columns(is_long=matches.fill_null(False))
    if not layout.long_number or not marked["is_long"].any():
        return texts
    whole = pl.when(is_long).then(number).otherwise(pl.lit("")).str.pad_end(width + rest, FILLER)
    digits = pl.Series("digit", _digits(_as_matrix(marked.select(whole).to_series(), width + rest))).cast(pl.String)
    continued = number.str.slice(width) + pl.col("digit") + FILLER + pl.col("optional_data")
    return marked.with_columns(digits).select(
        pl.exclude("document_number", "document_number_check_digit", "optional_data", "is_long", "digit"),
        document_number=pl.when(is_long).then(number.str.slice(0, width)).otherwise(number),
        document_number_check_digit=pl.when(is_long).then(pl.lit(FILLER)).otherwise("document_number_check_digit"),
        optional_data=pl.when(is_long).then(continued).otherwise("optional_data"),
    )


def _verify(filled: pl.DataFrame, layout: Layout) -> None:
    """Raise ``ValueError`` where a field is missing, too long or holds what it may not."""
    allowed = {**CONTENTS, "document_code": layout.codes}
    fits = filled.select(
        pl.col(field.name).str.contains(f"^({allowed.get(field.name, f'[A-Z0-9{FILLER}]*')})$")
        & (pl.col(field.name).str.len_bytes() == field.length)
        for field in layout.fields
    )
    wrong = {name: len(fits) - int(fits[name].fill_null(False).sum()) for name in fits.columns}
    if any(wrong.values()):
        rows = ", ".join(f"{name} in {count} rows" for name, count in wrong.items() if count)
        raise ValueError(f"{layout.name} cannot hold these fields, missing, too long or of other characters: {rows}.")


def _as_matrix(texts: pl.Series, width: int) -> _Bytes:
    """Texts of ``width`` bytes as a matrix of bytes, a row each, free to be written to."""
    data = texts.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
    return np.frombuffer(data or b"", dtype=np.uint8).reshape(len(texts), width).copy()


def _as_series(matrix: _Bytes) -> pl.Series:
    rows, width = matrix.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int64)
    return pl.Series("mrz", pa.LargeStringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(matrix)))


def _write_check_digits(zones: _Bytes, layout: Layout) -> None:
    """Write every check digit, but where a filler says that the number is a long one."""
    for check in layout.checks:
        covered = np.concatenate([_columns(layout, name) for name in check.covers])
        (place,) = _columns(layout, check.digit)
        digits = _digits(zones[:, covered]) + ord("0")
        zones[:, place] = np.where(zones[:, place] == ord(FILLER), zones[:, place], digits)


def _columns(layout: Layout, name: str) -> NDArray[np.intp]:
    """Columns of a field in a matrix of zones."""
    return layout.start(name) + np.arange(layout[name].length)


def _digits(characters: _Bytes) -> _Bytes:
    """The check digit of each row."""
    weights = np.resize(np.array(WEIGHTS, dtype=np.int16), characters.shape[1])
    return (_VALUES[characters] @ weights % 10).astype(np.uint8)
