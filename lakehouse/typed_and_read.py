"""What was typed of a traveller beside what the document's machine-readable zone says.

Frames here hold the typed values as texts and the zone as the struct ``zone``
of ``lakehouse.mrz.reading.parsed``.
"""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F

from lakehouse import reading
from lakehouse.identity import PRIMARY_LETTERS, SECONDARY_LETTERS, letters


def chosen() -> dict[str, SparkColumn]:
    """What counts of zone and typed values."""
    nation = F.coalesce(_of_zone("nationality", "nationality_alpha3"), reading.state(F.col("nationality")))
    return {
        "_number": F.coalesce(_checked("document_number"), "document_number"),
        "_born": F.coalesce(_checked("date_of_birth"), reading.iso_day("date_of_birth")),
        "_expires": F.coalesce(_checked("expiry_date"), reading.iso_day("expiry_date")),
        "_issuer": F.coalesce(_of_zone("issuing_state", "issuing_state_alpha3"), reading.state(F.col("issuing_state"))),
        "_nation": nation,
        "_primary": F.coalesce(_of_zone("name", "primary_identifier"), F.upper("primary_identifier")),
        "_secondary": F.when(
            _of_zone("name", "primary_identifier").isNotNull(), F.col("zone.secondary_identifier")
        ).otherwise(F.nullif(F.upper("secondary_identifier"), F.lit(""))),
        "_sex": F.coalesce(_of_zone("sex"), F.when(F.col("sex").isin("F", "M", "X"), F.col("sex"))),
    }


def differences() -> SparkColumn:
    """Names of what the zone says otherwise than was typed; what is missing on one side does not differ."""
    names = [(F.col(f"zone.{n}_identifier"), F.col(f"{n}_identifier")) for n in ("primary", "secondary")]
    (zone_first, typed_first), (zone_last, typed_last) = (
        (letters(F.coalesce(zone, F.lit("")), most), letters(F.coalesce(typed, F.lit("")), most))
        for (zone, typed), most in zip(names, (PRIMARY_LETTERS, SECONDARY_LETTERS), strict=True)
    )
    named = _of_zone("name", "primary_identifier").isNotNull() & F.col("primary_identifier").isNotNull()
    swapped = [_short(zone_first) == _short(typed_last), _short(zone_last) == _short(typed_first)]
    days = {"date_of_birth": _days_differ("date_of_birth"), "expiry_date": _days_differ("expiry_date")}
    turned = [differs & (_checked(n) == reading.day(F.col(n), "yyyy-dd-MM")) for n, differs in days.items()]
    found = {
        "document_number": _plain(_checked("document_number")) != _plain(F.col("document_number")),
        **days,
        "sex": _of_zone("sex") != F.col("sex"),
        "nationality": _of_zone("nationality", "nationality_alpha3") != reading.state(F.col("nationality")),
        "names": named & ((zone_first != typed_first) | (zone_last != typed_last)),
        "names_swapped": named & (zone_first != typed_first) & swapped[0] & swapped[1],
        "day_and_month_swapped": F.coalesce(turned[0], F.lit(False)) | F.coalesce(turned[1], F.lit(False)),
    }
    return F.array_compact(F.array(*(F.when(differs, F.lit(name)) for name, differs in found.items())))


def _days_differ(name: str) -> SparkColumn:
    return F.col(name).isNotNull() & _checked(name).isNotNull() & ~_checked(name).eqNullSafe(reading.iso_day(name))


def _checked(name: str) -> SparkColumn:
    """A field of the zone whose check digit holds; else null."""
    return F.when(F.col(f"zone.check_digits.{name}"), F.col(f"zone.{name}"))


def _of_zone(name: str, value: str = "") -> SparkColumn:
    """A field of the zone without a check digit, where its contents are those that Doc 9303 allows; else null."""
    return F.when(~F.array_contains("zone.unreadable_fields", name), F.col(f"zone.{value or name}"))


def _plain(number: SparkColumn) -> SparkColumn:
    return F.upper(F.regexp_replace(number, "[^A-Za-z0-9]", ""))


def _short(name: SparkColumn) -> SparkColumn:
    return F.substring(name, 1, SECONDARY_LETTERS)
