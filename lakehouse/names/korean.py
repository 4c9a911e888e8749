"""Spellings of a Korean syllable: Revised Romanization, McCune-Reischauer, Kontsevich's Cyrillic, and by custom.

A syllable of Hangul is its code point's initial, vowel and final; custom chooses for each part, mostly k, t, p, ch and
oo, ee, u for what Revised Romanization writes g, d, b, j and u, i, eo. Readings of Han characters come from hanja.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from hanja.table import hanja_table

_FIRST = 0xAC00
_LAST = 0xD7A3
_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "-", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
)
_FINALS = (
    "-",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
)
_INITIAL_CUSTOMS = {
    "g": ("k",), "d": ("t",), "b": ("p",), "j": ("ch",), "r": ("l",), "s": ("sh",), "kk": ("k",), "tt": ("t",),
    "pp": ("p",), "jj": ("ch",),
}  # fmt: skip
_VOWEL_CUSTOMS = {
    "eo": ("u", "o"), "yeo": ("you", "yo", "yu"), "u": ("oo",), "yu": ("yoo",), "eu": ("u",), "i": ("ee",),
    "oe": ("oi",), "ui": ("eui", "hui", "ee"), "ae": ("ai",), "wo": ("weo",),
}  # fmt: skip
_FINAL_CUSTOMS = {"k": ("g",), "p": ("b",)}
#: Surnames, and syllables of given names, that custom spells with letters no system has.
_IRREGULAR = {
    "김": "kim", "이": "lee yi rhee ri li", "리": "lee ri rhee", "박": "park pak", "임": "lim rim im yim",
    "유": "yoo ryu yu lyu", "노": "roh noh ro", "오": "oh", "허": "huh hur heo", "서": "suh seo", "안": "ahn",
    "양": "yang ryang", "나": "ra na rah", "라": "la na ra", "백": "paik paek", "구": "koo ku",
    "우": "woo", "원": "won", "현": "hyun", "영": "young yong", "승": "seung sung", "경": "kyung kyong",
    "주": "joo ju", "조": "cho jo", "최": "choi choe tsoi", "추": "choo", "여": "yeo", "염": "yum yeom ryom",
    "류": "ryu yoo", "량": "ryang yang", "정": "chung jung cheong jeong chong chen", "은": "eun un yn",
}  # fmt: skip


def is_hangul(letter: str) -> bool:
    """Whether a character is a whole syllable of Hangul."""
    return _FIRST <= ord(letter) <= _LAST


@lru_cache(maxsize=12_000)
def spellings(syllable: str) -> dict[str, str]:
    """Spelling to system, of one syllable of Hangul."""
    initial_vowel, final_number = divmod(ord(syllable) - _FIRST, 28)
    initial, vowel = _INITIALS[initial_vowel // 21].strip("-"), _VOWELS[initial_vowel % 21]
    final = _FINALS[final_number].strip("-")
    found = {initial + vowel + final: "Revised Romanization"}
    reischauer = {"g": "k", "d": "t", "b": "p", "j": "ch"}.get(initial, initial)
    opened = {"eo": "o", "yeo": "yo", "eu": "u"}.get(vowel, vowel)
    found.setdefault(reischauer + opened + final, "McCune-Reischauer")
    for spelling in _IRREGULAR.get(syllable, "").split():
        found.setdefault(spelling, "Korean custom")
    choices = product(
        (initial, *_INITIAL_CUSTOMS.get(initial, ())),
        (vowel, *_VOWEL_CUSTOMS.get(vowel, ())),
        (final, *_FINAL_CUSTOMS.get(final, ())),
    )
    for parts in choices:
        found.setdefault("".join(parts), "Korean custom")
    return found


def _softened(syllable: str) -> str:
    """As the South writes it at the head of a word: 리 as 이, 로 as 노, 녀 as 여; else the same."""
    number = ord(syllable) - _FIRST
    initial, vowel = _INITIALS[number // 588], _VOWELS[number // 28 % 21]
    before_i = vowel in ("i", "ye", "yeo", "yo", "yu", "ya", "yae")
    becomes = {"r": "-" if before_i else "n", "n": "-" if before_i else "n"}.get(initial, initial)
    return chr(_FIRST + _INITIALS.index(becomes) * 588 + number % 588)


@lru_cache(maxsize=50_000)
def readings(character: str) -> tuple[str, ...]:
    """Hangul that a Han character is read as in Korean, as at the head of a word too; 金 also as a surname."""
    found = hanja_table.get(character)
    if not found or not is_hangul(found):
        return ()
    surname = ("김",) if character == "金" else ()
    return tuple(dict.fromkeys((*surname, found, _softened(found))))


_CYRILLIC_INITIALS = (
    "к",
    "кк",
    "н",
    "т",
    "тт",
    "р",
    "м",
    "п",
    "пп",
    "с",
    "сс",
    "-",
    "ч",
    "чч",
    "чх",
    "кх",
    "тх",
    "пх",
    "х",
)
_CYRILLIC_VOWELS = (
    "а",
    "э",
    "я",
    "йя",
    "о",
    "е",
    "ё",
    "йе",
    "о",
    "ва",
    "вэ",
    "ве",
    "ё",
    "у",
    "во",
    "ве",
    "ви",
    "ю",
    "ы",
    "ый",
    "и",
)
#: Ukrainian and Belarusian letters as Russian has them; Ukrainian also writes и for ы.
_AS_RUSSIAN = str.maketrans("іэ", "ие")
_CYRILLIC_FINALS = {"k": "к", "n": "н", "t": "т", "l": "ль", "m": "м", "p": "п", "ng": "н", "": ""}


@lru_cache(maxsize=1)
def _in_cyrillic() -> dict[str, tuple[str, ...]]:
    """Korean syllables in Kontsevich's and Kholodovich's Cyrillic to Revised Romanization."""
    found: dict[str, dict[str, None]] = {}
    for (initial, written), (vowel, sound), (final, end) in product(
        zip(_INITIALS, _CYRILLIC_INITIALS, strict=True),
        zip(_VOWELS, _CYRILLIC_VOWELS, strict=True),
        _CYRILLIC_FINALS.items(),
    ):
        sounds = (sound, "е") if vowel == "eo" else (sound,)
        for each in sounds:
            found.setdefault((written.strip("-") + each + end).translate(_AS_RUSSIAN), {})[
                initial.strip("-") + vowel + final
            ] = None
    return {cyrillic: tuple(latin)[:4] for cyrillic, latin in found.items()}


#: Spellings of surnames that follow no system, to the one of McCune-Reischauer.
_SURNAMES = {
    "park": "pak",
    "rhee": "ri",
    "choi": "choe",
    "roh": "no",
    "noh": "no",
    "suh": "so",
    "hur": "ho",
    "paik": "paek",
}


def respelled(word: str, spelling: str) -> tuple[str, ...]:
    """Other spellings of a syllable that may be Korean: from Cyrillic, of surnames, or o and u for eo and eu."""
    if word in _SURNAMES:
        return (_SURNAMES[word],)
    if not word.isascii():
        russian = word.translate(_AS_RUSSIAN)
        found = [latin for each in (russian, russian.replace("и", "ы")) for latin in _in_cyrillic().get(each, ())]
        return tuple(dict.fromkeys(latin.replace("eo", "o").replace("eu", "u") for latin in found))[:6]
    if len(word) <= 6 and ("eo" in word or "eu" in word):
        return (spelling.replace("eo", "o").replace("eu", "u"),)
    return ()
