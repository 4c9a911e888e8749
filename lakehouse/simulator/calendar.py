"""How many cross on a day: the season, the day of the week, holidays, and the shock of 2020.

Fitted by eye to the agency's daily counts by port, 2020-01-01 to 2021-08-31: the
factors of weekdays are means of January 2020, the levels are those of the series on
the days named, four days early while it falls, since those who come back set out at
the level of some days before. Between September 2021 and 2025, where that series has
nothing, they follow the agency's yearly totals as far as they are commonly known.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays
import numpy as np

_EPOCH = date(1970, 1, 1).toordinal()

#: Crossings a day at scale 1 in an ordinary month, late in 2025.
ORDINARY = 150_000.0

#: Monday to Sunday, against their mean.
_WEEKDAYS = (0.963, 0.964, 1.008, 0.954, 1.032, 1.017, 1.062)

#: January to December, against their mean.
_MONTHS = (1.02, 1.03, 0.98, 1.01, 0.97, 1.02, 1.07, 1.04, 0.95, 1.00, 0.97, 1.00)

#: Level on single days against ``ORDINARY``; days between them are met along the logarithm.
_LEVELS = {
    date(2020, 1, 25): 1.0,
    date(2020, 1, 31): 0.85,
    date(2020, 2, 8): 0.46,
    date(2020, 2, 15): 0.30,
    date(2020, 2, 22): 0.17,
    date(2020, 3, 1): 0.11,
    date(2020, 3, 12): 0.085,
    date(2020, 3, 18): 0.04,
    date(2020, 3, 24): 0.012,
    date(2020, 4, 1): 0.006,
    date(2020, 5, 15): 0.0065,
    date(2020, 6, 15): 0.010,
    date(2020, 7, 15): 0.016,
    date(2020, 9, 15): 0.018,
    date(2020, 12, 15): 0.015,
    date(2021, 1, 15): 0.021,
    date(2021, 3, 15): 0.015,
    date(2021, 8, 15): 0.016,
    date(2021, 12, 15): 0.020,
    date(2022, 5, 15): 0.045,
    date(2022, 9, 15): 0.10,
    date(2022, 10, 15): 0.20,
    date(2022, 12, 15): 0.42,
    date(2023, 6, 15): 0.65,
    date(2023, 12, 15): 0.82,
    date(2024, 6, 15): 0.92,
    date(2024, 12, 15): 0.97,
    date(2025, 6, 15): 1.0,
}

#: What a holiday adds: on the days just before it; around Lunar New Year, from a week before; on the day.
_EVE, _LUNAR, _HOLIDAY = 1.12, 1.17, 1.06


@cache
def _holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("TW", years=[year, year + 1], language="en_US").items())


def _free_days(day: date) -> float:
    """What public holidays add on the day and on those before it."""
    ahead = [_holidays(day.year).get(day + timedelta(days=days)) or "" for days in range(8)]
    if any("Lunar" in name or "Chinese New Year" in name for name in ahead):
        return _LUNAR
    if ahead[1] or ahead[2]:
        return _EVE
    return _HOLIDAY if ahead[0] else 1.0


def level(day: date) -> float:
    """Level of a day against an ordinary one."""
    days = [known.toordinal() for known in _LEVELS]
    return float(np.exp(np.interp(day.toordinal(), days, np.log(list(_LEVELS.values())))))


def openness(day: date) -> float:
    """Share of those who come for long, or travel for reasons of their own, who do so in a shock."""
    return min(1.0, 5 * level(day))


def crossings_expected(day: date) -> float:
    """Crossings of the day at scale 1."""
    season = _MONTHS[day.month - 1] if level(day) > 0.5 else 1.0
    return ORDINARY * level(day) * season * _WEEKDAYS[day.weekday()] * _free_days(day)


def on(day: int) -> date:
    """The date of a day since 1970-01-01."""
    return date.fromordinal(day + _EPOCH)


def epoch(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH
