"""Travellers who may be persons of lists, with the evidence."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, cast

import pyarrow as pa
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from lakehouse import fields
from lakehouse.declare import Between, Column, Holds, Kind, NotNull, OneOf, Pii, Silver, Unit
from lakehouse.names.agreement import NAMES_AGREE
from lakehouse.screening import BIRTHS, CANDIDATE_SCORE, OF_ENTRY, SCORED, meeting, scored
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.list_entries import ListEntries
from lakehouse.silver.manifests import Manifests

#: Parts that travellers are dealt out to, to meet names; each takes all entries of which no birth is told to the day.
PARTS = 8
#: What makes a candidate without key and document.
ENOUGH = f"match_score >= {CANDIDATE_SCORE} AND name_score >= {NAMES_AGREE}"
_PARTS = "array<struct<part_a:string,part_b:string,likeness:double,how:string>>"


def _score(meaning: str, low: float, high: float) -> Column:
    return Column(Kind.DOUBLE, meaning, (Between(low, high),), Unit.SCORE, examples=(1.5, None))


class WatchlistMatches(Silver):
    """Each row tells that a traveller may be a person of a list or shows a listed document, and what says so.

    Travellers are all persons who were inspected or announced, crew too. A pair
    stands here where the person's key or a document is that of the entry, or
    where the names agree and make, with birth, nationality and sex, a score of
    ``lakehouse.screening.CANDIDATE_SCORE`` or more (``lakehouse.names`` weighs
    them). Scores are asked of pairs that may reach it: born on a day of the
    entry, or on one with day and month exchanged; and of entries that tell no
    birth or not to the day, those whose names meet in a key. So an entry that
    tells the day is not met by one who was born on another, however alike the
    names; a document meets all the same.

    Names are known of who was inspected: of persons who were only announced
    key and document are compared, as ``silver.manifests`` carries no names.
    Travellers without a ``person_key`` are left out; their documents are compared where
    they are presented (``gold.document_alert``, ``gold.exit_control_match``). A
    pair depends on its traveller and its entry alone, but for keys that over
    2,000 names are listed under, which are passed over.
    """

    owner = "watchlist-desk"
    grain = "one row per person and entry of a list"
    key = ("person_key", "entry_key")
    fresh_within = timedelta(days=1)
    authority = "Directive (EU) 2016/681 (PNR), art. 6(3)(a): passengers against databases; platform: lakehouse/names"
    pii_purpose = "an officer who reviews a match sees which names agree, and in what"
    rebuilt_by = "person_key"
    paired_with = "entry_key"
    indexed = ("list_name",)
    rules = (
        Holds(
            f"is_same_person OR size(document_keys) > 0 OR ({ENOUGH})",
            "a match has the key, a document, or evidence enough",
        ),
        Holds("(match_score IS NULL) = (name_score IS NULL)", "what has no names has no score"),
    )

    person_key = replace(fields.person_key, rules=(NotNull(), *fields.person_key.rules))
    entry_key = ListEntries.entry_key
    list_name = ListEntries.list_name
    entry_id = ListEntries.entry_id
    is_same_person = Column(
        Kind.BOOLEAN, "The keys agree: nationality, names, day of birth and sex to the letter.", (NotNull(),)
    )
    document_keys = replace(
        ListEntries.document_keys, meaning="Documents of the entry that the traveller showed, or was announced with."
    )
    match_score = replace(_score("How sure it is, by names and all else; null without names.", 0, 1), examples=(0.995,))
    name_score = _score("What the names say, as log odds; over .4 they agree.", -30, 30)
    birth_score = _score("What the births say.", -10, 10)
    nationality_score = _score("What the nationalities say.", -10, 10)
    sex_score = _score("What the sexes say.", -10, 10)
    birth_evidence = Column(
        Kind.STRING, "How the births agree.", (NotNull(), OneOf(tuple(dict.fromkeys(BIRTHS.values()))))
    )
    traveller_name = Column(Kind.STRING, "Name of the traveller that agrees best.", pii=Pii.DIRECT, examples=("LIN",))
    entry_name = Column(Kind.STRING, "Name of the entry that it agrees with.", pii=Pii.DIRECT, examples=("林", None))
    entry_name_quality = Column(Kind.STRING, "Quality of that name.", examples=("primary", "weak", None))
    name_parts = Column(
        _PARTS,
        "Parts of the names that go together, how alike and by what; where the score makes a match.",
        pii=Pii.DIRECT,
        examples=([("LIN", "林", 1.0, "Mandarin, Wade-Giles")], None),
    )

    @staticmethod
    def build(
        inspections: Annotated[DataFrame, Inspections],
        manifests: Annotated[DataFrame, Manifests],
        entries: Annotated[DataFrame, ListEntries],
    ) -> DataFrame:
        pairs = _by_points(inspections, manifests, entries).unionByName(
            _by_name(inspections, entries), allowMissingColumns=True
        )
        met = pairs.groupBy("person_key", "entry_key").agg(
            F.array_sort(F.collect_set("met_document_key")).alias("document_keys"),
            F.coalesce(F.bool_or("is_same"), F.lit(False)).alias("is_same_person"),
        )
        known = _travellers(inspections.join(F.broadcast(met.select("person_key").distinct()), "person_key", "semi"))
        told = met.join(known, "person_key", "left").withColumn("traveller_names", _or_none("traveller_names"))
        told = told.join(_of_entries(entries), "entry_key")
        schema = StructType([*told.schema.fields, *cast(StructType, StructType.fromDDL(SCORED)).fields])
        weighed = told.mapInArrow(_weighed, schema)
        return weighed.where(f"is_same_person OR size(document_keys) > 0 OR ({ENOUGH})").select(
            *WatchlistMatches.columns()
        )


def _travellers(inspections: DataFrame) -> DataFrame:
    """Persons with every name they were inspected under, in both scripts, and what of them is the same each time."""
    written = F.concat_ws(", ", "primary_identifier", "secondary_identifier")
    names = F.array_compact(F.array(*(F.nullif(F.trim(name), F.lit("")) for name in (written, F.col("native_name")))))
    return inspections.groupBy("person_key").agg(
        F.array_sort(F.array_distinct(F.flatten(F.collect_set(names)))).alias("traveller_names"),
        *(F.max(name).alias(name) for name in ("date_of_birth", "nationality", "sex")),
    )


def _by_points(inspections: DataFrame, manifests: DataFrame, entries: DataFrame) -> DataFrame:
    """Travellers with entries of the same document or person key, or of that birth; a row for each that they share."""
    shown = _shown(inspections, "document_key", born="date_of_birth").unionAll(
        _shown(manifests, "api_document_key", "pnr_document_key")
    )
    to_the_day = F.filter("births", lambda birth: birth["earliest_date"] == birth["latest_date"])
    born = F.transform(to_the_day, lambda birth: birth["earliest_date"])
    turned = F.transform(born, lambda day: F.try_to_date(F.date_format(day, "yyyy-dd-MM"), "yyyy-MM-dd"))
    points = F.concat(
        F.array(_point("person", F.col("listed_person_key"))),
        F.transform("document_keys", lambda key: _point("document", key)),
        F.transform(F.concat(born, turned), lambda day: _point("birth", day)),
    )
    listed = entries.select("entry_key", F.explode(points).alias("point")).where("point IS NOT NULL").distinct()
    met = shown.where("person_key IS NOT NULL").join(F.broadcast(listed), "point")
    kind, value = F.substring_index("point", "|", 1), F.substring_index("point", "|", -1)
    return met.select(
        *("person_key", "entry_key", F.when(kind == "document", value).alias("met_document_key")),
        (kind == "person").alias("is_same"),
    )


def _shown(records: DataFrame, *documents: str, born: str | None = None) -> DataFrame:
    """What records can share with entries, a row for each: the person, documents, the day of birth."""
    points = [_point("person", F.col("person_key")), *(_point("document", F.col(name)) for name in documents)]
    points += [_point("birth", F.col(born))] if born else []
    # No function over arrays: these are made for every record there is.
    return records.select("person_key", F.explode(F.array(*points)).alias("point"))


def _point(kind: str, value: SparkColumn) -> SparkColumn:
    return F.concat(F.lit(f"{kind}|"), value.cast("string"))


def _by_name(inspections: DataFrame, entries: DataFrame) -> DataFrame:
    """Travellers whose names meet those of entries of which a birth is not told to the day."""
    vague = F.exists("births", lambda birth: birth["earliest_date"] < birth["latest_date"]) | (F.size("births") == 0)
    listed = _of_entries(entries.where(vague & (F.size("names") > 0))).select("entry_key", *OF_ENTRY)
    # Where there are none, no traveller need be put together.
    asked = inspections.join(F.broadcast(listed.select(F.lit(1)).limit(1)), how="semi")
    left = _travellers(asked.where("person_key IS NOT NULL"))
    parted = left.withColumn("part", F.pmod(F.xxhash64("person_key"), F.lit(PARTS)))
    right = listed.withColumn("part", F.explode(F.sequence(F.lit(0).cast("bigint"), F.lit(PARTS - 1).cast("bigint"))))
    schema = StructType([*left.schema.fields, StructField("entry_key", StringType())])
    met = parted.groupBy("part").cogroup(right.groupBy("part")).applyInArrow(_met, schema)
    return met.select("person_key", "entry_key")


def _met(travellers: pa.Table, entries: pa.Table) -> pa.Table:
    return meeting(travellers.drop_columns(["part"]), entries)


def _weighed(batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
    for batch in batches:
        yield from scored(pa.Table.from_batches([batch])).to_batches()


def _of_entries(entries: DataFrame) -> DataFrame:
    names, sex = F.col("names").alias("entry_names"), F.col("sex").alias("entry_sex")
    return entries.select("entry_key", "list_name", "entry_id", names, "births", "nationalities", sex)


def _or_none(name: str) -> SparkColumn:
    return F.coalesce(name, F.array().cast("array<string>"))
