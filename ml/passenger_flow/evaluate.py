"""How good the forecasts are on days that were not learned from, beside a naive forecast and a library's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import groupby

import lightgbm
import numpy as np
import numpy.typing as npt
import pandas as pd

from lakehouse.errors import TooLittleKnown
from ml import pictures
from ml.evaluated import Comparison, Curve, Evaluated
from ml.measures import Bin, Clusters, Interval, cluster_bootstraps, psi_of_numbers
from ml.passenger_flow import library
from ml.passenger_flow.conformal import COVERAGES, Bounds
from ml.passenger_flow.features import COLUMNS_BEHIND, FEATURES, Ahead
from ml.passenger_flow.panel import WEEK, Floats
from ml.passenger_flow.settings import Settings
from ml.passenger_flow.train import Block, Trained

#: What is compared: the trees, the count of a week before, and (``library``) models of statsforecast.
OURS, NAIVE = "boosting", "seasonal naive"
#: The measure by which models are compared: what is gained over the naive forecast, in the geometric mean over series.
MEASURE = "skill"
ALL = "all series"
#: Days whose forecasts are drawn together for intervals: what happens to a border lasts for weeks.
CLUSTER_DAYS = 28
#: Rows whose Shapley values are taken.
EXPLAINED_ROWS = 1_000


@dataclass(frozen=True)
class Judged:
    """Forecasts whose actual count, naive forecast and error scale are known, of all panels in one row of numbers.

    ``series`` and ``cluster`` are numbers that are unique over panels.
    """

    panels: tuple[str, ...]
    panel: npt.NDArray[np.int64]
    series: npt.NDArray[np.int64]
    names: tuple[tuple[str, ...], ...]
    cluster: npt.NDArray[np.int64]
    lead: npt.NDArray[np.int64]
    is_last: npt.NDArray[np.bool_]
    actual: Floats
    error_scale: Floats
    expected: Mapping[str, Floats]
    lower: Mapping[str, Mapping[float, Floats]]
    upper: Mapping[str, Mapping[float, Floats]]

    def take(self, rows: npt.NDArray[np.bool_]) -> Judged:
        """Some of the rows."""
        ends = (
            {of: {c: v[rows] for c, v in by.items()} for of, by in side.items()} for side in (self.lower, self.upper)
        )
        return Judged(
            self.panels, self.panel[rows], self.series[rows], self.names, self.cluster[rows], self.lead[rows],
            self.is_last[rows], self.actual[rows], self.error_scale[rows],
            {of: values[rows] for of, values in self.expected.items()}, *ends,
        )  # fmt: skip

    def of(self, name: str) -> Judged:
        """The rows of a panel, or all."""
        return self if name == ALL else self.take(self.panel == self.panels.index(name))

    @cached_property
    def errors(self) -> dict[str, Floats]:
        """Absolute errors of each forecaster."""
        return {of: np.abs(self.actual - values) for of, values in self.expected.items()}

    def held(self, of: str, coverage: float) -> npt.NDArray[np.bool_]:
        """Whether each actual count lies in the forecaster's interval."""
        lower, upper = self.lower[of][coverage], self.upper[of][coverage]
        return np.asarray((self.actual >= lower) & (self.actual <= upper))

    def figures(self, weights: Floats | None = None) -> dict[str, float]:
        """By 'forecaster figure': mean absolute scaled error and skill over series, coverage and interval score."""
        drawn = np.ones(len(self.actual)) if weights is None else weights
        rows = _per_series(self.series, drawn)
        seen = rows > 0
        found = {}
        for of, errors in self.errors.items():
            scaled = _per_series(self.series, drawn * errors / self.error_scale)[seen] / rows[seen]
            ours, naive = (_per_series(self.series, drawn * self.errors[name])[seen] for name in (of, NAIVE))
            # A naive forecast without any error leaves nothing to gain.
            told = (naive > 0) & (ours > 0)
            found[f"{of} mase"] = float(scaled.mean()) if seen.any() else np.nan
            found[f"{of} {MEASURE}"] = (
                float(1 - np.exp(np.log(ours[told] / naive[told]).mean())) if told.any() else np.nan
            )
            for share in COVERAGES if of in self.lower else ():
                known = ~np.isnan(self.lower[of][share])
                weight = drawn * known
                per_cent = round(100 * share)
                held = (weight * self.held(of, share)).sum()
                found[f"{of} coverage_{per_cent}"] = float(held / weight.sum()) if weight.sum() else np.nan
                scored = _per_series(self.series, weight * np.nan_to_num(self._interval_score(of, share)))
                counted = _per_series(self.series, weight)
                means = scored[counted > 0] / counted[counted > 0]
                found[f"{of} interval_score_{per_cent}"] = float(means.mean()) if means.size else np.nan
        return found

    def _interval_score(self, of: str, share: float) -> Floats:
        """Width and, where the count lies outside, how far, over the error scale (Gneiting and Raftery 2007)."""
        lower, upper = self.lower[of][share], self.upper[of][share]
        outside = np.maximum(lower - self.actual, 0) + np.maximum(self.actual - upper, 0)
        return np.asarray((upper - lower + 2 / (1 - share) * outside) / self.error_scale)


def judge(blocks: Sequence[Block], others: Mapping[str, Sequence[Floats]] | None = None) -> Judged:
    """All rows of blocks that can be judged; ``others`` are further forecasts, one a block, by their name.

    Raises ``TooLittleKnown`` where there are none.
    """
    further = others or {}
    expected = {OURS: [b.expected for b in blocks], NAIVE: [b.rows.seasonal_naive for b in blocks], **further}
    return _judged(blocks, expected, {OURS: [b.bounds for b in blocks]})


def judge_library(blocks: Sequence[Block], settings: Settings) -> Judged | None:
    """The same at some origins of each block with the library's forecasts beside; None where it is not wanted."""
    if not settings.library_origins:
        return None
    expected: dict[str, list[Floats]] = {OURS: [], NAIVE: []}
    ends: dict[str, list[Bounds]] = {OURS: []}
    for block in blocks:
        origins = np.unique(block.rows.origin)
        places = np.linspace(0, len(origins) - 1, min(settings.library_origins, len(origins))).astype(np.int64)
        found = library.forecasts(block.rows, origins[places])
        expected[OURS].append(block.expected)
        expected[NAIVE].append(block.rows.seasonal_naive)
        ends[OURS].append(block.bounds)
        for name, of in found.items():
            expected.setdefault(name, []).append(of.expected)
            ends.setdefault(name, []).append(of.bounds)
    return _judged(blocks, expected, ends)


def _judged(
    blocks: Sequence[Block], expected: Mapping[str, Sequence[Floats]], ends: Mapping[str, Sequence[Bounds]]
) -> Judged:
    names = tuple(dict.fromkeys(block.rows.panel.name for block in blocks))
    series = {(p.name, one): None for p in (block.rows.panel for block in blocks) for one in p.names}
    numbers = {key: number for number, key in enumerate(series)}
    last = {name: max(int(b.rows.origin.min()) for b in blocks if b.rows.panel.name == name) for name in names}

    def told(block: Block) -> npt.NDArray[np.int64]:
        places = np.array([numbers[block.rows.panel.name, one] for one in block.rows.panel.names])
        return np.asarray(places[block.rows.series], np.int64)

    rows = [block.rows for block in blocks]
    found = Judged(
        names,
        np.concatenate([np.full(len(r), names.index(r.panel.name)) for r in rows]),
        np.concatenate([told(block) for block in blocks]),
        tuple((name, port, direction) for name, (_, port, direction) in series),
        np.concatenate([names.index(r.panel.name) * 10_000 + r.origin // CLUSTER_DAYS for r in rows]),
        np.concatenate([r.lead for r in rows]),
        np.concatenate([r.origin >= last[r.panel.name] for r in rows]),
        np.concatenate([r.actual for r in rows]),
        np.concatenate([r.error_scale for r in rows]),
        {of: np.concatenate(list(values)) for of, values in expected.items()},
        {of: {c: np.concatenate([b.lower[c] for b in made]) for c in COVERAGES} for of, made in ends.items()},
        {of: {c: np.concatenate([b.upper[c] for b in made]) for c in COVERAGES} for of, made in ends.items()},
    )
    known = ~np.isnan(found.actual) & ~np.isnan(found.error_scale)
    for values in found.expected.values():
        known &= ~np.isnan(values)
    if not known.any():
        raise TooLittleKnown("No forecast can be judged: no count of a day that was not learned from is known.")
    return found.take(known)


def evaluated(
    trained: Trained,
    judged: Judged,
    beside: Judged | None,
    settings: Settings,
    champion: str | None,
    *,
    is_simulated: bool,
) -> Evaluated:
    """What is known of the model. ``champion`` names the forecasts in ``judged`` that it is compared with.

    Without one it is compared with the naive forecast, over all blocks; with one over the last block, whose days
    neither has learned from.
    """
    of_panel = {name: _intervals(judged.of(name), settings) for name in (ALL, *judged.panels)}
    figures = {f"{name} {what}": ends for name, by in of_panel.items() for what, ends in by.items()}
    plain = {what.removeprefix(f"{OURS} "): ends for what, ends in of_panel[ALL].items() if what.startswith(OURS)}
    last = judged.take(judged.is_last)
    tables = {
        "figures by panel": _table(of_panel),
        "figures of the last block": _table({n: _intervals(last.of(n), settings) for n in (ALL, *judged.panels)}),
        "by series": _by_series(judged),
        "by seed": _by_seed(trained.blocks, settings),
        "by days ahead": _by_lead(judged),
    }
    if beside is not None:
        tables["beside the library"] = _table({n: _intervals(beside.of(n), settings) for n in (ALL, *beside.panels)})
        tables["over the library"] = _over_library(beside, settings)
    off = [abs(plain[f"coverage_{round(100 * share)}"].estimate - share) for share in COVERAGES]
    return Evaluated(
        params={"model": OURS, **{name: str(value) for name, value in asdict(settings).items()}},
        metrics={
            **{name: ends.estimate for name, ends in figures.items()},
            **{n: e.estimate for n, e in plain.items()},
        },
        intervals=plain,
        features={name: COLUMNS_BEHIND[name] for name in FEATURES},
        comparison=_comparison(judged, plain, settings, champion),
        calibration_error=float(np.mean(off)),
        calibration=[
            Bin(int((~np.isnan(judged.lower[OURS][c])).sum()), c, plain[f"coverage_{round(100 * c)}"].estimate)
            for c in COVERAGES
        ],
        groups={},
        drift=_drift(trained),
        contributions=_contributions(trained),
        curves=[_error_by_lead(judged)],
        tables=tables,
        figures={"error by panel": pictures.bars_picture("Mean absolute scaled error", "MASE", _bars(of_panel))},
        is_simulated=is_simulated,
    )


def _intervals(judged: Judged, settings: Settings) -> dict[str, Interval]:
    return cluster_bootstraps(judged.figures, Clusters(judged.cluster), times=settings.replicates)


def _comparison(judged: Judged, plain: Mapping[str, Interval], settings: Settings, champion: str | None) -> Comparison:
    if champion is None:
        return Comparison(MEASURE, f"the {NAIVE} forecast", plain[MEASURE])
    rows = judged.take(judged.is_last)

    def gain(weights: Floats | None) -> float:
        found = rows.figures(weights)
        return found[f"{OURS} {MEASURE}"] - found[f"{champion} {MEASURE}"]

    ends = cluster_bootstraps(lambda w: {"": gain(w)}, Clusters(rows.cluster), times=settings.replicates)
    return Comparison(MEASURE, champion, ends[""])


def _per_series(series: npt.NDArray[np.int64], values: Floats) -> Floats:
    return np.asarray(np.bincount(series, values), np.float64)


def _table(of_panel: Mapping[str, Mapping[str, Interval]]) -> pd.DataFrame:
    rows = [
        (panel, *what.rsplit(" ", 1), ends.estimate, ends.low, ends.high)
        for panel, by in of_panel.items()
        for what, ends in by.items()
    ]
    return pd.DataFrame(rows, columns=["panel", "forecast", "figure", "estimate", "low", "high"])


def _over_library(judged: Judged, settings: Settings) -> pd.DataFrame:
    """What our forecast gains on each of the library's, in the geometric mean over series, by panel."""
    rows = []
    for name in (ALL, *judged.panels):
        part = judged.of(name)

        def gains(weights: Floats | None, part: Judged = part) -> dict[str, float]:
            found = part.figures(weights)
            kept = {of: 1 - found[f"{of} {MEASURE}"] for of in part.expected}
            return {of: 1 - kept[OURS] / kept[of] for of in part.expected if of != OURS}

        ends = cluster_bootstraps(gains, Clusters(part.cluster), times=settings.replicates)
        rows += [(name, of, found.estimate, found.low, found.high) for of, found in ends.items()]
    return pd.DataFrame(rows, columns=["panel", "over", "estimate", "low", "high"])


def _by_series(judged: Judged) -> pd.DataFrame:
    rows = []
    for number in np.unique(judged.series):
        part = judged.take(judged.series == number)
        found = part.figures()
        measures = [found[f"{OURS} {what}"] for what in ("mase", MEASURE, "coverage_80", "coverage_95")]
        rows.append((*judged.names[number], len(part.actual), found[f"{NAIVE} mase"], *measures))
    columns = ["panel", "port", "direction", "forecasts", "naive_mase", "mase", "skill", "coverage_80", "coverage_95"]
    return pd.DataFrame(rows, columns=columns)


def _by_seed(blocks: Sequence[Block], settings: Settings) -> pd.DataFrame:
    rows = []
    for place, seed in enumerate(settings.seeds):
        alone = _judged(
            blocks,
            {OURS: [b.members[place] for b in blocks], NAIVE: [b.rows.seasonal_naive for b in blocks]},
            {},
        )
        for name in (ALL, *alone.panels):
            found = alone.of(name).figures()
            rows.append((name, seed, found[f"{OURS} mase"], found[f"{OURS} {MEASURE}"]))
    return pd.DataFrame(rows, columns=["panel", "seed", "mase", "skill"])


def _by_lead(judged: Judged) -> pd.DataFrame:
    rows = []
    for name in judged.panels:
        part = judged.of(name)
        for lead in range(1, WEEK + 1):
            found = part.take(part.lead == lead).figures()
            said = [found[f"{OURS} {what}"] for what in ("mase", MEASURE, "coverage_80", "coverage_95")]
            rows.append((name, lead, found[f"{NAIVE} mase"], *said))
    columns = ["panel", "days_ahead", "naive_mase", "mase", "skill", "coverage_80", "coverage_95"]
    return pd.DataFrame(rows, columns=columns)


def _error_by_lead(judged: Judged) -> Curve:
    table = _by_lead(judged)
    lines = {
        f"{name}, {panel}": [
            (float(lead), float(value)) for lead, value in zip(of["days_ahead"], of[column], strict=True)
        ]
        for panel, of in table.groupby("panel")
        for name, column in ((OURS, "mase"), (NAIVE, "naive_mase"))
    }
    return Curve("Error by days ahead", "days ahead", "MASE", lines)


def _bars(of_panel: Mapping[str, Mapping[str, Interval]]) -> dict[str, dict[str, float]]:
    return {of: {panel: by[f"{of} mase"].estimate for panel, by in of_panel.items()} for of in (OURS, NAIVE)}


def _last_rows(trained: Trained) -> Ahead:
    """Rows of the last block of the panel with most of them."""
    by_panel = groupby(sorted(trained.blocks, key=lambda b: b.rows.panel.name), key=lambda b: b.rows.panel.name)
    return max(([b.rows for b in of][-1] for _, of in by_panel), key=len)


def _drift(trained: Trained) -> dict[str, float]:
    last: dict[str, Ahead] = {block.rows.panel.name: block.rows for block in trained.blocks}
    now = np.concatenate([rows.matrix for rows in last.values()])
    return {n: psi_of_numbers(trained.learned[:, place], now[:, place]) for place, n in enumerate(FEATURES)}


def _contributions(trained: Trained) -> dict[str, float]:
    matrix = _last_rows(trained).matrix
    some = matrix[:: max(1, len(matrix) // EXPLAINED_ROWS)]
    trees = lightgbm.Booster(model_str=trained.texts[0])
    values = np.asarray(trees.predict(some, pred_contrib=True, num_threads=1))[:, :-1]
    return {name: float(size) for name, size in zip(FEATURES, np.abs(values).mean(axis=0), strict=True)}
