"""Probes of services, typed; what cannot be read is refused."""

from collections.abc import Callable

from pyspark.sql import DataFrame

from lakehouse.bronze.facility_probes import FacilityProbes
from lakehouse.compile.screening import good, refusals, screen
from lakehouse.declare import Table
from lakehouse.silver.service_probes import ServiceProbes
from tests.lake import AT

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]


def test_a_probe_is_typed_and_counts_as_it_came_last(rows: Draw, same: Same) -> None:
    built = ServiceProbes.build(
        rows(
            FacilityProbes,
            """
            probed_at                 | service | status   | response_ms | source_delivery | source_line
            2025-12-01T08:00:00+08:00 | e_gate  | up       | 40          | a               | 2
            2025-12-01T08:00:00+08:00 | e_gate  | down     |             | b               | 2
            2025-12-01T08:05:00+08:00 | network | degraded | 1500.5      | a               | 3
            """,
        )
    )
    same(
        built,
        ServiceProbes,
        """
        service | probed_at_utc       | status   | response_seconds | source_delivery
        e_gate  | 2025-12-01 00:00:00 | down     |                  | b
        network | 2025-12-01 00:05:00 | degraded | 1.5005           | a
        """,
    )


def test_a_probe_without_time_or_known_status_is_refused_and_a_bad_response_blanked(rows: Draw) -> None:
    built = ServiceProbes.build(
        rows(
            FacilityProbes,
            """
            probed_at                 | service | status | response_ms | source_delivery | source_line
            2025-12-01 08:00          | e_gate  | up     | 40          | a               | 2
            2025-12-01T08:00:00+08:00 | e_gate  | asleep | 40          | a               | 3
            2025-12-01T08:05:00+08:00 | e_gate  | up     | -1          | a               | 4
            """,
        )
    )
    screened = screen(built, ServiceProbes)
    assert [(r["source_line"], r["response_seconds"]) for r in good(screened, ServiceProbes).collect()] == [(4, None)]
    told = {(r["source_line"], r["column_name"]) for r in refusals(screened, ServiceProbes, AT, "test").collect()}
    assert told == {(2, "probed_at_utc"), (3, "status"), (4, "response_seconds")}
