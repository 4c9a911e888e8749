"""Readers of remarks: whatever is written well is read back, whatever is not is kept and counted."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lakehouse.remarks import FACTS, FIRST_YEAR, LABELS, LAST_YEAR, facts_of_batch, read_birth_date, read_clauses

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
WORDS = st.from_regex(r"[A-Za-z][a-z]{2,9}( [A-Z][a-z]{2,9}){0,2}", fullmatch=True)
NUMBERS = st.from_regex(r"([A-Z]{1,3} )?[A-Z]{0,2}[0-9]{1,12}(-[0-9]{1,3})?", fullmatch=True)


def as_day(day: date) -> str:
    return f"{day.day:02} {MONTHS[day.month - 1]} {day.year}"


@given(DAYS)
def test_a_day_of_birth_is_read_however_it_is_written(day: date) -> None:
    for text in (as_day(day), day.isoformat()):
        born = read_birth_date(text)
        assert born
        assert (born.earliest_date, born.latest_date, born.precision) == (day, day, "day")


@given(DAYS)
def test_a_month_or_year_of_birth_is_all_its_days(day: date) -> None:
    month = read_birth_date(f"{MONTHS[day.month - 1]} {day.year}")
    year = read_birth_date(str(day.year))
    assert month
    assert year
    assert (month.precision, year.precision) == ("month", "year")
    assert year.earliest_date <= month.earliest_date <= day <= month.latest_date <= year.latest_date
    assert month.earliest_date.day == 1
    assert (year.earliest_date.month, year.latest_date.month) == (1, 12)


@given(DAYS, DAYS, st.booleans())
def test_a_range_of_birth_runs_from_its_first_day_to_its_last(one: date, other: date, circa: bool) -> None:
    first, last = min(one, other), max(one, other)
    born = read_birth_date(f"{'circa ' * circa}{as_day(first)} to {as_day(last)}")
    assert born
    assert (born.earliest_date, born.latest_date) == (first, last)
    assert born.precision == ("circa" if circa else "range")


@given(DAYS, DAYS)
def test_a_range_that_ends_before_it_begins_is_not_read(one: date, other: date) -> None:
    assume(one != other)
    assert read_birth_date(f"{as_day(max(one, other))} to {as_day(min(one, other))}") is None


@pytest.mark.parametrize(
    "text", ["31 Feb 1960", "00 Jan 1960", "1960-13-01", "Foo 1960", "0000", "1402", "", "30-35 years old"]
)
def test_a_day_that_no_calendar_has_is_not_read(text: str) -> None:
    assert read_birth_date(text) is None


@given(
    st.sampled_from([(kind, label) for kind, labels in LABELS.items() for label in labels]),
    NUMBERS,
    st.none() | WORDS,
    st.sampled_from(["", " issued 01 Feb 1999", " expires 03 Mar 2004", " issued Feb 1999 expires 03 Mar 2004"]),
    st.booleans(),
)
def test_a_document_is_read_with_its_number_and_country(
    kind_and_label: tuple[str, str], number: str, country: str | None, validity: str, alternative: bool
) -> None:
    kind, label = kind_and_label
    clause = f"{label} {number}{f' ({country})' if country else ''}{validity}"
    facts = read_clauses([f"{'alt. ' * alternative}{clause}"])
    (document,) = facts.documents
    assert (document.document_type, document.document_number, document.issuing_country) == (
        kind,
        number,
        country,
    )
    assert document.raw == clause
    assert not facts.unread_clauses


@pytest.mark.parametrize("number", ["C123456(9)", "12/ABCDE(N)345678", "TR-P 123456", "T.I. 12345-67890"])
def test_a_number_may_hold_brackets_and_short_capitals(number: str) -> None:
    (document,) = read_clauses([f"National ID No. {number} (Burma)"]).documents
    assert (document.document_number, document.issuing_country) == (number, "Burma")


@given(
    WORDS,
    st.sampled_from(["a.k.a.", "f.k.a.", "n.k.a."]),
    st.sampled_from(["{}", "'{}", "Abu {}'l", "{}, 'Ibn"]),
)
def test_a_quoted_alias_keeps_its_apostrophes(name: str, kind: str, form: str) -> None:
    alias = form.format(name)
    assert read_clauses([f"{kind} '{alias}'"]).weak_aliases == [alias]


@given(WORDS)
def test_places_nationalities_and_sex_are_read(name: str) -> None:
    facts = read_clauses([f"POB {name}, Iran", f"alt. nationality {name}", f"citizen {name}", "Gender Female"])
    assert facts.places_of_birth == [f"{name}, Iran"]
    assert facts.nationalities == [name, name]
    assert facts.sex == "F"


@given(st.lists(st.text() | st.sampled_from(["DOB", "Passport", "a.k.a. 'X'", "Gender Male", "alt. POB x"])))
def test_any_text_is_read_without_error_and_no_clause_is_lost(clauses: list[str]) -> None:
    facts = read_clauses(clauses)
    named = [*facts.places_of_birth, *facts.nationalities, *facts.weak_aliases]
    read_count = len(named) + len(facts.dates_of_birth) + len(facts.documents) + (facts.sex is not None)
    assert read_count + len(facts.unread_clauses) <= len(clauses)
    about_known = ("DOB", "Passport", "a.k.a. 'X'", "alt. POB x")
    assert read_count + len(facts.unread_clauses) >= sum(clause in about_known for clause in clauses)


@pytest.mark.parametrize(
    "clause",
    [
        "DOB unknown",
        "DOB 31 Feb 1960",
        "Gender unknown",
        "a.k.a. X without quotes",
        "Passport Lost (Iran)",
        "Passport A1234567 Colombia",
        "Holder of a Bangladesh passport",
        "(data from a passport issued under another name: Alt. DOB: 12 October 1972",
        "National ID No.: 1234567, Kenya",
        "Cedula No. of the wife 1234567 (Colombia)",
    ],
)
def test_a_clause_about_a_known_matter_that_is_not_read_is_kept(clause: str) -> None:
    facts = read_clauses([clause])
    assert facts.unread_clauses == [clause]


@pytest.mark.parametrize(
    "clause",
    [
        "Linked To: PASSPORT AND DOB PRINTERS LTD",
        "Minister of Gender and Culture",
        "Email Address a@b.c",
        "",
        None,
    ],
)
def test_a_clause_about_other_matters_is_passed_over(clause: str | None) -> None:
    assert read_clauses([clause]) == read_clauses([])


def test_sexes_that_contradict_each_other_are_not_both_read() -> None:
    facts = read_clauses(["Gender Male", "Gender Female"])
    assert (facts.sex, facts.unread_clauses) == ("M", ["Gender Female"])


@settings(deadline=None)  # pyarrow loads pandas at its first array
@given(st.lists(st.none() | st.lists(st.none() | st.text() | st.just("DOB 1961"))))
def test_a_batch_gives_the_facts_of_each_person(persons: list[list[str | None] | None]) -> None:
    batch = facts_of_batch(pa.array(persons, pa.list_(pa.string())))
    assert batch.type == FACTS
    assert [len(f["dates_of_birth"]) for f in batch.to_pylist()] == [(p or []).count("DOB 1961") for p in persons]
