"""Stays are judged as of a day: who left in time, who did not, and who still may stay."""

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.silver.crossings import Crossings
from lakehouse.silver.entry_exit_matches import EntryExitMatches
from lakehouse.silver.stays import Stays

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[[str], DataFrame]

AS_OF = date(2016, 9, 19)

#: What a crossing says where a drawing does not speak of it.
PLAIN = {
    "border_state": "USA",
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
        none = rows(EntryExitMatches, "crossing_id | direction | exited_on | match_state\n | | | ").limit(0)
        return Stays.build(drawn.withColumns(plain), none, {"USA": AS_OF})

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


@pytest.fixture
def agency_stays(rows: Draw) -> Callable[[str, str], DataFrame]:
    """Stays of the agency as of 20 December 2025, built from drawn entries and what they were matched with."""

    def build(entries: str, matches: str) -> DataFrame:
        drawn = rows(Crossings, entries)
        plain = PLAIN | {"border_state": "TWN", "entered_on": "2025-12-01", "crossed_on": "2025-12-01"}
        plain |= {"recorded_on": "2025-12-01", "exit_is_reported": None}
        others = {n: c for n, c in Crossings.columns().items() if n not in drawn.columns}
        filled = drawn.withColumns({n: F.lit(plain.get(n)).cast(str(c.kind)) for n, c in others.items()})
        matched = rows(EntryExitMatches, matches).withColumn("direction", F.lit("entry"))
        return Stays.build(filled, matched, {"USA": AS_OF, "TWN": date(2025, 12, 20)})

    return build


def test_stays_of_the_agency_end_with_the_exit_that_was_matched(
    agency_stays: Callable[[str, str], DataFrame], same: Same
) -> None:
    """As of 20 December: 19 nights since 1 December, 10 to the 11th, and the deadline of the 10th is 10 days ago."""
    built = agency_stays(
        """
        admission_id | authorised_until | deadline_kind | mode
        in time      | 2025-12-10       | date          | air
        late         | 2025-12-10       | date          | air
        renewed      | 2025-12-10       | date          | air
        absent       | 2025-12-10       | date          | sea
        still here   | 2025-12-31       | date          | air
        came again   | 2025-12-10       | date          | air
        interlaced   | 2025-12-10       | date          | air
        resident     |                  | none_needed   | air
        citizen      |                  | none_needed   | air
        """,
        """
        crossing_id | match_state            | exited_on
        in time     | matched                | 2025-12-10
        late        | matched                | 2025-12-11
        renewed     | matched_other_document | 2025-12-09
        absent      | open                   |
        still here  | open                   |
        came again  | exit_missing           |
        interlaced  | ambiguous              |
        resident    | open                   |
        """,
    )

    same(
        built,
        Stays,
        """
        admission_id | state                | used_days | left_days | over_days | recording_artefact | exit_match
        in time      | departed_in_time     | 9         |           |           | none               | matched
        late         | departed_late        | 10        |           | 1         | none               | matched
        renewed      | departed_in_time     | 8         |           |           | none               | matched_other_document
        absent       | suspected_in_country | 19        |           | 10        | none               | open
        still here   | within_time          | 19        | 11        |           | none               | open
        came again   | departure_unclear    |           |           |           | records_contradict | exit_missing
        interlaced   | departure_unclear    |           |           |           | records_contradict | ambiguous
        resident     | no_deadline          | 19        |           |           | none               | open
        """,  # noqa: E501
    )


def test_each_border_is_judged_as_of_the_day_its_own_records_reach(
    agency_stays: Callable[[str, str], DataFrame], same: Same
) -> None:
    """A deadline in 2016 has passed for Taiwan's records of 2025, one ten days later had not for the I-94's."""
    built = agency_stays(
        """
        admission_id | border_state | entered_on | crossed_on | authorised_until
        i94          | USA          | 2016-09-01 | 2016-09-01 | 2016-09-29
        too new      | USA          | 2016-09-20 | 2016-09-20 | 2016-10-29
        agency       | TWN          | 2016-09-01 | 2016-09-01 | 2016-09-29
        """,
        """
        crossing_id | match_state | exited_on
        agency      | open        |
        """,
    )

    same(
        built,
        Stays,
        """
        admission_id | as_of_date | state                | is_expected_departure
        i94          | 2016-09-19 | within_time          | false
        agency       | 2025-12-20 | suspected_in_country | true
        """,
    )
