"""Restrictions on leaving the country, as the newest list has them."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.exit_bans import ExitBans
from lakehouse.declare import Column, DateBetween, Holds, Kind, NotNull, OneOf, Pii, Silver
from lakehouse.identity import with_document_key, with_identity_key

_DAYS = ("issued_on", "valid_from", "valid_until", "lifted_on")


def _day(meaning: str, *rules: NotNull, examples: tuple[date | None, ...]) -> Column:
    return Column(Kind.DATE, meaning, (*rules, DateBetween(date(1950, 1, 1), date(2200, 1, 1))), examples=examples)


class ExitRestrictions(Silver):
    """Each row tells of one restriction on leaving the country: whom it holds, from when until when, by whose order.

    The newest list replaces all before; a ban that it no longer has is in force
    no more. A restriction holds from ``valid_from`` to ``in_force_until``: the
    last valid day, or the day before it was lifted, whichever comes first;
    neither means that it runs on. One lifted on its first day has never held.
    Those not yet or no more in force stay in the table. Were a ban listed twice,
    the last line counts. A ban without a readable number, first day or kind of
    restriction is refused, and quarantine tells.
    """

    owner = "exit-control-desk"
    grain = "one row per restriction"
    key = ("ban_id",)
    fresh_within = timedelta(days=2)
    authority = "Immigration Act (入出國及移民法), art. 6 and 21: restrictions on exit"
    pii_purpose = (
        "stopping a wanted person whose document is new or whose name is spelt otherwise takes names and birth"
    )
    rules = (
        Holds("valid_until >= valid_from", "a restriction does not end before it begins"),
        Holds("in_force_until <= valid_until", "a restriction holds no longer than it is valid"),
        Holds("in_force_until < lifted_on", "a lifted restriction holds no more"),
    )

    ban_id = Column(Kind.STRING, "Number of the restriction.", (NotNull(),))
    restriction = Column(Kind.STRING, "What to do at the exit.", (NotNull(), OneOf(("stop", "notify"))))
    ordered_by = Column(
        Kind.STRING,
        "Authority that ordered it.",
        (OneOf(("court", "prosecutor", "tax", "military", "immigration")),),
        lenient=True,
    )
    reason = Column(
        Kind.STRING,
        "Why it was ordered.",
        (OneOf(("wanted", "prosecution", "tax_arrears", "conscription", "custody")),),
        lenient=True,
    )
    issued_on = _day("Day of the order.", examples=(date(2025, 6, 2),))
    valid_from = _day("First day in force.", NotNull(), examples=(date(2025, 6, 3), date(2025, 11, 12)))
    valid_until = _day("Last valid day; null where no end is set.", examples=(date(2026, 7, 9), None))
    lifted_on = _day("Day on which it was lifted.", examples=(date(2026, 1, 15), None))
    in_force_until = _day("Last day on which it holds; null where it runs on.", examples=(date(2025, 12, 31), None))
    person_key = fields.person_key
    document_key = fields.document_key
    nationality = fields.nationality
    primary_identifier = Column(
        Kind.STRING, "Surname, in Latin capitals.", pii=Pii.DIRECT, examples=("LIN", "CHEN", "NGUYEN")
    )
    secondary_identifier = Column(
        Kind.STRING, "Given names, in Latin capitals.", pii=Pii.DIRECT, examples=("CHIH MING", "MEI HUA", None)
    )
    native_name = Column(Kind.STRING, "Name in the script of the country.", pii=Pii.DIRECT, examples=("林志明", None))
    date_of_birth = Column(
        Kind.DATE,
        "Day of birth.",
        (DateBetween(date(1890, 1, 1), date(2100, 1, 1)),),
        lenient=True,
        pii=Pii.DIRECT,
        examples=(date(1979, 3, 14), date(1968, 11, 2), None),
    )
    birth_year = fields.birth_year
    sex = fields.sex
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(bans: Annotated[DataFrame, ExitBans], keyring: DataFrame) -> DataFrame:
        days = {f"_{name}": reading.iso_day(name) for name in (*_DAYS, "date_of_birth")}
        who = {"_nation": reading.state(F.col("nationality")), "_sex": reading.one_of(F.col("sex"), "F", "M", "X")}
        of_ban = Window.partitionBy("ban_id").orderBy(F.desc("source_line"))
        last = bans.withColumn("_place", F.row_number().over(of_ban)).where("_place = 1 OR ban_id IS NULL")
        return _keyed(last.withColumns(days | who), keyring).select(
            *("ban_id", "restriction", "ordered_by", "reason"),
            *(F.col(f"_{name}").alias(name) for name in _DAYS),
            *(F.col(name).alias(f"{name}__raw") for name in _DAYS),
            F.least("_valid_until", F.date_sub("_lifted_on", 1)).alias("in_force_until"),
            *("person_key", "document_key", F.coalesce("_nation", F.lit("unknown")).alias("nationality")),
            *(F.upper(F.trim(n)).alias(n) for n in ("primary_identifier", "secondary_identifier")),
            *("native_name", F.col("_date_of_birth").alias("date_of_birth")),
            F.col("date_of_birth").alias("date_of_birth__raw"),
            F.year("_date_of_birth").alias("birth_year"),
            F.coalesce("_sex", F.lit("not_recorded")).alias("sex"),
            *("source_delivery", "source_line"),
        )


def _keyed(bans: DataFrame, keyring: DataFrame) -> DataFrame:
    names = (F.col("primary_identifier"), F.col("secondary_identifier"))
    keyed = with_identity_key(bans, keyring, F.col("_nation"), *names, F.col("_date_of_birth"), F.col("_sex"))
    return with_document_key(keyed, keyring, reading.state(F.col("issuing_state")), F.col("document_number"))
