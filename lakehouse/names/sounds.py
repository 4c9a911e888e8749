"""Latin spellings as short rows of sounds, and how far one sound is from another.

Orthographies write the same consonant as ``ch``, ``tsch``, ``cz``, ``č`` or ``q``. A spelling is cut into symbols that
stand for about one sound each, so that an edit of one symbol is about one mishearing or one difference of orthography,
and the cost of an edit says how usual it is. The costs are declared below; they were set by hand from the tables of
the romanisations, not fitted.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

#: One symbol a sound. Capitals: S sh, Z zh, C ch, J dzh, D dz, T ts, X Chinese x, N ng, H kh, P ph.
SYMBOLS = "aeiouywbpPdtgkqHhfvmnNlrszSZcCJTDX"
_CODE = {symbol: code for code, symbol in enumerate(SYMBOLS)}
_VOWELS = frozenset("aeiouyw")

#: Letters that lose their sound where only the diacritic is dropped.
_LETTERS = str.maketrans(
    {
        "č": "ch", "ć": "ch", "ç": "ch", "ĉ": "ch", "š": "sh", "ś": "sh", "ş": "sh", "ș": "sh", "ŝ": "sh",
        "ž": "zh", "ż": "zh", "ź": "zh", "ĵ": "zh", "ĝ": "j", "ğ": "gh", "ñ": "ny", "ø": "o", "œ": "oe",
        "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ə": "a", "ä": "a", "ö": "o",
        "ü": "u", "ⁿ": "n", "ṳ": "u", "ŏ": "o", "ŭ": "u", "ħ": "h", "ŋ": "ng",
    }
)  # fmt: skip
_CLUSTERS = {
    "tsch": "C", "dsch": "J", "tch": "C", "sch": "S", "dzh": "J", "czh": "J", "chh": "C", "tsh": "C",
    "shch": "S", "ch": "C", "cz": "C", "sh": "S", "zh": "Z", "jh": "Z", "kh": "H", "ph": "P", "th": "t",
    "gh": "g", "ng": "N", "ts": "T", "tz": "T", "tc": "C", "dz": "D", "ds": "D", "dj": "J", "hs": "X",
    "ck": "k", "xh": "J", "gj": "g", "ou": "u", "oo": "u", "ee": "i", "sz": "s", "c": "c", "j": "J", "x": "X",
    "q": "q",
}  # fmt: skip
_CLUSTER = re.compile("|".join(sorted(_CLUSTERS, key=len, reverse=True)) + "|[a-z]")
_DIGITS = str.maketrans("013457896", "oieastbgb")

#: Cost of writing one symbol for the other; other vowels cost ``_OTHER_VOWEL``, all else 1.
_NEAR: tuple[tuple[float, str], ...] = (
    (0.1, "iy uw"),
    (0.15, "CJ CT JZ JD TD qC Xs XS cT SZ sz kq kH qH vw Pf Pp"),
    (0.2, "ei ou ck cs cC pb td kg qg gH hH sS zZ Jg nN vf vb lr qX zJ cZ zD ZD zC qJ ST"),
    (0.4, "yJ"),
    (0.3, "ae ao ai ea eo uo oe ua yi hg zT CD CZ sT cX XC sX mn wv wb fp tT tC sC dD Td"),
    (0.35, "eu ay oy iu hk hf"),
)
_OTHER_VOWEL = 0.4
_SEMIVOWELS = 0.45
_CONSONANTS = 1.0
#: Cost of leaving a symbol out, which is also its part of a spelling's length.
_LEFT_OUT = {"h": 0.3, "w": 0.35, "y": 0.35, **dict.fromkeys("aeiou", 0.5), "N": 0.9}


def _costs() -> NDArray[np.float32]:
    table: NDArray[np.float32] = np.full((len(SYMBOLS), len(SYMBOLS)), _CONSONANTS, dtype=np.float32)
    for one in _VOWELS:
        for other in _VOWELS:
            table[_CODE[one], _CODE[other]] = _SEMIVOWELS if "w" in one + other or "y" in one + other else _OTHER_VOWEL
    for cost, pairs in reversed(_NEAR):
        for pair in pairs.split():
            first, second = _CODE[pair[0]], _CODE[pair[1]]
            table[first, second] = table[second, first] = cost
    np.fill_diagonal(table, 0)
    return table


#: Cost of one symbol for another; shape (symbols, symbols).
SUBSTITUTION = _costs()
#: Cost of a symbol left out; shape (symbols,).
LEFT_OUT = np.array([_LEFT_OUT.get(symbol, 1.0) for symbol in SYMBOLS], dtype=np.float32)
#: Cost of two neighbours that changed places, as in a slip of the typist.
SWAPPED = 0.5

_CLASSES = {"P": "bpPfvw", "T": "td", "K": "gkqH", "S": "sSXc", "J": "zZCJTD", "M": "m", "N": "nN", "L": "lr"}
_VOWEL_RUN = re.compile("[aeiouyw]+")
_CLASS = {symbol: name for name, symbols in _CLASSES.items() for symbol in symbols}


def plain(text: str) -> str:
    """``text`` in letters a-z alone: diacritics and all else dropped, digits inside words as the letters they mimic."""
    lower = text.casefold().translate(_LETTERS)
    letters = "".join(
        letter for letter in unicodedata.normalize("NFKD", lower) if letter.isascii() and letter.isalnum()
    )
    return re.sub(r"[^a-z]", "", letters.translate(_DIGITS) if re.search("[a-z]", letters) else letters)


@lru_cache(maxsize=200_000)
def sounds(spelling: str) -> bytes:
    """Codes of the sounds of a spelling in letters a-z, indexes of ``SYMBOLS``; doubled ones once, at most 24."""
    symbols = [_CLUSTERS.get(part, part) for part in _CLUSTER.findall(spelling)]
    single = [symbol for n, symbol in enumerate(symbols) if n == 0 or symbol != symbols[n - 1]]
    return bytes(_CODE[symbol] for symbol in single[:24])


@lru_cache(maxsize=200_000)
def skeleton(spelling: str, with_vowel: bool = True) -> str:
    """Classes of the consonants of a spelling, at most four, ``A`` before where it begins with a vowel or h.

    A word of one syllable, as Chinese and Korean ones are, also has the class of its vowel (i, o and u, or a and e),
    if ``with_vowel``.
    """
    symbols = [SYMBOLS[code] for code in sounds(re.sub("c(?=[aou])", "k", spelling))]
    classes = [_CLASS.get(symbol, "") for symbol in symbols if symbol not in _VOWELS or symbol == "w"]
    first = "A" if symbols and symbols[0] in "aeiouyh" else ""
    found = re.sub(r"(.)\1+", r"\1", first + "".join(classes))[:4]
    vowels = _VOWEL_RUN.findall(spelling)
    if len(vowels) != 1 or not with_vowel:
        return found
    run = vowels[0]
    sounded = "o" if run[0] in "ouw" or run in ("eo", "eu", "yo", "yeo", "yu") else "i" if run[0] in "iy" else "a"
    return found[:1] + sounded + found[1:]
