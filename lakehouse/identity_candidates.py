"""Pairs of person keys that may be one person's, found by what they share, and how they compare.

Two keys are compared where they share a document, a telephone or a means of payment, of a booking or an arrival card,
that few others use: an agency, a guide or an enterprise stands behind what many share. Who was inspected beside
the other on one flight is another person for certain, and no candidate.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.identity import PRIMARY_LETTERS, letters
from lakehouse.whereabouts import legs, moves, presence

#: Persons who share a document, telephone or card at most: more than a household are customers of somebody.
MOST_SHARING = 6
#: Pairs compared in one piece at most; those that alone share something go first.
MOST_PAIRS = 1_000_000
#: Days of birth that are near each other: who makes up another day of birth keeps to what their looks allow.
NEAR_DAYS = 5 * 365
#: Spellings of a name that are compared, in Latin letters and in others.
MOST_SPELLINGS = 4

_PAIR = ("person_a_key", "person_b_key")
_UNKNOWN_SEX = ("X", "not_recorded")
_COMPARED = ("date_of_birth", "sex", "nationality")


def candidates(persons: DataFrame, inspections: DataFrame, journeys: DataFrame) -> DataFrame:
    """A row per pair, the smaller key first: how the two compare, spellings of their names, and what is left out."""
    seen = (
        inspections.where("person_key IS NOT NULL")
        .groupBy("person_key")
        .agg(moves().alias("moves"), legs().alias("legs"))
    )
    met = _both(_sharing(inspections, journeys), seen)
    stand = presence(*(F.col(f"{fact}_{side}") for fact in ("moves", "legs") for side in "ab"))
    apart = _bounded(met.select(*_PAIR, "shared", stand.alias("presence")))
    both = _both(apart, persons.select("person_key", *_facts()))
    return both.select(
        *_PAIR,
        *("spellings_a", "spellings_b"),
        F.coalesce(F.arrays_overlap("families_a", "families_b"), F.lit(False)).alias("is_one_family"),
        birth(F.col("date_of_birth_a"), F.col("date_of_birth_b")).alias("birth"),
        sex(F.col("sex_a"), F.col("sex_b")).alias("sex"),
        F.when(F.col("nationality_a") == F.col("nationality_b"), "same").otherwise("other").alias("nationality"),
        *("shared", "presence", "seen_together_pairs_count", "left_out_pairs_count"),
    )


def birth(one: Column, other: Column) -> Column:
    """How two days of birth compare: ``same``; ``misread``, day and month exchanged or one digit another; ``near``;
    ``other``."""
    exchanged = (
        (F.year(one) == F.year(other)) & (F.month(one) == F.dayofmonth(other)) & (F.dayofmonth(one) == F.month(other))
    )
    digits = F.levenshtein(one.cast("string"), other.cast("string"))
    return (
        F.when(one == other, "same")
        .when(exchanged | (digits == 1), "misread")
        .when(F.abs(F.datediff(one, other)) <= NEAR_DAYS, "near")
        .otherwise("other")
    )


def sex(one: Column, other: Column) -> Column:
    """How the sexes of two documents compare: ``same``, ``other``, or ``unknown`` where one does not say."""
    unknown = one.isin(*_UNKNOWN_SEX) | other.isin(*_UNKNOWN_SEX)
    return F.when(unknown, "unknown").when(one == other, "same").otherwise("other")


def _facts() -> list[Column]:
    """What is compared of a person: spellings of the name, family names, birth, sex, nationality, whereabouts."""
    latin = F.transform("names", lambda n: F.concat_ws(" ", n["primary_identifier"], n["secondary_identifier"]))
    spellings = F.slice(F.concat(F.slice(latin, 1, MOST_SPELLINGS - 1), "native_names"), 1, MOST_SPELLINGS)
    # Written together, as Han and Hangul are, the first character is the family's.
    native = F.transform(
        "native_names",
        lambda n: F.when(n.contains(" "), F.split_part(n, F.lit(" "), F.lit(1))).otherwise(F.substring(n, 1, 1)),
    )
    primary = F.transform("names", lambda n: letters(n["primary_identifier"], PRIMARY_LETTERS))
    families = F.filter(F.concat(primary, native), lambda name: name != "")
    return [spellings.alias("spellings"), families.alias("families"), *map(F.col, _COMPARED)]


def _both(pairs: DataFrame, known: DataFrame) -> DataFrame:
    """``pairs`` with what is known of either person, columns ending ``_a`` and ``_b``."""
    for side in "ab":
        names = {name: f"{name}_{side}" for name in known.columns} | {"person_key": f"person_{side}_key"}
        pairs = pairs.join(known.withColumnsRenamed(names), f"person_{side}_key")
    return pairs


def _sharing(inspections: DataFrame, journeys: DataFrame) -> DataFrame:
    """Pairs of inspected persons with the strongest that they share: a document, a contact of their own or of few."""
    inspected = inspections.where("person_key IS NOT NULL")
    said = {
        "document": inspected.select("person_key", F.col("document_key").alias("key")),
        "telephone": inspected.select("person_key", F.col("phone_key").alias("key")).union(
            _booked(journeys, "booking_phone_key")
        ),
        "payment": _booked(journeys, "payment_key"),
    }
    things = [frame.where("key IS NOT NULL").select(F.lit(kind).alias("kind"), "*") for kind, frame in said.items()]
    of_thing = (
        things[0]
        .union(things[1])
        .union(things[2])
        .groupBy("kind", "key")
        .agg(F.array_sort(F.collect_set("person_key")).alias("sharing"))
        .where(F.size("sharing").between(2, MOST_SHARING))
    )
    first = of_thing.select("kind", "sharing", F.posexplode("sharing").alias("place", "person_a_key"))
    pairs = first.select(
        "kind",
        F.size("sharing").alias("persons"),
        "person_a_key",
        F.explode(F.slice("sharing", F.col("place") + 2, MOST_SHARING)).alias("person_b_key"),
    )
    shared = (
        F.when(F.count_if(F.col("kind") == "document") > 0, "document")
        .when(F.min("persons") == 2, "own_contact")
        .otherwise("common_contact")
    )
    return pairs.groupBy(*_PAIR).agg(shared.alias("shared"))


def _booked(journeys: DataFrame, key: str) -> DataFrame:
    # Of an announcement that was misread nobody was inspected.
    inspected = journeys.where("inspection_id IS NOT NULL")
    return inspected.select("person_key", F.col(key).alias("key"))


def _bounded(compared: DataFrame) -> DataFrame:
    """Those not seen together, the most at most; both that are left out are counted."""
    apart = F.col("presence") != "together"
    whole = Window.partitionBy(F.lit(1))
    ranked = compared.withColumn("seen_together_pairs_count", F.count_if(~apart).over(whole)).where(apart)
    first = whole.orderBy(F.desc(F.col("shared") != "common_contact"), *_PAIR)
    placed = ranked.withColumns({"place": F.row_number().over(first), "pairs": F.count("*").over(whole)})
    over = F.greatest(F.col("pairs") - MOST_PAIRS, F.lit(0)).alias("left_out_pairs_count")
    return placed.where(F.col("place") <= MOST_PAIRS).select("*", over).drop("place", "pairs")
