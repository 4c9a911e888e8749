"""Who is in the hands of an authority: arrested, handed over, stopped at the exit, or removed."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

#: Dispositions at secondary inspection, and measures in the country, after which nobody is looked for any more. Who
#: was only found may be told to leave and stay at large (Immigration Act, art. 36 and 38), and is not among them.
TAKEN_AT_BORDER = ("arrested", "handed_over")
TAKEN_IN_COUNTRY = ("exit_stopped", "smuggling_arrest", "trafficking_arrest", "removal")


def at_large(stays: DataFrame, inspections: DataFrame, referrals: DataFrame, enforcements: DataFrame) -> DataFrame:
    """Those of ``stays`` of whom no arrest, hand-over or removal is known from the entry to the day of judgement.

    Cases at the border name the inspection and so the person; measures in the
    country name the document or the permit, which must be that of the entry.
    ``stays`` has ``entered_on``, ``as_of_date`` and all three keys.
    """
    cases = referrals.where(F.col("disposition").isin(*TAKEN_AT_BORDER)).select("inspection_id", "referred_on")
    of_person = inspections.select("inspection_id", "person_key").join(F.broadcast(cases), "inspection_id")
    taken = enforcements.where(F.col("enforcement_kind").isin(*TAKEN_IN_COUNTRY))
    known_by = (
        ("person_key", of_person, "referred_on"),
        ("document_key", taken, "happened_on"),
        ("permit_key", taken, "happened_on"),
    )
    for key, measures, day in known_by:
        days = measures.select(F.col(key).alias("_key"), F.col(day).alias("_taken_on"))
        during = (F.col(key) == F.col("_key")) & F.col("_taken_on").between(F.col("entered_on"), F.col("as_of_date"))
        stays = stays.join(days, during, "left_anti")
    return stays
