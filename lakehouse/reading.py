"""Values read from a source's text: what cannot be read is null, never an error that shows it."""

from pyspark.sql import Column
from pyspark.sql import functions as F

_WHOLE = r"^(\d{1,15}|\d{1,3}(,\d{3}){1,4})$"


def whole_number(text: Column) -> Column:
    """A count of up to 15 digits, with or without commas between thousands."""
    digits = F.replace(F.trim(text), F.lit(","), F.lit(""))
    return F.when(F.trim(text).rlike(_WHOLE), digits.try_cast("bigint"))


def moment(text: Column) -> Column:
    """A time with its offset, as in 2025-12-01T08:15:30+08:00."""
    return F.try_to_timestamp(F.trim(text), F.lit("yyyy-MM-dd'T'HH:mm:ssXXX"))


def local_day(at: Column) -> Column:
    """The day in Taiwan on which something happened."""
    return F.to_date(F.from_utc_timestamp(at, "Asia/Taipei"))


def state(text: Column) -> Column:
    """A state as the agency gives it: alpha-3, else its own code behind its name."""
    code = F.nullif(F.upper(F.trim(text)), F.lit(""))
    return F.when(code.rlike("^[A-Z]{3}$"), code).otherwise(F.concat(F.lit("nia:"), code))


def one_of(text: Column, *values: str) -> Column:
    """One of some words that are known."""
    return F.when(F.trim(text).isin(*values), F.trim(text))


def day(text: Column, pattern: str) -> Column:
    """A date of exactly the form ``pattern``."""
    return F.try_to_date(F.trim(text), pattern)


def iso_day(name: str) -> Column:
    """A date ``YYYY-MM-DD`` in the column ``name``."""
    return day(F.col(name), "yyyy-MM-dd")
