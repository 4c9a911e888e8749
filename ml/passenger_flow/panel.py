"""Series that are counted together, as one block of numbers: series × days × parts of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from ml.passenger_flow.series import DAY, HOUR, PUBLISHED

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

#: Days that a week of forecasts has: the season of all series, and how far ahead they reach.
WEEK = 7
SLOTS = {DAY: 1, HOUR: 24}
_NAMES = ("port_code", "port_source_code", "direction")


@dataclass(frozen=True)
class Panel:
    """Counts of one basis, state and span from ``first`` on; NaN where a count is not known.

    ``values`` is series × days × slots: one slot of days, 24 of hours. Where
    records are counted, a port without a row on a day that has any had nobody;
    a day without any row is not known, nor is what a publication leaves out.
    """

    basis: str
    border_state: str
    span: str
    names: tuple[tuple[str, str, str], ...]
    first: date
    values: Floats

    @property
    def name(self) -> str:
        """What tells the panel from others."""
        return f"{self.border_state} {self.basis} by {self.span}"

    @property
    def days(self) -> int:
        return int(self.values.shape[1])

    @property
    def slots(self) -> int:
        return int(self.values.shape[2])

    @property
    def last(self) -> date:
        """The last day that is known of."""
        return self.on(self.days - 1)

    def on(self, day: int) -> date:
        """The date of a place among the days."""
        return self.first + timedelta(days=day)

    def until(self, day: int) -> Panel:
        """The panel as it was known at the end of a day."""
        return Panel(self.basis, self.border_state, self.span, self.names, self.first, self.values[:, : day + 1])

    def seasonal(self) -> Floats:
        """Absolute difference of each count from the one a week before; NaN in the first week."""
        found = np.full(self.values.shape, np.nan)
        found[:, WEEK:] = np.abs(self.values[:, WEEK:] - self.values[:, :-WEEK])
        return found


def panels(rows: pl.DataFrame) -> Iterator[Panel]:
    """Every panel in rows of ``series.flow``, in the order of their names."""
    for (basis, state, span), part in rows.sort("basis", "border_state", "span").group_by(
        ["basis", "border_state", "span"], maintain_order=True
    ):
        yield _panel(str(basis), str(state), str(span), part)


def _panel(basis: str, state: str, span: str, rows: pl.DataFrame) -> Panel:
    start = pl.col("starts_local")
    day, slot = start.dt.date(), start.dt.hour().cast(pl.Int64) if span == HOUR else pl.lit(0, pl.Int64)
    told = rows.with_columns(day.alias("_day"), slot.alias("_slot"))
    names = told.select(_NAMES).unique().sort(_NAMES)
    first, last = told["_day"].min(), told["_day"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    values = np.full((names.height, (last - first).days + 1, SLOTS[span]), np.nan)
    placed = told.join(names.with_row_index("_series"), on=list(_NAMES))
    days = (placed["_day"] - first).dt.total_days().to_numpy()
    if basis != PUBLISHED:
        values[:, np.unique(days)] = 0.0
    at = (placed["_series"].to_numpy(), days, placed["_slot"].to_numpy())
    values[at] = placed["passed_count"].to_numpy().astype(np.float64)
    return Panel(basis, state, span, tuple(names.iter_rows()), first, values)
