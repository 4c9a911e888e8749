"""Codes of countries for names that stand inside arrays, where a join cannot reach them."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from lakehouse.reference.names import name_key


def codes_by_name(countries: DataFrame, name: str) -> DataFrame:
    """One row with a map ``name`` from ``name_key`` to ISO 3166-1 alpha-3, for ``code_of``.

    ``countries`` are rows of ``silver.countries``. Names that several countries share are left out.
    """
    named = countries.select("country_code", F.explode("known_as").alias("called")).groupBy("called")
    unique = named.agg(F.collect_set("country_code").alias("codes")).where(F.size("codes") == 1)
    return unique.agg(F.map_from_entries(F.collect_list(F.struct("called", F.col("codes")[0]))).alias(name))


def code_of(name: Column, codes: Column) -> Column:
    """The code of the country called ``name``, also as in "Korea, North"; null where ``codes`` holds none."""
    in_order = F.regexp_replace(name, r"^(.*), (.*)$", "$2 $1")
    return F.coalesce(F.try_element_at(codes, name_key(name)), F.try_element_at(codes, name_key(in_order)))
