"""The evaluation as a page: tables and plots, each with the command that made it, loading nothing from elsewhere."""

from __future__ import annotations

import html
import io
from collections.abc import Mapping

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from ml.overstay_arrivals.card import CARD
from ml.overstay_arrivals.evaluate import COHORTS, Evaluated

_TITLES = {
    "cohorts": f"By cohort and model ({'; '.join(COHORTS)})",
    "seeds": "By seed, each alone",
    "referrals": "By share referred, and a random arm",
    "intervals": "Intervals at 95 %, redrawn by flight-day",
    "groups": "False alerts by group, relative to all, where a twentieth is referred",
}
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; font-size: 13px; margin: 1rem 0 } td, th { padding: .2rem .6rem; text-align: right }
th { border-bottom: 1px solid #999 } tr:nth-child(even) { background: #f4f4f4 } svg { max-width: 100%; height: auto }
figure { display: inline-block; margin: .5rem } code { background: #eee; padding: .1rem .3rem }
"""


def page(found: Evaluated, command: str) -> str:
    """The whole page as HTML; ``command`` made the figures."""
    parts = [
        f"<h1>{html.escape(CARD.title)}</h1><p>{html.escape(CARD.question)}</p>",
        f"<p>Real records. Made by <code>{html.escape(command)}</code>.</p>",
        f"<h2>Label and rows</h2><p>{html.escape(CARD.label)}</p><p>{html.escape(CARD.rows)}</p>",
        "<h2>Does the deep model win?</h2>" + _table(differences(found)),
        *(f"<h2>{html.escape(_TITLES[name])}</h2>{_table(table)}" for name, table in found.tables.items()),
        "<h2>Plots</h2>",
        *(f"<figure>{_svg(figure)}</figure>" for figure in found.figures.values()),
        "<h2>Drift (population stability index, test against training)</h2>" + _table(_pairs(found.drift, "index")),
        "<h2>What moves the scores (mean absolute Shapley value, boosting)</h2>"
        + _table(_pairs(found.contributions, "value")),
        "<h2>Limits</h2><ul>" + "".join(f"<li>{html.escape(limit)}</li>" for limit in CARD.limits) + "</ul>",
        "<h2>Parameters</h2>" + _table(pd.DataFrame(found.params.items(), columns=["parameter", "value"])),
    ]
    return f'<!doctype html><meta charset="utf-8"><title>{CARD.title}</title><style>{_STYLE}</style>' + "\n".join(parts)


def differences(found: Evaluated) -> pd.DataFrame:
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
            for name, of in found.differences.items()
        ]
    )


def _pairs(figures: Mapping[str, float], name: str, most: int = 20) -> pd.DataFrame:
    ordered = sorted(figures.items(), key=lambda pair: -pair[1])[:most]
    return pd.DataFrame(ordered, columns=["column", name])


def _table(table: pd.DataFrame) -> str:
    return str(table.to_html(index=False, border=0, float_format=lambda value: f"{value:.4f}"))


def _svg(figure: Figure) -> str:
    written = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "overstay"}):
        figure.savefig(written, format="svg", metadata={"Date": None})
    text = written.getvalue()
    return text[text.index("<svg") :]
