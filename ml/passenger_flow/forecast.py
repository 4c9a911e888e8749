"""Forecasts by a registered version: of weeks that it had not learned from, and of the coming one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame

from ml.packaging import Graph
from ml.passenger_flow.conformal import COVERAGES, NO_SCORES, Bounds, Scores, bounds, from_json, together
from ml.passenger_flow.features import Ahead, ahead
from ml.passenger_flow.panel import WEEK, Floats, Panel, panels
from ml.passenger_flow.series import SERIES
from ml.scorer import Scorer

#: Beside the graph: scores by which intervals are made, and the last day that was learned from, by panel.
SCORES_FILE, UNTIL_FILE = "scores.json", "learned_until.json"
#: Weeks whose forecasts stand beside what came, and those before them whose errors make their intervals.
SHOWN_WEEKS, WARM_WEEKS = 8, 13

ENDS = tuple(f"{end}_{round(100 * share)}_count" for share in COVERAGES for end in ("lower", "upper"))
_NUMBERS = ("forecast_count", *ENDS, "actual_count")
#: As ``applyInArrow`` wants it.
SCHEMA = (
    ", ".join(f"{name} string" for name in SERIES)
    + ", starts_local timestamp, known_until date, lead_days int, is_coming boolean, "
    + ", ".join(f"{name} double" for name in _NUMBERS)
)


def expected_counts(rows: Ahead, log_ratios: Floats) -> Floats:
    """Counts from what the trees say: the logarithm of one and the count over one and its base, in levels."""
    base = np.log1p(np.maximum(rows.base, 0))
    return np.asarray(np.maximum(np.expm1(log_ratios + base), 0) * rows.scale)


@dataclass(frozen=True)
class Service:
    """A model version, ready to forecast panels."""

    scorer: Scorer
    scores: Mapping[str, Scores]
    until: Mapping[str, date]

    @classmethod
    def of(cls, graph: Graph) -> Service:
        """From what is kept of a version."""
        said = json.loads(graph.beside[UNTIL_FILE])
        until = {name: date.fromisoformat(day) for name, day in said.items()}
        return cls(graph.scorer(), from_json(graph.beside[SCORES_FILE]), until)

    def expected(self, rows: Ahead) -> Floats:
        """The count of each row."""
        columns = tuple(self.scorer.columns)
        given = {name: rows.matrix[:, place] for place, name in enumerate(columns)}
        return expected_counts(rows, self.scorer.score(given))

    def weeks(self, panel: Panel) -> tuple[Ahead, Floats, Bounds]:
        """The coming week, and the last ``SHOWN_WEEKS`` of those that were not learned from, with intervals.

        Origins are a week apart, counted back from the last day known.
        """
        unseen = self.until.get(panel.name, date.min)
        origins = [
            day
            for day in range(panel.days - 1, -1, -WEEK)[: SHOWN_WEEKS + WARM_WEEKS + 1]
            if panel.on(day) >= unseen
        ]  # fmt: skip
        rows = ahead(panel, sorted(origins))
        expected = self.expected(rows)
        known = self.scores.get(panel.name, NO_SCORES) + Scores.of(rows, expected)
        made = bounds(rows, expected, known, together(list(self.scores.values())))
        first = panel.days - 1 - SHOWN_WEEKS * WEEK
        shown = rows.origin >= first
        ends = ({share: of[shown] for share, of in side.items()} for side in (made.lower, made.upper))
        return rows.take(shown), expected[shown], Bounds(*ends)


def forecasts(rows: DataFrame, graph: Graph) -> DataFrame:
    """``SCHEMA``: forecasts of all series in rows of ``series.flow``, a panel at a time where the rows are.

    What cannot be forecast has no row: see ``features.ahead``.
    """
    return rows.groupBy("basis", "border_state", "span").applyInArrow(_of_panels(graph), SCHEMA)


def _of_panels(graph: Graph) -> Callable[[pa.Table], pa.Table]:
    def told(table: pa.Table) -> pa.Table:
        service = Service.of(graph)
        found = [frame for panel in panels(pl.DataFrame(table)) for frame in _frames(service, panel)]
        return pl.concat(found).to_arrow().cast(_ARROW) if found else _ARROW.empty_table()

    return told


_ARROW = pa.schema(
    [
        *((name, pa.string()) for name in SERIES),
        ("starts_local", pa.timestamp("us", "UTC")),
        ("known_until", pa.date32()),
        ("lead_days", pa.int32()),
        ("is_coming", pa.bool_()),
        *((name, pa.float64()) for name in _NUMBERS),
    ]
)


def _frames(service: Service, panel: Panel) -> Iterator[pl.DataFrame]:
    rows, expected, made = service.weeks(panel)
    if not len(rows):
        return
    names = np.array(panel.names)[rows.series]
    starts = [
        datetime.combine(panel.on(int(day)), datetime.min.time()) + timedelta(hours=int(slot))
        for day, slot in zip(rows.day, rows.slot, strict=True)
    ]
    named = dict(zip(("port_code", "port_source_code", "direction"), names.T, strict=True))
    said = {"basis": panel.basis, "border_state": panel.border_state, "span": panel.span}
    ends = [side[share] for share in COVERAGES for side in (made.lower, made.upper)]
    yield pl.DataFrame(
        {
            **{name: [said[name]] * len(rows) if name in said else named[name].tolist() for name in SERIES},
            "starts_local": pl.Series(starts, dtype=pl.Datetime("us", "UTC")),
            "known_until": [panel.on(int(day)) for day in rows.origin],
            "lead_days": rows.lead.astype(np.int32),
            "is_coming": rows.origin == panel.days - 1,
            **dict(zip(_NUMBERS, (expected, *ends, rows.actual), strict=True)),
        }
    ).with_columns(pl.col(*_NUMBERS).fill_nan(None))
