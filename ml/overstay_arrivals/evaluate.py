"""How good the models are on days they have not seen, told so that any tracker can log it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
from matplotlib.figure import Figure

from ml.measures import (
    REFERRAL_SHARES,
    Bin,
    Clusters,
    GroupRatio,
    Interval,
    Ranking,
    brier,
    cluster_bootstrap,
    expected_calibration_error,
    false_positive_ratios,
    psi_of_categories,
    psi_of_numbers,
    random_arm,
    reliability,
)
from ml.measures.ranking import Floats
from ml.overstay_arrivals import plots
from ml.overstay_arrivals.boosting import columns_of, contributions
from ml.overstay_arrivals.dataset import Inputs, Split, cohort
from ml.overstay_arrivals.features import CATEGORIES, NUMBERS, columns_behind
from ml.overstay_arrivals.plots import Curve
from ml.overstay_arrivals.settings import Settings
from ml.overstay_arrivals.train import BOOSTING, ENSEMBLE, MODELS, NETS, Scores, Trained, averaged

#: Cohorts that are judged: clean or all, and with days that plainly lost their departures or without.
COHORTS = {
    "clean, without outages": (True, False),
    "clean, with outages": (True, True),
    "all, without outages": (False, False),
    "all, with outages": (False, True),
}
MAIN = "clean, without outages"
#: Share referred at which groups are compared.
GROUP_SHARE = 0.05
#: Rows whose Shapley values are taken.
EXPLAINED_ROWS = 5_000


@dataclass(frozen=True)
class Evaluated:
    """Figures of the models on one set of days; ``metrics`` and the rest are of the ensemble in the main cohort."""

    params: Mapping[str, str | int | float]
    metrics: Mapping[str, float]
    intervals: Mapping[str, Interval]
    #: Models compared two by two on the same redrawn flight-days: 'ensemble over boosting, pr_auc'.
    differences: Mapping[str, Interval]
    calibration_error: float
    calibration: list[Bin]
    groups: Mapping[str, list[GroupRatio]]
    drift: Mapping[str, float]
    contributions: Mapping[str, float]
    #: Columns of ``silver.stays`` behind each column that the models read.
    features: Mapping[str, tuple[str, ...]]
    curves: list[Curve]
    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, Figure]
    is_simulated: bool = field(default=False, init=False)


def evaluate(trained: Trained, stays: pl.DataFrame, split: Split, settings: Settings) -> Evaluated:
    """The models on the test's days of ``stays`` (features and outcomes), by cohort, seed, referral and group.

    Raises ``ValueError`` where these days hold no overstay.
    """
    rows = cohort(stays.filter(split.part("test")), clean=False, outages=True).sort("admission_id")
    main = _part(rows, MAIN)
    came = main["is_overstay"].to_numpy()
    if not came.any():
        raise ValueError(f"The days of the test hold no overstay among {main.height:,} stays.")
    inputs = trained.encoder.inputs(rows)
    members = trained.member_scores(inputs)
    scores = {name: trained.calibrations[name](raw) for name, raw in averaged(members).items()}
    inside = _places(rows, MAIN)
    shown = {name: found[inside] for name, found in scores.items()}
    clusters = Clusters(main["flight_day"].to_numpy())
    rankings = {name: Ranking(came, found) for name, found in shown.items()}
    intervals = {
        f"{name} {measure}": cluster_bootstrap(of, clusters, times=settings.replicates)
        for name, ranking in rankings.items()
        for measure, of in _measures(ranking).items()
    }
    probability = shown[ENSEMBLE]
    referred = probability >= rankings[ENSEMBLE].at(GROUP_SHARE).threshold
    groups = {
        attribute: false_positive_ratios(came, referred, values, clusters, times=settings.replicates)
        for attribute, values in _groups(main).items()
    }
    bins = reliability(came, probability)
    tables = {
        "cohorts": _by_cohort(rows, scores),
        "seeds": _by_seed(members, rows),
        "referrals": _referrals(came, rankings),
        "intervals": _interval_table(intervals),
        "groups": _group_table(groups),
    }
    curves = _curves(rankings)
    return Evaluated(
        params=_params(settings, split, trained),
        metrics=_metrics(came, probability, rankings[ENSEMBLE]),
        intervals=intervals,
        differences=_differences(rankings, clusters, settings.replicates),
        calibration_error=expected_calibration_error(came, probability),
        calibration=bins,
        groups=groups,
        drift=_drift(stays.filter(split.part("train")), rows),
        contributions=_contributions(trained, inputs.take(np.flatnonzero(inside))),
        features={name: columns_behind(name) for name in columns_of(inputs)},
        curves=curves,
        tables=tables,
        figures=plots.figures(curves, bins, groups, tables["referrals"]),
    )


def _places(rows: pl.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    clean, outages = COHORTS[name]
    kept: npt.NDArray[np.bool_] = rows["is_clean"].to_numpy() | (not clean)
    return kept & (~rows["is_outage"].to_numpy() | outages)


def _part(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.filter(pl.Series(_places(rows, name)))


def _measures(ranking: Ranking) -> dict[str, Callable[[Floats | None], float]]:
    found: dict[str, Callable[[Floats | None], float]] = {"roc_auc": ranking.roc_auc, "pr_auc": ranking.pr_auc}
    for share in REFERRAL_SHARES:
        found[f"precision_at_{share:g}"] = lambda weights, share=share: ranking.at(share, weights).precision  # type: ignore[misc]
    return found


def _differences(rankings: Mapping[str, Ranking], clusters: Clusters, times: int) -> dict[str, Interval]:
    found = {}
    for one, other in ((NETS, BOOSTING), (ENSEMBLE, BOOSTING), (ENSEMBLE, NETS)):
        mine, theirs = _measures(rankings[one]), _measures(rankings[other])
        for measure in ("roc_auc", "pr_auc"):

            def gained(
                weights: Floats | None,
                a: Callable[[Floats | None], float] = mine[measure],
                b: Callable[[Floats | None], float] = theirs[measure],
            ) -> float:
                return a(weights) - b(weights)

            found[f"{one} over {other}, {measure}"] = cluster_bootstrap(gained, clusters, times=times)
    return found


def _metrics(came: npt.NDArray[np.bool_], probability: Scores, ranking: Ranking) -> dict[str, float]:
    found = {
        "rows": float(came.size),
        "overstays": float(came.sum()),
        "base_rate": float(came.mean()),
        "roc_auc": ranking.roc_auc(),
        "pr_auc": ranking.pr_auc(),
        "brier": brier(came, probability),
        "expected_calibration_error": expected_calibration_error(came, probability),
    }
    for share in REFERRAL_SHARES:
        at, by_chance = ranking.at(share), random_arm(came, share, seed=0)
        for name in ("precision", "recall", "lift", "false_alerts_per_1000"):
            found[f"{name}_at_{share:g}"] = getattr(at, name)
        found[f"random_precision_at_{share:g}"] = by_chance.precision
    return found


def _by_cohort(rows: pl.DataFrame, scores: Mapping[str, Scores]) -> pd.DataFrame:
    found = []
    for cohort_name in COHORTS:
        inside = _places(rows, cohort_name)
        came = rows["is_overstay"].to_numpy()[inside]
        for model in MODELS:
            ranking, said = Ranking(came, scores[model][inside]), scores[model][inside]
            at = ranking.at(0.01)
            found.append(
                {
                    "cohort": cohort_name,
                    "model": model,
                    "rows": came.size,
                    "base_rate": came.mean(),
                    "roc_auc": ranking.roc_auc(),
                    "pr_auc": ranking.pr_auc(),
                    "precision_at_0.01": at.precision,
                    "lift_at_0.01": at.lift,
                    "calibration_error": expected_calibration_error(came, said),
                    "brier": brier(came, said),
                }
            )
    return pd.DataFrame(found)


def _by_seed(members: Mapping[str, list[Scores]], rows: pl.DataFrame) -> pd.DataFrame:
    inside = _places(rows, MAIN)
    came = rows["is_overstay"].to_numpy()[inside]
    found = []
    for kind, of_seeds in members.items():
        for number, scores in enumerate(of_seeds):
            ranking = Ranking(came, scores[inside])
            found.append(
                {"model": kind, "seed": number, "roc_auc": ranking.roc_auc(), "pr_auc": ranking.pr_auc()},
            )
    return pd.DataFrame(found)


def _referrals(came: npt.NDArray[np.bool_], rankings: Mapping[str, Ranking]) -> pd.DataFrame:
    found = [
        {"model": name, **asdict(ranking.at(share))} for name, ranking in rankings.items() for share in REFERRAL_SHARES
    ]
    found += [{"model": "random arm", **asdict(random_arm(came, share, seed=0))} for share in REFERRAL_SHARES]
    return pd.DataFrame(found).drop(columns="threshold")


def _interval_table(intervals: Mapping[str, Interval]) -> pd.DataFrame:
    return pd.DataFrame([{"figure": name, **asdict(found)} for name, found in intervals.items()])


def _group_table(groups: Mapping[str, list[GroupRatio]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "attribute": attribute,
                "group": found.group,
                "negatives": found.negatives,
                "false_positive_rate": found.false_positive_rate,
                "relative": found.relative.estimate,
                "low": found.relative.low,
                "high": found.relative.high,
            }
            for attribute, ratios in groups.items()
            for found in ratios
        ]
    )


def _groups(rows: pl.DataFrame) -> dict[str, npt.NDArray[np.str_]]:
    bands = rows["age_years"].fill_nan(None).cut([17, 29, 44, 59], labels=["0-17", "18-29", "30-44", "45-59", "60+"])
    return {
        "nationality": rows["nationality"].to_numpy().astype(str),
        "sex": rows["sex"].to_numpy().astype(str),
        "age": bands.cast(pl.String).fill_null("not recorded").to_numpy().astype(str),
    }


def _curves(rankings: Mapping[str, Ranking]) -> list[Curve]:
    points = {name: ranking.curve() for name, ranking in rankings.items()}
    return [
        Curve(
            "Precision by share referred",
            "share referred",
            "precision",
            {name: [(share, precision) for share, precision, _ in found] for name, found in points.items()},
            is_log_x=True,
        ),
        Curve(
            "Recall by share referred",
            "share referred",
            "recall",
            {name: [(share, recall) for share, _, recall in found] for name, found in points.items()},
            is_log_x=True,
        ),
    ]


def _drift(train: pl.DataFrame, test: pl.DataFrame) -> dict[str, float]:
    ours = train.filter("is_visa_waiver")
    numbers = {name: psi_of_numbers(ours[name].to_numpy(), test[name].to_numpy()) for name in NUMBERS}
    return numbers | {name: psi_of_categories(ours[name].to_numpy(), test[name].to_numpy()) for name in CATEGORIES}


def _contributions(trained: Trained, inputs: Inputs) -> dict[str, float]:
    """Mean absolute Shapley value of each column in the first seed's trees, over rows drawn once."""
    rows = len(inputs.numbers)
    drawn = np.random.default_rng(0).choice(rows, min(rows, EXPLAINED_ROWS), replace=False)
    found = np.abs(contributions(trained.trees[0], inputs.take(drawn))).mean(axis=0)
    return dict(zip(columns_of(inputs), found.tolist(), strict=True))


def _params(settings: Settings, split: Split, trained: Trained) -> dict[str, str | int | float]:
    nested = {"boosting": asdict(settings.boosting), "net": asdict(settings.net)}
    flat = {f"{kind}.{name}": value for kind, of in nested.items() for name, value in of.items()}
    own = {name: value for name, value in asdict(settings).items() if name not in nested}
    days = {name: str(value) for name, value in asdict(split).items()}
    seen = {f"{part}_{what}": count for what in ("rows", "overstays") for part, count in getattr(trained, what).items()}
    return {
        name: value if isinstance(value, int | float) else str(value)
        for name, value in (own | flat | days | seen).items()
    }
