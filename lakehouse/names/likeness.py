"""How alike two parts are, and which parts of two names go together: compiled, a few microseconds a pair of names."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from lakehouse.names.packed import ABJAD, INITIAL, Packed
from lakehouse.names.sounds import LEFT_OUT, SUBSTITUTION, SWAPPED, SYMBOLS

_Floats = NDArray[np.float32]
REMEMBERED = 2**17
_VOWEL = np.array([symbol in "aeiouyw" for symbol in SYMBOLS])
#: In Arabic and Hebrew letters short vowels are not written, and long ones stand for several.
_ABJAD_DROP = np.where(_VOWEL, np.float32(0.12), LEFT_OUT).astype(np.float32)
_ABJAD_COST = np.where(_VOWEL[:, None] & _VOWEL[None, :], np.minimum(SUBSTITUTION, 0.1), SUBSTITUTION).astype(
    np.float32
)
#: Least cost of leaving the first sound out: Un is not Hun.
FIRST = 0.9
#: Bits of a word's spelling that was added from another system of Mandarin.
PINYIN = 1
#: Parts this alike may go together.
ALIKE = 0.5
#: Likeness of parts that rigour knows as one name, as nicknames of one, of an initial, and of characters read alike.
KNOWN_AS_ONE, NICKNAME, INITIAL_OF, HOMOPHONE = 0.93, 0.85, 0.75, 0.6
#: A match by another system's spelling, or by two parts joined, counts this much of one as written.
AS_PINYIN, JOINED = 0.97, 0.97


def _version() -> str:
    """Hash of all code here: numba sees a change of a function, not of the constants and functions it takes in."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


_SETTINGS: Any = numba.config
_CACHE = Path(__file__).parent / "__pycache__" / f"compiled-{_version()}"


def compiled(function: Any) -> Any:
    """``function`` compiled at its first call (20 s for all), and kept beside the byte code for later processes."""
    before = _SETTINGS.CACHE_DIR
    _SETTINGS.CACHE_DIR = str(_CACHE) if os.access(_CACHE.parent, os.W_OK) else before
    try:
        return numba.njit(cache=True, fastmath=True, nogil=True)(function)
    finally:
        _SETTINGS.CACHE_DIR = before


class Scratch(NamedTuple):
    """Room for compiled code: rows of edit costs, a word joined, pairs found; and likenesses remembered by parts.

    What is remembered holds for one pair of packed names: take a new one for others.
    """

    rows: _Floats
    word: NDArray[np.uint8]
    pairs: _Floats
    taken: NDArray[np.int64]
    likeness: _Floats
    spoken: NDArray[np.int64]
    free: NDArray[np.bool_]
    beside: NDArray[np.int64]
    asked: NDArray[np.int64]


def scratch() -> Scratch:
    """Room for one pass over the pairs of two sets of packed names, about 2 MB."""
    return Scratch(
        np.zeros((3, 64), np.float32),
        np.zeros(64, np.uint8),
        np.zeros((16, 5), np.float32),
        np.zeros((3 * 16 * 16, 3), np.int64),
        np.zeros((3, 16, 16), np.float32),
        np.zeros((16, 16), np.int64),
        np.ones((2, 17), np.bool_),
        np.zeros(16, np.int64),
        np.full((REMEMBERED, 2), -1, np.int64),
    )


@compiled
def spelled_alike(a: Any, a0: int, n: int, b: Any, b0: int, m: int, abjad: bool, rows: _Floats) -> float:
    """Share of the sounds of two spellings that is the same: 1 less the cheapest edits' part of the longer one."""
    drop = _ABJAD_DROP if abjad else LEFT_OUT
    cost = _ABJAD_COST if abjad else SUBSTITUTION
    rows[0, 0] = 0.0
    for j in range(m):
        rows[0, j + 1] = rows[0, j] + (drop[b[b0 + j]] if j > 0 else max(drop[b[b0 + j]], FIRST))
    length_b = rows[0, m]
    length_a = 0.0
    for i in range(n):
        out_a = drop[a[a0 + i]] if i > 0 else max(drop[a[a0 + i]], FIRST)
        length_a += out_a
        here, above = (i + 1) % 3, i % 3
        before = (i + 2) % 3
        rows[here, 0] = length_a
        for j in range(m):
            best = rows[above, j] + cost[a[a0 + i], b[b0 + j]]
            other = rows[above, j + 1] + out_a
            best = other if other < best else best
            other = rows[here, j] + (drop[b[b0 + j]] if j > 0 else max(drop[b[b0 + j]], FIRST))
            best = other if other < best else best
            if i > 0 and j > 0 and a[a0 + i] == b[b0 + j - 1] and a[a0 + i - 1] == b[b0 + j]:
                other = rows[before, j - 1] + SWAPPED
                best = other if other < best else best
            rows[here, j + 1] = best
    longer = max(length_a, length_b)
    return 1.0 - rows[n % 3, m] / longer if longer > 0 else 0.0


@compiled
def _share_number(a: Packed, p: int, b: Packed, q: int) -> float:
    """Likeness by rigour's numbers of names, 0 where the parts share none."""
    i, j, best = a.known[p], b.known[q], 0.0
    while i < a.known[p + 1] and j < b.known[q + 1]:
        if a.numbers[i] == b.numbers[j]:
            best = max(best, KNOWN_AS_ONE if a.numbers[i] >= 0 else NICKNAME)
            i += 1
            j += 1
        elif a.numbers[i] < b.numbers[j]:
            i += 1
        else:
            j += 1
    return best


@compiled
def parts_alike(a: Packed, p: int, b: Packed, q: int, rows: _Floats) -> tuple[float, int]:
    """Likeness of two parts, and the bits of languages by which they are alike (0 where none was needed)."""
    if a.character[p] > 0 and a.character[p] == b.character[q]:
        return 1.0, 255
    both = a.character[p] > 0 and b.character[q] > 0
    abjad = ((a.flags[p] | b.flags[q]) & ABJAD) != 0
    best, languages = 0.0, 0
    if (a.flags[p] & INITIAL) != (b.flags[q] & INITIAL):
        first_a, first_b = a.codes[a.ends[a.spellings[p]]], b.codes[b.ends[b.spellings[q]]]
        return (INITIAL_OF, 0) if first_a == first_b and not both else (0.0, 0)
    for s in range(a.spellings[p], a.spellings[p + 1]):
        n = a.ends[s + 1] - a.ends[s]
        for t in range(b.spellings[q], b.spellings[q + 1]):
            m = b.ends[t + 1] - b.ends[t]
            shared = a.bits[s] & b.bits[t]
            if (a.bits[s] != 0 and b.bits[t] != 0 and shared == 0) or abs(n - m) > max(n, m) * 0.7:
                continue
            same = n == m
            for k in range(n if same else 0):
                same &= a.codes[a.ends[s] + k] == b.codes[b.ends[t] + k]
            # Pinyin of a word written in another system, or characters on both sides: the same, or nothing.
            strict = (
                both or (a.character[p] == 0 and a.bits[s] == PINYIN) or (b.character[q] == 0 and b.bits[t] == PINYIN)
            )
            if same:
                alike = 1.0
            elif strict:
                continue
            else:
                alike = spelled_alike(a.codes, a.ends[s], n, b.codes, b.ends[t], m, abjad, rows)
            if (a.character[p] == 0 and a.bits[s] != 0) or (b.character[q] == 0 and b.bits[t] != 0):
                alike *= AS_PINYIN
            if alike > best + 1e-6:
                best, languages = alike, a.bits[s] | b.bits[t]
            elif alike > best - 1e-6:
                languages |= a.bits[s] | b.bits[t]
    if both:
        hangul = (a.character[p] >= 0xAC00) != (b.character[q] >= 0xAC00)
        best = best if hangul else best * HOMOPHONE
    elif best < KNOWN_AS_ONE:
        best = max(best, _share_number(a, p, b, q))
    return best, languages


@compiled
def joined_alike(a: Packed, p: int, p2: int, b: Packed, q: int, room: Scratch) -> float:
    """Likeness of two neighbouring parts of one name, written as one, to a part of the other."""
    if a.character[p] > 0 or a.character[p2] > 0 or b.character[q] > 0:
        return 0.0
    abjad = ((a.flags[p] | a.flags[p2] | b.flags[q]) & ABJAD) != 0
    s, t, u = a.spellings[p], a.spellings[p2], b.spellings[q]
    n, word = 0, room.word
    m = b.ends[u + 1] - b.ends[u]
    for k in range(a.ends[s], a.ends[s + 1]):
        word[n] = a.codes[k]
        n += 1
    for k in range(a.ends[t], a.ends[t + 1]):
        if n == 0 or word[n - 1] != a.codes[k]:
            word[n] = a.codes[k]
            n += 1
    alike: float = spelled_alike(word, 0, n, b.codes, b.ends[u], m, abjad, room.rows) * JOINED
    return alike
