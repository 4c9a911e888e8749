"""What is known of a traveller when the flight has arrived.

Joins and counts over who came with whom are Spark, so that they run where the
tables are. What is learned from outcomes of earlier stays is fitted by
``encodings``, with the model, and travels with it.
"""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.errors import DeclarationError
from lakehouse.silver.stays import Stays
from ml.overstay_arrivals.cohort import BORDER_STATE, FLIGHT, VISA_WAIVER

#: Columns of ``silver.stays`` that say nothing beyond the day of arrival.
FACTS = (
    *("admission_id", "border_state", "entered_on", "port_code", "nationality", "residence_country"),
    *("age_years", "sex", "class_of_admission", "carrier_code", "flight_number", "address_region", "visa_post"),
)
#: Barred although their declarations do not say that they leak: known of open stays only (``left_days``), told by the
#: order of rows, or a deadline that may have been written anew after the arrival (status changed, stay extended).
BARRED_BESIDE = ("left_days", "is_expected_departure", "as_of_date", "authorised_until", "source_line")

CHILD_YEARS, ELDER_YEARS = 18, 60

CATEGORIES = (
    *("nationality", "residence_country", "port_code", "address_region", "carrier_code", "flight", "visa_post"),
    *("sex", "class_of_admission"),
)
NUMBERS = (
    "age_years",
    *("flight_count", "waiver_ratio", "visitor_ratio", "female_ratio", "child_ratio", "elder_ratio"),
    *("flight_age_years", "flight_age_spread_years", "nationalities_count", "addresses_count"),
    *("compatriots_count", "compatriots_ratio", "compatriots_age_years", "compatriots_child_ratio"),
    *("same_residence_count", "same_age_count", "same_address_count", "same_address_ratio"),
    *("party_count", "party_children_count", "party_female_ratio", "party_age_spread_years", "party_older_years"),
)
KEYS = ("admission_id", "entered_on", "flight_day")


def barred(*tables: type[Table]) -> frozenset[str]:
    """Columns that know the outcome, as their declarations say."""
    return frozenset(name for table in tables for name, column in table.columns().items() if column.leaks)


def arrival_features(stays: DataFrame) -> DataFrame:
    """A row an admission: ``KEYS``, ``CATEGORIES`` and ``NUMBERS``, from ``FACTS`` of ``silver.stays`` alone.

    Co-passengers are who came on the same flight on the same day, of all classes
    of admission: the carrier's list names them before landing. Nothing of other
    flights of the day is used, for some land later. A party is guessed: the same flight,
    nationality, residence and address. Raises ``DeclarationError`` where a fact leaks.
    """
    leaking = sorted(set(FACTS) & (barred(Stays) | set(BARRED_BESIDE)))
    if leaking:
        raise DeclarationError(f"{', '.join(leaking)} knows the outcome and may feed no model")
    known = stays.select(*FACTS).where(F.col("border_state") == BORDER_STATE)
    flown = known.withColumns({"flight": _joined(*FLIGHT[:2]), "flight_day": _joined(*FLIGHT, "entered_on")})
    flight = Window.partitionBy("flight_day")
    compatriots = Window.partitionBy("flight_day", "nationality")
    party = Window.partitionBy("flight_day", "nationality", "residence_country", "address_region")
    address = Window.partitionBy("flight_day", "address_region")
    same_age = Window.partitionBy("flight_day", "nationality", "age_years")
    count, age = F.count(F.lit(1)), F.col("age_years")
    child, female = _share(age < CHILD_YEARS), _share(F.col("sex") == "F")
    mixed = flown.withColumns(
        {
            "flight_count": count.over(flight),
            "waiver_ratio": _share(F.col("class_of_admission").isin(*VISA_WAIVER)).over(flight),
            "visitor_ratio": _share(F.col("class_of_admission").isin("B1", "B2")).over(flight),
            "female_ratio": female.over(flight),
            "child_ratio": child.over(flight),
            "elder_ratio": _share(age >= ELDER_YEARS).over(flight),
            "flight_age_years": F.avg(age).over(flight),
            "flight_age_spread_years": F.stddev_pop(age).over(flight),
            "nationalities_count": F.size(F.collect_set("nationality").over(flight)),
            "addresses_count": F.size(F.collect_set("address_region").over(flight)),
            "compatriots_count": count.over(compatriots),
            "compatriots_age_years": F.avg(age).over(compatriots),
            "compatriots_child_ratio": child.over(compatriots),
            "same_residence_count": count.over(Window.partitionBy("flight_day", "residence_country")),
            "same_age_count": count.over(same_age),
            "same_address_count": count.over(address),
            "party_count": count.over(party),
            "party_children_count": F.count_if(age < CHILD_YEARS).over(party),
            "party_female_ratio": female.over(party),
            "party_age_spread_years": F.stddev_pop(age).over(party),
            "party_older_years": age - F.avg(age).over(party),
        }
    )
    told = mixed.withColumns(
        {
            "compatriots_ratio": F.col("compatriots_count") / F.col("flight_count"),
            "same_address_ratio": F.col("same_address_count") / F.col("flight_count"),
        }
    )
    numbers = (F.col(name).cast("float").alias(name) for name in NUMBERS)
    return told.select(*KEYS, *(F.coalesce(n, F.lit("none")).alias(n) for n in CATEGORIES), *numbers)


def _joined(*names: str) -> SparkColumn:
    return F.concat_ws("/", *(F.coalesce(F.col(name).cast("string"), F.lit("none")) for name in names))


def _share(condition: SparkColumn) -> SparkColumn:
    return F.avg(F.coalesce(condition, F.lit(False)).cast("double"))


#: Facts behind the features that are not named after one.
_BEHIND = {
    "flight": FLIGHT,
    "waiver_ratio": ("class_of_admission",),
    "visitor_ratio": ("class_of_admission",),
    "female_ratio": ("sex",),
    "child_ratio": ("age_years",),
    "elder_ratio": ("age_years",),
    "flight_age_years": ("age_years",),
    "flight_age_spread_years": ("age_years",),
    "nationalities_count": ("nationality",),
    "addresses_count": ("address_region",),
    "compatriots": ("nationality",),
    "same_residence_count": ("residence_country",),
    "same_age_count": ("nationality", "age_years"),
    "same_address": ("address_region",),
    "party": ("nationality", "residence_country", "address_region", "age_years", "sex"),
    "age": ("age_years",),
}


def columns_behind(name: str) -> tuple[str, ...]:
    """Columns of ``silver.stays`` that a column of the models is made from, by its name."""
    group = name.partition("/")[2].partition(":")[0]
    parts = group.split("*") if group else [name.removesuffix("_place")]
    found = dict.fromkeys(column for part in parts for column in _facts_of(part))
    return tuple(found)


def _facts_of(part: str) -> tuple[str, ...]:
    if part in FACTS:
        return (part,)
    longest = max((known for known in _BEHIND if part.startswith(known)), key=len, default="")
    found = _BEHIND.get(longest, ())
    of_flight = FLIGHT if longest != "age" else ()
    return tuple(dict.fromkeys((*found, *of_flight)))
