"""Many names as flat arrays, which compiled code can walk and Spark can broadcast.

Each level is a row of offsets into the next: names into forms, forms into parts, parts into spellings and numbers of
known names, spellings into sounds. Parts that many names share are stored once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lakehouse.names.parts import Part
from lakehouse.names.reading import read
from lakehouse.names.sounds import sounds

ABJAD, SURNAME, INITIAL = 1, 2, 4


class Packed(NamedTuple):
    """``forms``: (names + 1); ``kind`` of forms; ``parts_of``: (forms + 1) into ``part``; ``part``: numbers of parts.

    By part: ``weight``, ``character`` (code point or 0), ``flags``, ``spellings`` and ``known`` (offsets, parts + 1).
    ``bits``: languages by spelling; ``ends``: (spellings + 1) into ``codes``; ``numbers``: known names, sorted by part.
    """

    forms: NDArray[np.int64]
    kind: NDArray[np.int64]
    parts_of: NDArray[np.int64]
    part: NDArray[np.int32]
    weight: NDArray[np.float32]
    character: NDArray[np.int32]
    flags: NDArray[np.int64]
    spellings: NDArray[np.int32]
    known: NDArray[np.int32]
    bits: NDArray[np.int64]
    ends: NDArray[np.int32]
    codes: NDArray[np.uint8]
    numbers: NDArray[np.int64]


def _offsets(lengths: list[int], dtype: type[np.signedinteger]) -> NDArray[np.signedinteger]:
    return np.concatenate(([0], np.cumsum(lengths))).astype(dtype)


def _flags(part: Part) -> int:
    initial = len(part.spellings[0][0]) == 1 and not part.character
    return ABJAD * part.abjad | SURNAME * part.surname | INITIAL * initial


def pack(names: Iterable[str]) -> Packed:
    """The names read and packed, in their order; a name of which nothing can be read has no form."""
    pool: dict[Part, int] = {}
    forms, kinds, parts_of, part = [], [], [], []
    for name in names:
        read_forms = read(name)
        forms.append(len(read_forms))
        for kind, form in read_forms:
            kinds.append(kind)
            parts_of.append(len(form))
            part += [pool.setdefault(one, len(pool)) for one in form]
    parts = list(pool)
    spelled = [(sounds(spelling), bits) for one in parts for spelling, bits in one.spellings]
    return Packed(
        forms=_offsets(forms, np.int64).astype(np.int64),
        kind=np.array(kinds, dtype=np.int64),
        parts_of=_offsets(parts_of, np.int64).astype(np.int64),
        part=np.array(part, dtype=np.int32),
        weight=np.array([one.weight for one in parts], dtype=np.float32),
        character=np.array([one.character for one in parts], dtype=np.int32),
        flags=np.array([_flags(one) for one in parts], dtype=np.int64),
        spellings=_offsets([len(one.spellings) for one in parts], np.int32).astype(np.int32),
        known=_offsets([len(one.known_as) for one in parts], np.int32).astype(np.int32),
        bits=np.array([bits for _, bits in spelled], dtype=np.int64),
        ends=_offsets([len(codes) for codes, _ in spelled], np.int32).astype(np.int32),
        codes=np.frombuffer(b"".join(codes for codes, _ in spelled), dtype=np.uint8),
        numbers=np.array([number for one in parts for number in sorted(one.known_as)], dtype=np.int64),
    )
