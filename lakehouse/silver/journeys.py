"""Journeys of persons on flight legs, with who booked with them and who stood beside them at inspection."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.cotravel import BESIDE_SECONDS, MOST_BESIDE
from lakehouse.declare import Between, Column, Holds, Kind, Matches, NotNull, Pii, Silver, Unit
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.manifests import Manifests

#: What the two sources say of a journey; where they say several things the smallest is taken, so that runs agree.
_SAID = (
    *("direction", "flight_date", "booking_key", "payment_key"),
    *("agency_code", "booking_phone_key", "card_phone_key", "sponsor_key"),
)


def _key(meaning: str) -> Column:
    return Column(Kind.STRING, meaning, pii=Pii.PSEUDONYM, examples=(*(f"{n:032x}" for n in range(20)), None))


class Journeys(Silver):
    """Each row tells that one person was announced or inspected for one flight leg, and with how many others.

    Inspections count whatever came of them: who is refused has travelled. Of
    several inspections of a person for a leg the first counts. Crew are left
    out, as rosters and not choice put them together, and so are records
    without a person key or a leg (ships): both stay countable in the silver
    tables read. What pairs may be made of is bounded here: the party is the
    persons of one booking on the leg, and those beside a person are the next
    six inspected within three minutes for the same leg at the same port; how
    many more stood there is counted as ``beside_left_out_count``.
    """

    owner = "network-analysis"
    grain = "one row per person and flight leg"
    key = ("person_key", "flight_leg_id")
    fresh_within = timedelta(days=1)
    authority = "platform: docs/feeds.md; PNRGOV (IATA PADIS) for bookings"
    slice = "flight_leg_id"
    indexed = ("travelled_on",)
    rules = (
        Holds("is_announced OR inspection_id IS NOT NULL", "a journey is announced, inspected, or both"),
        Holds("(booking_key IS NULL) = (party_persons_count IS NULL)", "a booking has persons"),
    )

    person_key = Column(
        Kind.STRING,
        fields.person_key.meaning,
        (NotNull(), *fields.person_key.rules),
        pii=Pii.PSEUDONYM,
        examples=fields.person_key.examples,
    )
    flight_leg_id = Column(
        Kind.STRING,
        fields.flight_leg_id.meaning,
        (NotNull(), *fields.flight_leg_id.rules),
        examples=fields.flight_leg_id.examples,
    )
    route = Column(
        Kind.STRING, "Airports of the leg, from and to: 'NRT-TPE'.", (NotNull(),), examples=("NRT-TPE", "TPE-NRT")
    )
    travelled_on = Column(
        Kind.DATE,
        "Scheduled local day of the leg; the day of inspection where no manifest came.",
        (NotNull(),),
        examples=tuple(date(2016, month, day) for month in (7, 8) for day in (1, 9, 20)),
    )
    direction = fields.direction
    is_announced = Column(Kind.BOOLEAN, "Whether a manifest names the person.", (NotNull(),))
    inspection_id = Column(
        Kind.STRING, "Inspection for the leg, the first; null where none.", examples=("I-1", "I-2", None)
    )
    inspected_at_utc = Column(Kind.TIMESTAMP, "When that was.")
    port_code = Column(Kind.STRING, "Port where that was.", (Matches(fields.PORT),), examples=("TWTPE", None))
    booking_key = _key("Keyed hash of the booking, the first by value where there are several.")
    party_persons_count = Column(
        Kind.LONG, "Persons of that booking on the leg.", (Between(1, 100_000),), Unit.COUNT, examples=(1, 4, 30)
    )
    beside_count = Column(
        Kind.LONG,
        "Persons inspected within three minutes after, for the leg at the port, six at most.",
        (NotNull(), Between(0, MOST_BESIDE)),
        Unit.COUNT,
    )
    beside_left_out_count = fields.counted("Persons beyond those six within the three minutes: left out of pairs.")
    payment_key = _key("Keyed hash of the means of payment.")
    agency_code = Column(Kind.STRING, "Agency that booked: its IATA number.", examples=("34300001", "34300002", None))
    booking_phone_key = _key("Keyed hash of the telephone given at booking.")
    card_phone_key = _key("Keyed hash of the telephone named on the arrival card.")
    sponsor_key = _key("Keyed hash of the sponsor named on the arrival card.")

    @staticmethod
    def build(manifests: Annotated[DataFrame, Manifests], inspections: Annotated[DataFrame, Inspections]) -> DataFrame:
        both = _announced(manifests).unionByName(_inspected(inspections), allowMissingColumns=True)
        known = both.where(F.col("person_key").isNotNull() & F.col("flight_leg_id").isNotNull())
        # Where a row lies is decided by its leg: grouping and both windows then need no further shuffle.
        persons = (
            known.repartition("flight_leg_id")
            .groupBy("flight_leg_id", "person_key")
            .agg(
                *(F.min(name).alias(name) for name in _SAID),
                F.min("inspection").alias("first"),
                F.count_if("is_announced").alias("announcements"),
            )
        )
        on_leg = persons.select("*", "first.*").withColumn("travelled_on", F.coalesce("flight_date", "inspected_on"))
        airports = F.split("flight_leg_id", "-")
        return (
            on_leg.withColumn("route", F.concat_ws("-", airports[1], airports[2]))
            .withColumn("is_announced", F.col("announcements") > 0)
            .withColumns(_company())
            .select(*Journeys.columns())
        )


def _announced(manifests: DataFrame) -> DataFrame:
    return manifests.where(~F.col("is_crew")).select(
        *("flight_leg_id", "person_key", "direction", "flight_date", "booking_key", "payment_key", "agency_code"),
        F.col("phone_key").alias("booking_phone_key"),
        F.lit(True).alias("is_announced"),
    )


def _inspected(inspections: DataFrame) -> DataFrame:
    inspection = F.struct("inspected_at_utc", "inspection_id", "inspected_on", "port_code")
    return inspections.where((F.col("lane") != "crew") & (F.col("purpose") != "crew")).select(
        *("flight_leg_id", "person_key", "direction", "sponsor_key"),
        F.col("phone_key").alias("card_phone_key"),
        inspection.alias("inspection"),
        F.lit(False).alias("is_announced"),
    )


def _company() -> dict[str, SparkColumn]:
    """Persons on the same booking, and those inspected shortly after, of the same leg."""
    party = Window.partitionBy("flight_leg_id", "booking_key")
    seconds = F.unix_timestamp("inspected_at_utc")
    queue = Window.partitionBy("flight_leg_id", "port_code").orderBy(seconds)
    # Those of the same second are all in the range, the person among them: who stands first in it counts the others.
    place = F.row_number().over(queue.orderBy(seconds, "person_key"))
    last_place = F.count("*").over(queue.rangeBetween(Window.unboundedPreceding, BESIDE_SECONDS))
    after = F.when(F.col("inspection_id").isNotNull(), last_place - place).otherwise(0)
    return {
        "party_persons_count": F.when(F.col("booking_key").isNotNull(), F.count("*").over(party)),
        "beside_count": F.least(after, F.lit(MOST_BESIDE)),
        "beside_left_out_count": F.greatest(after - MOST_BESIDE, F.lit(0)),
    }
