"""Daily counts by port: what a release says anew becomes a version, what it repeats does not."""

import json
from collections.abc import Callable
from itertools import permutations

from pyspark.sql import DataFrame

from lakehouse.bronze.hk_daily_traffic import HkDailyTraffic
from lakehouse.bronze.nia_port_daily import NiaPortDaily
from lakehouse.compile.screening import good, is_refused, refusals, screen
from lakehouse.declare import Table
from lakehouse.silver.port_daily_counts import PortDailyCounts
from lakehouse.silver.source_codes import SourceCodes
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

CODES = """
    code_set         | source_code | conformed_code
    nia_port         | 高雄機場    | TWKHH
    hk_control_point | Airport     | HKHKG
"""
RELEASE = "source_delivery | release_number | source_line | ingested_at_utc"
TAIWAN = f"{RELEASE} | day | entries_total | exits_total | total | counts"
GROUPS = "hong_kong_residents | mainland_visitors | other_visitors | total"
HONG_KONG = f"{RELEASE} | date | control_point | arrival_departure | {GROUPS}"
FIRST, SECOND, THIRD = (f"nia_port_daily/{day}.csv" for day in ("20200524", "20200805", "20201009"))
READ = "2026-03-01 10:00:00"


def line(
    delivery: str,
    day: str,
    entries: str,
    exits: str,
    total: str,
    *,
    release: int = 1,
    at: int = 3,
    port: str = "高雄機場",
) -> str:
    """A line of Taiwan's file with one port, whose counts are those of the country."""
    counts = {f"{port}/入境查驗": entries, f"{port}/出境查驗": exits, f"{port}/小計": total}
    of_port = json.dumps(counts, ensure_ascii=False)
    return f"{delivery} | {release} | {at} | {READ} | {day} | {entries} | {exits} | {total} | {of_port}"


def build(rows: Draw, taiwan: tuple[str, ...] = (), hong_kong: tuple[str, ...] = ()) -> DataFrame:
    def drawn(table: type[Table], header: str, lines: tuple[str, ...]) -> DataFrame:
        found = rows(table, "\n".join([header, *(lines or (" | " * header.count("|"),))]))
        return found if lines else found.limit(0)

    return PortDailyCounts.build(
        drawn(NiaPortDaily, TAIWAN, taiwan),
        drawn(HkDailyTraffic, HONG_KONG, hong_kong),
        rows(SourceCodes, CODES),
    )


def of_port(built: DataFrame) -> DataFrame:
    return built.where("port_source_code <> 'all'")


def test_a_line_becomes_a_row_for_each_port_and_one_for_all(rows: Draw, same: Same) -> None:
    counts = {
        "高雄機場/入境查驗": "1,200",
        "高雄機場/出境查驗": "34",
        "高雄機場/小計": "1,234",
        "東港/入境查驗": "0",
        "東港/出境查驗": "1",
        "東港/小計": "1",
    }
    day = f"20200508 | 1,200 | 35 | 1,235 | {json.dumps(counts, ensure_ascii=False)}"
    same(
        build(rows, (f"{FIRST} | 1 | 3 | {READ} | {day}",)),
        PortDailyCounts,
        """
        border_state | port_source_code | port_code | count_date | traveller_group | entries_count | exits_count | total_count | published_on | superseded_on | is_current
        TWN          | 高雄機場         | TWKHH     | 2020-05-08 | all             | 1200          | 34          | 1234        | 2020-05-24   |               | true
        TWN          | 東港             | nia:東港  | 2020-05-08 | all             | 0             | 1           | 1           | 2020-05-24   |               | true
        TWN          | all              | nia:all   | 2020-05-08 | all             | 1200          | 35          | 1235        | 2020-05-24   |               | true
        """,  # noqa: E501
    )


def test_the_sum_of_two_terminals_is_no_port(rows: Draw) -> None:
    day = f"20200508 | 1 | 2 | 3 | {json.dumps({'桃園一_二期/合計': '3'}, ensure_ascii=False)}"
    built = build(rows, (f"{FIRST} | 1 | 3 | {READ} | {day}",))
    assert [row["port_source_code"] for row in built.collect()] == ["all"]


def test_a_repeat_adds_nothing_and_a_change_makes_a_version(rows: Draw, same: Same) -> None:
    built = build(
        rows,
        (
            line(FIRST, "20200101", "1,000", "2", "1,002"),
            line(SECOND, " 20200101", "1000", "2", "1002"),
            line(THIRD, "20200101", "1,001", "2", "1,003"),
        ),
    )
    same(
        of_port(built),
        PortDailyCounts,
        f"""
        count_date | entries_count | total_count | published_on | superseded_on | is_current | source_delivery
        2020-01-01 | 1000          | 1002        | 2020-05-24   | 2020-10-09    | false      | {FIRST}
        2020-01-01 | 1001          | 1003        | 2020-10-09   |               | true       | {THIRD}
        """,
    )


def test_counts_that_come_back_are_a_third_version(rows: Draw, same: Same) -> None:
    days = ((FIRST, "1"), (SECOND, "2"), (THIRD, "1"))
    built = build(rows, tuple(line(delivery, "20200101", n, "0", n) for delivery, n in days))
    same(
        of_port(built),
        PortDailyCounts,
        """
        entries_count | published_on | superseded_on | is_current
        1             | 2020-05-24   | 2020-08-05    | false
        2             | 2020-08-05   | 2020-10-09    | false
        1             | 2020-10-09   |               | true
        """,
    )


def test_the_order_in_which_releases_arrive_does_not_matter(rows: Draw) -> None:
    lines = tuple(
        line(delivery, "20200101", entries, "0", entries)
        for delivery, entries in ((FIRST, "1"), (SECOND, "2"), (THIRD, "2"))
    )
    ends = {tuple(sorted(map(str, build(rows, order).collect()))) for order in list(permutations(lines))[::2]}
    assert len(ends) == 1


def test_a_delivery_that_comes_again_with_other_counts_supersedes_itself(rows: Draw, same: Same) -> None:
    built = build(rows, (line(FIRST, "20200101", "1", "0", "1"), line(FIRST, "20200101", "2", "0", "2", release=2)))
    same(
        of_port(built),
        PortDailyCounts,
        """
        entries_count | published_on | release_number | superseded_on | is_current
        1             | 2020-05-24   | 1              | 2020-05-24    | false
        2             | 2020-05-24   | 2              |               | true
        """,
    )


def test_of_a_day_that_a_release_tells_twice_the_last_line_counts(rows: Draw, same: Same) -> None:
    built = build(rows, (line(FIRST, "20200101", "1", "0", "1", at=3), line(FIRST, "20200101", "2", "0", "2", at=4)))
    same(of_port(built), PortDailyCounts, "entries_count | source_line | is_current\n2 | 4 | true")


def test_what_cannot_be_read_or_does_not_add_up_is_refused_and_supersedes_nothing(rows: Draw) -> None:
    bad = {
        "a": ("2020/01/01", "1", "1"),
        "b": ("20200231", "1", "1"),
        "c": ("20200101", "1,0", "10"),
        "d": ("20200101", "-", "1"),
        "e": ("20200101", "2", "1"),
    }
    first = (line(FIRST, "20200101", "5", "0", "5", port=port) for port in bad)
    second = (line(SECOND, day, n, "0", total, port=port) for port, (day, n, total) in bad.items())
    screened = screen(of_port(build(rows, (*first, *second))), PortDailyCounts).orderBy("port_source_code")
    published = good(screened, PortDailyCounts).collect()
    assert [(row["entries_count"], row["is_current"]) for row in published] == [(5, True)] * len(bad)
    assert screened.where(is_refused(PortDailyCounts)).count() == len(bad)
    found = refusals(screened, PortDailyCounts, AT, "test").where("consequence = 'refused'").collect()
    broken = {row["record_key"].split("|")[1][-1]: row["column_name"] for row in found}
    assert set(broken.values()) >= {"count_date", "entries_count", ""}
    assert sum(row["column_name"] == "count_date" for row in found) == 2, "a and b have no day"
    assert sum(row["rule"] == "entries_count is present" for row in found) == 2, "c and d have no number"


def test_arrivals_and_departures_of_hong_kong_stand_side_by_side(rows: Draw, same: Same) -> None:
    at = f"hk_daily_traffic/daily.csv | 1 | {{}} | {READ} | 31-12-2023 | Airport"
    built = build(
        rows,
        hong_kong=(
            f"{at.format(2)} | Arrival | 10 | 20 | 30 | 60",
            f"{at.format(3)} | Departure | 1 | 2 | 3 | 6",
        ),
    )
    same(
        built,
        PortDailyCounts,
        """
        border_state | port_source_code | port_code | count_date | traveller_group   | entries_count | exits_count | total_count | published_on | source_line
        HKG          | Airport          | HKHKG     | 2023-12-31 | all               | 60            | 6           | 66          | 2026-03-01   | 3
        HKG          | Airport          | HKHKG     | 2023-12-31 | residents         | 10            | 1           | 11          | 2026-03-01   | 3
        HKG          | Airport          | HKHKG     | 2023-12-31 | mainland_visitors | 20            | 2           | 22          | 2026-03-01   | 3
        HKG          | Airport          | HKHKG     | 2023-12-31 | other_visitors    | 30            | 3           | 33          | 2026-03-01   | 3
        """,  # noqa: E501
    )


def test_an_unknown_direction_or_a_missing_one_is_refused(rows: Draw) -> None:
    at = f"hk_daily_traffic/daily.csv | 1 | {{}} | {READ} | {{}} | Airport"
    built = build(
        rows,
        hong_kong=(
            f"{at.format(2, '30-12-2023')} | Arrival | 10 | 20 | 30 | 60",
            f"{at.format(3, '31-12-2023')} | Arrival | 10 | 20 | 30 | 60",
            f"{at.format(4, '31-12-2023')} | Departure | 1 | 2 | 3 | 6",
            f"{at.format(5, '31-12-2023')} | Transit | 1 | 2 | 3 | 6",
        ),
    )
    screened = screen(built, PortDailyCounts)
    assert {str(row["count_date"]) for row in good(screened, PortDailyCounts).collect()} == {"2023-12-31"}
    assert screened.where(is_refused(PortDailyCounts)).count() == 2 * 4
    found = refusals(screened, PortDailyCounts, AT, "test").collect()
    assert "Transit" in {row["raw_value"] for row in found}
