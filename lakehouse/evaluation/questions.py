"""All questions, and the behaviours that no dataset looks for yet."""

from lakehouse.evaluation import absconding, documents, facilitation, identities, overstaying, rings, routes, wanted
from lakehouse.evaluation.measures import Measured
from lakehouse.evaluation.question import Question

QUESTIONS: tuple[Question, ...] = (
    overstaying.QUESTION,
    rings.EDGES_QUESTION,
    rings.COMMUNITIES_QUESTION,
    facilitation.QUESTION,
    absconding.REPORTS_QUESTION,
    absconding.MONTHS_QUESTION,
    documents.ALERTS_QUESTION,
    documents.REFERRALS_QUESTION,
    documents.MONTHS_QUESTION,
    routes.QUESTION,
    identities.PAIRS_QUESTION,
    identities.CLUSTERS_QUESTION,
    wanted.QUESTION,
)

#: Behaviours that are simulated and that no dataset of the lakehouse looks for yet, with what will.
NO_DATASET_YET = {
    "repeat_short_stays": "No dataset looks for it yet: gold.traveller_risk_score is to.",
}


def not_yet(behaviour: str, *, is_held_out: bool) -> Measured:
    """A row without figures for a behaviour that no dataset looks for."""
    return Measured(
        "none",
        behaviour,
        "persons",
        "all named",
        "Not measured.",
        is_held_out=is_held_out,
        not_measured_because=NO_DATASET_YET.get(behaviour, "No dataset looks for it."),
    )
