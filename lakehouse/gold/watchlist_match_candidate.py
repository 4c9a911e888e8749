"""Travellers who may be persons of watchlists, with the evidence and without their names."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, Gold, Kind, NotNull, OneOf
from lakehouse.names.agreement import NAMES_AGREE
from lakehouse.screening import CANDIDATE_SCORE
from lakehouse.scripts import script_of
from lakehouse.silver.watchlist_matches import WatchlistMatches

MATCHED_BY = ("person", "document", "evidence")
REASONS = (
    *("same person's key", "same document", "same name", "same name in another script", "name alike", "names differ"),
    *("by a weak alias", "by a former name", "parts of the name left out", "same date of birth"),
    *("day and month of birth exchanged", "birth in the month told", "birth in the year told"),
    *("birth in the years told", "other date of birth", "same nationality", "other nationality", "other sex"),
)
_SAID_OF_BIRTHS = {
    "same_date": "same date of birth",
    "day_and_month_exchanged": "day and month of birth exchanged",
    "same_month": "birth in the month told",
    "same_year": "birth in the year told",
    "in_range": "birth in the years told",
    "other_date_of_year": "other date of birth",
    "other_year": "other date of birth",
}


class WatchlistMatchCandidate(Gold):
    """Each row tells that a traveller may be a person of a list or shows a listed document: how sure, and why.

    All rows of ``silver.watchlist_matches``, without names, dates and documents:
    those are for the officer who reviews the case, here is what kind of evidence
    there is. ``matched_by`` says person where the keys agree, document where one
    of the entry's was shown or announced, else evidence, which is for review:
    the names agree and the score is ``lakehouse.screening.CANDIDATE_SCORE`` or
    more. Scores are natural log odds but ``match_score``, which is from 0 to 1;
    where a document alone is known, there are none. A candidate is no finding,
    and nobody is to be refused by it without review.
    """

    owner = "watchlist-desk"
    grain = "one row per person and entry of a list"
    key = ("person_key", "entry_key")
    fresh_within = timedelta(days=1)
    authority = "Directive (EU) 2016/681 (PNR), art. 6(3)(a) and 6(5): matches are reviewed by a person, one by one"
    indexed = ("list_name",)

    person_key = WatchlistMatches.person_key
    entry_key = WatchlistMatches.entry_key
    list_name = WatchlistMatches.list_name
    entry_id = WatchlistMatches.entry_id
    matched_by = Column(Kind.STRING, "The strongest that agrees.", (NotNull(), OneOf(MATCHED_BY)))
    match_score = WatchlistMatches.match_score
    name_score = WatchlistMatches.name_score
    birth_score = WatchlistMatches.birth_score
    nationality_score = WatchlistMatches.nationality_score
    sex_score = WatchlistMatches.sex_score
    birth_evidence = WatchlistMatches.birth_evidence
    documents_count = fields.counted("Documents of the entry that the traveller showed, or was announced with.")
    is_likely = Column(Kind.BOOLEAN, "The evidence alone makes a candidate, without key and document.", (NotNull(),))
    reasons = Column(
        Kind.STRINGS, "What speaks for it and against it.", (NotNull(),), examples=(["same name", "same document"],)
    )

    @staticmethod
    def build(matches: Annotated[DataFrame, WatchlistMatches]) -> DataFrame:
        documents = F.size("document_keys")
        by = F.when(F.col("is_same_person"), "person").when(documents > 0, "document").otherwise("evidence")
        likely = (F.col("match_score") >= CANDIDATE_SCORE) & (F.col("name_score") >= NAMES_AGREE)
        told = {
            "matched_by": by,
            "documents_count": documents.cast("bigint"),
            "is_likely": F.coalesce(likely, F.lit(False)),
            "reasons": F.array_compact(F.array(*_reasons())),
        }
        return matches.withColumns(told).select(*WatchlistMatchCandidate.columns())


def _reasons() -> list[SparkColumn]:
    births = [F.when(F.col("birth_evidence") == kind, said) for kind, said in _SAID_OF_BIRTHS.items()]
    quality, nationality = F.col("entry_name_quality"), F.col("nationality_score")
    missing = F.exists("name_parts", lambda part: part["how"] == "apart")
    return [
        F.when(F.col("is_same_person"), "same person's key"),
        F.when(F.size("document_keys") > 0, "same document"),
        _name(),
        F.when(quality == "weak", "by a weak alias"),
        F.when(quality == "former", "by a former name"),
        F.when(missing, "parts of the name left out"),
        *births,
        F.when(nationality > 0, "same nationality").when(nationality < 0, "other nationality"),
        F.when(F.col("sex_score") < 0, "other sex"),
    ]


def _name() -> SparkColumn:
    scripts = script_of(F.col("traveller_name")), script_of(F.col("entry_name"))
    exact = F.forall("name_parts", lambda part: part["likeness"] >= 1)
    return (
        F.when(F.col("name_score") < NAMES_AGREE, "names differ")
        .when(scripts[0] != scripts[1], "same name in another script")
        .when(exact, "same name")
        .when(F.col("name_score").isNotNull(), "name alike")
    )
