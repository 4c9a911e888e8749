"""How good the models are on days they have not seen, told as reviewers want it (``ml.evaluated``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from lakehouse.errors import TooLittleKnown
from ml.evaluated import Comparison, Curve, Evaluated
from ml.exit_flight_risk.dataset import HORIZON_DAYS, Bools, Floats, Split, attempts_in, matrix
from ml.exit_flight_risk.features import FEATURES
from ml.exit_flight_risk.settings import Settings
from ml.exit_flight_risk.train import BASELINES, BOOKED, HAZARD, TREES, Trained, averaged
from ml.measures import (
    REFERRAL_SHARES,
    Clusters,
    Interval,
    Ranking,
    brier,
    cluster_bootstraps,
    expected_calibration_error,
    false_positive_ratios,
    psi_of_numbers,
    random_arm,
    reliability,
)

#: Share of the rows referred at which groups are compared, and the measure by which models are.
GROUP_SHARE, MEASURE = 0.05, "pr_auc"

Groups = Mapping[str, npt.NDArray[np.str_]]


@dataclass(frozen=True)
class _Figures:
    """Figures of all rankings, and how far the regression is before each other, from one drawing of persons."""

    rankings: Mapping[str, Ranking]

    def __call__(self, weights: Floats | None) -> dict[str, float]:
        of = {name: ranking.figures(weights) for name, ranking in self.rankings.items()}
        found = {f"{name} {figure}": value for name, figures in of.items() for figure, value in figures.items()}
        others = [name for name in of if name != HAZARD]
        return found | {f"over {name}": of[HAZARD][MEASURE] - of[name][MEASURE] for name in others}


def evaluate(
    trained: Trained,
    days: pl.DataFrame,
    split: Split,
    groups: Groups,
    settings: Settings,
    champion: tuple[str, Floats] | None,
    *,
    is_simulated: bool,
) -> Evaluated:
    """The regression on the test days of ``days`` (``dataset.labelled``), beside trees and baselines.

    ``groups`` holds nationality, sex and age of each test row. ``champion`` is
    the name of the version that is champion and its scores of the test rows; without one the better baseline is
    what the regression is held against. Raises ``TooLittleKnown`` where the test days hold no attempt.
    """
    rows = days.filter(split.part("test"))
    came = rows["is_attempt"].to_numpy()
    if not came.any():
        raise TooLittleKnown(f"The days of the test hold no attempt to leave among {rows.height:,}.")
    scores = {name: averaged(of_seeds) for name, of_seeds in trained.scores(rows).items()}
    if champion:
        scores[champion[0]] = champion[1]
    rankings = {name: Ranking(came, found) for name, found in scores.items()}
    clusters = Clusters(rows["person_key"].to_numpy())
    drawn = cluster_bootstraps(_Figures(rankings), clusters, times=settings.replicates)
    against = champion[0] if champion else max(BASELINES, key=lambda name: rankings[name].pr_auc())
    said, ranking = scores[HAZARD], rankings[HAZARD]
    referred = said >= ranking.at(GROUP_SHARE).threshold
    return Evaluated(
        params=_params(trained, split, settings),
        metrics=_metrics(rows, came, said, ranking),
        features={name: feature.behind for name, feature in FEATURES.items()},
        comparison=Comparison(MEASURE, against, drawn[f"over {against}"]),
        calibration_error=expected_calibration_error(came, said),
        calibration=reliability(came, said),
        groups={
            name: false_positive_ratios(came, referred, of_rows, clusters, times=settings.replicates)
            for name, of_rows in groups.items()
        },
        drift=_drift(days.filter(split.part("train")), rows),
        contributions=_contributions(trained, rows),
        is_simulated=is_simulated,
        intervals={
            name.removeprefix(f"{HAZARD} "): found for name, found in drawn.items() if name.startswith(f"{HAZARD} ")
        },
        curves=_curves(rankings),
        tables={
            "models": _models(drawn, rankings, scores, came),
            "referrals": _referrals(came, rankings),
            "who is not booked yet": _not_booked(rows, came, scores),
            "lead time": _leads(rows, said, ranking),
        },
    )


def _metrics(rows: pl.DataFrame, came: Bools, said: Floats, ranking: Ranking) -> dict[str, float]:
    by_chance = {
        f"random_precision_at_{share:g}": random_arm(came, share, seed=0).precision for share in REFERRAL_SHARES
    }
    return {
        "rows": float(came.size),
        "persons": float(rows["person_key"].n_unique()),
        "attempts": float(attempts_in(rows)),
        "base_rate": float(came.mean()),
        "mean_probability": float(said.mean()),
        "brier": brier(came, said),
        **ranking.figures(),
        **by_chance,
    }


def _models(
    drawn: Mapping[str, Interval], rankings: Mapping[str, Ranking], scores: Mapping[str, Floats], came: Bools
) -> pd.DataFrame:
    """Each model's figures, and how far the regression is before it."""
    found = []
    for name, ranking in rankings.items():
        auc, gain = drawn[f"{name} {MEASURE}"], drawn.get(f"over {name}")
        is_probability = name != BOOKED
        found.append(
            {
                "model": name,
                "roc_auc": ranking.roc_auc(),
                "pr_auc": auc.estimate,
                "pr_auc_low": auc.low,
                "pr_auc_high": auc.high,
                "regression_gains": gain.estimate if gain else float("nan"),
                "gain_low": gain.low if gain else float("nan"),
                "gain_high": gain.high if gain else float("nan"),
                "calibration_error": expected_calibration_error(came, scores[name]) if is_probability else float("nan"),
            }
        )
    return pd.DataFrame(found)


def _referrals(came: Bools, rankings: Mapping[str, Ranking]) -> pd.DataFrame:
    found = [
        {"model": name, **asdict(ranking.at(share))} for name, ranking in rankings.items() for share in REFERRAL_SHARES
    ]
    found += [{"model": "random arm", **asdict(random_arm(came, share, seed=0))} for share in REFERRAL_SHARES]
    return pd.DataFrame(found).drop(columns="threshold")


def _not_booked(rows: pl.DataFrame, came: Bools, scores: Mapping[str, Floats]) -> pd.DataFrame:
    """The same models on those of whom no booking is known: there a score tells more than the booking does."""
    free = ~rows["is_booked"].cast(pl.Boolean).to_numpy()
    if not came[free].any():
        return pd.DataFrame()
    found = []
    for name in scores:
        if name != BOOKED:
            ranking = Ranking(came[free], scores[name][free])
            at = ranking.at(GROUP_SHARE)
            found.append(
                {
                    "model": name,
                    "base_rate": came[free].mean(),
                    "roc_auc": ranking.roc_auc(),
                    "pr_auc": ranking.pr_auc(),
                    "precision_at_0.05": at.precision,
                    "recall_at_0.05": at.recall,
                }
            )
    return pd.DataFrame(found)


def _leads(rows: pl.DataFrame, said: Floats, ranking: Ranking) -> pd.DataFrame:
    """Of the attempts of the test: of how many some day within the horizon before is referred, and how long before."""
    seen = rows.with_columns(said=pl.Series(said)).filter("is_attempt")
    found = []
    for share in REFERRAL_SHARES:
        at = pl.col("said") >= ranking.at(share).threshold
        each = seen.group_by("person_key", "next_attempt_on").agg(pl.col("ahead_days").filter(at).max().alias("lead"))
        leads = each["lead"].drop_nulls()
        found.append(
            {
                "share": share,
                "attempts": each.height,
                "alerted_ratio": leads.len() / each.height,
                "first_alert_days_before_median": leads.median(),
                "alerted_two_days_before_ratio": (leads >= 2).sum() / each.height,
            }
        )
    booked = seen.group_by("person_key", "next_attempt_on").agg(pl.col("booking_lead_days").max().alias("lead"))
    known = booked["lead"].drop_nulls()
    found.append(
        {
            "share": "booking known",
            "attempts": booked.height,
            "alerted_ratio": known.len() / booked.height,
            "first_alert_days_before_median": known.median(),
            "alerted_two_days_before_ratio": (known >= 2).sum() / booked.height,
        }
    )
    return pd.DataFrame(found).astype({"share": str})


def _contributions(trained: Trained, rows: pl.DataFrame) -> dict[str, float]:
    values = np.abs(trained.hazard.contributions(matrix(rows))).mean(axis=0)
    return dict(zip(trained.hazard.columns, values.tolist(), strict=True))


def _drift(then: pl.DataFrame, now: pl.DataFrame) -> dict[str, float]:
    return {name: psi_of_numbers(then[name].to_numpy(), now[name].to_numpy()) for name in FEATURES}


def _curves(rankings: Mapping[str, Ranking]) -> list[Curve]:
    points = {name: ranking.curve() for name, ranking in rankings.items()}
    return [
        Curve(
            f"{title} by share referred",
            "share referred",
            title.lower(),
            {name: [(point[0], point[place]) for point in found] for name, found in points.items()},
            is_log_x=True,
        )
        for place, title in ((1, "Precision"), (2, "Recall"))
    ]


def _params(trained: Trained, split: Split, settings: Settings) -> dict[str, str | int | float]:
    trees = {f"boosting.{name}": value for name, value in asdict(settings.boosting).items()}
    return {
        "model": HAZARD,
        "size": settings.name,
        "prior_deviation": settings.prior_deviation,
        "horizon_days": HORIZON_DAYS,
        "train_until": str(split.train_until),
        "test_from": str(split.test_from),
        "train_rows": trained.rows,
        "train_persons": trained.persons,
        "train_attempts": trained.attempts,
        "compared_with": TREES,
        **trees,
    }
