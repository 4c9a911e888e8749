"""What is known at the end of a day of each of the coming seven: earlier counts and the calendar, nothing later.

All counts are told against the series' own level, the mean of its last four
weeks, so that small and large ports teach one another.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
import numpy as np
import numpy.typing as npt

from ml.passenger_flow.panel import WEEK, Floats, Panel, Places
from ml.passenger_flow.series import HOUR

#: Days whose mean is the level of a series, those of its longer level, and those by which errors are scaled.
LEVEL_DAYS, LONG_DAYS, YEAR_DAYS = 28, 84, 364
#: Fewest days that must be known before a series can be forecast.
LEAST_DAYS = 14
#: A series that passes fewer than this a day, on the mean of its last four weeks, is not forecast.
LEAST_A_DAY = 10
#: Share of the level that is added to the spread of a series: without it a quiet month would make the next one certain.
LEVEL_SHARE = 0.05
#: Holidays further off than this are as good as none.
FAR_DAYS = 14
#: States whose holidays move a border's crossings beside its own.
NEIGHBOURS = {"HKG": "CHN", "TWN": "CHN"}

_WEEKS_BACK = (1, 2, 3, 4)
_RECENT = (0, 1, 2)
_CALENDAR = (
    *("weekday", "month", "year_place", "is_free", "was_free_week_before", "free_in_last_four_of_weekday"),
    *("was_free_yesterday", "is_free_tomorrow", "free_run_days", "free_run_place", "days_to_holiday"),
    *("days_since_holiday", "neighbour_is_free", "neighbour_days_to_holiday", "neighbour_days_since_holiday"),
)
_COUNTS = (
    *(f"weeks_before_{k}" for k in _WEEKS_BACK),
    *("weekday_mean", "weekday_median", "last_week_mean", "level_at_slot", "year_before"),
    *(f"last_day_{k}" for k in _RECENT),
    *("last_week_over_level", "last_day_over_week", "level_over_long", "volatility", "level", "nought_share"),
)
_OTHERS = ("lead_days", "slot", "is_hour", "is_entry")
#: Columns of the matrix, in order.
FEATURES = (*_COUNTS, *_CALENDAR, *_OTHERS)
#: Columns of tables that each is made from.
COLUMNS_BEHIND = {
    **dict.fromkeys(_COUNTS, ("passed_count", "starts_local")),
    **dict.fromkeys(_CALENDAR, ("starts_local", "border_state")),
    "lead_days": ("starts_local",),
    "slot": ("starts_local",),
    "is_hour": ("span",),
    "is_entry": ("direction",),
}

Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ahead:
    """Rows to be forecast of a panel: series, origin (the last day known), lead in days, slot; and what is known.

    ``scale`` is what counts are told against, ``error_scale`` the mean absolute
    seasonal difference of the year before the origin (Hyndman and Koehler 2006),
    NaN where it is nought or not known. ``spread`` is how far off to be is usual:
    that difference in the last four weeks, half of the slot's own, and a little of the level.
    """

    panel: Panel
    series: Places
    origin: Places
    lead: Places
    slot: Places
    matrix: Floats32
    scale: Floats
    error_scale: Floats
    spread: Floats

    @property
    def day(self) -> Places:
        """The day that is forecast, as a place among the panel's days."""
        return self.origin + self.lead

    @property
    def base(self) -> Floats:
        """What forecasts are told against: the count of a week before, else the slot's mean of four weeks.

        In units of ``scale``. Where nothing is learned, the seasonal naive forecast is what stays.
        """
        week, level = (self.matrix[:, FEATURES.index(name)] for name in ("weeks_before_1", "level_at_slot"))
        return np.where(np.isnan(week), level, week).astype(np.float64)

    @property
    def actual(self) -> Floats:
        """What came; NaN where it is not known."""
        return _at(self.panel.values, self.series, self.day, self.slot)

    @property
    def seasonal_naive(self) -> Floats:
        """What passed a week before."""
        return _at(self.panel.values, self.series, self.day - WEEK, self.slot)

    def take(self, wanted: npt.NDArray[np.bool_]) -> Ahead:
        """Some of the rows."""
        return Ahead(
            self.panel, self.series[wanted], self.origin[wanted], self.lead[wanted], self.slot[wanted],
            self.matrix[wanted], self.scale[wanted], self.error_scale[wanted], self.spread[wanted],
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.series)


@dataclass(frozen=True)
class _Known:
    """What is known of a panel at the end of each day, series × days (× slots)."""

    level: Floats
    long: Floats
    week: Floats
    week_slots: Floats
    level_slots: Floats
    volatility: Floats
    slot_volatility: Floats
    nought: Floats
    error_scale: Floats
    is_told: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, panel: Panel) -> _Known:
        values, seasonal = panel.values, panel.seasonal()
        daily = _mean(values, axis=2)
        known_days = np.cumsum(~np.isnan(daily), axis=1)
        level = _trailing(daily, LEVEL_DAYS)
        enough = (known_days >= LEAST_DAYS) & (level * panel.slots >= LEAST_A_DAY) & ~np.isnan(daily)
        return cls(
            level,
            _trailing(daily, LONG_DAYS),
            _trailing(daily, WEEK),
            _trailing(values, WEEK),
            _trailing(values, LEVEL_DAYS),
            _trailing(_mean(seasonal, axis=2), LEVEL_DAYS),
            _trailing(seasonal, LEVEL_DAYS),
            _trailing(np.where(np.isnan(values), np.nan, values == 0).mean(axis=2), LEVEL_DAYS),
            _trailing(_mean(seasonal, axis=2), YEAR_DAYS),
            enough,
        )


def ahead(panel: Panel, origins: Sequence[int]) -> Ahead:
    """Each series that can be forecast at each of ``origins``, each of seven days ahead and each slot.

    Left out are series with fewer than ``LEAST_DAYS`` known days or fewer than
    ``LEAST_A_DAY`` a day, and those whose last day is not known: they have ended, or begun too lately.
    """
    known = _Known.of(panel)
    wanted = np.asarray([day for day in origins if 0 <= day < panel.days], np.int64)
    told_series, told_origin = np.nonzero(known.is_told[:, wanted])
    leads, slots = np.arange(1, WEEK + 1), np.arange(panel.slots)
    count, each = len(told_series), WEEK * panel.slots
    series, origin = np.repeat(told_series, each), np.repeat(wanted[told_origin], each)
    lead, slot = np.tile(np.repeat(leads, panel.slots), count), np.tile(slots, count * WEEK)
    error_scale, level = known.error_scale[series, origin], known.level[series, origin]
    usual = (known.slot_volatility[series, origin, slot] + known.volatility[series, origin]) / 2
    return Ahead(
        panel, series, origin, lead, slot,
        _matrix(panel, known, series, origin, lead, slot),
        level,
        np.where(error_scale > 0, error_scale, np.nan),
        usual + LEVEL_SHARE * level + 1,
    )  # fmt: skip


def _matrix(panel: Panel, known: _Known, series: Places, origin: Places, lead: Places, slot: Places) -> Floats32:
    level, day, values = known.level[series, origin], origin + lead, panel.values
    found = np.empty((len(series), len(FEATURES)), np.float32)
    columns = {name: found[:, place] for place, name in enumerate(FEATURES)}
    weekly = np.stack([_at(values, series, day - WEEK * k, slot) for k in range(1, 9)])
    for k in _WEEKS_BACK:
        columns[f"weeks_before_{k}"][:] = weekly[k - 1] / level
    columns["weekday_mean"][:] = _mean(weekly, axis=0) / level
    columns["weekday_median"][:] = _quiet(np.nanmedian, weekly[:5], axis=0) / level
    columns["last_week_mean"][:] = known.week_slots[series, origin, slot] / level
    columns["level_at_slot"][:] = known.level_slots[series, origin, slot] / level
    year = _at(values, series, day - YEAR_DAYS, slot)
    level_then = _at(known.level[:, :, None], series, origin - YEAR_DAYS, np.zeros_like(slot))
    columns["year_before"][:] = year / np.where(level_then * panel.slots >= LEAST_A_DAY, level_then, np.nan)
    for k in _RECENT:
        columns[f"last_day_{k}"][:] = _at(values, series, origin - k, slot) / level
    columns["last_week_over_level"][:] = known.week[series, origin] / level
    last_day = _mean(values, axis=2)[series, origin]
    columns["last_day_over_week"][:] = last_day / np.maximum(known.week[series, origin], level / 100)
    columns["level_over_long"][:] = level / known.long[series, origin]
    columns["volatility"][:] = known.volatility[series, origin] / level
    columns["level"][:] = np.log(level)
    columns["nought_share"][:] = known.nought[series, origin]
    calendar = _calendar(panel.border_state, panel.first, panel.days + WEEK)
    for place, name in enumerate(_CALENDAR):
        columns[name][:] = calendar[day, place]
    columns["lead_days"][:] = lead
    columns["slot"][:] = slot if panel.span == HOUR else np.nan
    columns["is_hour"][:] = panel.span == HOUR
    columns["is_entry"][:] = np.array([direction == "entry" for _, _, direction in panel.names])[series]
    return found


@cache
def _calendar(state: str, first: date, days: int) -> Floats:
    """``_CALENDAR`` of each day from ``first`` on; holidays are known years ahead."""
    dates = [first + timedelta(days=n) for n in range(-LEVEL_DAYS, days + FAR_DAYS)]
    own, to_own, since_own = _free(state, dates)
    theirs, to_theirs, since_theirs = _free(NEIGHBOURS.get(state, ""), dates)
    run, place = _runs(own)
    rows = []
    for n in range(LEVEL_DAYS, LEVEL_DAYS + days):
        day = dates[n]
        rows.append(
            (
                *(day.weekday(), day.month, day.timetuple().tm_yday / 366, own[n], own[n - WEEK]),
                *(sum(own[n - WEEK * k] for k in _WEEKS_BACK), own[n - 1], own[n + 1], run[n], place[n]),
                *(to_own[n], since_own[n], theirs[n], to_theirs[n], since_theirs[n]),
            )
        )
    return np.array(rows, np.float64)


def _free(state: str, dates: Sequence[date]) -> tuple[list[bool], list[int], list[int]]:
    """Whether each day is free of work, and how far the next and the last holiday are."""
    supported = holidays.list_supported_countries() if state else {}
    two = _alpha_2(state)
    if two not in supported:
        return [day.weekday() >= 5 for day in dates], [FAR_DAYS] * len(dates), [FAR_DAYS] * len(dates)
    years = range(dates[0].year - 1, dates[-1].year + 2)
    calendar = holidays.country_holidays(two, years=years)
    free = [not calendar.is_working_day(day) for day in dates]
    ahead_, behind = [], []
    for day in dates:
        near = [k for k in range(FAR_DAYS) if day + timedelta(days=k) in calendar]
        past = [k for k in range(FAR_DAYS) if day - timedelta(days=k) in calendar]
        ahead_.append(min(near, default=FAR_DAYS))
        behind.append(min(past, default=FAR_DAYS))
    return free, ahead_, behind


def _alpha_2(state: str) -> str:
    return {"TWN": "TW", "HKG": "HK", "CHN": "CN", "USA": "US"}.get(state, "")


def _runs(free: Sequence[bool]) -> tuple[list[int], list[int]]:
    """How many free days in a row each day is one of, and which of them; nought on working days."""
    run, place = [0] * len(free), [0] * len(free)
    start = 0
    for n in range(len(free) + 1):
        if n == len(free) or not free[n]:
            for k in range(start, n):
                run[k], place[k] = n - start, k - start + 1
            start = n + 1
    return run, place


def _at(values: Floats, series: Places, day: Places, slot: Places) -> Floats:
    """Values at places, NaN where the day lies outside."""
    inside = (day >= 0) & (day < values.shape[1])
    found = np.full(len(series), np.nan)
    found[inside] = values[series[inside], day[inside], slot[inside]]
    return found


def _trailing(values: Floats, days: int) -> Floats:
    """Mean of the known ones among the last ``days`` along axis 1; NaN where none is."""
    known = ~np.isnan(values)
    sums, counts = np.cumsum(np.where(known, values, 0.0), axis=1), np.cumsum(known, axis=1)
    for cumulated in (sums, counts):
        cumulated[:, days:] = cumulated[:, days:] - cumulated[:, :-days].copy()
    found: Floats = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return found


def _mean(values: Floats, axis: int) -> Floats:
    return _quiet(np.nanmean, values, axis=axis)


def _quiet(measure: object, values: Floats, axis: int) -> Floats:
    with warnings.catch_warnings():
        # Where nothing is known the mean is NaN, and meant to be.
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(measure(values, axis=axis), np.float64)  # type: ignore[operator]
