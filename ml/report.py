"""A training as a page: tables and plots of each candidate, each with the command that makes it."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure

from lakehouse.compile.templates import filled
from ml.card import Card
from ml.pictures import all_pictures
from ml.policy import policy_of
from ml.registry import Registry
from ml.runs import all_tables
from ml.tracking import Tracking
from ml.training import Candidate


def write_report(
    folder: Path, model: str, card: Card, candidates: Sequence[Candidate], tracking: Tracking, command: str
) -> Path:
    """Write the page of a training, which loads nothing from elsewhere; its path.

    ``command`` is what trained; the last of ``candidates`` is the one that is put up.
    """
    path = folder / f"{model}.html"
    parts = [_part(model, one, tracking) for one in reversed(candidates)]
    text = filled("training.html", card=card, command=command, look=tracking.how_to_look, parts=parts, model=model)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
    return path


def _part(model: str, candidate: Candidate, tracking: Tracking) -> dict[str, object]:
    registry, found = Registry(tracking), candidate.evaluated
    version = registry.version(model, str(candidate.logged.version))
    tables, _ = all_tables(found)
    return {
        "name": candidate.name,
        "version": version,
        "found": found,
        "against": registry.refused_because(version),
        # Drawn by us from numbers and names of ours: nothing to escape. pandas escapes the cells of tables.
        "pictures": [(name, Markup(_svg(figure))) for name, figure in all_pictures(found, policy_of(model))],
        "tables": [(name, Markup(_table(table))) for name, table in sorted(tables.items())],
    }


def _table(table: pd.DataFrame) -> str:
    return str(table.to_html(index=False, border=0, float_format=lambda value: f"{value:.4f}"))


def _svg(figure: Figure) -> str:
    written = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "report"}):
        figure.savefig(written, format="svg", metadata={"Date": None})
    text = written.getvalue()
    return text[text.index("<svg") :]
