"""Where a person was by their inspections, and whether the inspections of two could be one person's.

Each inspection finds somebody on one side of the border and leaves them on one: who is admitted comes in, who departs
goes out, who is refused stays out, who is stopped stays in. Of one person each inspection starts where the one before
ended; where it does not the record is broken, by a record that was lost or because somebody else was there.
"""

from collections.abc import Callable

from pyspark.sql import Column
from pyspark.sql import functions as F

#: How the inspections of two stand to each other, from what speaks for one person to what speaks against.
PRESENCES = ("completes", "alternates", "follows", "contradicts", "together")


def moves() -> Column:
    """Of groups of ``silver.inspections``: where each inspection found and left the person, in order of time."""
    was_inside = F.col("direction") == "exit"
    is_inside = F.col("outcome").isin("admitted", "stopped")
    move = F.struct("inspected_at_utc", was_inside.alias("was_inside"), is_inside.alias("is_inside"))
    return F.array_sort(F.collect_list(move))


def legs() -> Column:
    """Of groups of ``silver.inspections``: flight legs that the person was inspected for, each as a number."""
    return F.collect_set(F.when(F.col("flight_leg_id").isNotNull(), F.xxhash64("flight_leg_id")))


def presence(moves_a: Column, moves_b: Column, legs_a: Column, legs_b: Column) -> Column:
    """One of ``PRESENCES``, from ``moves`` and ``legs`` of two persons.

    ``together``: inspected for one flight leg, and the two records put into one are broken where each alone is not.
    ``contradicts``: they are broken so, but never on one leg. ``completes``: one mends the other. ``alternates``: they
    hold as one person's, and change from one to the other and back. ``follows``: they hold, one after the other.
    """
    alone = breaks(moves_a) + breaks(moves_b)

    def told(both: Column) -> Column:
        turns = _count(both, lambda one, other: one["whose"] != other["whose"])
        return _bound(
            breaks(both) - alone,
            lambda more: (
                F.when((more > 0) & F.arrays_overlap(legs_a, legs_b), "together")
                .when(more > 0, "contradicts")
                .when(more < 0, "completes")
                .when(turns > 1, "alternates")
                .otherwise("follows")
            ),
        )

    return _bound(F.array_sort(F.concat(_marked(moves_a, "a"), _marked(moves_b, "b"))), told)


def breaks(of: Column) -> Column:
    """How often an inspection of ``moves`` does not start on the side of the border where the one before ended."""
    return _count(of, lambda one, other: one["is_inside"] != other["was_inside"])


def _marked(moves: Column, whose: str) -> Column:
    return F.transform(moves, lambda move: move.withField("whose", F.lit(whose)))


def _bound(value: Column, use: Callable[[Column], Column]) -> Column:
    """``use`` of a value that is computed once, however often it is named."""
    return F.transform(F.array(value), use)[0]


def _count(of: Column, condition: Callable[[Column, Column], Column]) -> Column:
    """How many neighbours in ``of`` the condition holds for."""
    after = F.slice(of, F.lit(2), F.greatest(F.size(of) - 1, F.lit(0)))
    before = F.slice(of, F.lit(1), F.greatest(F.size(of) - 1, F.lit(0)))
    return F.size(F.filter(F.zip_with(before, after, condition), lambda holds: holds))
