"""Forecasts of passengers a week ahead, their intervals, and what came, from counts worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.passenger_flow_forecast import PassengerFlowForecast
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.port_daily_counts import PortDailyCounts
from lakehouse.silver.wait_times import WaitTimes
from tests.drawn import filled
from tests.served import flow

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

FIRST = date(2021, 8, 1)


def _published(rows: Draw, lines: list[str]) -> DataFrame:
    drawn = rows(
        PortDailyCounts, "\n".join(["port_source_code | count_date | entries_count | exits_count | is_current", *lines])
    )
    return filled(drawn, PortDailyCounts, border_state="TWN", port_code="TWTPE", traveller_group="all")


def _inspected(rows: Draw, lines: list[str]) -> DataFrame:
    drawn = rows(Inspections, "\n".join(["inspected_on | hour_start_local", *lines]))
    return filled(drawn, Inspections, port_code="TWKHH", port_source_code="高雄機場", direction="entry")


def test_a_week_is_forecast_ahead_and_weeks_past_are_told_beside_what_came(rows: Draw, same: Same) -> None:
    """100 enter on each of 29 days, but 130 on the 24th; the model says what passed a week before.

    Until then nothing ever differed from the week before, so to be off by 0.05 x 100 + 1 = 6 is usual. Of 401 scores
    evenly from -2 to 2 the 80 % end at 1.61 and the 95 % at 1.91: 100 +- 9.66 and 100 +- 11.46. On the 29th one of 22
    known differences was 30, and the level of 28 days 2830 / 28: to be off by 30 / 22 + 5.05 + 1 = 7.42 is usual.
    Weeks begin on the 16th (at the end of the 15th two weeks are known), the 23rd and the 30th. The terminal that
    ended on the 20th is forecast once, on the 15th. One with nine a day, a superseded count and the sum over all
    ports are not forecast.
    """
    days = [FIRST + timedelta(days=n) for n in range(29)]
    busy = [f"桃園一期 | {day} | {130 if day.day == 24 else 100} | 0 | true" for day in days]
    ended = [f"桃園二期 | {day} | 100 | 0 | true" for day in days[:20]]
    small = [f"高雄港 | {day} | 9 | 0 | true" for day in days]
    others = [f"all | {day} | 100 | 0 | true" for day in days] + ["桃園一期 | 2021-08-30 | 900 | 0 | false"]
    counts = _published(rows, [*busy, *ended, *small, *others])
    nobody, no_waits = _inspected(rows, []), filled(rows(WaitTimes, "terminal"), WaitTimes)

    built = PassengerFlowForecast.build(counts, no_waits, nobody, flow(is_champion=True)).cache()

    assert built.count() == 3 * 7 + 7
    same(
        built.where("port_source_code = '桃園一期' AND starts_local IN ('2021-08-16', '2021-08-24', '2021-08-31')"),
        PassengerFlowForecast,
        """
        basis            | span | port_code | port_source_code | direction | starts_local        | known_until | lead_days | forecast_count | lower_80_count | upper_80_count | lower_95_count | upper_95_count | is_coming | actual_count | error_count | model_version_number | is_approved
        published_counts | day  | TWTPE     | 桃園一期         | entry     | 2021-08-16 00:00:00 | 2021-08-15  | 1         | 100            | 90             | 110            | 88             | 112            | false     | 100          | 0           | 2                    | true
        published_counts | day  | TWTPE     | 桃園一期         | entry     | 2021-08-24 00:00:00 | 2021-08-22  | 2         | 100            | 90             | 110            | 88             | 112            | false     | 130          | -30         | 2                    | true
        published_counts | day  | TWTPE     | 桃園一期         | entry     | 2021-08-31 00:00:00 | 2021-08-29  | 2         | 130            | 118            | 142            | 115            | 145            | true      |              |             | 2                    | true
        """,  # noqa: E501
    )
    known = built.where("port_source_code = '桃園二期' AND actual_count IS NOT NULL")
    assert [row["starts_local"].day for row in known.sort("starts_local").collect()] == [16, 17, 18, 19, 20]
    assert built.where("actual_count = 130").select(F.round("error_ratio", 4)).collect()[0][0] == -0.2308


def test_thin_counts_of_inspections_are_withheld_with_their_errors(rows: Draw) -> None:
    """Twelve are inspected in the hour from 8 on each of 22 days, four on the last: that count is withheld.

    Of the hour from 9, in which nobody ever came, nought is withheld likewise. Two weeks are known from the 14th on;
    weeks counted back from the 22nd begin on the 23rd and the 16th.
    """
    days = [FIRST + timedelta(days=n) for n in range(22)]
    lines = [f"{day} | {day} 08:00:00 | x {4 if day == days[-1] else 12}" for day in days]
    no_waits = filled(rows(WaitTimes, "terminal"), WaitTimes)

    built = PassengerFlowForecast.build(_published(rows, []), no_waits, _inspected(rows, lines), flow()).collect()

    assert {(row["basis"], row["border_state"], row["is_approved"]) for row in built} == {("inspections", "TWN", False)}
    told = {(row["span"], row["starts_local"].isoformat()): row for row in built}
    assert len(told) == 14 + 14 * 24
    for key in (("day", "2021-08-16T00:00:00"), ("hour", "2021-08-16T08:00:00")):
        assert (told[key]["forecast_count"], told[key]["actual_count"], told[key]["error_count"]) == (12, 12, 0)
    for key in (("day", "2021-08-22T00:00:00"), ("hour", "2021-08-22T08:00:00"), ("hour", "2021-08-21T09:00:00")):
        assert not told[key]["is_coming"]
        assert (told[key]["actual_count"], told[key]["error_count"], told[key]["error_ratio"]) == (None, None, None)
    assert told["hour", "2021-08-23T08:00:00"]["is_coming"]
