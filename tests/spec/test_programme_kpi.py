"""Where the programme's promises stand, and the platform's own record that one of them is told from."""

from collections.abc import Callable
from datetime import timedelta

from pyspark.sql import DataFrame

from jobs.pipeline import has_work, plan
from lakehouse.compile.sample import write_landing
from lakehouse.declare import Table
from lakehouse.gold.facility_availability_monthly import FacilityAvailabilityMonthly
from lakehouse.gold.facility_pue_monthly import FacilityPueMonthly
from lakehouse.gold.programme_kpi import ProgrammeKpi
from lakehouse.in_service import record_standing, unrecorded
from lakehouse.ops.dataset_service import DatasetService
from lakehouse.registry import datasets, sources
from lakehouse.silver.inspections import Inspections
from tests.lake import AT, Lake

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

PUE = "month_start_date | pue_ratio | expected_intervals_count | missing_intervals_count"
UP = "service | month_start_date | availability_ratio | probes_count"
GATES = "lane | inspected_on | inspection_seconds"
CHECKS = "dataset | checked_at_utc | is_in_service | version_number"


def test_each_promise_is_held_to_its_target(rows: Draw, same: Same) -> None:
    """1.5 and 1.7 against 1.6; 0.9996 of the whole, one service left aside; (8 x 11 + 2 x 16) / 10 seconds."""
    built = ProgrammeKpi.build(
        rows(FacilityPueMonthly, f"{PUE}\n2026-01-01 | 1.5 | 2976 | 6\n2026-02-01 | 1.7 | 2688 | 0"),
        rows(
            FacilityAvailabilityMonthly,
            f"{UP}\nall | 2026-01-01 | 0.9996 | 26000\nnetwork | 2026-01-01 | 0.9 | 8000\nall | 2026-02-01 | | 5",
        ),
        rows(
            Inspections,
            f"""
            {GATES}
            e_gate  | 2026-01-05 | 11 | x8
            e_gate  | 2026-01-09 | 16 | x2
            e_gate  | 2026-01-09 |    | x5
            counter | 2026-01-09 | 90 | x20
            e_gate  | 2026-02-09 | 20 | x9
            """,
        ),
        rows(DatasetService, CHECKS),
    )
    same(
        built,
        ProgrammeKpi,
        """
        kpi                       | month_start_date | measured_in | comparison | target_number | actual_number | is_on_track | basis_count
        pue                       | 2026-01-01       | ratio       | at_most    | 1.6           | 1.5           | true        | 2970
        pue                       | 2026-02-01       | ratio       | at_most    | 1.6           | 1.7           | false       | 2688
        availability              | 2026-01-01       | ratio       | at_least   | 0.9995        | 0.9996        | true        | 26000
        availability              | 2026-02-01       | ratio       | at_least   | 0.9995        |               |             | 5
        e_gate_seconds_per_person | 2026-01-01       | seconds     | at_most    | 12            | 12            | true        | 10
        e_gate_seconds_per_person | 2026-02-01       | seconds     | at_most    | 12            |               |             |
        """,  # noqa: E501
    )


def test_datasets_in_service_are_counted_by_the_last_check_up_to_the_months_end(rows: Draw, same: Same) -> None:
    """By local time 17:00 UTC of 31 January is February: b drops out then; the facility's tables are not analytic."""
    checks = rows(
        DatasetService,
        f"""
        {CHECKS}
        gold.a                    | 2026-01-05 00:00:00 | true | 1
        gold.b                    | 2026-01-05 00:00:00 | true | 1
        gold.c                    | 2026-01-05 00:00:00 | true | 1
        gold.c                    | 2026-01-20 00:00:00 | false | 1
        gold.facility_pue_monthly | 2026-01-05 00:00:00 | true | 1
        gold.b                    | 2026-01-31 17:00:00 | false | 1
        """,
    )
    none = rows(FacilityPueMonthly, PUE), rows(FacilityAvailabilityMonthly, UP), rows(Inspections, GATES)
    same(
        ProgrammeKpi.build(*none, checks),
        ProgrammeKpi,
        """
        kpi                          | month_start_date | target_number | actual_number | is_on_track | basis_count
        analytic_datasets_in_service | 2026-01-01       | 30            | 2             | false       | 3
        analytic_datasets_in_service | 2026-02-01       | 30            | 1             | false       | 3
        """,
    )


def test_promises_come_after_every_dataset() -> None:
    assert set(datasets()) <= plan()["gold.programme_kpi"]
    assert "gold.programme_kpi" not in datasets()


def test_a_check_is_written_down_where_a_version_or_its_freshness_is_another(lake: Lake) -> None:
    """PUE promises to be fresh for two days: three days on it is out of service, and that is work to do."""
    write_landing(lake.settings.landing)
    for source in sources():
        if source.name not in ("facility_power", "server_telemetry"):
            for file in (lake.settings.landing / source.name).rglob("*.*"):
                file.unlink()
    assert lake.outcomes("gold.facility_pue_monthly")["gold.facility_pue_monthly"] == "published"
    store = lake.open().store
    record_standing(store)
    assert unrecorded(store) == []
    later = lake.open(AT + timedelta(days=3))
    (out,) = unrecorded(later.store)
    assert (out["dataset"], out["is_in_service"]) == ("gold.facility_pue_monthly", False)
    assert has_work(later, ["gold.programme_kpi"])
    record_standing(later.store)
    told = [(r["dataset"], r["is_in_service"]) for r in lake.rows("ops.dataset_service")]
    assert told == [("gold.facility_pue_monthly", True), ("gold.facility_pue_monthly", False)]
