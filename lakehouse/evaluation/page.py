"""The result as a page: a part for each behaviour, all figures, and what is not measured."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from lakehouse.compile.templates import filled
from lakehouse.evaluation.plots import curves, shares_by_world, totals, wrong_names

Row = Mapping[str, Any]


def write_page(path: Path, rows: Sequence[Row]) -> Path:
    """Write rows of ``ops.detection_quality`` as one page that loads nothing from elsewhere; its path."""
    measured = [row for row in rows if row["is_measured"]]
    parts = [_part(behaviour, list(of)) for behaviour, of in groupby(sorted(measured, key=_place), _behaviour)]
    text = filled(
        "evaluation.html",
        parts=parts,
        glance=[found["glance"] | part for part in parts for found in part["datasets"] if found["glance"]],
        absent=sorted(
            {(r["behaviour"], r["dataset"], r["not_measured_because"]) for r in rows if not r["is_measured"]}
        ),
        worlds=sorted({row["world"] for row in rows}),
        shown=_shown,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
    return path


def _part(behaviour: str, rows: list[Row]) -> dict[str, Any]:
    """Of each dataset and unit the figures, and plots of its widest operating point and of all of them."""
    datasets = []
    for (dataset, unit), of in groupby(rows, key=lambda row: (row["dataset"], row["unit"])):
        found = list(of)
        widest = _widest(found)
        shares = shares_by_world(widest)
        plots = (shares, *curves(found), totals(found), wrong_names(widest))
        datasets.append(
            {
                "dataset": dataset,
                "unit": unit,
                "definition": found[0]["definition"],
                "plotted": widest[0]["operating_point"] if shares else "",
                # Drawn by us from numbers and names of ours: nothing to escape.
                "plots": [Markup(plot) for plot in plots if plot],
                "rows": found,
                "glance": _glance(widest),
            }
        )
    return {"behaviour": behaviour, "datasets": datasets, "is_held_out": any(row["is_held_out"] for row in rows)}


def _glance(widest: list[Row]) -> dict[str, Any]:
    """Who is named and who is not, summed over worlds, and the least and most of the shares; empty of mere totals."""
    known = [row for row in widest if row["true_positives_count"] is not None]
    if not known:
        return {}
    summed = {
        name: sum(row[f"{name}_count"] or 0 for row in known)
        for name in ("actual", "named", "true_positives", "twins", "named_twins")
    }
    others = summed["named"] - summed["true_positives"] - summed["named_twins"]
    return {
        **{name: known[0][name] for name in ("dataset", "unit")},
        "found": f"{summed['true_positives']:,} of {summed['actual']:,}",
        "twins": f"{summed['named_twins']:,} of {summed['twins']:,}" if known[0]["twins_count"] is not None else "–",
        "others": f"{others:,}" if known[0]["twins_count"] is not None else "–",
        **{name: _span([row[f"{name}_ratio"] for row in known]) for name in ("precision", "recall")},
    }


def _span(shares: list[float | None]) -> str:
    """The least and the most of what is known."""
    known = sorted({f"{share:.2f}" for share in shares if share is not None})
    return " to ".join(dict.fromkeys((known[0], known[-1]))) if known else "–"


def _widest(rows: list[Row]) -> list[Row]:
    """Of each world the row at which most are named."""
    worlds = groupby(sorted(rows, key=lambda row: row["world"]), key=lambda row: row["world"])
    return [max(of, key=lambda row: row["named_count"] or 0) for _, of in worlds]


def _behaviour(row: Row) -> str:
    return str(row["behaviour"])


def _place(row: Row) -> tuple[Any, ...]:
    return (row["behaviour"], row["dataset"], row["unit"], row["threshold_number"] or 0.0, *_name(row))


def _name(row: Row) -> tuple[str, str]:
    return row["operating_point"], row["world"]


def _shown(row: Row, name: str) -> str:
    """A share with its interval; an en dash where there is none."""
    ratio, low, high = (row[f"{name}{end}_ratio"] for end in ("", "_low", "_high"))
    return "–" if ratio is None else f"{ratio:.3f} ({low:.3f} to {high:.3f})"
