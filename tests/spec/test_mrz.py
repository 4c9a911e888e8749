"""Machine-readable zones: the specimens of ICAO Doc 9303, read and written as its parts 3 to 7 say."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from pyspark.sql import SparkSession

from lakehouse.mrz.check_digits import check_digit
from lakehouse.mrz.layouts import LAYOUTS
from lakehouse.mrz.names import name_field
from lakehouse.mrz.reading import UNKNOWN_FORMAT, WRONG_CHARACTERS, WRONG_LENGTH, parsed
from lakehouse.mrz.writing import composed
from lakehouse.store import of_rows

READ_ON = date(2026, 3, 1)

TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
MRV_A = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"
MRV_B = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"

ANNA = {
    "issuing_state": "UTO",
    "primary_identifier": "ERIKSSON",
    "secondary_identifier": "ANNA MARIA",
    "name_may_be_truncated": False,
    "sex": "F",
    "optional_data_2": None,
    "wrong_check_digits": [],
    "unreadable_fields": [],
    "problem": None,
}
OF_1974 = {"nationality": "UTO", "date_of_birth": date(1974, 8, 12), "expiry_date": date(2012, 4, 15)}
OF_1940 = {"nationality": "XXX", "date_of_birth": date(1940, 9, 7), "expiry_date": date(1996, 12, 10)}
SPECIMENS: list[tuple[str, dict[str, Any]]] = [
    (TD1, {"format": "TD1", "document_code": "I", "document_number": "D23145890", "optional_data": None, **OF_1974}),
    (TD2, {"format": "TD2", "document_code": "I", "document_number": "D23145890", "optional_data": None, **OF_1974}),
    (
        TD3,
        {
            "format": "TD3",
            "document_code": "P",
            "document_number": "L898902C3",
            "optional_data": "ZE184226B",
            **OF_1974,
        },
    ),
    (
        MRV_A,
        {
            "format": "MRV-A",
            "document_code": "V",
            "document_number": "L8988901C",
            "optional_data": "6ZE184226B",
            **OF_1940,
        },
    ),
    (
        MRV_B,
        {"format": "MRV-B", "document_code": "V", "document_number": "L8988901C", "optional_data": None, **OF_1940},
    ),
]


def read(spark: SparkSession, *zones: str | None, on: date = READ_ON) -> list[Any]:
    frame = of_rows(spark, [(zone,) for zone in zones], "mrz string")
    return [row.zone and row.zone.asDict(recursive=True) for row in parsed(frame, "mrz", on).collect()]


def passport(born: str = "740812", expires: str = "120415", sex: str = "F", state: str = "UTO") -> str:
    """The specimen of TD3 with other contents and right check digits."""
    upper = f"P<{state}ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    number, optional = "L898902C36", "ZE184226B<<<<<1"
    born, expires = born + check_digit(born), expires + check_digit(expires)
    return f"{upper}\n{number}{state}{born}{sex}{expires}{optional}{check_digit(number + born + expires + optional)}"


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("520727", "3"),  # Doc 9303-3, 4.9, example 1: 35+6+0+49+6+7 = 103
        ("AB2134<<<", "5"),  # example 2: 70+33+2+7+9+4 = 125
        ("HA672242<658022549601086<<<<<<<", "8"),  # example 3
        ("HA672242<", "6"),
        ("L898902C3", "6"),
        ("<<<<<<", "0"),
        ("", "0"),
    ],
)
def test_a_check_digit_is_what_the_document_works_out(text: str, digit: str) -> None:
    assert check_digit(text) == digit


def test_a_character_that_no_zone_has_gets_no_check_digit_and_is_not_quoted() -> None:
    with pytest.raises(ValueError, match="the text holds characters other than") as error:
        check_digit("L89b902C3")
    assert "89b" not in str(error.value)


def test_every_layout_uses_each_position_once() -> None:
    for layout in LAYOUTS.values():
        places = [layout.start(field.name) + i for field in layout.fields for i in range(field.length)]
        breaks = [line * (layout.width + 1) - 1 for line in range(1, layout.lines)]
        assert sorted(places + breaks) == list(range(layout.length))


def test_the_specimens_are_read(spark: SparkSession) -> None:
    said = read(spark, *(zone for zone, _ in SPECIMENS), *(zone.replace("\n", "") for zone, _ in SPECIMENS))
    for (_, expected), with_breaks, without in zip(SPECIMENS, said[:5], said[5:], strict=True):
        assert with_breaks == without
        assert {name: with_breaks[name] for name in (*ANNA, *expected)} == {**ANNA, **expected}
        has = {check.name for check in LAYOUTS[expected["format"]].checks}
        assert with_breaks["check_digits"] == {name: name in has or None for name in with_breaks["check_digits"]}


def test_the_specimens_are_written() -> None:
    for zone, said in SPECIMENS:
        frame = pl.DataFrame([{**ANNA, **said}]).with_columns(optional_data=pl.lit(said["optional_data"] or ""))
        assert composed(frame, said["format"]).to_list() == [zone]


def test_a_long_document_number_goes_on_in_the_optional_data(spark: SparkSession) -> None:
    number = "D23145890734"
    digit = check_digit(number)
    upper = f"I<UTO{number[:9]}<734{digit}<AB<<<<<<<<"
    middle = "7408122F1204159UTO<<<<<<<<<<<"
    composite = check_digit(upper[5:] + middle[:7] + middle[8:15] + middle[18:])
    card = f"{upper}\n{middle}{composite}\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    wrong = card.replace(f"734{digit}", f"735{digit}")
    said, other, in_passport = read(spark, card, wrong, TD3.replace("C36UTO", "C3<UTO"))
    assert (said["document_number"], said["optional_data"], said["wrong_check_digits"]) == (number, "AB", [])
    assert other["wrong_check_digits"] == ["document_number", "composite"]
    assert "document_number" in in_passport["wrong_check_digits"]
    row = {**ANNA, **OF_1974, "document_code": "I", "document_number": number, "optional_data": "AB"}
    assert composed(pl.DataFrame([{**row, "optional_data_2": ""}]), "TD1").to_list() == [card]


def test_unknown_parts_of_a_date_of_birth_leave_the_days_it_may_be(spark: SparkSession) -> None:
    born = ["<<<<<<", "74<<<<", "7408<<", "74<<12", "<<0812", "26<<<<", "2602<<", "2603<<", "740831"]
    said = read(spark, *map(passport, born))
    assert [zone["unreadable_fields"] for zone in said] == [[]] * len(born)
    assert [zone["wrong_check_digits"] for zone in said] == [[]] * len(born)
    assert [(z["date_of_birth"], z["earliest_date_of_birth"], z["latest_date_of_birth"]) for z in said] == [
        (None, None, None),
        (None, date(1974, 1, 1), date(1974, 12, 31)),
        (None, date(1974, 8, 1), date(1974, 8, 31)),
        (None, date(1974, 1, 1), date(1974, 12, 31)),
        (None, None, None),
        (None, date(2026, 1, 1), READ_ON),
        (None, date(2026, 2, 1), date(2026, 2, 28)),
        (None, date(2026, 3, 1), READ_ON),
        (date(1974, 8, 31),) * 3,
    ]


def test_nobody_is_born_after_the_day_of_reading(spark: SparkSession) -> None:
    (today,) = read(spark, passport("260301"), on=READ_ON)
    (before,) = read(spark, passport("260301"), on=date(2026, 2, 28))
    (leap,) = read(spark, passport("000229"), on=date(2101, 1, 1))
    assert today["date_of_birth"] == READ_ON
    assert before["date_of_birth"] == date(1926, 3, 1)
    assert leap["date_of_birth"] == date(2000, 2, 29)


def test_documents_expire_from_1990_to_2089_or_never(spark: SparkSession) -> None:
    said = read(spark, *(passport(expires=day) for day in ("900101", "891231", "<<<<<<")))
    assert [zone["expiry_date"] for zone in said] == [date(1990, 1, 1), date(2089, 12, 31), None]
    assert [zone["unreadable_fields"] for zone in said] == [[], [], []]


def test_contents_that_no_document_has_are_named(spark: SparkSession) -> None:
    zones = {
        "date_of_birth": [passport("740230"), passport("74A812"), passport("741<<<"), passport("74<<AB")],
        "expiry_date": [passport(expires="121301"), passport(expires="12<<<<")],
        "sex": [passport(sex="X")],
        "name": [TD3.replace("ERIKSSON", "ER1KSSON"), TD3.replace("UTOERIKSSON", "UTO<ERIKSSO")],
        "document_number": [TD3.replace("L898902C3", "<<<<<<<<<")],
        "issuing_state": [TD3.replace("P<UTO", "P<<<<")],
        "nationality": [TD3.replace("6UTO7", "6U0O7")],
    }
    said = read(spark, *(zone for group in zones.values() for zone in group))
    assert [z["unreadable_fields"] for z in said] == [[name] for name, group in zones.items() for _ in group]
    assert said[6]["sex"] is None


def test_germany_is_kept_as_printed_and_conformed(spark: SparkSession) -> None:
    said, other = read(spark, passport(state="D<<"), passport(state="XXA"))
    assert (said["issuing_state"], said["issuing_state_alpha3"]) == ("D", "DEU")
    assert (said["nationality"], said["nationality_alpha3"]) == ("D", "DEU")
    assert (other["nationality"], other["nationality_alpha3"]) == ("XXA", "XXA")


def test_empty_optional_data_of_a_passport_may_have_a_filler_for_check_digit(spark: SparkSession) -> None:
    lower = "L898902C36UTO7408122F1204159<<<<<<<<<<<<<<"
    upper = TD3.split("\n")[0]
    zones = []
    for digit in "0<1":
        composite = check_digit(lower[:10] + lower[13:20] + lower[21:42] + digit)
        zones.append(f"{upper}\n{lower}{digit}{composite}")
    not_empty = TD3.replace("<<<<<10", "<<<<<<8")
    wrong = [z["wrong_check_digits"] for z in read(spark, *zones, not_empty)]
    assert wrong[:3] == [[], [], ["optional_data"]]
    assert "optional_data" in wrong[3]


def test_what_is_no_zone_is_told_without_quoting_it(spark: SparkSession) -> None:
    upper, lower = TD3.split("\n")
    zones = {
        WRONG_CHARACTERS: [TD3.lower(), TD3.replace("<", " "), TD3.replace("\n", "\r\n"), TD3.replace("E", "É")],
        WRONG_LENGTH: ["", TD3[:-1], f"{TD3}\n", f"{upper}\n\n{lower}", f"{upper[:-1]}\n{lower}<", TD1[:-31]],
        UNKNOWN_FORMAT: [f"{lower}\n{upper}", f"X{TD3[1:]}", f"P{TD1[1:]}", f"IV{TD2[2:]}", f"P1{TD3[2:]}"],
    }
    said = read(spark, *(zone for group in zones.values() for zone in group), None)
    assert said.pop() is None
    assert [z.pop("problem") for z in said] == [problem for problem, group in zones.items() for _ in group]
    assert {value for zone in said for value in zone.values()} == {None}


@pytest.mark.parametrize(
    ("primary", "secondary", "width", "printed"),
    [
        # Doc 9303-4, -5 and -6, 4.2.3
        ("SMITH-JONES", "SUSIE MARGARET", 39, "SMITH<JONES<<SUSIE<MARGARET"),
        ("O'CONNOR", "ENYA SIOBHAN", 39, "OCONNOR<<ENYA<SIOBHAN"),
        ("ARKFREITH", None, 39, "ARKFREITH"),
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", 39, "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", 31, "NILAVADHANANANDA<<CHAYAPA<DEJ<K"),
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", 30, "NILAVADHANANANDA<<CHAYAPA<DE<K"),
        ("NILAVADHANANANDA", "ARNPOL PETCH CHARONGUANG", 39, "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
        ("VILARCHAO FERNANDEZ", "JOSE RAMON", 30, "VILARCHAO<FERNANDEZ<<JOSE<RAMO"),
        ("BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO POTOROO", 31, "BENNELONG<WOOLOOMOOLOO<W<W<<D<P"),
        ("PAPANDROPOULOUS", "JONATHON WARREN TREVOR", 39, "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"),
        # not of the document: a primary identifier alone, and initials that are too many
        ("A" * 40, "", 39, "A" * 39),
        ("A" * 40, "BC", 39, "A" * 36 + "<<B"),
        ("LI", "A B C D E F G H I J K L M N O P Q R", 31, "LI<<A<B<C<D<E<F<G<H<I<J<K<L<M<N"),
    ],
)
def test_names_are_printed_and_truncated_as_the_document_does(
    primary: str, secondary: str | None, width: int, printed: str
) -> None:
    both = pl.Series([primary]), pl.Series([secondary], dtype=pl.String)
    assert name_field(*both, width).to_list() == [printed]


def test_what_cannot_be_printed_is_named_with_its_rows_and_not_quoted() -> None:
    good = {**ANNA, **OF_1974, "document_code": "P", "document_number": "L898902C3"}
    bad = [
        {**good, "document_number": "SECRET1234"},
        {**good, "document_number": None, "sex": "SECRET"},
        {**good, "primary_identifier": "ŠECRET"},
        {**good, "primary_identifier": "", "issuing_state": "secret"},
    ]
    with pytest.raises(ValueError, match="TD3 cannot hold these fields") as error:
        composed(pl.DataFrame([good, *bad]), "TD3")
    assert "document_number in 2 rows" in str(error.value)
    assert "name in 2 rows" in str(error.value)
    assert "issuing_state in 1 rows, " in str(error.value)
    assert "ECRET" not in str(error.value).upper()
    with pytest.raises(ValueError, match="no format of a zone"):
        composed(pl.DataFrame([good]), "TD4")


def test_no_rows_make_no_zones() -> None:
    row = {**ANNA, **OF_1974, "document_code": "P", "document_number": "L898902C3"}
    assert composed(pl.DataFrame([row]).clear(), "TD3").to_list() == []
