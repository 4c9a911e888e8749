"""Pairs of identities that may be one person's, with how probable that is and why."""

from datetime import timedelta
from typing import Annotated

import pyarrow as pa
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.comparisons import COMPARISONS, MOST_WEIGHT, SCORED, UNKNOWN
from lakehouse.declare import Between, Column, Holds, Kind, NotNull, OneOf, Silver, Unit
from lakehouse.identity_candidates import candidates
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.pair_legs import PairLegs
from lakehouse.silver.persons import Persons

#: How each level is said where it counts.
WORDS = {
    ("names", "alike"): "names alike",
    ("names", "one_family"): "one family name",
    ("names", "other"): "names of other families",
    ("birth", "same"): "same day of birth",
    ("birth", "misread"): "day of birth as if misread",
    ("birth", "near"): "born within five years",
    ("birth", "other"): "born further apart",
    ("sex", "same"): "same sex",
    ("sex", "other"): "other sex",
    ("nationality", "same"): "same nationality",
    ("nationality", "other"): "other nationality",
    ("shared", "document"): "one document",
    ("shared", "own_contact"): "telephone or card that only these two use",
    ("shared", "common_contact"): "telephone or card that others use too",
    ("presence", "completes"): "records of one complete the other's",
    ("presence", "alternates"): "seen in turn, never both here or both away",
    ("presence", "follows"): "seen one after the other",
    ("presence", "contradicts"): "both here or both away at once",
}


def _evidence(name: str, meaning: str) -> Column:
    return Column(Kind.STRING, meaning, (NotNull(), OneOf((*COMPARISONS[name].levels, *_UNKNOWN.get(name, ())))))


def _weight(of: str) -> Column:
    return Column(
        Kind.DOUBLE,
        f"Evidence of {of}, log2 of the Bayes factor: over nought speaks for one person.",
        (NotNull(), Between(-MOST_WEIGHT, MOST_WEIGHT)),
        Unit.SCORE,
        examples=(-2.6, 0.7, 4.1),
    )


_UNKNOWN = {"sex": (UNKNOWN,)}


class IdentityPairs(Silver):
    """Each row tells of two persons' keys how probable it is that one person stands behind both, and why.

    A person's key is name, birth, sex and nationality, so a person with a
    second passport, a name spelt anew or a day of birth misread has two.
    Compared are keys that share a document, or a telephone or means of payment
    that at most six persons use. Evidence adds up as Fellegi and Sunter have
    it; its weights are estimated from the pairs alone, without labels, by
    expectation maximisation (``lakehouse.linkage``, which says what is set).
    No pair is merged here, and none is one person's for being in this table.

    Left out: pairs inspected on one flight as only two can be, which is
    certain and most of those who share a telephone (counted as
    ``seen_together_pairs_count``); telephones and cards of more than six
    persons; pairs alike by name and birth that share nothing else, of which
    chance makes thousands; pairs over a million (``left_out_pairs_count``).
    Built whole: each pair's weight moves with all others.
    """

    owner = "document-desk"
    grain = "one row per pair of persons' keys compared"
    key = ("person_a_key", "person_b_key")
    fresh_within = timedelta(days=2)
    authority = "Fellegi and Sunter 1969, JASA 64(328); EM: Winkler 1988; splink 5 (UK Ministry of Justice)"
    indexed = ("match_ratio",)
    rules = (Holds("person_a_key < person_b_key", "each pair stands once, the smaller key first"),)

    person_a_key = PairLegs.person_a_key
    person_b_key = PairLegs.person_b_key
    match_ratio = Column(
        Kind.DOUBLE,
        "Probability that both are one person's, as the model has it.",
        (NotNull(), Between(0, 1)),
        Unit.RATIO,
        examples=(0.02, 0.4, 0.75, 0.97),
    )
    match_weight_score = _weight("all together, with how rare such pairs are")
    why = Column(
        Kind.STRING,
        "Evidence in words with its weight, the strongest first.",
        (NotNull(),),
        examples=("names alike (+5.2), same sex (+1.2)",),
    )
    names_evidence = _evidence("names", "How the names compare, in any script and spelling.")
    birth_evidence = _evidence("birth", "How the days of birth compare; near is within five years.")
    sex_evidence = _evidence("sex", "How the sexes compare.")
    nationality_evidence = _evidence("nationality", "How the nationalities compare.")
    shared_evidence = _evidence("shared", "The strongest that they share; a contact is a telephone or card.")
    presence_evidence = _evidence("presence", "Whether the inspections of both could be one person's.")
    names_score = _weight("the names")
    birth_score = _weight("the days of birth")
    sex_score = _weight("the sexes")
    nationality_score = _weight("the nationalities")
    shared_score = _weight("what they share")
    presence_score = _weight("where they were")
    is_estimated = Column(
        Kind.BOOLEAN,
        "Whether weights are estimated from the pairs; of fewer than 500 they are those that estimation starts from.",
        (NotNull(),),
    )
    seen_together_pairs_count = fields.counted("Of all, not the pair's: pairs that share something, seen together.")
    left_out_pairs_count = fields.counted("Of all: pairs over the most that are compared.")

    @staticmethod
    def build(
        persons: Annotated[DataFrame, Persons],
        inspections: Annotated[DataFrame, Inspections],
        journeys: Annotated[DataFrame, Journeys],
    ) -> DataFrame:
        pairs = candidates(persons, inspections, journeys)
        # One group: the model is one, and what is compared is bounded.
        found = pairs.groupBy().applyInArrow(_scored, ", ".join(f"{name} {kind}" for name, kind in SCORED.items()))
        return found.withColumn("why", _why())


def _scored(pairs: pa.Table) -> pa.Table:
    # Imported where pairs are scored, as what it needs takes seconds to load.
    from lakehouse.linkage import scored

    return scored(pairs)


def _why() -> SparkColumn:
    said = [_said(name) for name in COMPARISONS]
    by_weight = F.sort_array(F.array(*said), asc=False)
    return F.array_join(F.transform(by_weight, lambda one: one["words"]), ", ")


def _said(name: str) -> SparkColumn:
    """One comparison's words and weight, to be ordered by how much it weighs."""
    level, weight = F.col(f"{name}_evidence"), F.col(f"{name}_score")
    words = F.coalesce(
        *(F.when(level == known, text) for (of, known), text in WORDS.items() if of == name),
        F.concat(F.lit(f"{name} "), level),
    )
    return F.struct(F.abs(weight).alias("size"), F.concat(words, F.format_string(" (%+.1f)", weight)).alias("words"))
