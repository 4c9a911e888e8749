"""Who a record speaks of: keys of documents and of persons, the same from whichever source they are read."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from lakehouse.privacy import with_person_key

#: Letters of the names that tell persons apart: zones and messages cut longer ones off.
PRIMARY_LETTERS, SECONDARY_LETTERS = 15, 10


def with_party_key(frame: DataFrame, keyring: DataFrame, number: Column, party: str) -> DataFrame:
    """``frame`` with ``<party>_key`` of an employer or broker, from the agency's number of it."""
    return with_person_key(frame, keyring, _alphanumeric(number), party, f"{party}_key")


def with_document_key(frame: DataFrame, keyring: DataFrame, issuing_state: Column, number: Column) -> DataFrame:
    """``frame`` with ``document_key``: null where state or number are. Blanks, hyphens and case do not count."""
    return with_person_key(frame, keyring, _joined(issuing_state, _alphanumeric(number)), "document", "document_key")


def with_identity_key(
    frame: DataFrame,
    keyring: DataFrame,
    nationality: Column,
    primary: Column,
    secondary: Column,
    date_of_birth: Column,
    sex: Column,
) -> DataFrame:
    """``frame`` with ``person_key``, from nationality (alpha-3), names, day of birth and sex (F, M, X).

    Of the names only the letters A to Z count, up to the first 15 and 10, so that
    visual zone, machine-readable zone and message agree. An empty secondary
    identifier is one; of the others none may be null, or there is no key.
    """
    who = _joined(
        nationality,
        letters(primary, PRIMARY_LETTERS),
        letters(F.coalesce(secondary, F.lit("")), SECONDARY_LETTERS),
        date_of_birth.cast("string"),
        sex,
    )
    return with_person_key(frame, keyring, who, "person", "person_key")


def with_permit_key(frame: DataFrame, keyring: DataFrame, number: Column) -> DataFrame:
    """``frame`` with ``permit_key``, from a permit's number. Blanks, hyphens and case do not count."""
    return with_person_key(frame, keyring, _alphanumeric(number), "permit", "permit_key")


def with_sponsor_key(frame: DataFrame, keyring: DataFrame, sponsor: Column) -> DataFrame:
    """``frame`` with ``sponsor_key``, from the agency's number of a person or enterprise that invites."""
    return with_person_key(frame, keyring, _alphanumeric(sponsor), "sponsor", "sponsor_key")


def with_phone_key(frame: DataFrame, keyring: DataFrame, phone: Column) -> DataFrame:
    """``frame`` with ``phone_key``, from the digits of a telephone number in international form.

    A number with one leading nought is one of Taiwan (+886), as it is dialled there.
    """
    digits = F.regexp_replace(phone, "[^0-9]", "")
    abroad = F.regexp_replace(F.regexp_replace(digits, "^00", ""), "^0", "886")
    return with_person_key(frame, keyring, F.nullif(abroad, F.lit("")), "phone", "phone_key")


def letters(name: Column, most: int) -> Column:
    """The first ``most`` letters A to Z of a name, all that keys and comparisons look at."""
    return F.substring(F.regexp_replace(F.upper(name), "[^A-Z]", ""), 1, most)


def _alphanumeric(text: Column) -> Column:
    return F.nullif(F.upper(F.regexp_replace(text, "[^A-Za-z0-9]", "")), F.lit(""))


def _joined(*parts: Column) -> Column:
    """Parts with bars between them; null where one is."""
    return F.concat(*(piece for part in parts for piece in (part, F.lit("|"))))
