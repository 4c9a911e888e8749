"""Crossings that resemble none seen before: their distance in what the net has learned to see.

The net makes a few numbers of each history before it says how likely it is. Of
harmless crossings these have a mean and a covariance; the squared distance from
them (Mahalanobis 1936) is large where a history is unlike all, whether or not
the net was taught to look for it. It is judged only on behaviours of which no
training saw a crossing, neither that of the net nor of the density.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.high_risk_histories.dataset import Histories, Places, Scores
from ml.high_risk_histories.marks import Bools, Marks
from ml.high_risk_histories.network import Net
from ml.high_risk_histories.train import HISTORIES, Trained
from ml.measures import REFERRAL_SHARES, Clusters, Interval, Ranking, cluster_bootstrap, random_arm

#: Harmless crossings that the density is fitted on.
MOST_ROWS = 20_000
#: Of each number's variance, added to it: numbers that hardly ever vary would else decide alone.
RIDGE = 0.05
DISTANCE = "distance from the harmless"
_KNOWN = f"{HISTORIES}, taught other behaviours"


@dataclass(frozen=True)
class Density:
    """Where harmless crossings lie in one net's representation."""

    mean: npt.NDArray[np.float64]
    spread: npt.NDArray[np.float64]
    precision: npt.NDArray[np.float64]

    def distance(self, representation: Scores) -> Scores:
        """Squared Mahalanobis distance of each row."""
        scaled = (representation - self.mean) / self.spread
        found: Scores = np.einsum("ij,jk,ik->i", scaled, self.precision, scaled)
        return found


def fitted(net: Net, histories: Histories, harmless: Places, seed: int = 0) -> Density:
    """The density of harmless crossings, of at most ``MOST_ROWS`` drawn ones."""
    drawn = np.random.default_rng(seed).choice(harmless, min(len(harmless), MOST_ROWS), replace=False)
    known = net.representation(histories, drawn)
    mean, spread = known.mean(axis=0), known.std(axis=0) + 1e-6
    scaled = (known - mean) / spread
    covariance = scaled.T @ scaled / len(scaled) + RIDGE * np.eye(scaled.shape[1])
    return Density(mean, spread, np.linalg.inv(covariance))


def densities(trained: Trained, histories: Histories, marks: Marks, training: Bools) -> list[Density]:
    """One for each seed's net, from the crossings of training that are harmless and no held-out behaviour's."""
    marked = marks.holds("is_positive") | marks.holds("is_unsure") | marks.holds("is_held_out")
    harmless = np.flatnonzero(training & ~marked)
    return [fitted(net, histories, harmless) for net in trained.nets]


@dataclass(frozen=True)
class Unknown:
    """How well behaviours that no training saw are found: figures by channel, seed and share, and by behaviour.

    ``gain`` is the average precision of the first seed's distance over that of its
    net, paired on the same redrawn units.
    """

    referrals: pd.DataFrame
    behaviours: pd.DataFrame
    gain: Interval


def judged_on_unknown(
    trained: Trained, found: list[Density], histories: Histories, marks: Marks, judged: Bools, replicates: int
) -> Unknown:
    """Held-out behaviours among harmless crossings: by distance, by the net that was taught others, and by chance.

    Crossings of behaviours that training saw are left out, as finding these is no
    merit here. Raises ``ValueError`` where none is held out.
    """
    positive, held_out = marks.holds("is_positive"), marks.holds("is_held_out")
    rows = np.flatnonzero(judged & ~marks.holds("is_unsure") & (held_out | ~positive))
    came, hard = positive[rows], marks.holds("is_hard")[rows]
    if not came.any():
        raise ValueError("No crossing is of a behaviour that is held out.")
    behaviour = marks["behaviour"][rows]
    said = {
        DISTANCE: [d.distance(n.representation(histories, rows)) for d, n in zip(found, trained.nets, strict=True)],
        _KNOWN: [net.odds(histories, rows) for net in trained.nets],
    }
    rankings = {name: [Ranking(came, scores) for scores in of_seeds] for name, of_seeds in said.items()}
    mine, theirs = rankings[DISTANCE][0], rankings[_KNOWN][0]

    def gained(weights: npt.NDArray[np.float64] | None) -> float:
        return mine.pr_auc(weights) - theirs.pr_auc(weights)

    return Unknown(
        _referrals(came, rankings),
        _behaviours(behaviour, came, hard, said),
        cluster_bootstrap(gained, Clusters(marks["unit"][rows]), times=replicates),
    )


def _referrals(came: Bools, rankings: dict[str, list[Ranking]]) -> pd.DataFrame:
    """Means over seeds, with the ends of precision and of average precision."""
    found = []
    for name, of_seeds in rankings.items():
        areas = [ranking.pr_auc() for ranking in of_seeds]
        for share in REFERRAL_SHARES:
            at = pd.DataFrame([asdict(ranking.at(share)) for ranking in of_seeds]).drop(columns="threshold")
            ends = {"precision_least": at["precision"].min(), "precision_greatest": at["precision"].max()}
            area = {"pr_auc": float(np.mean(areas)), "pr_auc_least": min(areas), "pr_auc_greatest": max(areas)}
            figures = {str(key): float(value) for key, value in at.mean().items()}
            found.append({"channel": name, **figures, **ends, **area})
    chance = [{"channel": "random arm", **asdict(random_arm(came, share, seed=0))} for share in REFERRAL_SHARES]
    return pd.DataFrame([*found, *chance]).drop(columns="threshold")


def _behaviours(
    behaviour: npt.NDArray[np.generic], came: Bools, hard: Bools, said: dict[str, list[Scores]]
) -> pd.DataFrame:
    found = []
    for name in sorted(set(behaviour[came])):
        mine = came & (behaviour == name)
        for against, others in (("twins", hard & (behaviour == name)), ("all harmless", ~came)):
            both = mine | others
            if not others.any():
                continue
            for channel, of_seeds in said.items():
                areas = [Ranking(mine[both], scores[both]).roc_auc() for scores in of_seeds]
                found.append(
                    {
                        "behaviour": name,
                        "crossings": int(mine.sum()),
                        "against": against,
                        "channel": channel,
                        "roc_auc": np.mean(areas),
                        "least": min(areas),
                        "greatest": max(areas),
                    }
                )
    return pd.DataFrame(found)
