"""Values read from a source's text: what cannot be read is null, never an error that shows it."""

from pyspark.sql import Column
from pyspark.sql import functions as F

_WHOLE = r"^(\d{1,15}|\d{1,3}(,\d{3}){1,4})$"


def whole_number(text: Column) -> Column:
    """A count of up to 15 digits, with or without commas between thousands."""
    digits = F.replace(F.trim(text), F.lit(","), F.lit(""))
    return F.when(F.trim(text).rlike(_WHOLE), digits.try_cast("bigint"))


def day(text: Column, pattern: str) -> Column:
    """A date of exactly the form ``pattern``."""
    return F.try_to_date(F.trim(text), pattern)


def iso_day(name: str) -> Column:
    """A date ``YYYY-MM-DD`` in the column ``name``."""
    return day(F.col(name), "yyyy-MM-dd")
