"""What changed between releases that repeat all they said before."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F


def revisions(
    stated: DataFrame, record: Sequence[str], release: Sequence[str], said: Column, line: Sequence[str]
) -> DataFrame:
    """Statements that differ from what the release before said of the same record.

    ``stated`` has a row per statement. ``record`` names what is spoken of,
    ``release`` orders the releases and begins with their day, ``said`` is what is
    compared. Were a release to speak twice of one record, the greater ``line``
    counts. Adds ``superseded_on``, the day of the next release that says
    otherwise, null where none does. The order of rows does not matter.
    """
    last_line = Window.partitionBy(*record, *release).orderBy(*(F.desc(name) for name in line))
    in_order = Window.partitionBy(*record).orderBy(*release)
    once = stated.withColumns({"_said": said, "_place": F.row_number().over(last_line)}).where("_place = 1")
    compared = once.withColumn("_said_before", F.lag("_said").over(in_order))
    changed = compared.where(~F.col("_said").eqNullSafe(F.col("_said_before")))
    return changed.withColumn("superseded_on", F.lead(release[0]).over(in_order)).drop(
        "_said", "_place", "_said_before"
    )
