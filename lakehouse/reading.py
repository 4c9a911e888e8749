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


def decimal(text: Column) -> Column:
    """A number of up to 15 digits before the point and behind it, without sign or exponent."""
    return F.when(F.trim(text).rlike(r"^\d{1,15}(\.\d{1,15})?$"), F.trim(text).try_cast("double"))


def moment(text: Column) -> Column:
    """A time that carries its offset, as in 2025-12-01T08:15:30+08:00."""
    is_whole = F.trim(text).rlike(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)$")
    return F.when(is_whole, F.trim(text).try_cast("timestamp"))
