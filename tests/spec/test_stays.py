"""Stays are judged as of a day: who left in time, who did not, and who still may stay."""

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.silver.crossings import Crossings
from lakehouse.silver.stays import Stays

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

AS_OF = date(2016, 9, 19)

#: What a crossing says where a drawing does not speak of it.
PLAIN = {
    "direction": "entry",
    "entered_on": "2016-04-01",
    "mode": "air",
    "deadline_kind": "date",
    "recorded_on": "2016-04-01",
    "exit_is_reported": False,
    "source_delivery": "2016-04-01",
}


@pytest.fixture
def stays(rows: Draw) -> Build:
    """Stays as of 19 September 2016, built from drawn crossings; columns not drawn are plain."""

    def build(drawing: str) -> DataFrame:
        drawn = rows(Crossings, drawing)
        others = {n: c for n, c in Crossings.columns().items() if n not in drawn.columns}
        plain = {n: F.lit(PLAIN.get(n)).cast(str(c.kind)) for n, c in others.items()}
        return Stays.build(drawn.withColumns(plain), AS_OF)

    return build


def test_a_deadline_on_the_day_of_judgement_has_not_passed(stays: Build, same: Same) -> None:
    built = stays("""
        admission_id | crossed_on | authorised_until
        tomorrow     | 2016-04-01 | 2016-09-20
        today        | 2016-04-01 | 2016-09-19
        yesterday    | 2016-04-01 | 2016-09-18
    """)

    same(
        built,
        Stays,
        """
        admission_id | state                | is_expected_departure | used_days | left_days | over_days
        tomorrow     | within_time          | false                 | 171       | 1         |
        today        | within_time          | false                 | 171       | 0         |
        yesterday    | suspected_in_country | true                  | 171       |           | 1
        """,
    )


def test_a_departure_on_the_deadline_is_in_time_and_a_day_later_is_late(stays: Build, same: Same) -> None:
    built = stays("""
        admission_id | direction | crossed_on | authorised_until | exit_is_reported
        in time      | entry     | 2016-04-01 | 2016-06-29       | true
        in time      | exit      | 2016-06-29 |                  |
        late         | entry     | 2016-04-01 | 2016-06-29       | true
        late         | exit      | 2016-06-30 |                  |
    """)

    same(
        built,
        Stays,
        """
        admission_id | state            | exited_on  | used_days | left_days | over_days | state_reason
        in time      | departed_in_time | 2016-06-29 | 89        |           |           | departed by the deadline
        late         | departed_late    | 2016-06-30 | 90        |           | 1         | departed after the deadline
        """,
    )


def test_a_departure_after_the_day_of_judgement_is_not_known_and_not_refused(stays: Build, same: Same) -> None:
    built = stays("""
        admission_id | direction | crossed_on | authorised_until | exit_is_reported
        ahead        | entry     | 2016-04-01 | 2016-09-25       | true
        ahead        | exit      | 2016-09-20 |                  |
        passed       | entry     | 2016-04-01 | 2016-09-18       | true
        passed       | exit      | 2016-09-20 |                  |
    """)

    same(
        built,
        Stays,
        """
        admission_id | state                | exited_on | used_days | over_days | recording_artefact
        ahead        | within_time          |           | 171       |           | none
        passed       | suspected_in_country |           | 171       | 1         | none
        """,
    )


def test_who_enters_after_the_day_of_judgement_has_no_stay_yet(stays: Build, same: Same) -> None:
    built = stays("""
        admission_id | crossed_on | entered_on | authorised_until
        today        | 2016-09-19 | 2016-09-19 | 2016-12-31
        tomorrow     | 2016-09-20 | 2016-09-20 | 2016-12-31
    """)

    same(
        built,
        Stays,
        """
        admission_id | used_days
        today        | 0
        """,
    )


def test_who_left_before_a_deadline_still_ahead_is_no_expected_departure(stays: Build, same: Same) -> None:
    """Else only the departed would count among stays not yet due, and rates would be too low."""
    built = stays("""
        admission_id | direction | crossed_on | authorised_until | exit_is_reported
        left early   | entry     | 2016-04-01 | 2016-09-30       | true
        left early   | exit      | 2016-04-20 |                  |
    """)

    same(
        built,
        Stays,
        """
        admission_id | state            | is_expected_departure | left_days
        left early   | departed_in_time | false                 |
        """,
    )


def test_a_stay_without_a_deadline_is_no_overstay_however_long(stays: Build, same: Same) -> None:
    built = stays("""
        admission_id | direction | crossed_on | deadline_kind      | authorised_until | exit_is_reported
        student      | entry     | 2016-04-01 | duration_of_status |                  | false
        graduate     | entry     | 2016-04-01 | duration_of_status |                  | true
        graduate     | exit      | 2016-06-01 |                    |                  |
        scrawled     | entry     | 2016-04-01 | unreadable         |                  | false
        year 9999    | entry     | 2016-04-01 | date               |                  | false
        empty        | entry     | 2016-04-01 | not_recorded       |                  | false
    """)

    same(
        built,
        Stays,
        """
        admission_id | state       | is_expected_departure | over_days | state_reason
        student      | no_deadline | false                 |           | admitted for the duration of status, no departure recorded
        graduate     | no_deadline | false                 |           | admitted for the duration of status, departed
        scrawled     | no_deadline | false                 |           | the deadline cannot be read, no departure recorded
        year 9999    | no_deadline | false                 |           | the deadline cannot be read, no departure recorded
        empty        | no_deadline | false                 |           | no deadline is recorded, no departure recorded
        """,  # noqa: E501
    )


def test_a_refused_exit_leaves_the_stay_open_and_says_so(stays: Build, same: Same) -> None:
    built = stays("""
        admission_id | crossed_on | authorised_until | exit_is_reported | mode
        refused      | 2016-04-01 | 2016-06-29       | true             | air
        by sea       | 2016-04-01 | 2016-06-29       | true             | sea
        not reported | 2016-04-01 | 2016-06-29       | false            | air
    """)

    same(
        built,
        Stays,
        """
        admission_id | state                | recording_artefact | state_reason
        refused      | suspected_in_country | exit_refused       | the deadline has passed; the reported exit is refused
        by sea       | suspected_in_country | exit_refused       | the deadline has passed; the reported exit is refused
        not reported | suspected_in_country | none               | the deadline has passed and no departure is recorded
        """,
    )


def test_other_modes_than_air_and_late_loads_are_artefacts_of_recording(stays: Build, same: Same) -> None:
    built = stays("""
        admission_id | crossed_on | mode         | recorded_on
        prompt       | 2016-04-01 | air          | 2016-04-02
        late         | 2016-04-01 | air          | 2016-04-03
        unknown load | 2016-04-01 | air          |
        sea          | 2016-04-01 | sea          | 2016-06-08
        land         | 2016-04-01 | land         | 2016-04-01
        unreported   | 2016-04-01 | not_reported | 2016-04-01
    """)

    same(
        built,
        Stays,
        """
        admission_id | recording_artefact | load_delay_days
        prompt       | none               | 1
        late         | loaded_late        | 2
        unknown load | none               |
        sea          | mode_not_air       | 68
        land         | mode_not_air       | 0
        unreported   | mode_not_air       | 0
        """,
    )


def test_an_exit_closes_only_the_stay_of_its_own_delivery(stays: Build, same: Same) -> None:
    built = stays("""
        admission_id | direction | crossed_on | authorised_until | source_delivery
        i94-2016-4-1 | entry     | 2016-04-01 | 2016-06-29       | april
        i94-2016-4-1 | exit      | 2016-04-09 |                  | may
    """)

    same(
        built,
        Stays,
        """
        admission_id | source_delivery | exited_on | state
        i94-2016-4-1 | april           |           | suspected_in_country
        """,
    )
