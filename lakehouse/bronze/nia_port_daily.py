"""Taiwan's daily entries and exits by port, as its immigration agency publishes them."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.daily_grid import DailyGrid

#: Made-up days: entries and exits at 桃園一期, 桃園二期 and 高雄機場.
_DAYS = {
    "20200101": (14_020, 15_310, 12_050, 13_004, 5_120, 6_007),
    "20200102": (13_118, 14_090, 11_871, 12_207, 4_980, 5_733),
    "20200103": (15_642, 13_874, 13_060, 11_950, 5_304, 5_101),
    "20200229": (2_310, 2_854, 2_006, 2_417, 640, 712),
    "20200301": (1_905, 2_122, 1_711, 1_998, 501, 655),
    "20200731": (306, 412, 688, 915, 44, 61),
    "20201001": (350, 298, 702, 811, 51, 39),
    "20201012": (281, 344, 655, 790, 0, 75),
}


def _counts(day: str) -> dict[str, str]:
    numbers = _DAYS[day]
    found = {"桃園一_二期/合計": f"{sum(numbers[:4]):,}"}
    for place, port in enumerate(("桃園一期", "桃園二期", "高雄機場")):
        entries, exits = numbers[2 * place : 2 * place + 2]
        found[f"{port}/入境查驗"] = f"{entries:,}"
        found[f"{port}/出境查驗"] = f"{exits:,}"
        found[f"{port}/小計"] = f"{entries + exits:,}"
    return found


class NiaPortDaily(Bronze):
    """Each row tells how many entered and left on one day, in all and at each port.

    Every file repeats all days since 2020-01-01; in the nine at hand no day
    ever changed. From the release of November 2020 on there are nine columns
    without a header; lines fill three of them from 2020-10-01 on and all from
    2020-10-12 on, so far with 0: three ports that the header does not name. A
    count there that is not 0 is refused, as it would be lost. 桃園一_二期 repeats
    the sum of 桃園一期 and 桃園二期: leave it out of sums.
    """

    owner = "border-records"
    grain = "one row per day of a landed file"
    fresh_within = timedelta(days=70)
    authority = "各機場、港口入出境人數統計資料, National Immigration Agency, Taiwan"
    source = Source("nia_port_daily", "National Immigration Agency, Taiwan", Supersession.ALL)
    part = "*.csv"
    format = DailyGrid(
        leading=(
            ("資料來源：各機場、港口入出境人數統計資料", "入境總人數", "entries_total"),
            ("", "出境總人數", "exits_total"),
            ("日期", "", "day"),
            ("入出境總人數_小計", "", "total"),
        ),
        groups=(("入境查驗", "出境查驗", "小計"), ("合計",)),
        counts="counts",
    )
    volume = Volume(at_least=1, at_most=20_000)

    entries_total = Column(
        Kind.STRING,
        "Entries at all ports (入境總人數), with thousands commas.",
        examples=tuple(f"{sum(numbers[::2]):,}" for numbers in _DAYS.values()),
    )
    exits_total = Column(
        Kind.STRING,
        "Exits at all ports (出境總人數), with thousands commas.",
        examples=tuple(f"{sum(numbers[1::2]):,}" for numbers in _DAYS.values()),
    )
    day = Column(Kind.STRING, "Day (日期), YYYYMMDD.", examples=tuple(_DAYS))
    total = Column(
        Kind.STRING,
        "Entries and exits together (入出境總人數_小計), with thousands commas.",
        examples=tuple(f"{sum(numbers):,}" for numbers in _DAYS.values()),
    )
    counts = Column(
        Kind.STRING_MAP,
        "Counts by port and label, as in 桃園一期/入境查驗 (entries), 出境查驗 (exits), 小計 or 合計 (sums).",
        examples=tuple(map(_counts, _DAYS)),
    )
