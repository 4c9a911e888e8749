"""How good the models are on days they have not seen, told as reviewers want it (``ml.evaluated``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from lakehouse.errors import TooLittleKnown
from ml import pictures
from ml.evaluated import Comparison, Curve, Evaluated
from ml.measures import (
    REFERRAL_SHARES,
    Clusters,
    Interval,
    Ranking,
    brier,
    cluster_bootstraps,
    expected_calibration_error,
    false_positive_ratios,
    psi_of_categories,
    psi_of_numbers,
    random_arm,
    reliability,
)
from ml.measures.ranking import Bools, Floats
from ml.overstay_arrivals.boosting import Boosted, contributions
from ml.overstay_arrivals.dataset import Inputs, Split, cohort
from ml.overstay_arrivals.features import CATEGORIES, NUMBERS, columns_behind
from ml.overstay_arrivals.settings import Settings
from ml.overstay_arrivals.train import BOOSTING, ENSEMBLE, MODELS, NETS, UNPROTECTED, Scores, Trained, averaged
from ml.policy import NEVER_ALLOWED, PROTECTED

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
#: What a first champion is held against: who is ordered by what came of earlier stays of the same nationality.
BASELINE, BASELINE_COLUMN = "the rate of earlier stays of the nationality", "own/nationality:overstays"
#: The measure by which models are compared, and pairs of models whose difference is shown: one over the other.
MEASURE = "pr_auc"
PAIRS = (
    *((BOOSTING, BASELINE), (BOOSTING, UNPROTECTED), (UNPROTECTED, BASELINE)),
    *((NETS, BOOSTING), (ENSEMBLE, BOOSTING), (ENSEMBLE, NETS)),
)


@dataclass(frozen=True)
class Judged:
    """All models on the test's days, and what is drawn for intervals: once for all of them.

    ``rows`` are of every cohort, ``main`` of the one that counts, as are
    ``rankings``. Names of ``drawn`` are 'model figure', those of ``differences`` 'one over other figure'.
    """

    trained: Trained
    settings: Settings
    split: Split
    rows: pl.DataFrame
    main: pl.DataFrame
    inputs: Inputs
    members: Mapping[str, list[Scores]]
    scores: Mapping[str, Scores]
    rankings: Mapping[str, Ranking]
    clusters: Clusters
    drawn: Mapping[str, Interval]
    differences: Mapping[str, Interval]
    drift: Mapping[str, float]

    @property
    def came(self) -> Bools:
        """Who overstayed in the main cohort."""
        return self.main["is_overstay"].to_numpy()


def judge(
    trained: Trained,
    stays: pl.DataFrame,
    split: Split,
    settings: Settings,
    champion: tuple[str, Scores] | None = None,
) -> Judged:
    """Every model on the test's days of ``stays`` (features and outcomes).

    ``champion`` is the name of the version that is champion, and its scores of
    ``judged_rows`` rows. Raises ``TooLittleKnown`` where these days hold no overstay.
    """
    rows = judged_rows(stays, split)
    inside = _places(rows, MAIN)
    main = rows.filter(pl.Series(inside))
    came = main["is_overstay"].to_numpy()
    if not came.any():
        raise TooLittleKnown(f"The days of the test hold no overstay among {main.height:,} stays.")
    inputs = trained.encoder.inputs(rows)
    members = trained.member_scores(inputs)
    scores = {name: trained.calibrations[name](raw) for name, raw in averaged(members).items()}
    against = {BASELINE: inputs.only([BASELINE_COLUMN])[:, 0].astype(np.float64)}
    if champion:
        against[champion[0]] = champion[1]
    rankings = {name: Ranking(came, found[inside]) for name, found in {**scores, **against}.items()}
    clusters = Clusters(main["flight_day"].to_numpy())
    pairs = [*PAIRS, *((model, champion[0]) for model in MODELS if champion)]
    found = cluster_bootstraps(_Figures(rankings, pairs), clusters, times=settings.replicates)
    return Judged(
        trained,
        settings,
        split,
        rows,
        main,
        inputs.take(np.flatnonzero(inside)),
        members,
        scores,
        rankings,
        clusters,
        drawn={name: ends for name, ends in found.items() if " over " not in name},
        differences={name: ends for name, ends in found.items() if " over " in name},
        drift=_drift(stays.filter(split.part("train")), rows),
    )


def judged_rows(stays: pl.DataFrame, split: Split) -> pl.DataFrame:
    """The rows that models are judged on: of every cohort, in the order of their keys."""
    return cohort(stays.filter(split.part("test")), clean=False, outages=True).sort("admission_id")


def evaluated(judged: Judged, model: str, against: str = BASELINE) -> Evaluated:
    """What is known of ``model``, one of boosted trees, compared with ``against``: the baseline or the champion."""
    probability = judged.scores[model][_places(judged.rows, MAIN)]
    ranking, came = judged.rankings[model], judged.came
    referred = probability >= ranking.at(GROUP_SHARE).threshold
    trees = judged.trained.members_of(model)[0]
    tables = {
        "models two by two": _differences(judged.differences),
        "cohorts": _by_cohort(judged.rows, judged.scores),
        "seeds": _by_seed(judged),
        "referrals, and a random arm": _referrals(came, judged.rankings),
        "intervals by flight-day": _intervals(judged.drawn),
    }
    without = judged.differences[f"{model} over {UNPROTECTED} {MEASURE}"] if model != UNPROTECTED else None
    return Evaluated(
        params={"model": model, **_params(judged)},
        metrics=_metrics(came, probability, ranking),
        intervals={
            name.removeprefix(f"{model} "): of for name, of in judged.drawn.items() if name.startswith(f"{model} ")
        },
        comparison=Comparison(MEASURE, against, judged.differences[f"{model} over {against} {MEASURE}"]),
        without_protected=Comparison(MEASURE, f"the same without {_PROTECTED}", without) if without else None,
        calibration_error=expected_calibration_error(came, probability),
        calibration=reliability(came, probability),
        groups={
            attribute: false_positive_ratios(came, referred, of, judged.clusters, times=judged.settings.replicates)
            for attribute, of in _groups(judged.main).items()
        },
        drift=judged.drift,
        contributions=_contributions(trees, judged.inputs),
        features={name: columns_behind(name) for name in trees.columns},
        curves=_curves(judged.rankings),
        tables=tables,
        figures={
            "precision at referral": pictures.bars_picture(
                "Precision at referral", "precision", _wide(tables["referrals, and a random arm"])
            )
        },
        is_simulated=False,
    )


_PROTECTED = ", ".join(name for name in PROTECTED if name not in NEVER_ALLOWED)


@dataclass(frozen=True)
class _Figures:
    """Figures of all rankings, and the differences of some, from one drawing of flight-days."""

    rankings: Mapping[str, Ranking]
    pairs: list[tuple[str, str]]

    def __call__(self, weights: Floats | None) -> dict[str, float]:
        of = {model: ranking.figures(weights) for model, ranking in self.rankings.items()}
        found = {f"{model} {name}": value for model, figures in of.items() for name, value in figures.items()}
        for one, other in self.pairs:
            for name in ("roc_auc", "pr_auc", "precision_at_0.01"):
                found[f"{one} over {other} {name}"] = of[one][name] - of[other][name]
        return found


def _places(rows: pl.DataFrame, name: str) -> Bools:
    clean, outages = COHORTS[name]
    kept: Bools = rows["is_clean"].to_numpy() | (not clean)
    return kept & (~rows["is_outage"].to_numpy() | outages)


def _metrics(came: Bools, probability: Scores, ranking: Ranking) -> dict[str, float]:
    by_chance = {
        f"random_precision_at_{share:g}": random_arm(came, share, seed=0).precision for share in REFERRAL_SHARES
    }
    return {
        "rows": float(came.size),
        "overstays": float(came.sum()),
        "base_rate": float(came.mean()),
        "brier": brier(came, probability),
        **ranking.figures(),
        **by_chance,
    }


def _differences(differences: Mapping[str, Interval]) -> pd.DataFrame:
    """Models two by two, and whether the difference is beyond noise."""
    return pd.DataFrame(
        [
            {
                "comparison": name,
                "difference": of.estimate,
                "low": of.low,
                "high": of.high,
                "verdict": ("better" if of.estimate > 0 else "worse") if of.excludes_nought else "within noise",
            }
            for name, of in differences.items()
        ]
    )


def _by_cohort(rows: pl.DataFrame, scores: Mapping[str, Scores]) -> pd.DataFrame:
    found = []
    for name in COHORTS:
        inside = _places(rows, name)
        came = rows["is_overstay"].to_numpy()[inside]
        for model, said in scores.items():
            figures = Ranking(came, said[inside]).figures()
            shown = ("roc_auc", "pr_auc", "precision_at_0.01", "lift_at_0.01")
            found.append(
                {
                    "cohort": name,
                    "model": model,
                    "rows": came.size,
                    "base_rate": came.mean(),
                    **{figure: figures[figure] for figure in shown},
                    "calibration_error": expected_calibration_error(came, said[inside]),
                    "brier": brier(came, said[inside]),
                }
            )
    return pd.DataFrame(found)


def _by_seed(judged: Judged) -> pd.DataFrame:
    inside, seeds = _places(judged.rows, MAIN), judged.settings.seeds
    found = []
    for kind, of_seeds in judged.members.items():
        for seed, scores in zip(seeds, of_seeds, strict=True):
            ranking = Ranking(judged.came, scores[inside])
            found.append({"model": kind, "seed": seed, "roc_auc": ranking.roc_auc(), "pr_auc": ranking.pr_auc()})
    return pd.DataFrame(found)


def _referrals(came: Bools, rankings: Mapping[str, Ranking]) -> pd.DataFrame:
    found = [
        {"model": name, **asdict(ranking.at(share))} for name, ranking in rankings.items() for share in REFERRAL_SHARES
    ]
    found += [{"model": "random arm", **asdict(random_arm(came, share, seed=0))} for share in REFERRAL_SHARES]
    return pd.DataFrame(found).drop(columns="threshold")


def _wide(referrals: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Precision by model and share referred."""
    shares = [f"{100 * share:g} %" for share in REFERRAL_SHARES]
    return {
        str(model): dict(zip(shares, of["precision"], strict=True))
        for model, of in referrals.groupby("model", sort=False)
    }


def _intervals(drawn: Mapping[str, Interval]) -> pd.DataFrame:
    return pd.DataFrame([{"figure": name, **asdict(found)} for name, found in drawn.items()])


def _groups(rows: pl.DataFrame) -> dict[str, npt.NDArray[np.str_]]:
    bands = rows["age_years"].fill_nan(None).cut([17, 29, 44, 59], labels=["0-17", "18-29", "30-44", "45-59", "60+"])
    return {
        "nationality": rows["nationality"].to_numpy().astype(str),
        "sex": rows["sex"].to_numpy().astype(str),
        "age": bands.cast(pl.String).fill_null("not recorded").to_numpy().astype(str),
    }


def _curves(rankings: Mapping[str, Ranking]) -> list[Curve]:
    points = {name: ranking.curve() for name, ranking in rankings.items()}
    shares = {name: [(share, precision) for share, precision, _ in found] for name, found in points.items()}
    recalls = {name: [(share, recall) for share, _, recall in found] for name, found in points.items()}
    both = {name: [(recall, precision) for _, precision, recall in found] for name, found in points.items()}
    return [
        Curve("Precision by share referred", "share referred", "precision", shares, is_log_x=True),
        Curve("Recall by share referred", "share referred", "recall", recalls, is_log_x=True),
        Curve("Precision and recall", "recall", "precision", both),
    ]


def _drift(train: pl.DataFrame, test: pl.DataFrame) -> dict[str, float]:
    ours = train.filter("is_visa_waiver")
    numbers = {name: psi_of_numbers(ours[name].to_numpy(), test[name].to_numpy()) for name in NUMBERS}
    return numbers | {name: psi_of_categories(ours[name].to_numpy(), test[name].to_numpy()) for name in CATEGORIES}


def _contributions(trees: Boosted, inputs: Inputs) -> dict[str, float]:
    """Mean absolute Shapley value of each column in one seed's trees, over rows drawn once."""
    rows = len(inputs.matrix)
    drawn = np.random.default_rng(0).choice(rows, min(rows, EXPLAINED_ROWS), replace=False)
    found = np.abs(contributions(trees, inputs.take(drawn))).mean(axis=0)
    return dict(zip(trees.columns, found.tolist(), strict=True))


def _params(judged: Judged) -> dict[str, str | int | float]:
    settings, trained = judged.settings, judged.trained
    nested = {"boosting": asdict(settings.boosting), "net": asdict(settings.net)}
    flat = {f"{kind}.{name}": value for kind, of in nested.items() for name, value in of.items()}
    own = {name: value for name, value in asdict(settings).items() if name not in nested}
    days = {name: str(value) for name, value in asdict(judged.split).items()}
    seen = {f"{part}_{what}": count for what in ("rows", "overstays") for part, count in getattr(trained, what).items()}
    return {
        name: value if isinstance(value, int | float) else str(value)
        for name, value in (own | flat | days | seen).items()
    }
