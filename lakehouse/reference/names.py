"""Names as sources spell them: cleaned, and those of countries matched."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

_ACCENTED = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ"
_PLAIN = "AAAAAACEEEEIIIINOOOOOOUUUUY"


def name_key(name: Column) -> Column:
    """``name`` without what its spellings differ in; null where nothing is left.

    Case, accents, punctuation, "the" and "and" go, and St. becomes Saint:
    "Côte d'Ivoire" is COTE DIVOIRE, "St. Kitts & Nevis" SAINT KITTS NEVIS.
    """
    words = F.translate(F.upper(name), _ACCENTED, _PLAIN)
    for pattern, plain in (
        (r"['’.]", ""),
        (r"[^A-Z0-9]+", " "),
        (r"\b(THE|AND)\b", ""),
        (r"\bST\b", "SAINT"),
        (" +", " "),
    ):
        words = F.regexp_replace(words, pattern, plain)
    return F.nullif(F.trim(words), F.lit(""))


def with_country_code(frame: DataFrame, countries: DataFrame, name: str, code: str) -> DataFrame:
    """``frame`` with ``code``: ISO 3166-1 alpha-3 of the country called ``name``.

    ``countries`` are rows of ``silver.countries``. Null where no country is
    called so, or more than one.
    """
    called = (
        countries.select("country_code", F.explode("known_as").alias("_name"))
        .groupBy("_name")
        .agg(F.collect_set("country_code").alias("_codes"))
        .where(F.size("_codes") == 1)
        .select("_name", F.element_at("_codes", 1).alias(code))
    )
    return frame.withColumn("_name", name_key(F.col(name))).join(F.broadcast(called), "_name", "left").drop("_name")


def without_backslashes(name: str) -> Column:
    """Text without the backslashes that some sources leave before apostrophes."""
    return F.replace(F.col(name), F.lit("\\'"), F.lit("'"))
