"""How good the models are on crossings that they have not seen, told as ``ml.runs`` logs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from lakehouse.errors import TooLittleKnown
from ml.evaluated import Comparison, Curve, Evaluated
from ml.high_risk_histories.dataset import Histories, Places, Scores
from ml.high_risk_histories.features import BEHIND, STEPS
from ml.high_risk_histories.marks import HARMLESS, Bools, Marks
from ml.high_risk_histories.reasons import mean_absolute, shapley
from ml.high_risk_histories.settings import Settings
from ml.high_risk_histories.train import HISTORIES, MODELS, TOTALLED, Trained
from ml.measures import (
    REFERRAL_SHARES,
    Clusters,
    Ranking,
    brier,
    cluster_bootstrap,
    expected_calibration_error,
    false_positive_ratios,
    psi_of_numbers,
    random_arm,
    reliability,
)
from ml.measures.ranking import Floats

#: Share referred at which lead times are told, and at which groups are compared: of fewer there are too few false
#: alerts to compare.
SHARE, GROUP_SHARE = 0.01, 0.05
#: Crossings whose Shapley values are taken.
EXPLAINED_ROWS = 400


def evaluate(
    trained: Trained,
    histories: Histories,
    marks: Marks,
    judged: Bools,
    groups: Mapping[str, npt.NDArray[np.str_]],
    settings: Settings,
    learned: Places,
    *,
    is_simulated: bool,
) -> Evaluated:
    """Figures of the models on the crossings of ``judged``, of which training saw none.

    The net of the first seed is the one that is served, and that figures without
    a model's name are of; tables tell of every seed. Behaviours held out are in
    a table of their own and in no other figure. ``groups`` holds each crossing's
    nationality, sex and age, by which false alerts are compared, and ``learned`` are
    the crossings of training, from which drift is told. Raises ``TooLittleKnown`` where
    nothing that is looked for is among those judged.
    """
    rows = np.flatnonzero(judged)
    part = Marks(marks.frame[rows])
    said = trained.probabilities(histories, rows)
    main = ~part.holds("is_unsure") & ~part.holds("is_held_out")
    came = part.holds("is_positive")[main]
    if not came.any():
        raise TooLittleKnown(f"None of {int(main.sum()):,} crossings is one of those that are looked for.")
    served = said[HISTORIES][0][main]
    rankings = {name: [Ranking(came, scores[main]) for scores in of_seeds] for name, of_seeds in said.items()}
    clusters = Clusters(part["unit"][main])
    first, baseline = rankings[HISTORIES][0], rankings[TOTALLED][0]
    intervals = {
        name: cluster_bootstrap(of, clusters, times=settings.replicates) for name, of in _measures(first).items()
    }

    def gained(weights: Floats | None) -> float:
        return first.pr_auc(weights) - baseline.pr_auc(weights)

    gain = cluster_bootstrap(gained, clusters, times=settings.replicates)
    referred = served >= first.at(GROUP_SHARE).threshold
    of_groups = {
        name: false_positive_ratios(came, referred, values[rows][main], clusters, times=settings.replicates)
        for name, values in groups.items()
    }
    return Evaluated(
        params=_params(settings, trained),
        metrics=_metrics(came, served, first),
        features={name: BEHIND[name] for name in STEPS},
        comparison=Comparison("pr_auc", TOTALLED, gain),
        calibration_error=expected_calibration_error(came, served),
        calibration=reliability(came, served),
        groups=of_groups,
        drift=_drift(histories, learned, rows),
        contributions=_contributions(trained, histories, rows[main], came),
        is_simulated=is_simulated,
        intervals=intervals,
        curves=_curves(rankings),
        tables={
            "models": _models(rankings),
            "referrals": _referrals(came, rankings),
            "behaviours against their twins": _twins(part, said),
            "lead time": _leads(histories, rows, part, said[HISTORIES][0], first.at(SHARE).threshold),
        },
    )


def _measures(ranking: Ranking) -> dict[str, Callable[[Floats | None], float]]:
    found: dict[str, Callable[[Floats | None], float]] = {"roc_auc": ranking.roc_auc, "pr_auc": ranking.pr_auc}
    for share in REFERRAL_SHARES:
        for name in ("precision", "recall", "lift"):
            found[f"{name}_at_{share:g}"] = lambda weights, share=share, name=name: getattr(  # type: ignore[misc]
                ranking.at(share, weights), name
            )
    return found


def _metrics(came: Bools, said: Scores, ranking: Ranking) -> dict[str, float]:
    found = {
        "rows": float(came.size),
        "looked_for": float(came.sum()),
        "base_rate": float(came.mean()),
        "roc_auc": ranking.roc_auc(),
        "pr_auc": ranking.pr_auc(),
        "brier": brier(came, said),
    }
    for share in REFERRAL_SHARES:
        at, by_chance = ranking.at(share), random_arm(came, share, seed=0)
        for name in ("precision", "recall", "lift", "false_alerts_per_1000"):
            found[f"{name}_at_{share:g}"] = getattr(at, name)
        found[f"random_precision_at_{share:g}"] = by_chance.precision
    return found


def _models(rankings: Mapping[str, list[Ranking]]) -> pd.DataFrame:
    """Mean and ends over seeds."""
    found = []
    for name, of_seeds in rankings.items():
        for measure in ("roc_auc", "pr_auc"):
            values = np.array([getattr(ranking, measure)() for ranking in of_seeds])
            found.append({"model": name, "measure": measure, **_over_seeds(values)})
    return pd.DataFrame(found)


def _over_seeds(values: Floats) -> dict[str, float]:
    known = values[np.isfinite(values)]
    if not known.size:
        return {"mean": float("nan"), "least": float("nan"), "greatest": float("nan"), "seeds": 0}
    return {"mean": known.mean(), "least": known.min(), "greatest": known.max(), "seeds": len(known)}


def _referrals(came: Bools, rankings: Mapping[str, list[Ranking]]) -> pd.DataFrame:
    found = [
        {"model": name, **asdict(of_seeds[0].at(share))}
        for name, of_seeds in rankings.items()
        for share in REFERRAL_SHARES
    ]
    found += [{"model": "random arm", **asdict(random_arm(came, share, seed=0))} for share in REFERRAL_SHARES]
    return pd.DataFrame(found).drop(columns="threshold")


def _twins(part: Marks, said: Mapping[str, list[Scores]]) -> pd.DataFrame:
    """ROC-AUC of crossings with a behaviour against those of its twins, and against all that are harmless."""
    behaviours, held_out = part["behaviour"], part.holds("is_held_out")
    positive, hard, unsure = part.holds("is_positive"), part.holds("is_hard"), part.holds("is_unsure")
    harmless = ~positive & ~unsure & (~held_out | hard)
    cases = {name: behaviours == name for name in sorted(set(behaviours) - {HARMLESS})}
    known = behaviours != HARMLESS
    cases |= {"all that training saw": known & ~held_out}
    found = []
    for name, inside in cases.items():
        mine, twins = inside & positive, inside & hard
        for model in MODELS:
            for against, others in (("twins", twins), ("all", harmless)):
                values = [_auc(scores, mine, others) for scores in said[model]]
                found.append(
                    {
                        "behaviour": name,
                        "training_saw_it": not held_out[inside].any(),
                        "crossings": int(mine.sum()),
                        "against": against,
                        "model": model,
                        **_over_seeds(np.array(values)),
                    }
                )
    return pd.DataFrame(found)


def _auc(scores: Scores, mine: Bools, others: Bools) -> float:
    both = mine | others
    return Ranking(mine[both], scores[both]).roc_auc() if mine.any() and others.any() else float("nan")


def _leads(histories: Histories, rows: Places, part: Marks, said: Scores, threshold: float) -> pd.DataFrame:
    """When the net alerts, by behaviour: since the first act, before the last, and beside the agency's own finding.

    An act is a crossing from the behaviour's first day on; the days are those of
    persons with an alert at one of theirs.
    """
    acts = part.frame.with_columns(
        histories.keys[rows].select("person_key", "inspected_on"), alert=pl.Series(said >= threshold)
    ).filter("is_positive")
    alerted = pl.col("inspected_on").filter("alert").min()
    first, last = pl.col("inspected_on").min(), pl.col("inspected_on").max()
    persons = acts.group_by("behaviour", "person_key").agg(
        alerted.alias("alerted_on"),
        (alerted - first).dt.total_days().alias("after_first"),
        (last - alerted).dt.total_days().alias("before_last"),
        (alerted == first).fill_null(False).alias("at_first"),
        pl.col("found_on").min(),
    )
    found = persons.group_by("behaviour").agg(
        pl.len().alias("rows"),
        pl.col("alerted_on").is_not_null().mean().alias("alerted_ratio"),
        pl.col("at_first").mean().alias("alerted_at_first_act_ratio"),
        pl.col("after_first").median().alias("days_after_first_act_median"),
        pl.col("before_last").median().alias("days_before_last_act_median"),
        pl.col("found_on").is_not_null().mean().alias("found_by_agency_ratio"),
        (pl.col("alerted_on") < pl.col("found_on")).fill_null(False).mean().alias("alerted_before_found_ratio"),
    )
    return found.sort("behaviour").to_pandas()


def _curves(rankings: Mapping[str, list[Ranking]]) -> list[Curve]:
    points = {name: of_seeds[0].curve() for name, of_seeds in rankings.items()}
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


def _drift(histories: Histories, learned: Places, rows: Places) -> dict[str, float]:
    then, now = histories.steps[learned], histories.steps[rows]
    return {name: psi_of_numbers(then[:, place], now[:, place]) for place, name in enumerate(STEPS)}


def _contributions(trained: Trained, histories: Histories, rows: Places, came: Bools) -> dict[str, float]:
    """Mean absolute Shapley values of groups of facts, half of them of crossings that are looked for."""
    draw = np.random.default_rng(0)
    parts = [rows[came], rows[~came]]
    drawn = np.concatenate([draw.choice(p, min(len(p), EXPLAINED_ROWS // 2), replace=False) for p in parts])
    return mean_absolute(shapley(trained.nets[0].odds_of, histories.sequences(drawn)))


def _params(settings: Settings, trained: Trained) -> dict[str, str | int | float]:
    nested = {"boosting": asdict(settings.boosting), "net": asdict(settings.net)}
    flat = {f"{kind}.{name}": value for kind, of in nested.items() for name, value in of.items()}
    own: dict[str, str | int | float] = {
        "settings": settings.name,
        "seeds": len(settings.seeds),
        "most_negatives": settings.most_negatives,
    }
    return own | flat | {name.replace(" ", "_"): count for name, count in trained.rows.items()}
