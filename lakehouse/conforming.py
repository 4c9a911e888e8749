"""Codes of sources replaced by those of standards, through ``silver.source_codes``."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def source_code(frame: DataFrame, column: str) -> Column:
    """A source's code as text: the number ``245.0`` is the code ``245``, blanks do not count."""
    if dict(frame.dtypes)[column] == "double":
        return F.col(column).try_cast("bigint").cast("string")
    return F.trim(F.col(column))


def conformed(
    frame: DataFrame,
    codes: DataFrame,
    column: str,
    code_set: str,
    name: str,
    missing: str = "unknown",
    *,
    is_open: bool = True,
) -> DataFrame:
    """``frame`` with ``name``: the standard's code for the source's code in ``column``.

    In an open set a code that the source's own list does not hold is kept behind
    the source's name (``i94:148``); in a closed one, and where it is empty, it
    becomes ``missing``. ``codes`` are rows of ``silver.source_codes``;
    ``code_set`` starts with the source's name.
    """
    source = code_set.split("_")[0]
    mapping = codes.where(F.col("code_set") == code_set).select(
        F.col("source_code").alias("_code"), F.col("conformed_code").alias("_conformed")
    )
    code = source_code(frame, column)
    kept = F.when(code.isNull() | (code == ""), F.lit(missing)).otherwise(F.concat(F.lit(f"{source}:"), code))
    joined = frame.join(F.broadcast(mapping), code == F.col("_code"), "left")
    otherwise = kept if is_open else F.lit(missing)
    return joined.withColumn(name, F.coalesce(F.col("_conformed"), otherwise)).drop("_code", "_conformed")
