"""Who travels with whom."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.cotravel import pairs
from lakehouse.declare import Between, Column, Gold, Holds, Kind, NotBefore, NotNull, OneOf, Unit
from lakehouse.shared_legs import left_out
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.pair_legs import PairLegs

_DAYS = tuple(date(2025, 12, day) for day in (1, 9, 20))


class CotravellerEdge(Gold):
    """Each row tells how often two persons travelled together, first and last, and whether chance explains it.

    A pair stands here where the two shared a booking of at most nine persons,
    were inspected side by side on three different days or more, or were on one
    leg on three days or more in one direction: who keeps apart at the border
    still boards the same flight. Each leg counts once, and an outbound leg with
    its return is one journey: legs of the two directions alternate, so journeys
    are the larger of the two counts. Side by side and legs shared are compared
    with what chance expects of two persons who take these routes as often, on
    legs as full (``lakehouse.cotravel``): commuters who meet no oftener than that
    are marked ``chance`` and are no edge of a network. Those who only fly as a
    tour or for one firm are edges as well: who travels together is told here,
    and not why.

    Legs shared are looked for among those alone who made three journeys in one
    direction, forty a leg at most; journeys over that are counted. Counted
    elsewhere and left out: parties over nine and neighbours beyond the next six
    (``silver.journeys``); pairs side by side on fewer than three days
    (``silver.companions``). A row is a pair of pseudonyms, nothing is pooled.
    Built whole: the expectation of a pair moves with each leg of its routes.
    What is costly, finding those side by side, is done leg by leg in silver.
    """

    owner = "network-analysis"
    grain = "one row per pair of persons"
    key = ("person_a_key", "person_b_key")
    fresh_within = timedelta(days=2)
    authority = "platform: co-travel by booking and inspection; McCullagh and Nelder 1989, 2.4, Poisson deviance"
    indexed = ("evidence", "last_on")
    rules = (
        Holds("person_a_key < person_b_key", "each pair stands once, the smaller key first"),
        Holds("journeys_count = greatest(entry_legs_count, exit_legs_count)", "a return is no journey of its own"),
        Holds("legs_count = entry_legs_count + exit_legs_count", "each leg has a direction"),
        Holds("(evidence = 'booking') = (shared_bookings_count > 0)", "a shared booking is the first evidence"),
        Holds("legs_beside_count <= legs_count", "legs side by side are among the legs together"),
        Holds("shared_journeys_count <= journeys_count", "days shared are among the journeys together"),
    )

    person_a_key = PairLegs.person_a_key
    person_b_key = PairLegs.person_b_key
    evidence = Column(
        Kind.STRING,
        "What makes them a pair, the first of: a booking, side by side or legs shared beyond chance, nothing but "
        "chance.",
        (NotNull(), OneOf(("booking", "side_by_side", "shared_legs", "chance"))),
    )
    journeys_count = fields.counted("Journeys together, out and return as one.")
    legs_count = fields.counted("Flight legs together.")
    entry_legs_count = fields.counted("Of them entries.")
    exit_legs_count = fields.counted("Of them exits.")
    shared_bookings_count = fields.counted("Bookings that both were on.")
    legs_beside_count = fields.counted("Legs on which they were inspected side by side.")
    days_beside_count = fields.counted("Different days of those legs.")
    expected_beside_count = Column(
        Kind.DOUBLE, "Legs side by side expected by chance.", (NotNull(), Between(0, 10**9)), Unit.COUNT
    )
    lift_ratio = Column(
        Kind.DOUBLE, "Legs side by side over those expected; null where none are.", (Between(0, 10**12),), Unit.RATIO
    )
    beside_score = Column(
        Kind.DOUBLE,
        "Signed root of the Poisson deviance of the legs side by side; null where none are expected.",
        (Between(-(10**6), 10**6),),
        Unit.SCORE,
    )
    shared_journeys_count = fields.counted(
        "Days on which they were on one leg in the direction of more; nought where fewer than three in each."
    )
    expected_journeys_count = Column(
        Kind.DOUBLE,
        "Legs shared by chance in the direction of more such.",
        (NotNull(), Between(0, 10**12)),
        Unit.COUNT,
    )
    shared_score = Column(
        Kind.DOUBLE,
        "Signed root of the Poisson deviance of the days shared; null where none are expected.",
        (Between(-(10**6), 10**6),),
        Unit.SCORE,
    )
    left_out_journeys_count = fields.counted(
        "Of all, not the pair's: journeys of frequent travellers over forty on a leg, in which no legs shared are "
        "looked for."
    )
    first_on = Column(Kind.DATE, "Day of the first leg together.", (NotNull(),), examples=_DAYS)
    last_on = Column(Kind.DATE, "Day of the last leg together.", (NotNull(), NotBefore("first_on")), examples=_DAYS)
    known_on = Column(
        Kind.DATE,
        "Day from which the rule held: of the first booking shared, or the third day side by side or on one leg.",
        (NotNull(),),
        examples=_DAYS,
    )

    @staticmethod
    def build(legs: Annotated[DataFrame, PairLegs], journeys: Annotated[DataFrame, Journeys]) -> DataFrame:
        journeys_count = F.greatest("entry_legs_count", "exit_legs_count")
        found = pairs(legs, journeys).withColumn("journeys_count", journeys_count)
        return found.crossJoin(F.broadcast(left_out(journeys))).select(*CotravellerEdge.columns())
