"""Figures of models on histories as a page, which loads nothing from elsewhere."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from lakehouse.compile.templates import filled
from lakehouse.evaluation.histories import Judged
from ml.evaluated import Evaluated
from ml.high_risk_histories.card import CARD


def write_page(path: Path, found: Judged) -> Path:
    """Write the page; its path."""
    unknown = found.unknown
    text = filled(
        "histories.html",
        card=CARD,
        parts=[
            ("Taught by what is true: a ceiling that no agency has", _tables(found.ceiling)),
            ("Taught by what the agency found, judged by what is true", _tables(found.by_agency)),
        ],
        unknown=[_table(unknown.referrals), _table(unknown.behaviours)] if unknown else [],
        gain=unknown.gain if unknown else None,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
    return path


def _tables(found: Evaluated) -> dict[str, Markup]:
    groups = [
        {"attribute": name, **{k: v for k, v in asdict(one).items() if k != "relative"}, **asdict(one.relative)}
        for name, many in found.groups.items()
        for one in many
    ]
    figures = [
        {"figure": name, "estimate": value, **_ends(found, name)} for name, value in sorted(found.metrics.items())
    ]
    gain = found.comparison.difference
    figures.append(
        {
            "figure": f"{found.comparison.measure} over {found.comparison.against}",
            "estimate": gain.estimate,
            "low": gain.low,
            "high": gain.high,
        }
    )
    figures.append({"figure": "expected_calibration_error", "estimate": found.calibration_error})
    shapley = sorted(found.contributions.items(), key=lambda pair: -pair[1])
    return {
        "figures of the net of the first seed": _table(pd.DataFrame(figures)),
        **{name: _table(table) for name, table in found.tables.items()},
        "false alerts by group, relative to all": _table(pd.DataFrame(groups)),
        "mean absolute Shapley value by kind of fact": _table(pd.DataFrame(shapley, columns=["facts", "value"])),
    }


def _ends(found: Evaluated, name: str) -> dict[str, float]:
    ends = found.intervals.get(name)
    return {"low": ends.low, "high": ends.high} if ends else {}


def _table(table: pd.DataFrame) -> Markup:
    # Drawn by pandas, which escapes, from numbers and names of ours.
    return Markup(table.to_html(index=False, border=0, na_rep="–", float_format="{:.3f}".format))
