"""Entries without an exit, and exits without an entry, with the probable cause."""

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.unmatched_entry_exit import UnmatchedEntryExit
from lakehouse.silver.crossings import Crossings
from lakehouse.silver.entry_exit_matches import EntryExitMatches
from lakehouse.silver.stays import Stays

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]
Build = Callable[..., DataFrame]

AS_OF = date(2016, 9, 19)

#: What a stay and a crossing say where a drawing does not speak of it.
PLAIN: dict[str, str | int | bool] = {
    "border_state": "USA",
    "as_of_date": "2016-09-19",
    "entered_on": "2016-04-01",
    "authorised_until": "2016-06-29",
    "deadline_kind": "date",
    "state": "suspected_in_country",
    "is_expected_departure": True,
    "recording_artefact": "none",
    "exit_match": "by_record",
    "used_days": 171,
    "over_days": 82,
    "mode": "air",
    "port_code": "USNYC",
}


@pytest.fixture
def unmatched(rows: Draw) -> Build:
    """The table built from drawn stays and crossings as of 19 September 2016; columns not drawn are plain."""

    def filled(table: type[Table], drawing: str | None) -> DataFrame:
        drawn = rows(table, drawing or "border_state\nUSA")
        kinds = {n: str(c.kind) for n, c in table.columns().items() if n not in drawn.columns}
        plain = drawn.withColumns({n: F.lit(PLAIN.get(n)).cast(kind) for n, kind in kinds.items()})
        return plain if drawing else plain.limit(0)

    def build(stays: str | None = None, crossings: str | None = None, matches: str | None = None) -> DataFrame:
        frames = (filled(Stays, stays), filled(Crossings, crossings), filled(EntryExitMatches, matches))
        return UnmatchedEntryExit.build(*frames, {"USA": AS_OF, "TWN": AS_OF})

    return build


def test_an_entry_past_its_deadline_lacks_its_exit_and_one_still_in_time_does_not(unmatched: Build, same: Same) -> None:
    built = unmatched("""
        admission_id | state                | exited_on
        overdue      | suspected_in_country |
        in time      | within_time          |
        left         | departed_in_time     | 2016-06-01
        left late    | departed_late        | 2016-07-01
    """)

    same(
        built,
        UnmatchedEntryExit,
        """
        admission_id | missing_side | crossed_on | as_of_date | age_days | over_days | probable_cause
        overdue      | exit         | 2016-04-01 | 2016-09-19 | 171      | 82        | overstay
        """,
    )


def test_artefacts_of_recording_are_named_before_an_overstay(unmatched: Build, same: Same) -> None:
    built = unmatched("""
        admission_id | recording_artefact
        a            | exit_refused
        b            | mode_not_air
        c            | loaded_late
        d            | none
    """)

    same(
        built,
        UnmatchedEntryExit,
        """
        admission_id | probable_cause
        a            | exit_refused
        b            | mode_not_air
        c            | loaded_late
        d            | overstay
        """,
    )


def test_a_flight_that_lost_half_of_twenty_departures_lost_them_in_recording(unmatched: Build, same: Same) -> None:
    """VS 15 lost 10 of 20; VS 27 lost 9 of 20; 3U 1 lost all, but only 19 were due."""
    built = unmatched("""
        admission_id | carrier_code | flight_number | state                | exited_on  | recording_artefact
        lost         | VS           | 15            | suspected_in_country |            | none         | x9
        refused      | VS           | 15            | suspected_in_country |            | exit_refused | x1
        left         | VS           | 15            | departed_in_time     | 2016-06-01 | none         | x10
        missing      | VS           | 27            | suspected_in_country |            | none         | x9
        left         | VS           | 27            | departed_in_time     | 2016-06-01 | none         | x11
        few          | 3U           | 1             | suspected_in_country |            | loaded_late  | x19
    """)

    causes = {(r[0], r[1]): r[2] for r in built.groupBy("admission_id", "probable_cause").count().collect()}
    assert causes == {
        ("lost", "flight_day_lost"): 9,
        ("refused", "exit_refused"): 1,
        ("missing", "overstay"): 9,
        ("few", "loaded_late"): 19,
    }


def test_departures_not_yet_due_do_not_make_a_flight_lost(unmatched: Build) -> None:
    built = unmatched("""
        admission_id | carrier_code | flight_number | state                | is_expected_departure
        overdue      | VS           | 15            | suspected_in_country | true                  | x1
        not due      | VS           | 15            | within_time          | false                 | x40
    """)

    assert [r["probable_cause"] for r in built.collect()] == ["overstay"]


def test_a_stay_without_a_deadline_is_unmatched_once_no_such_admission_may_last_so_long(
    unmatched: Build, same: Same
) -> None:
    """Four years for the duration of status, a year where the deadline is not known."""
    built = unmatched("""
        admission_id | state       | deadline_kind      | entered_on | used_days | over_days | exited_on
        student old  | no_deadline | duration_of_status | 2012-09-18 | 1462      |           |
        student      | no_deadline | duration_of_status | 2012-09-19 | 1461      |           |
        scrawled old | no_deadline | unreadable         | 2015-09-18 | 367       |           |
        scrawled     | no_deadline | unreadable         | 2015-09-19 | 366       |           |
        empty old    | no_deadline | not_recorded       | 2015-09-18 | 367       |           |
        graduate     | no_deadline | duration_of_status | 2010-09-18 | 1500      |           | 2014-10-27
    """)

    same(
        built,
        UnmatchedEntryExit,
        """
        admission_id | missing_side | age_days | over_days | probable_cause
        student old  | exit         | 1462     |           | open_ended
        scrawled old | exit         | 367      |           | open_ended
        empty old    | exit         | 367      |           | open_ended
        """,
    )


def test_an_exit_whose_entry_was_refused_stands_alone(unmatched: Build, same: Same) -> None:
    built = unmatched(
        crossings="""
        admission_id | direction | crossed_on | authorised_until
        whole        | entry     | 2016-04-01 | 2016-06-29
        whole        | exit      | 2016-04-09 |
        alone        | exit      | 2016-04-10 |
        future       | exit      | 2016-09-20 |
        """
    )

    same(
        built,
        UnmatchedEntryExit,
        """
        admission_id | missing_side | crossed_on | age_days | probable_cause | authorised_until | over_days
        alone        | entry        | 2016-04-10 | 162      | entry_refused  |                  |
        """,
    )


def test_exits_of_the_agency_that_end_no_admission_stand_alone_with_their_cause(unmatched: Build, same: Same) -> None:
    built = unmatched(
        matches="""
        crossing_id | border_state | direction | match_state    | crossed_on | traveller_key | person_key
        first seen  | TWN          | exit      | before_records | 2016-09-01 | D1            | A
        two exits   | TWN          | exit      | entry_missing  | 2016-09-02 | D2            | B
        interlaced  | TWN          | exit      | ambiguous      | 2016-09-03 | D3            | C
        mistyped    | TWN          | exit      | before_records | 2016-09-04 | D4            | E
        ended       | TWN          | entry     | matched        | 2016-09-01 | D5            | F
        open        | TWN          | entry     | open           | 2016-09-03 | D4            | D
        """,
    )

    same(
        built,
        UnmatchedEntryExit,
        """
        admission_id | missing_side | crossed_on | age_days | probable_cause
        first seen   | entry        | 2016-09-01 | 18       | records_began_later
        two exits    | entry        | 2016-09-02 | 17       | entry_not_recorded
        interlaced   | entry        | 2016-09-03 | 16       | documents_interlace
        mistyped     | entry        | 2016-09-04 | 15       | person_key_split
        """,
    )


def test_a_document_that_left_under_another_key_explains_a_missing_exit(unmatched: Build, same: Same) -> None:
    """An exit before the entry, or under the same key, explains nothing."""
    built = unmatched(
        """
        admission_id | border_state | state                | exit_match   | recording_artefact
        split        | TWN          | suspected_in_country | open         | none
        earlier      | TWN          | suspected_in_country | open         | none
        again        | TWN          | departure_unclear    | exit_missing | records_contradict
        interlaced   | TWN          | departure_unclear    | ambiguous    | records_contradict
        """,
        None,
        """
        crossing_id | border_state | direction | match_state    | crossed_on | traveller_key | person_key
        split       | TWN          | entry     | open           | 2016-04-01 | D1            | A
        left as B   | TWN          | exit      | before_records | 2016-04-09 | D1            | B
        earlier     | TWN          | entry     | open           | 2016-04-01 | D2            | C
        before      | TWN          | exit      | before_records | 2016-03-30 | D2            | D
        """,
    )

    same(
        built.where("missing_side = 'exit'"),
        UnmatchedEntryExit,
        """
        admission_id | probable_cause
        split        | person_key_split
        earlier      | overstay
        again        | entered_again
        interlaced   | documents_interlace
        """,
    )


def test_residents_who_may_stay_without_a_last_day_lack_no_exit(unmatched: Build, same: Same) -> None:
    built = unmatched("""
        admission_id | border_state | state       | deadline_kind | authorised_until | used_days | over_days | exit_match
        resident     | TWN          | no_deadline | none_needed   |                  | 900       |           | open
        unknown      | TWN          | no_deadline | not_recorded  |                  | 900       |           | open
    """)  # noqa: E501

    same(
        built,
        UnmatchedEntryExit,
        """
        admission_id | probable_cause
        unknown      | open_ended
        """,
    )
