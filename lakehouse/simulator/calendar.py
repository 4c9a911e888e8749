"""How many cross on a day: the season, the day of the week, holidays, and the shock of 2020.

Fitted to the agency's daily counts by port, 2020-01-01 to 2021-08-31: the mean of
January 2020 (151,463), the seven days of the week before Lunar New Year of that
year, and a level for each month after it, of which the mean is the figure below
over that of January. Months between September 2021 and 2025 are not in that series:
their levels follow the agency's yearly totals as far as they are commonly known.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays
import numpy as np

#: Crossings a day at scale 1 in an ordinary month, late in 2025.
ORDINARY = 150_000.0

#: Monday to Sunday, against their mean.
_WEEKDAYS = (0.963, 0.964, 1.008, 0.954, 1.032, 1.017, 1.062)

#: January to December, against their mean.
_MONTHS = (1.02, 1.03, 0.98, 1.01, 0.97, 1.02, 1.07, 1.04, 0.95, 1.00, 0.97, 1.00)

#: Level of single months against ``ORDINARY``.
_SHOCK = {
    **{(2020, m): n / 151_463 for m, n in enumerate((72152, 13344, 1442, 1576, 2006, 2864, 3250, 3272), 2)},
    **{(2020, m): n / 151_463 for m, n in ((10, 2783), (11, 3012), (12, 2713))},
    **{(2021, m): n / 151_463 for m, n in enumerate((3678, 2485, 2769, 2744, 2348, 2603, 2702, 2932), 1)},
    **{(2021, m): 0.020 for m in (9, 10, 11, 12)},
    **{(2022, m): 0.020 + 0.008 * m for m in range(1, 10)},
    **{(2022, m): 0.18 + 0.10 * (m - 10) for m in (10, 11, 12)},
    **{(2023, m): 0.45 + 0.03 * m for m in range(1, 13)},
    **{(2024, m): 0.86 + 0.01 * m for m in range(1, 13)},
}

#: Days before the first free day of a holiday on which people leave, and what that adds.
_EVE, _LUNAR, _HOLIDAY = 1.12, 1.18, 1.06


@cache
def _holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("TW", years=[year, year + 1], language="en_US").items())


def is_holiday(day: date) -> bool:
    """Whether the day is free: a weekend or a public holiday of Taiwan."""
    return day.weekday() >= 5 or day in _holidays(day.year)


def _free_days(day: date) -> float:
    """What public holidays add on the day and on the two before it."""
    near = [_holidays(day.year).get(day + timedelta(days=ahead)) for ahead in (0, 1, 2)]
    if any(name and ("Lunar" in name or "Chinese New Year" in name) for name in near):
        return _LUNAR
    if near[1] or near[2]:
        return _EVE
    return _HOLIDAY if near[0] else 1.0


def level(day: date) -> float:
    """Level of the day's month against an ordinary one; that of a month is met at its middle."""
    middle = date(day.year, day.month, 15)
    step = 1 if day >= middle else -1
    other = date(day.year + (day.month + step - 1) // 12, (day.month + step - 1) % 12 + 1, 15)
    share = abs((day - middle).days) / abs((other - middle).days)
    here, there = (_SHOCK.get((d.year, d.month), 1.0) for d in (middle, other))
    return float(np.exp((1 - share) * np.log(here) + share * np.log(there)))


def crossings_expected(day: date) -> float:
    """Crossings of the day at scale 1."""
    season = _MONTHS[day.month - 1] if level(day) > 0.5 else 1.0
    return ORDINARY * level(day) * season * _WEEKDAYS[day.weekday()] * _free_days(day)
