"""Names of one person meet and agree in any script, romanisation, order and length; names of others do not."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.names import cantonese, hokkien, korean, mandarin
from lakehouse.names.agreement import NAMES_AGREE
from lakehouse.names.matching import SCORES, UNREADABLE, candidates, score
from lakehouse.names.prepared import prepare

ONE_PERSON = {
    "Wade-Giles": ("蔡志豪", "TSAI, CHIH-HAO"),
    "Hanyu pinyin": ("蔡志豪", "CAI, ZHIHAO"),
    "Tongyong": ("謝秋香", "SIE, CIOU-SIANG"),
    "Gwoyeu Romatzyh given names": ("林淑慧", "Lin Shwu-Huey"),
    "given name first": ("許雅雯", "Ya-wen Hsu"),
    "Hokkien, in Singapore": ("陳國華", "Tan Kok Hua"),
    "Hong Kong": ("梁國輝", "LEUNG Kwok-fai"),
    "Hong Kong with a Western name": ("梁國輝", "Raymond Leung Kwok Fai"),
    "Macao": ("張偉明", "CHEONG VAI MENG"),
    "simplified and traditional": ("張雲龍", "张云龙"),
    "Wade-Giles and pinyin": ("Hsieh Chih-chung", "Xie Zhizhong"),
    "Palladius": ("Сюй Чжимо", "Hsu Chih-mo"),
    "Hangul": ("박지영", "PARK Ji Young"),
    "Hangul, Revised": ("정은경", "Jeong Eun-gyeong"),
    "Hanja and Hangul": ("崔永美", "최영미"),
    "McCune-Reischauer and custom": ("Pak Chŏng-su", "Park Jung-soo"),
    "Kontsevich": ("Чон Ён Сук", "Jeong Yeong-suk"),
    "Vietnamese": ("Nguyễn Thị Minh", "NGUYEN THI MINH"),
    "Cyrillic": ("Николай Петрович Соколов", "Sokolov, Nikolai"),
    "Ukrainian and German": ("Володимир Шевчук", "Wolodymyr Schewtschuk"),
    "Arabic": ("يوسف الحداد", "Yousef al-Haddad"),
    "Arabic patronymics": ("Khalid bin Faisal Al-Harthi", "Khaled ibn Faysal al Harthi"),
    "Hebrew": ("דניאל רוזן", "Daniel Rosen"),
    "Greek": ("Νίκος Παπαδόπουλος", "Nikos Papadopoulos"),
    "Thai": ("อารีย์ วงศ์", "Aree Wong"),
    "Latvian": ("Pēteris Ozoliņš", "Peteris Ozolins"),
    "diacritics": ("François Müller", "FRANCOIS MUELLER"),
    "no space": ("PeterHoffmann", "Peter Hoffmann"),
    "a digit for a letter": ("P3ter Hoffmann", "Peter Hoffmann"),
    "a slip": ("Peter Hoffmnan", "Peter Hoffmann"),
    "a title": ("Dr. Peter Hoffmann", "Peter Hoffmann"),
    "a middle name left out": ("Maria Fernanda Quintero Salas", "Maria Quintero Salas"),
    "brackets": ("張雲龍 (議員)", "Chang Yun-lung"),
}
OTHERS = {
    "another given name": ("蔡志豪", "TSAI, MEI-LING"),
    "another surname": ("蔡志豪", "WANG, CHIH-HAO"),
    "only the surname": ("梁國輝", "Raymond Leung"),
    "another Korean": ("PARK Ji Young", "Park Jung-soo"),
    "another patronymic and surname": ("Khalid bin Faisal Al-Harthi", "Khaled ibn Omar al Otaibi"),
    "a common name alone": ("Mohammed", "Ahmed"),
    "another first name": ("Peter Hoffmann", "Sabine Hoffmann"),
}


def _scored(one: str, other: str, **evidence: list[object]) -> dict[str, object]:
    scored: dict[str, object] = score(pa.table({"name_a": [one], "name_b": [other], **evidence})).to_pylist()[0]
    return scored


def _odds(one: str, other: str) -> float:
    return float(str(_scored(one, other)["name_log_odds"]))


@pytest.mark.parametrize(("one", "other"), ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_names_of_one_person_agree_and_meet_in_a_key(one: str, other: str) -> None:
    assert _odds(one, other) > NAMES_AGREE
    assert candidates(prepare([one]), prepare(["Bystander Example", other]))["right_row"].to_pylist() == [1]


@pytest.mark.parametrize(("one", "other"), OTHERS.values(), ids=OTHERS.keys())
def test_names_of_different_persons_do_not_agree(one: str, other: str) -> None:
    assert _odds(one, other) < NAMES_AGREE


def test_a_syllable_has_the_spellings_of_every_system() -> None:
    assert {"zhang", "chang", "jhang", "jang"} <= set(mandarin.spellings("zhang1"))
    assert {"xu", "hsu", "syu"} <= set(mandarin.spellings("xu3"))
    assert {"cheung": "Hong Kong", "cheong": "Macao"}.items() <= cantonese.spellings("zoeng").items()
    assert "chhoa" in hokkien.spellings("tshua")
    assert {"jeong", "chong", "jung", "chung"} <= set(korean.spellings("정"))
    assert korean.readings("李") == ("리", "이")


def test_the_reason_names_parts_languages_and_systems() -> None:
    parts = _scored("蔡志豪", "TSAI, CHIH-HAO")["parts"]
    assert parts == [
        {"part_a": "蔡", "part_b": "TSAI", "likeness": 1.0, "how": "Mandarin, Wade-Giles"},
        {"part_a": "志", "part_b": "CHIH", "likeness": 1.0, "how": "Mandarin, Wade-Giles"},
        {"part_a": "豪", "part_b": "HAO", "likeness": 1.0, "how": "Mandarin, Hanyu pinyin"},
    ]


def test_a_part_without_counterpart_is_told() -> None:
    parts = _scored("Maria Fernanda Quintero", "Maria Quintero")["parts"]
    assert isinstance(parts, list)
    assert [part["part_a"] for part in parts if part["how"] == "apart"] == ["Fernanda"]


BORN = date(1980, 4, 9)


@pytest.mark.parametrize(
    ("first", "last", "odds"),
    [
        (BORN, BORN, 6.0),
        (date(1980, 9, 4), date(1980, 9, 4), 3.5),
        (date(1980, 4, 1), date(1980, 4, 30), 4.0),
        (date(1980, 1, 1), date(1980, 12, 31), 2.0),
        (date(1975, 1, 1), date(1985, 12, 31), 1.0),
        (date(1980, 4, 10), date(1980, 4, 10), -0.5),
        (date(1981, 4, 9), date(1981, 4, 9), -2.0),
        (date(1990, 4, 9), date(1990, 4, 9), -5.0),
        (None, None, 0.0),
    ],
)
def test_births_count_by_how_exact_they_are(first: date | None, last: date | None, odds: float) -> None:
    births: dict[str, list[object]] = {
        "born_from_a": [BORN], "born_until_a": [BORN], "born_from_b": [first], "born_until_b": [last],
    }  # fmt: skip
    if first is None:
        births |= {name: pa.nulls(1, pa.date32()) for name in ("born_from_b", "born_until_b")}
    assert _scored("Ana Quintero", "Ana Quintero", **births)["birth_log_odds"] == odds


def test_what_is_not_known_says_nothing() -> None:
    scored = _scored("A Bo", "A Bo", sex_a=["X"], sex_b=["M"], nationality_a=["XXX"], nationality_b=["TWN"])
    assert (scored["sex_log_odds"], scored["nationality_log_odds"]) == (0, 0)
    scored = _scored("A Bo", "A Bo", sex_a=["F"], sex_b=["M"], nationality_a=["TWN"], nationality_b=["TWN"])
    assert (scored["sex_log_odds"], scored["nationality_log_odds"]) == (-3.0, 1.0)


def test_a_name_that_cannot_be_read_scores_nothing() -> None:
    pairs = pa.table({"name_a": pa.array([None, "", "!?"], pa.string()), "name_b": ["Ana", "Ana", "Ana"]})
    scored = score(pairs)
    assert scored["name_log_odds"].to_pylist() == [UNREADABLE] * 3
    assert scored.column_names == ["name_a", "name_b", *SCORES.names]


def test_no_pairs_give_no_rows() -> None:
    empty = score(pa.table({"name_a": pa.array([], pa.string()), "name_b": pa.array([], pa.string())}))
    assert empty.num_rows == 0
    assert empty.column_names == ["name_a", "name_b", *SCORES.names]


_PIECES = (
    "王",
    "陳",
    "志",
    "박",
    "은",
    "Tan",
    "Lim-a",
    "de'",
    "O'Neil",
    "Иван",
    "محمد",
    "Nguyễn",
    "3",
    ",",
    "·",
    "J.",
    "ก",
)
_NAMES = st.one_of(
    st.text(max_size=24),
    st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join),
)


@given(_NAMES, _NAMES)
@settings(max_examples=150, deadline=None)
def test_any_text_scores_between_0_and_1_the_same_both_ways(one: str, other: str) -> None:
    there, back = score(pa.table({"name_a": [one, other], "name_b": [other, one]}))["score"].to_pylist()
    assert 0 <= there <= 1
    assert there == pytest.approx(back, abs=1e-4)


@given(st.permutations(["Khalid", "Faisal", "Quintero", "Hoffmann"]))
@settings(max_examples=12, deadline=None)
def test_parts_in_another_order_still_agree(parts: list[str]) -> None:
    assert _odds(" ".join(parts), "Khalid Faisal Quintero Hoffmann") > NAMES_AGREE


@given(_NAMES)
@settings(max_examples=60, deadline=None)
def test_a_name_that_can_be_read_agrees_with_itself_more_than_not(name: str) -> None:
    scored = score(pa.table({"name_a": [name], "name_b": [name]}))
    odds = scored["name_log_odds"][0].as_py()
    assert odds == UNREADABLE or odds > -2
