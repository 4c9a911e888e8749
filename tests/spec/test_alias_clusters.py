"""Clusters of small graphs that can be told by eye."""

import pyarrow as pa

from lakehouse.alias_clusters import clustered


def _members(links: list[tuple[str, str, float]]) -> dict[str, tuple[str, float, int]]:
    a, b, probability = zip(*links, strict=True)
    found = clustered(pa.table({"person_a_key": a, "person_b_key": b, "match_ratio": probability})).to_pylist()
    return {row["person_key"]: (row["cluster_key"], row["confidence_ratio"], row["links_count"]) for row in found}


def test_what_links_connect_is_one_cluster_named_by_its_smallest_member() -> None:
    found = _members([("b", "c", 0.9), ("c", "d", 0.8), ("x", "y", 0.7)])
    assert found == {
        **dict.fromkeys("bcd", ("b", 0.8, 2)),
        **dict.fromkeys("xy", ("x", 0.7, 1)),
    }


def test_a_weak_link_between_those_that_better_ones_connect_takes_no_confidence() -> None:
    assert _members([("a", "b", 0.95), ("b", "c", 0.9), ("a", "c", 0.71)])["a"] == ("a", 0.9, 3)


def test_the_order_of_links_changes_nothing() -> None:
    links = [("a", "b", 0.9), ("c", "d", 0.8), ("b", "c", 0.75), ("e", "f", 0.99)]
    assert _members(links) == _members(links[::-1])


def test_no_links_are_no_clusters() -> None:
    nothing = {"person_a_key": pa.array([], pa.string()), "person_b_key": pa.array([], pa.string())}
    assert clustered(pa.table({**nothing, "match_ratio": pa.array([], pa.float64())})).num_rows == 0
