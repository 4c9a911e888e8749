"""Communities of small graphs that can be told by eye, and how they are followed from month to month."""

from datetime import date
from itertools import combinations, pairwise
from random import Random

import pyarrow as pa

from lakehouse.communities import detected, founded

JUNE, JULY, AUGUST = date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1)
Pairs = list[tuple[str, str]]


def _communities(pairs: Pairs) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in detected(_edges(pairs)).to_pylist():
        found.setdefault(row["label"], set()).add(row["person_key"])
    assert all(label == min(persons) for label, persons in found.items())
    return {frozenset(persons) for persons in found.values()}


def _edges(pairs: Pairs) -> pa.Table:
    a, b = zip(*pairs, strict=True)
    return pa.table({"month_start_date": [JUNE] * len(pairs), "person_a_key": a, "person_b_key": b})


def _clique(persons: str) -> Pairs:
    return list(combinations(persons, 2))


def test_two_families_that_share_one_journey_stay_two() -> None:
    assert _communities([*_clique("abcd"), *_clique("efgh"), ("a", "e")]) == {frozenset("abcd"), frozenset("efgh")}


def test_a_courier_and_those_he_brings_are_one() -> None:
    assert _communities([("a", other) for other in "bcdefgh"]) == {frozenset("abcdefgh")}


def test_a_couple_is_no_community() -> None:
    assert _communities([("a", "b"), *_clique("xyz")]) == {frozenset("xyz")}


def test_a_long_chain_is_cut() -> None:
    persons = [f"p{n:02d}" for n in range(60)]

    assert max(map(len, _communities(list(pairwise(persons))))) < 20


def test_the_order_of_edges_changes_nothing() -> None:
    draw = Random(3)
    persons = [f"p{n:03d}" for n in range(200)]
    pairs = sorted({tuple(sorted(draw.sample(persons, 2))) for _ in range(500)})
    once = detected(_edges(pairs))  # type: ignore[arg-type]
    draw.shuffle(pairs)

    assert detected(_edges(pairs)).equals(once)  # type: ignore[arg-type]


def test_sizes_and_inner_edges_are_counted() -> None:
    rows = detected(_edges([*_clique("abcd"), *_clique("efgh"), ("a", "e")])).to_pylist()

    assert {(row["persons_count"], row["edges_count"]) for row in rows} == {(4, 6)}


def test_a_community_keeps_its_founder_through_changes_of_its_smallest_member() -> None:
    links = pa.table(
        {
            "month_start_date": [AUGUST, JUNE, JULY, AUGUST],
            "label": ["c", "a", "b", "x"],
            "label_before": ["b", None, "a", None],
        }
    )

    assert {tuple(row.values()) for row in founded(links).to_pylist()} == {
        (JUNE, "a", JUNE, "a"),
        (JULY, "b", JUNE, "a"),
        (AUGUST, "c", JUNE, "a"),
        (AUGUST, "x", AUGUST, "x"),
    }


def test_a_month_without_the_community_ends_it() -> None:
    links = pa.table({"month_start_date": [JUNE, AUGUST], "label": ["a", "a"], "label_before": [None, None]})

    assert [row["founded_month_date"] for row in founded(links).to_pylist()] == [JUNE, AUGUST]


def test_no_links_are_no_communities() -> None:
    nothing = pa.table({n: pa.array([], pa.string()) for n in ("month_start_date", "label", "label_before")})

    assert founded(nothing).num_rows == 0
