"""How a stay stands on the day of judgement."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F

#: Days after arrival within which a record is loaded in the ordinary way.
PROMPT_LOAD_DAYS = 1

#: Matches that tell that the traveller left, or may have, but not when.
UNCLEAR = ("exit_missing", "ambiguous")


def standing() -> list[SparkColumn]:
    """Columns of ``silver.stays`` that follow from deadline, exit, how it was found, and ``as_of_date``."""
    departed, deadline, today = F.col("exited_on").isNotNull(), F.col("authorised_until"), F.col("as_of_date")
    unclear = F.col("exit_match").isin(*UNCLEAR)
    end = F.coalesce(F.col("exited_on"), F.when(~unclear, today))
    late = end > deadline
    state = (
        F.when(deadline.isNull(), "no_deadline")
        .when(unclear, "departure_unclear")
        .when(departed & late, "departed_late")
        .when(departed, "departed_in_time")
        .when(late, "suspected_in_country")
        .otherwise("within_time")
    )
    artefact = (
        F.when(F.col("exit_is_refused"), "exit_refused")
        .when(unclear, "records_contradict")
        .when((F.col("mode") != "air") & (F.col("exit_match") == "by_record"), "mode_not_air")
        .when(F.coalesce(F.col("load_delay_days"), F.lit(0)) > PROMPT_LOAD_DAYS, "loaded_late")
        .otherwise("none")
    )
    return [
        state.alias("state"),
        _reason(departed, late).alias("state_reason"),
        F.coalesce(deadline < today, F.lit(False)).alias("is_expected_departure"),
        F.datediff(end, "entered_on").alias("used_days"),
        F.when(~departed & ~late & ~unclear, F.datediff(deadline, today)).alias("left_days"),
        F.when(late, F.datediff(end, deadline)).alias("over_days"),
        artefact.alias("recording_artefact"),
    ]


def _reason(departed: SparkColumn, late: SparkColumn) -> SparkColumn:
    kind, gone = F.col("deadline_kind"), F.when(departed, "departed").otherwise("no departure recorded")
    return (
        F.when(F.col("exit_match") == "exit_missing", "entered again without a recorded departure")
        .when(F.col("exit_match") == "ambiguous", "crossings of two documents interlace under one person")
        .when(kind == "none_needed", F.concat(F.lit("may stay without a last day, "), gone))
        .when(kind == "duration_of_status", F.concat(F.lit("admitted for the duration of status, "), gone))
        .when(kind == "not_recorded", F.concat(F.lit("no deadline is recorded, "), gone))
        .when(F.col("authorised_until").isNull(), F.concat(F.lit("the deadline cannot be read, "), gone))
        .when(departed & late, "departed after the deadline")
        .when(departed, "departed by the deadline")
        .when(F.col("exit_is_refused") & late, "the deadline has passed; the reported exit is refused")
        .when(late, "the deadline has passed and no departure is recorded")
        .otherwise("the deadline has not passed")
    )
