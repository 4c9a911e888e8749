"""The ledger shows every stay as it was judged, without what could name the traveller."""

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.declare import Table
from lakehouse.gold.stay_ledger import StayLedger
from lakehouse.silver.stays import Stays

Draw = Callable[[type[Table], str], DataFrame]
Same = Callable[[DataFrame, type[Table], str], None]

DRAWN = """
    admission_id | entered_on | exited_on  | authorised_until | state                | used_days | left_days | over_days | recording_artefact
    a            | 2016-04-01 | 2016-04-11 | 2016-06-29       | departed_in_time     | 10        |           |           | none
    b            | 2016-04-01 |            | 2016-06-29       | suspected_in_country | 171       |           | 82        | mode_not_air
    c            | 2016-04-02 |            | 2016-10-01       | within_time          | 170       | 12        |           | none
    d            | 2016-04-02 |            |                  | no_deadline          | 170       |           |           | loaded_late
"""  # noqa: E501


@pytest.fixture
def stays(rows: Draw) -> DataFrame:
    drawn = rows(Stays, DRAWN)
    others = {n: c for n, c in Stays.columns().items() if n not in drawn.columns}
    return drawn.withColumns({n: F.lit(None).cast(str(c.kind)) for n, c in others.items()})


def test_every_stay_stands_in_the_ledger_as_it_was_judged(stays: DataFrame, same: Same) -> None:
    same(StayLedger.build(stays), StayLedger, DRAWN)


def test_a_day_of_entry_can_be_rebuilt_from_the_stays_of_that_day_alone(stays: DataFrame) -> None:
    one_day = F.col("entered_on") == "2016-04-02"

    whole, part = StayLedger.build(stays).where(one_day), StayLedger.build(stays.where(one_day))

    assert sorted(map(str, part.collect())) == sorted(map(str, whole.collect()))


def test_flights_addresses_and_birth_years_stay_in_silver() -> None:
    traceable = {"carrier_code", "flight_number", "address_region", "birth_year", "visa_post", "source_line"}

    assert traceable < set(Stays.columns())
    assert not traceable & set(StayLedger.columns())
