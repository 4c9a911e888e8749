"""Intervals of confidence for shares that are counted."""

from pyspark.sql import Column
from pyspark.sql import functions as F

#: Two-sided 95 %.
Z = 1.959964


def wilson(hits: Column, of: Column) -> tuple[Column, Column]:
    """Lower and upper end of the 95 % interval for the share ``hits`` over ``of``; null where ``of`` is nought.

    Wilson 1927, without correction for continuity: it stays within 0 and 1 and holds for few hits.
    """
    n = F.nullif(of, F.lit(0)).cast("double")
    share = hits / n
    middle = share + Z**2 / (2 * n)
    reach = Z * F.sqrt(share * (1 - share) / n + Z**2 / (4 * n * n))
    scale = 1 + Z**2 / n
    ends = F.greatest(F.lit(0.0), (middle - reach) / scale), F.least(F.lit(1.0), (middle + reach) / scale)
    # Of null and a number Spark's least and greatest are the number.
    return F.when(of > 0, ends[0]), F.when(of > 0, ends[1])
