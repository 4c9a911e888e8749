"""Passenger lists that carriers owe: missing, late, insufficient, wrong; hand-worked cases."""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.gold.carrier_api_compliance import CarrierApiCompliance
from lakehouse.silver.airports import Airports
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.manifests import Manifests
from tests.conftest import Draw

AIRPORTS = """
iata_code | time_zone
NRT       | Asia/Tokyo
TPE       | Asia/Taipei
XXX       |
"""
LEGS = (
    "flight_leg_id | border_state | carrier_code | origin | flight_date | etd_local | paxlst_messages_count"
    " | paxlst_received_at_utc\n"
)
LISTED = """
flight_leg_id | person_key | api_document_key | api_nationality | api_sex | api_birth_year | api_missing_fields
"""
INSPECTED = (
    "inspection_id | flight_leg_id | person_key | document_key | nationality | sex | birth_year | lane"
    " | class_of_admission | mode | carrier_code | inspected_on\n"
)


class Day:
    """One day of carriers: what was sent, and who was inspected."""

    def __init__(self, rows: Draw) -> None:
        self._rows = rows
        self._legs, self._listed, self._inspected = [LEGS], [LISTED], [INSPECTED]
        self._count = 0

    def leg(self, leg: str, sent: str = "2025-11-30 12:00:00", lists: int = 1) -> None:
        where = f"TWN | {leg[:2]} | {leg.split('-')[1]}"
        self._legs.append(f"{leg} | {where} | 2025-12-01 | 2025-12-01 09:00:00 | {lists} | {sent}\n")

    def listed(self, leg: str, person: str, document: str = "", facts: str = "JPN F 1980", missing: str = "[]") -> None:
        nation, sex, year = facts.split()
        self._listed.append(f"{leg} | {person} | {document or person} | {nation} | {sex} | {year} | {missing}\n")

    def inspected(
        self, leg: str, person: str, document: str = "", facts: str = "JPN F 1980", who: str = "visa_exempt"
    ) -> None:
        self._count += 1
        keys = f"I{self._count} | {leg} | {person} | {document or person}"
        self._inspected.append(f"{keys} | {' | '.join(facts.split())} | counter | {who} | air | CI | 2025-12-01\n")

    def all_right(self, leg: str, count: int) -> None:
        """As many passengers as are wanted, listed as they were inspected."""
        for number in range(count):
            self.listed(leg, f"plain-{number}")
            self.inspected(leg, f"plain-{number}")

    def built(self) -> DataFrame:
        flags = {"is_in_api": F.lit(True), "is_crew": F.lit(False)}
        return CarrierApiCompliance.build(
            self._rows(FlightLegs, "".join(self._legs)),
            self._rows(Manifests, "".join(self._listed)).withColumns(flags),
            self._rows(Inspections, "".join(self._inspected)),
            self._rows(Airports, AIRPORTS),
        )


def test_legs_are_missing_late_or_of_unknown_time(rows: Draw, same: Callable[..., None]) -> None:
    day = Day(rows)
    day.leg("CI100-NRT-TPE-20251201", "2025-11-30 23:59:00")  # 09:00 in Tokyo is 00:00 UTC.
    day.leg("CI102-NRT-TPE-20251201", "2025-12-01 00:00:00")
    day.leg("CI104-XXX-TPE-20251201")
    day.leg("CI106-NRT-TPE-20251201", "", lists=0)
    day.all_right("CI108-NRT-TPE-20251201", 1)  # Nobody but the counter knows of this leg.
    for leg in ("CI100-NRT-TPE-20251201", "CI102-NRT-TPE-20251201"):
        day.all_right(leg, 6)
    built = day.built().cache()
    same(
        built,
        CarrierApiCompliance,
        """
        border_state | carrier_code | flight_date | legs_expected_count | legs_reported_count | manifests_missing_count
        TWN          | CI           | 2025-12-01  | 5                   | 3                   | 2
        """,
    )
    same(
        built,
        CarrierApiCompliance,
        """
        manifests_late_count | lateness_unknown_count | missing_ratio | late_ratio | manifests_insufficient_count
        1                    | 1                      | 0.4           | 0.5        | 0
        """,
    )


def test_lists_that_are_short_or_lack_fields_are_insufficient(rows: Draw, same: Callable[..., None]) -> None:
    short, lacking = "CI100-NRT-TPE-20251201", "CI102-NRT-TPE-20251201"
    day = Day(rows)
    for leg in (short, lacking):
        day.leg(leg)
        day.all_right(leg, 6)
    day.inspected(short, "not-listed")
    day.inspected(short, "steward", who="crew")
    day.listed(lacking, "lacks", missing='["expiry_date"]')
    day.listed(lacking, "no-show")
    same(
        day.built(),
        CarrierApiCompliance,
        """
        manifests_short_count | manifests_without_fields_count | insufficient_ratio | unlisted_count
        1                     | 1                              | 1.0                | 1
        """,
    )


def test_what_differs_from_the_document_inspected_is_wrong(rows: Draw, same: Callable[..., None]) -> None:
    leg = "CI100-NRT-TPE-20251201"
    day = Day(rows)
    day.leg(leg)
    day.all_right(leg, 5)
    cases = {  # Listed as: person, document, facts; inspected as the same with others.
        "other document": (("p1", "d1", "JPN F 1980"), ("p1", "d9", "JPN F 1980")),
        "other nationality and sex": (("p2", "d2", "JPN F 1980"), ("p2x", "d2", "TWN M 1980")),
        "other year": (("p3", "d3", "JPN F 1980"), ("p3x", "d3", "JPN F 1981")),
        "other name": (("p4", "d4", "JPN F 1980"), ("p4x", "d4", "JPN F 1980")),
        "nobody listed": (("p5", "d5", "JPN F 1980"), ("p6", "d6", "JPN F 1980")),
    }
    for said, seen in cases.values():
        day.listed(leg, *said)
        day.inspected(leg, *seen)
    built = day.built().cache()
    same(
        built,
        CarrierApiCompliance,
        """
        passengers_listed_count | passengers_inspected_count | unlisted_count | compared_count | fields_wrong_count
        10                      | 10                         | 1              | 9              | 4
        """,
    )
    same(
        built,
        CarrierApiCompliance,
        """
        document_wrong_count | nationality_wrong_count | sex_wrong_count | birth_year_wrong_count
        1                    | 1                       | 1               | 1
        """,
    )
    same(
        built,
        CarrierApiCompliance,
        """
        name_or_birthday_wrong_count | inspections_without_leg_count
        1                            | 0
        """,
    )


def test_few_passengers_are_withheld_and_those_without_a_leg_counted(rows: Draw, same: Callable[..., None]) -> None:
    few, lost = Day(rows), Day(rows)
    few.leg("CI100-NRT-TPE-20251201")
    few.all_right("CI100-NRT-TPE-20251201", 9)
    for number in range(10):
        lost.inspected("", f"p{number}")
    drawing = """
        legs_expected_count | passengers_inspected_count | wrong_ratio | inspections_without_leg_count
        {}
        """
    same(few.built(), CarrierApiCompliance, drawing.format("1 | | |"))
    same(lost.built(), CarrierApiCompliance, drawing.format("0 | 0 | | 10"))
