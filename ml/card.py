"""The model card: one page that says what a model is for, what it was made from, how good it is, and where it fails."""

from __future__ import annotations

from dataclasses import dataclass

from lakehouse.compile.templates import filled
from ml.evaluated import Evaluated
from ml.gate import Evidence
from ml.origin import Origin
from ml.policy import Policy, check_features


@dataclass(frozen=True)
class Card:
    """What the author of a model has to say of it (Mitchell et al. 2019): sentences, no figures.

    ``label`` is the definition of what is predicted, ``rows`` which rows it was
    trained and tested on, ``limits`` where it fails or must not be used.
    """

    title: str
    question: str
    label: str
    rows: str
    limits: tuple[str, ...]


def page(card: Card, policy: Policy, origin: Origin, found: Evaluated, evidence: Evidence) -> str:
    """The card as a page that loads nothing from elsewhere."""
    return filled(
        "model_card.html",
        card=card,
        policy=policy,
        origin=origin,
        found=found,
        evidence=evidence,
        protected=sorted(check_features(policy, found.features)),
        groups=[(name, list(groups)) for name, groups in sorted(found.groups.items())],
        metrics=sorted(found.metrics.items()),
    )
