"""Names of simulated travellers: of their country and generation, for life, in a passport's letters."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lakehouse.errors import DeclarationError
from lakehouse.simulator import name_lists, romanisation
from lakehouse.simulator.choices import Choices, Draws
from lakehouse.simulator.name_book import Book, book
from lakehouse.simulator.names import DRAWS, names
from lakehouse.simulator.romanisation import spellings, transliterated

ORIGINS = (
    *("TWN", "CHN", "HKG", "MAC", "SGP", "MYS", "JPN", "KOR", "VNM", "IDN", "THA", "PHL", "MMR", "KHM", "IND"),
    *("USA", "GBR", "AUS", "CAN", "NZL", "DEU", "FRA", "NLD", "ESP", "ITA", "POL", "RUS", "UKR", "TUR"),
    *("ARE", "SAU", "EGY", "ISR", "BRA", "MEX", "ZAF", "NGA"),
)
IDENTIFIERS = ("primary_identifier", "secondary_identifier")
NATIVES = ("native_primary", "native_secondary")


def bits(n: int, seed: int = 7) -> Draws:
    return np.random.default_rng(seed).integers(0, 2**64, (n, DRAWS), dtype=np.uint64)


def sample(origin: str, n: int = 4000, *, female: bool | None = None, born: int | None = None) -> pl.DataFrame:
    rng = np.random.default_rng(11)
    sexes = rng.random(n) < 0.5 if female is None else np.full(n, female)
    years = rng.integers(1935, 2020, n) if born is None else np.full(n, born)
    return names(np.full(n, origin), sexes, bits(n), years)


def one(origin: str, draws: list[int], *, female: bool = False, born: int = 1975) -> tuple[str, ...]:
    people = (np.array([origin]), np.array([female]), np.array([draws], np.uint64), np.array([born]))
    return names(*people).row(0)


def share(column: pl.Series, value: str) -> float:
    return float(column.eq(value).sum() / len(column))


@pytest.mark.parametrize(
    ("origin", "female", "born", "expected"),
    [
        ("TWN", False, 1975, ("陳", "志明", "CHEN", "CHIH-MING", "wade_giles")),
        ("TWN", True, 1975, ("陳", "淑芬", "CHEN", "SHU-FEN", "wade_giles")),
        ("TWN", True, 2015, ("陳", "品妤", "CHEN", "PIN-YU", "wade_giles")),
        ("CHN", False, 2015, ("王", "浩轩", "WANG", "HAOXUAN", "pinyin")),
        ("HKG", True, 2015, ("陳", "芷晴", "CHAN", "CHI CHING", "cantonese")),
        ("MAC", True, 2015, ("陳", "芷晴", "CHAN", "CHI CHENG", "cantonese")),
        ("SGP", False, 1975, ("陳", "文強", "TAN", "BOON KEONG", "hokkien")),
        ("MYS", True, 1975, ("陳", "美玲", "TAN", "BEE LENG", "hokkien")),
        ("KOR", False, 2015, ("김", "민준", "KIM", "MINJUN", "revised_korean")),
        ("JPN", False, 2015, ("佐藤", "翔", "SATO", "SHO", "hepburn")),
        ("VNM", False, 1990, ("Nguyễn", "Văn Hùng", "NGUYEN", "VAN HUNG", "vietnamese")),
        ("IDN", False, 1970, ("Suharto", "", "SUHARTO", "", "indonesian")),
        ("malay", True, 1990, ("Nur Aisyah binti Muhammad", "", "NUR AISYAH BINTI MUHAMMAD", "", "latin")),
        ("PHL", False, 1980, ("dela Cruz", "Jose", "DELA CRUZ", "JOSE", "latin")),
        ("DEU", False, 1960, ("Müller", "Hans", "MUELLER", "HANS", "latin")),
        ("RUS", True, 1990, ("Иванова", "Анастасия", "IVANOVA", "ANASTASIIA", "icao_cyrillic")),
        ("SAU", False, 1990, ("القحطاني", "محمد محمد", "ALQAHTANI", "MOHAMMED MOHAMMED", "arabic_common")),
        ("ESP", True, 1960, ("García García", "María del Carmen", "GARCIA GARCIA", "MARIA DEL CARMEN", "latin")),
    ],
)
def test_the_lowest_bits_give_what_is_declared_first(
    origin: str, female: bool, born: int, expected: tuple[str, ...]
) -> None:
    assert one(origin, [0, 0, 0, 0], female=female, born=born) == expected


def test_a_surname_ends_exactly_where_its_share_of_the_bits_ends() -> None:
    weights = [part.weight for part in declared_list("tw_surname")]
    end = (weights[0] << 32) // sum(weights)
    assert one("chinese_taiwan", [0, (end - 1) << 32, 0, 0])[0] == "陳"
    assert one("chinese_taiwan", [0, end << 32, 0, 0])[0] == "林"


@pytest.mark.parametrize(
    ("percent", "identifiers"),
    [
        (0, ("CHEN", "CHIH-MING", "wade_giles")),
        (88, ("CHEN", "ZHI-MING", "pinyin")),
        (93, ("CHEN", "ZHIMING", "pinyin")),
        (95, ("TAN", "CHI-BENG", "hokkien")),
        (99, ("CHIN", "CHI-MIN", "hakka")),
    ],
)
def test_one_person_of_taiwan_under_every_scheme(percent: int, identifiers: tuple[str, ...]) -> None:
    assert one("TWN", [0, 0, 0, (percent << 32) // 100 << 32]) == ("陳", "志明", *identifiers)


def test_all_parts_of_a_name_follow_one_scheme() -> None:
    expected = {"wade_giles": "HSU HSUEH", "pinyin": "XU XUE", "hokkien": "KHO SOAT", "hakka": "HI SIET"}
    for scheme, both in expected.items():
        found = (spellings(name, "", scheme, "", surname=name == "許")[0] for name in ("許", "雪"))
        assert " ".join(found) == both


@settings(max_examples=20)
@given(st.permutations(range(40)), st.integers(0, 40))
def test_a_name_depends_on_its_own_row_alone(order: list[int], kept: int) -> None:
    origins, rows = np.array((ORIGINS * 2)[:40]), np.array(order[:kept], np.int64)
    sexes, draws, years = np.arange(40) % 2 == 1, bits(40), 1940 + 2 * np.arange(40)
    assert names(origins[rows], sexes[rows], draws[rows], years[rows]).equals(names(origins, sexes, draws, years)[rows])


def test_declaring_another_origin_leaves_names_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {origin: sample(origin, 100) for origin in ORIGINS}
    people = tmp_path / "people"
    shutil.copytree(romanisation.PEOPLE, people)
    added = {
        "origins": "ATA,polar,1",
        "patterns": "polar,,1,{polar_name},,{polar_name},",
        "spellings": "polar,a_new_scheme,latin,space,1",
        "parts/a_new_list": "polar_name,,,1,Frost,",
    }
    for name, row in added.items():
        path = people / f"{name}.csv"
        old = path.read_text() if path.exists() else (people / "parts/japan.csv").read_text()
        header, _, rest = old.partition("\n")
        path.write_text(f"{header}\n{row}\n{rest if path.exists() else ''}")
    for module in (romanisation, name_lists):
        monkeypatch.setattr(module, "PEOPLE", people)
    book.cache_clear()
    try:
        assert one("ATA", [0, 0, 0, 0]) == ("Frost", "", "FROST", "", "a_new_scheme")
        for origin, names_before in before.items():
            assert sample(origin, 100).rows() == names_before.rows(), origin
    finally:
        book.cache_clear()


@given(st.lists(st.lists(st.integers(1, 1000), min_size=1, max_size=5), min_size=1, max_size=5), st.data())
def test_a_choice_is_that_of_its_group_alone(weights: list[list[int]], data: st.DataObject) -> None:
    group = data.draw(st.integers(0, len(weights) - 1))
    draw = data.draw(st.integers(0, 2**32 - 1))
    choices = Choices.of([list(enumerate(row)) for row in weights])
    ends = [(sum(weights[group][: i + 1]) << 32) // sum(weights[group]) for i in range(len(weights[group]))]
    expected = next(i for i, end in enumerate(ends) if draw < end)
    assert choices.choose(np.array([group]), np.array([draw], np.uint64)).tolist() == [expected]


@pytest.mark.parametrize(
    ("origin", "column", "value", "expected"),
    [
        ("TWN", "native_primary", "陳", 0.115),
        ("TWN", "native_primary", "林", 0.085),
        ("CHN", "native_primary", "王", 0.083),
        ("KOR", "native_primary", "김", 0.215),
        ("VNM", "native_primary", "Nguyễn", 0.385),
        ("JPN", "native_primary", "佐藤", 0.05),
        ("TWN", "romanisation", "wade_giles", 0.85),
        ("TWN", "romanisation", "hokkien", 0.04),
        ("IDN", "secondary_identifier", "", 0.26),
        ("MMR", "secondary_identifier", "", 1.0),
        ("PHL", "secondary_identifier", "", 0.0),
        ("HKG", "native_primary", "陳", 0.105),
    ],
)
def test_shares_are_near_those_of_the_country(origin: str, column: str, value: str, expected: float) -> None:
    assert share(sample(origin, 20_000)[column].cast(pl.String), value) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    ("name", "female", "fashion"),
    [("淑芬", True, 1960), ("志明", False, 1960), ("品妤", True, 2015), ("承恩", False, 2015)],
)
def test_given_names_of_taiwan_tell_the_generation(name: str, female: bool, fashion: int) -> None:
    shares = {born: share(sample("TWN", born=born, female=female)["native_secondary"], name) for born in (1960, 2015)}
    assert shares.pop(fashion) > 0.02
    assert set(shares.values()) == {0}


@pytest.mark.parametrize(("origin", "endings"), [("RUS", ("ова", "ева", "ёва", "ина", "ая")), ("POL", ("ska", "cka"))])
def test_surnames_agree_with_the_sex_of_their_bearer(origin: str, endings: tuple[str, ...]) -> None:
    women, men = (sample(origin, female=female)["native_primary"] for female in (True, False))
    assert sum(name.endswith(endings) for name in women) > 0.4 * len(women)
    assert not any(name.endswith(endings) for name in men)


def test_a_father_is_a_man_whoever_his_child_is() -> None:
    fathers = sample("malay", female=True)["primary_identifier"].str.split(" BINTI ").list.last()
    of_men = sample("malay", female=False)["primary_identifier"].str.split(" BIN ").list.last()
    assert set(fathers) == set(of_men)


def test_nobody_is_given_the_same_name_twice_but_for_a_stroke_of_chance() -> None:
    given_names = sample("DEU", 20_000)["native_secondary"].str.split(" ")
    twice = given_names.list.len() > given_names.list.n_unique()
    assert twice.sum() < 0.01 * len(twice)


def test_every_spelling_of_every_part_is_in_the_letters_of_a_visual_zone() -> None:
    texts = book().texts.all
    assert texts.str.contains("^[A-Z][A-Z' -]*[A-Z]$|^[A-Z]$").all(), texts.to_list()


@pytest.mark.parametrize("origin", [*ORIGINS, "OTHER"])
def test_names_of_every_origin_are_whole(origin: str) -> None:
    assert origin in book().origins.categories
    found = sample(origin, 500)
    assert found.columns == [*NATIVES, *IDENTIFIERS, "romanisation"]
    assert sum(found.null_count().row(0)) == 0
    assert (found["primary_identifier"].str.len_chars() > 0).all()
    assert ((found["native_secondary"] == "") == (found["secondary_identifier"] == "")).all()
    for column in IDENTIFIERS:
        assert found[column].str.contains(r"^([A-Z]+([ '-]'?[A-Z]+)*)?$").all(), found[column].to_list()
    assert not found["native_primary"].str.contains(r"[{}~]|^ | $").any()


def test_every_list_is_drawn_from_and_every_tradition_reached() -> None:
    declared = book()
    drawn = {name for pattern in declared.patterns for name, _ in pattern.blanks().values()}
    assert drawn == set(declared.lists.numbers)
    homes = {row["tradition"] for row in romanisation.table("origins")}
    assert homes == {row["tradition"] for row in romanisation.table("patterns")}
    assert homes == {row["tradition"] for row in romanisation.table("spellings")}


def test_every_scheme_reads_a_table_that_there_is() -> None:
    systems = {row["system"] for row in romanisation.table("letters")}
    tables = {column for name in ("han", "hangul") for column in next(romanisation.table(name))} - {"native"}
    assert {row["readings"] for row in romanisation.table("spellings")} <= {*systems, *tables, "own"}


@pytest.mark.parametrize("name", ["han", "han_surnames"])
def test_wade_giles_and_pinyin_of_a_character_are_of_one_sound(name: str) -> None:
    initials = {
        "X": "HS",
        "Q": "CH",
        "J": "CH",
        "ZH": "CH",
        "SH": "SH",
        "R": "J",
        "B": "P",
        "D": "T",
        "F": "F",
        "M": "M",
    }
    for row in romanisation.table(name):
        pinyin, wade_giles = row["pinyin"].split("/")[0], row["wade_giles"].split("/")[0]
        for ours, theirs in initials.items() if wade_giles else ():
            assert not pinyin.startswith(ours) or wade_giles.startswith(theirs), row
        assert pinyin.endswith("ONG") == wade_giles.endswith("UNG") or not wade_giles, row


def test_no_character_is_read_in_two_ways_at_once() -> None:
    for name in ("han", "han_surnames", "hangul", "hangul_surnames"):
        natives = [row["native"] for row in romanisation.table(name)]
        assert len(natives) == len(set(natives)), name


def test_another_document_keeps_the_name_and_may_spell_it_otherwise() -> None:
    n = 2000
    draws, is_female, years = bits(n), np.arange(n) % 2 == 1, np.full(n, 1985)
    respelled = np.column_stack((draws[:, :-1], bits(n, seed=8)[:, 0]))
    first, again = (names(np.full(n, "SGP"), is_female, some, years) for some in (draws, respelled))
    assert first.select(NATIVES).equals(again.select(NATIVES))
    differs = (first["primary_identifier"] != again["primary_identifier"]).sum()
    assert 0.2 * n < differs < 0.8 * n


@pytest.mark.parametrize(
    ("native", "system", "latin"),
    [
        ("Müller", "latin", "MUELLER"),
        ("Øster-Ålund", "latin", "OESTER-AALUND"),
        ("Weiß", "latin", "WEISS"),
        ("Łukasz", "latin", "LUKASZ"),
        ("Núñez", "latin", "NUNEZ"),
        ("Yıldız Özgür", "latin_plain", "YILDIZ OZGUR"),
        ("Đặng Thị Thủy", "vietnamese", "DANG THI THUY"),
        ("Щербакова Юлия", "icao_cyrillic", "SHCHERBAKOVA IULIIA"),
        ("Їжак Юрій", "ukrainian_2010", "YIZHAK YURII"),
        ("Гнатюк Андрій", "ukrainian_2010", "HNATIUK ANDRII"),
    ],
)
def test_letters_become_those_of_doc_9303(native: str, system: str, latin: str) -> None:
    assert transliterated(native, system) == latin


@pytest.mark.parametrize(
    "spell",
    [
        lambda: spellings("林", "", "thai_rtgs", "", surname=True),
        lambda: transliterated("東", "latin"),
        lambda: Choices.of([[]]),
        lambda: names(np.array(["TWN"]), np.array([True]), bits(2), np.array([1980])),
    ],
)
def test_what_cannot_be_named_is_told(spell: Callable[[], object]) -> None:
    with pytest.raises(DeclarationError):
        spell()


def test_people_of_an_unknown_origin_are_named_from_many_countries() -> None:
    assert sample("XXX", 200).equals(sample("OTHER", 200))


def test_nobody_has_no_name() -> None:
    nobody: NDArray[np.int64] = np.zeros(0, np.int64)
    empty = names(nobody.astype(str), nobody.astype(bool), bits(0), nobody)
    assert (empty.height, empty.schema) == (0, sample("TWN", 5).schema)


@settings(max_examples=30)
def declared_list(name: str) -> list[name_lists.Part]:
    declared: Book = book()
    span = declared.lists.spans[declared.lists.numbers[name]]
    return declared.lists.parts[span.start : span.stop]
