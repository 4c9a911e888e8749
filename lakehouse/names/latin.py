"""Names of other scripts in Latin letters: one or two spellings a word, by tables for the scripts that lists hold most.

Cyrillic, Greek, Arabic and Hebrew are mapped letter by letter here, as the general transliterators write diacritics or
leave letters that no passport has; Arabic, Hebrew and Thai leave short vowels out, and say so (``is_abjad``).
For all else rigour's and anyascii's transliterations are both taken, as they differ on inherent vowels.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii
from rigour.text.translit import ascii_text

from lakehouse.names.sounds import plain


def _table(letters: str, spellings: str) -> dict[str, str]:
    return {letter: spelling.strip("-") for letter, spelling in zip(letters, spellings.split(), strict=True)}


_CYRILLIC = _table(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўџђљњћјѓќѕәөүұқғңһ",
    "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i yi ye g u dzh dj l n ch y g k dz"
    " a o u u k g ng h",
)
_GREEK = _table("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t i f h ps o")
_GREEK_PAIRS = (("ντζ", "j"), ("τζ", "j"), ("τσ", "ts"), ("μπ", "b"), ("ντ", "d"), ("γγ", "ng"), ("γκ", "g"),
                ("ου", "u"),
                ("αι", "e"), ("ει", "i"), ("οι", "i"), ("αυ", "av"), ("ευ", "ev"), ("γι", "y"))  # fmt: skip
_ARABIC = _table(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإؤئپچژڤکگیہھےںٹڈڑۆەێڕۇڵ" + "\u064e\u064f\u0650",
    "a b t th j h kh d dh r z s sh s d t z - gh f q k l m n h u i a a - a a i u i p ch zh v k g i h h e n t d r o e e r"
    " u l a u i",
)
_HEBREW = _table("אבגדהוזחטיכךלמםנןסעפףצץקרשת", "a b g d h u z h t i k k l m m n n s - p f ts ts k r sh t")
_HEBREW_PAIRS = (("ג'", "j"), ("צ'", "ch"), ("ץ'", "ch"), ("ז'", "zh"), ("וו", "v"))
_ABJAD = re.compile("[\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\u0e00-\u0e7f]")
_INDIC = re.compile("[\u0900-\u0dff]")
_THAI = ((r"[ก-ฮ][ิุ]?์", ""), (r"([เแโใไ])([ก-ฮ])", r"\2\1"), (r"^อ(?=[ะ-ูเ-ไ็])", ""))


def is_abjad(word: str) -> bool:
    """Whether a word is written in Arabic, Hebrew or Thai letters, which leave short vowels out."""
    return _ABJAD.search(word) is not None


def _mapped(word: str, table: dict[str, str], pairs: tuple[tuple[str, str], ...] = ()) -> str:
    for letters, spelling in pairs:
        word = word.replace(letters, spelling)
    return "".join(table.get(letter, letter if letter.isascii() else "") for letter in word)


def _abjad(word: str) -> str:
    if "\u0e00" <= word[0] <= "\u0e7f":
        for pattern, replacement in _THAI:
            word = re.sub(pattern, replacement, word)
        return anyascii(word)
    if "\u0590" <= word[0] <= "\u05ff":
        word = re.sub("[׳’`]", "'", word)
        return _mapped(re.sub("^ו", "v", word), _HEBREW, _HEBREW_PAIRS)
    word = re.sub("^ال(?=...)", "", word)
    word = re.sub("^(?:و|ۆ)(?=.)", "w", word)
    return _mapped(re.sub("^(?:ی|ي)(?=.)", "y", word), _ARABIC)


@lru_cache(maxsize=200_000)
def spellings(word: str) -> tuple[str, ...]:
    """Spellings in letters a-z of a word in any script but Han and Hangul, likeliest first; empty where it has none."""
    lower = unicodedata.normalize("NFC", word.casefold())
    if lower.isascii():
        found = [lower]
    elif re.search("[\u0400-\u04ff]", lower):
        found = [_mapped(lower, _CYRILLIC)]
    elif re.search("[\u0370-\u03ff]", lower):
        bare = "".join(letter for letter in unicodedata.normalize("NFD", lower) if not unicodedata.combining(letter))
        found = [_mapped(bare, _GREEK, _GREEK_PAIRS)]
    elif is_abjad(lower):
        found = [_abjad(lower)]
    elif re.fullmatch(r"[\u0000-\u024f\u0300-\u036f\u1e00-\u1eff\u02b0-\u02ff\u2000-\u207f]+", lower):
        umlauts = lower.replace("ö", "oe").replace("ü", "ue").replace("ä", "ae")
        found = [lower, *([umlauts] if umlauts != lower else [])]
    else:
        nasal = re.sub("m(?=[gkdtjcs])", "n", anyascii(lower))
        found = [
            nasal,
            re.sub("(?<=..)a$", "", ascii_text(lower) or "") if _INDIC.search(lower) else ascii_text(lower) or "",
        ]
        if re.search("[\u10a0-\u10ff]", lower) and len(lower) > 3:
            found.append(re.sub("i$", "", found[0]))
    return tuple(dict.fromkeys(filter(None, (plain(spelling) for spelling in found if "?" not in spelling))))
