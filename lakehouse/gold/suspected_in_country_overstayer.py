"""Persons who should have left and of whom no exit is on record."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.custody import at_large
from lakehouse.declare import Between, Column, Gold, Kind, NotNull, OneOf, Unit
from lakehouse.extensions import not_extended
from lakehouse.gold.unmatched_entry_exit import UnmatchedEntryExit
from lakehouse.silver.absconding import Absconding
from lakehouse.silver.crossings import AGENCY_STATE
from lakehouse.silver.enforcements import Enforcements
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.permits import Permits
from lakehouse.silver.persons import Persons
from lakehouse.silver.referrals import Referrals
from lakehouse.silver.stays import Stays

#: Points of priority by what is known of a person; days over count once, by the longest that has passed.
POINTS = {
    "over_90_days": 2,
    "over_7_days": 1,
    "worker": 2,
    "overstayed_before": 2,
    "open_case": 2,
    "was_referred": 1,
}
WORKER_CLASSES = ("migrant_worker", "professional", "student")
HIGH_FROM, MEDIUM_FROM = 4, 2


class SuspectedInCountryOverstayer(Gold):
    """Each row tells of one person suspected to be in the country after the last day of the stay, on the day judged.

    Suspected means: the deadline of the person's newest stay has passed and no
    exit is on record (``silver.stays``, after the report of the US Department
    of Homeland Security). Priority is declared, not learnt: points for more than
    7 days over (1) or more than 90 (2), for a class admitted to work or study,
    whose absence the Employment Service Act and the Immigration Act have
    followed (2), for having left late before (2), for an open case, which is an
    absence that the employer reported and that has not ended (2), for a referral
    to secondary inspection at any time (1); high from 4 points, medium from 2.
    ``check_records`` instead, where the record is the likelier culprit
    than the person: the document left under another key, or the entry was
    loaded late.

    Facts are those last known at a border, as pseudonyms. Left out: I-94
    records, which tell of admissions and not of persons (their stays are
    counted in ``gold.overstay_rate_port``); stays whose departure is unclear
    (``gold.unmatched_entry_exit``); who had the stay extended by a permit that is
    in force (``lakehouse.extensions``; ``silver.permits`` counts them); and who since the entry was arrested, handed
    over, stopped at the exit or removed (``lakehouse.custody``), as nobody need
    look for them: ``silver.referrals`` and ``silver.enforcements`` count them.
    """

    owner = "overstay-desk"
    grain = "one row per person and day of judgement"
    key = ("person_key", "as_of_date")
    fresh_within = timedelta(days=2)
    authority = "US DHS Entry/Exit Overstay Report; Employment Service Act (就業服務法), art. 56; platform: priority"
    indexed = ("priority", "nationality")

    person_key = Persons.person_key
    as_of_date = Stays.as_of_date
    admission_id = Stays.admission_id
    entered_on = Stays.entered_on
    authorised_until = Column(Kind.DATE, Stays.authorised_until.meaning, (NotNull(),))
    over_days = Column(
        Kind.INT,
        "Days from the deadline to the day of judgement.",
        (NotNull(), Between(1, 40_000)),
        Unit.DAYS,
    )
    priority = Column(
        Kind.STRING,
        "How soon to look for the person, by the declared rule.",
        (NotNull(), OneOf(("high", "medium", "low", "check_records"))),
    )
    priority_points_number = Column(
        Kind.INT, "Points that it comes from.", (NotNull(), Between(0, sum(POINTS.values()))), Unit.NUMBER
    )
    priority_reasons = Column(
        Kind.STRINGS, "What gave points.", (NotNull(),), examples=([], ["over_90_days", "worker"])
    )
    probable_cause = Column(Kind.STRING, UnmatchedEntryExit.probable_cause.meaning, (NotNull(),))
    overstays_before_count = fields.counted("Earlier stays of the person that ended late.")
    open_cases_count = fields.counted("Absences reported under the permit of the entry that have not ended.")
    referrals_count = fields.counted("Inspections of the person that were referred to secondary inspection.")
    nationality = fields.nationality
    residence_country = fields.residence_country
    sex = fields.sex
    birth_year = Inspections.birth_year
    class_of_admission = Stays.class_of_admission
    purpose = fields.purpose
    port_code = fields.port_code
    last_inspected_on = Column(Kind.DATE, "Day of the person's last inspection.", (NotNull(),))
    last_port_code = fields.port_code
    address_region = Inspections.address_region
    sponsor_key = Inspections.sponsor_key
    phone_key = Inspections.phone_key
    permit_key = Inspections.permit_key
    document_key = Inspections.document_key

    @staticmethod
    def build(
        stays: Annotated[DataFrame, Stays],
        inspections: Annotated[DataFrame, Inspections],
        unmatched: Annotated[DataFrame, UnmatchedEntryExit],
        absences: Annotated[DataFrame, Absconding],
        referrals: Annotated[DataFrame, Referrals],
        enforcements: Annotated[DataFrame, Enforcements],
        permits: Annotated[DataFrame, Permits],
    ) -> DataFrame:
        ours = stays.where((F.col("border_state") == AGENCY_STATE) & F.col("person_key").isNotNull())
        newest = Window.partitionBy("person_key").orderBy(F.desc("entered_on"), F.desc("admission_id"))
        of_person = Window.partitionBy("person_key")
        placed = ours.withColumns(
            {
                "_place": F.row_number().over(newest),
                "overstays_before_count": F.count_if(F.col("state") == "departed_late").over(of_person),
            }
        )
        suspected = placed.where("_place = 1 AND state = 'suspected_in_country'")
        causes = unmatched.where("missing_side = 'exit'").select("admission_id", "probable_cause")
        facts = suspected.join(causes, "admission_id", "left").join(_last_facts(inspections), "person_key")
        known = facts.drop("address_region").join(_of_entry(inspections), "admission_id", "left")
        wanted = at_large(not_extended(known, permits), inspections, referrals, enforcements)
        judged = _judged(wanted.join(_open_cases(absences), "permit_key", "left"))
        return judged.select(*SuspectedInCountryOverstayer.columns())


def _last_facts(inspections: DataFrame) -> DataFrame:
    known = inspections.where("person_key IS NOT NULL")
    return known.groupBy("person_key").agg(
        F.max("inspected_on").alias("last_inspected_on"),
        F.max_by("port_code", "inspected_at_utc").alias("last_port_code"),
        F.count("referral_id").alias("referrals_count"),
    )


def _open_cases(absences: DataFrame) -> DataFrame:
    is_open = (F.col("state") == "open") & F.col("permit_key").isNotNull()
    return absences.where(is_open).groupBy("permit_key").agg(F.count("*").alias("_open_cases"))


def _of_entry(inspections: DataFrame) -> DataFrame:
    """What the arrival card and the document of an entry tell."""
    told = ("address_region", "sponsor_key", "phone_key", "permit_key", "document_key")
    return inspections.select(F.col("inspection_id").alias("admission_id"), *told)


def _judged(known: DataFrame) -> DataFrame:
    over = F.col("over_days")
    holds: dict[str, SparkColumn] = {
        "over_90_days": over > 90,
        "over_7_days": (over > 7) & (over <= 90),
        "worker": F.coalesce(F.col("class_of_admission").isin(*WORKER_CLASSES), F.lit(False)),
        "overstayed_before": F.col("overstays_before_count") > 0,
        "open_case": F.col("open_cases_count") > 0,
        "was_referred": F.col("referrals_count") > 0,
    }
    points = sum((F.when(holds[name], F.lit(n)).otherwise(0) for name, n in POINTS.items()), start=F.lit(0))
    reasons = F.array_compact(F.array(*(F.when(where, F.lit(name)) for name, where in holds.items())))
    doubtful = F.col("probable_cause").isin("person_key_split", "loaded_late")
    priority = (
        F.when(doubtful, "check_records")
        .when(F.col("priority_points_number") >= HIGH_FROM, "high")
        .when(F.col("priority_points_number") >= MEDIUM_FROM, "medium")
        .otherwise("low")
    )
    cause = F.coalesce("probable_cause", F.lit("overstay"))
    counted = known.withColumn("open_cases_count", F.coalesce("_open_cases", F.lit(0).cast("bigint")))
    pointed = counted.withColumns(
        {"priority_points_number": points, "priority_reasons": reasons, "probable_cause": cause}
    )
    return pointed.withColumn("priority", priority)
