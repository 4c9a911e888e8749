"""Spellings of a Hokkien (Taiwanese, Southern Min) syllable: Tâi-lô, Pe̍h-ōe-jī, and as Southeast Asia writes surnames.

Readings come from taibun, which has the literary and the colloquial ones of the Ministry of Education's dictionary.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from taibun.taibun import prons_dict, to_traditional

_CHURCH = (
    (r"^tsh", "chh"),
    (r"^ts", "ch"),
    (r"nn(?=h?$)", "n"),
    (r"oo", "o"),
    (r"ua", "oa"),
    (r"ue", "oe"),
    (r"ing$", "eng"),
    (r"ik$", "ek"),
)
_ABROAD = (
    (r"^tsh?", "ch"),
    (r"^j", "y"),
    (r"nn(?=h?$)", ""),
    (r"^([ptk])h", r"\1"),
    (r"oo$", "oh"),
    (r"^(.+)o$", r"\1oh"),
    (r"ing$", "eng"),
    (r"ik$", "ek"),
    (r"^ia", "ya"),
    (r"^io", "yo"),
)
#: Surnames whose usual spelling follows no rule, with the Teochew and Hakka ones of the same countries.
SURNAMES = {
    "張": "teo teoh tio tiong chong cheong", "吳": "goh ngo go", "李": "lee ly", "鄭": "tay tee tey teh",
    "楊": "yeo yeoh yong njoo", "郭": "kuek quek kwek kuok kwee", "許": "koh kho khoo hee co",
    "黃": "ng wee ooi vong oei", "蔡": "chua chuah choi", "林": "lim liem", "陳": "tan chin", "王": "ong heng",
    "劉": "low lau liew lauw", "邱": "khoo khoe khu hew", "洪": "ang hung", "葉": "yap yip iap", "呂": "loo lu leo",
    "蘇": "soh soo su", "周": "chew chiu tjioe", "何": "hoe ho", "盧": "loh loo lu", "高": "ko kaw",
    "潘": "phua pua phoon", "曾": "chan tsen chen chang", "謝": "chia cheah sia tjia", "沈": "sim sem",
    "馮": "pang phang", "徐": "chee chi swee", "方": "png pung hong fong", "符": "foo fu", "余": "yee eu er",
    "翁": "ang eng", "趙": "teo tio chau", "胡": "oh ow foo", "魏": "gwee ngui", "廖": "liau liew leow",
    "賴": "lai luah", "鍾": "cheng chong", "傅": "poh foo", "江": "kang kong", "彭": "phe pang phang",
    "梁": "neo niu leong", "朱": "choo chu", "馬": "beh mah", "田": "chan tien", "白": "peh pek", "戴": "tai tay teh",
    "顏": "gan", "柯": "kua quah koa", "卓": "toh tok", "莊": "chng cheng", "涂": "toh thor", "杜": "toh",
    "孫": "sng soon", "石": "cheok sek chioh", "唐": "tng thng", "湯": "thng thong", "鄧": "teng tang",
    "袁": "wan wang", "宋": "song sung", "丁": "teng ting", "藍": "nah na", "連": "lian lien", "蕭": "siow siew seow",
    "薛": "sih see siek", "歐": "au ow", "官": "kuan kwa", "管": "kuan koan", "饒": "jeow", "范": "huan fam",
    "羅": "loh lo law", "熊": "him", "鄒": "chow chew",
}  # fmt: skip


def _rewritten(syllable: str, rules: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in rules:
        syllable = re.sub(pattern, replacement, syllable)
    return syllable


@lru_cache(maxsize=10_000)
def spellings(tailo: str) -> dict[str, str]:
    """Spelling to system, of a syllable in Tâi-lô without tone such as ``tshua``."""
    found = {tailo: "Tâi-lô"}
    found.setdefault(_rewritten(tailo, _CHURCH), "Pe̍h-ōe-jī")
    found.setdefault(_rewritten(tailo, _ABROAD), "Southeast Asian Hokkien")
    return found


@lru_cache(maxsize=50_000)
def readings(character: str) -> tuple[str, ...]:
    """Tâi-lô without tones of a character in traditional form, colloquial and literary, at most five."""
    plain = []
    for choices in prons_dict.get(character) or prons_dict.get(to_traditional(character), ()):
        for reading in choices.split("/"):
            letters = unicodedata.normalize("NFD", reading)
            plain.append("".join(letter for letter in letters if letter.isascii() and letter.isalpha()).lower())
    return tuple(dict.fromkeys(filter(None, plain)))[:5]
