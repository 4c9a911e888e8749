"""Which identities are compared, how they compare, and how probable it is that one person stands behind both."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

import lakehouse.identity_candidates as module
from lakehouse.comparisons import COMPARISONS
from lakehouse.declare import Table
from lakehouse.identity_candidates import birth, candidates, sex
from lakehouse.linkage import SCHEMA, names_levels, scored
from lakehouse.silver.identity_pairs import IdentityPairs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.persons import Persons
from lakehouse.store import of_rows
from tests.drawn import filled

Draw = Callable[[type[Table], str], DataFrame]
Found = Callable[..., dict[str, Any]]


@pytest.fixture
def compared(rows: Draw) -> Found:
    """Candidates by pair ('a-b'), of persons of one nationality, from drawn inspections and journeys."""

    def find(inspections: str, journeys: str = "person_key | payment_key\nnobody | none") -> dict[str, Any]:
        numbered = count(1)
        head, *lines = [line.strip() for line in inspections.strip().splitlines()]
        drawn = "\n".join([f"{head} | inspection_id", *(f"{line} | I{next(numbered)}" for line in lines)])
        inspected = filled(rows(Inspections, drawn), Inspections)
        outcome = F.coalesce("outcome", F.when(F.col("direction") == "exit", "departed").otherwise("admitted"))
        inspected = inspected.withColumn("outcome", outcome)
        persons = (
            inspected.select("person_key")
            .distinct()
            .withColumns(
                {
                    "nationality": F.lit("JPN"),
                    "sex": F.lit("F"),
                    "date_of_birth": F.to_date(F.lit("1980-05-01")),
                    "names": F.array(
                        F.struct(F.lit("SATO").alias("primary_identifier"), F.col("person_key").alias("_"))
                    ),
                    "native_names": F.array().cast("array<string>"),
                }
            )
        )
        name = "array<struct<primary_identifier:string,secondary_identifier:string>>"
        persons = persons.withColumn("names", F.col("names").cast(name))
        booked = filled(rows(Journeys, journeys), Journeys, inspection_id="I")
        found = candidates(filled(persons, Persons), inspected, booked).collect()
        return {f"{row['person_a_key']}-{row['person_b_key']}": row.asDict() for row in found}

    return find


def test_compared_is_who_shares_a_document_a_telephone_or_a_card_that_few_use(compared: Found) -> None:
    """a and b share a card alone, c and d a telephone with e, f and g a document; nobody else shares anything."""
    found = compared(
        """
        person_key | inspected_at_utc    | direction | phone_key | document_key
        a          | 2025-12-01 08:00:00 | entry     | p1        | D1
        b          | 2025-12-02 08:00:00 | entry     | p2        | D2
        c          | 2025-12-03 08:00:00 | entry     | p3        | D3
        d          | 2025-12-04 08:00:00 | entry     | p3        | D4
        e          | 2025-12-05 08:00:00 | entry     | p3        | D5
        f          | 2025-12-06 08:00:00 | entry     |           | D6
        g          | 2025-12-07 08:00:00 | entry     |           | D6
        """,
        """
        person_key | payment_key
        a          | card
        b          | card
        """,
    )
    shared = {pair: row["shared"] for pair, row in found.items()}
    assert shared == {
        "a-b": "own_contact",
        "f-g": "document",
        "c-d": "common_contact",
        "c-e": "common_contact",
        "d-e": "common_contact",
    }


def test_a_telephone_of_seven_is_an_agencys_and_makes_no_pair(compared: Found) -> None:
    lines = "\n".join(f"{person} | 2025-12-01 08:00:00 | entry | p1" for person in "abcdefg")
    assert not compared(f"person_key | inspected_at_utc | direction | phone_key\n{lines}")


def test_who_was_inspected_on_one_flight_is_two_and_counted_but_not_who_was_refused_and_tried_again(
    compared: Found,
) -> None:
    """a and b arrive together. c is refused, and comes through under another name an hour later."""
    found = compared(
        """
        person_key | inspected_at_utc    | direction | outcome  | phone_key | flight_leg_id
        a          | 2025-12-01 08:00:00 | entry     | admitted | p1        | leg
        b          | 2025-12-01 08:00:20 | entry     | admitted | p1        | leg
        c          | 2025-12-01 08:01:00 | entry     | refused  | p2        | leg
        d          | 2025-12-01 09:00:00 | entry     | admitted | p2        | leg
        """
    )
    assert {pair: (row["presence"], row["seen_together_pairs_count"]) for pair, row in found.items()} == {
        "c-d": ("follows", 1)
    }


@pytest.mark.parametrize(
    ("a", "b", "presence"),
    [
        ("01 entry, 09 exit", "05 entry, 06 exit", "contradicts"),
        ("01 entry, 04 exit", "05 entry, 06 exit", "follows"),
        ("01 entry, 02 exit, 10 entry, 11 exit", "05 entry, 06 exit", "alternates"),
        # Out as one and back as the other, while the first seems to have stayed.
        ("01 entry, 09 exit", "03 exit, 05 entry", "alternates"),
        # The exit of a's first stay was recorded as b's.
        ("01 entry, 09 entry, 12 exit", "04 exit", "completes"),
        # b is turned back while a is here: at the border and in the country at once.
        ("01 entry, 09 exit", "05 refused", "contradicts"),
        ("01 entry, 09 exit", "10 refused", "follows"),
        # A record of a's own was lost, which b does not mend.
        ("01 entry, 05 entry, 06 exit", "07 entry", "follows"),
    ],
)
def test_inspections_of_two_hold_as_one_persons_or_not(compared: Found, a: str, b: str, presence: str) -> None:
    lines = []
    for person, moves in (("a", a), ("b", b)):
        for day, what in (move.split() for move in moves.split(", ")):
            direction, outcome = ("entry", "refused") if what == "refused" else (what, "")
            lines.append(f"{person} | 2025-12-{day} 08:00:00 | {direction} | {outcome} | p1")
    [row] = compared("person_key | inspected_at_utc | direction | outcome | phone_key\n" + "\n".join(lines)).values()
    assert row["presence"] == presence


def test_pairs_over_the_most_are_left_out_and_counted(compared: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    """c and d share their telephone with e: of four pairs the one that alone shares something goes first."""
    monkeypatch.setattr(module, "MOST_PAIRS", 1)
    times = {"a": "01", "b": "02", "c": "03", "d": "04", "e": "05"}
    lines = "\n".join(f"{p} | 2025-12-{d} 08:00:00 | entry | {'p1' if p in 'ab' else 'p2'}" for p, d in times.items())
    found = compared(f"person_key | inspected_at_utc | direction | phone_key\n{lines}")
    assert {pair: row["left_out_pairs_count"] for pair, row in found.items()} == {"a-b": 3}


def test_days_of_birth_and_sexes_compare_as_hand_worked(spark: SparkSession) -> None:
    """Exchanged: 4 May and 5 April. One digit: 1980 and 1990, or the 1st and the 7th. Five years are 1,825 days."""
    one = "1980-05-04"
    others = {
        "1980-05-04": "same",
        "1980-04-05": "misread",
        "1990-05-04": "misread",
        "1980-05-07": "misread",
        "1980-05-13": "near",
        "1985-05-03": "near",
        "1985-05-05": "other",
        "1950-01-31": "other",
    }
    frame = of_rows(spark, list(others.items()), "other string, expected string")
    days = (F.to_date(F.lit(one)), F.to_date("other"))
    assert [tuple(r) for r in frame.select("expected", birth(*days)).collect()] == [(e, e) for e in others.values()]
    sexes = of_rows(spark, [("F", "F"), ("F", "M"), ("F", "X"), ("not_recorded", "M")], "a string, b string")
    found = [row[0] for row in sexes.select(sex(F.col("a"), F.col("b"))).collect()]
    assert found == ["same", "other", "unknown", "unknown"]


def test_names_compare_by_the_best_of_their_spellings_in_any_script() -> None:
    pairs = pa.table(
        {
            "spellings_a": [["LIN MEI HUA"], ["HSU CHIH MING", "徐志明"], ["SATO KEN"], ["SATO KEN"]],
            "spellings_b": [["林美華"], ["XU ZHIMING"], ["SATO YUMI"], ["GARCIA ANA"]],
            "is_one_family": [False, False, True, False],
        }
    )
    assert names_levels(pairs).to_pylist() == ["alike", "alike", "one_family", "other"]


def _pairs(kinds: list[tuple[int, dict[str, str]]]) -> pa.Table:
    """So many pairs of each kind, with levels as told and those of relatives where not."""
    relatives = {"birth": "near", "sex": "other", "nationality": "same", "shared": "common_contact"}
    levels = [{**relatives, "presence": "contradicts", **kind} for number, kind in kinds for _ in range(number)]
    numbers = range(len(levels))
    return pa.table(
        {
            "person_a_key": [f"a{n:05d}" for n in numbers],
            "person_b_key": [f"b{n:05d}" for n in numbers],
            **{f"spellings_{side}": [["SATO KEN"]] * len(levels) for side in "ab"},
            "is_one_family": [True] * len(levels),
            **{name: [level[name] for level in levels] for name in levels[0]},
            "seen_together_pairs_count": [0] * len(levels),
            "left_out_pairs_count": [0] * len(levels),
        }
    )


def test_of_few_pairs_the_weights_are_those_declared_and_add_up() -> None:
    """log2 of .40/.01, .60/.50, .02/.55, .95/.85, .20/.595 and .02/.568, and of 1 in 100 before all evidence."""
    [row] = scored(_pairs([(1, {})])).to_pylist()
    weights = [row[f"{name}_score"] for name in COMPARISONS]
    assert weights == [5.322, 0.263, -4.781, 0.16, -1.573, -4.828]
    assert row["match_weight_score"] == pytest.approx(sum(weights) - 6.629, abs=0.01)
    assert row["match_ratio"] == pytest.approx(1 / (1 + 2**12.07), abs=1e-5)
    assert not row["is_estimated"]


def test_weights_are_learnt_without_labels_and_the_order_of_pairs_changes_nothing() -> None:
    """Of relatives half are of one sex, a tenth are seen in turn, three in ten share what no other uses, half are near.

    The 60 that all of this is so of stand out: chance makes 2,000 x .5 x .1 x .3 x .5 = 15 such pairs.
    """
    sexes, births = {"same": 0.5, "other": 0.5}, {"near": 0.5, "other": 0.5}
    presences = {"contradicts": 0.6, "follows": 0.3, "alternates": 0.1}
    things = {"common_contact": 0.7, "own_contact": 0.3}
    relatives = [
        (round(2_000 * p * q * r * s), {"sex": sex, "birth": birth, "presence": presence, "shared": thing})
        for sex, p in sexes.items()
        for birth, q in births.items()
        for presence, r in presences.items()
        for thing, s in things.items()
    ]
    alias = {"sex": "same", "birth": "near", "presence": "alternates", "shared": "own_contact"}
    after = {**alias, "presence": "follows"}
    pairs = _pairs([(60, alias), (30, after), *relatives])
    found = scored(pairs)
    assert found.schema == SCHEMA
    probable = [row for row in found.to_pylist() if row["match_ratio"] > 0.6]
    assert {row["presence_evidence"] for row in probable} == {"alternates"}
    assert len(probable) == 60 + 15
    assert [row["person_a_key"] for row in probable[:60]] == [f"a{n:05d}" for n in range(60)]
    assert all(row["is_estimated"] for row in found.to_pylist())
    backwards = pa.array(range(pairs.num_rows - 1, -1, -1))
    assert scored(pairs.take(backwards)).equals(found)


def test_each_pair_says_why(rows: Draw) -> None:
    """One document, the same day of birth and names alike weigh more than all that speaks against."""
    inspections = filled(
        rows(
            Inspections,
            """
            person_key | inspected_at_utc    | direction | outcome  | document_key | inspection_id
            a          | 2025-12-01 08:00:00 | entry     | admitted | D1           | I1
            b          | 2025-12-05 08:00:00 | exit      | departed | D1           | I2
            """,
        ),
        Inspections,
    )
    persons = filled(
        rows(
            Persons,
            """
            person_key | nationality | date_of_birth | sex | names | native_names
            a          | JPN         | 1980-05-04    | F   | [{"primary_identifier":"SATO","secondary_identifier":"YUMI"}] | []
            b          | JPN         | 1980-04-05    | F   | [{"primary_identifier":"SATO","secondary_identifier":"YUMI"}] | ["佐藤由美"]
            """,  # noqa: E501
        ),
        Persons,
    )
    journeys = filled(rows(Journeys, "person_key | payment_key\nnobody | none"), Journeys)
    [row] = IdentityPairs.build(persons, inspections, journeys).collect()
    assert row["why"] == (
        "names alike (+5.3), day of birth as if misread (+3.6), one document (+3.3), same sex (+1.1), "
        "seen one after the other (+0.4), same nationality (+0.2)"
    )
    assert row["match_ratio"] == pytest.approx(0.994, abs=0.002)
