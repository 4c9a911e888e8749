"""Passengers of a leg: lists and bookings side by side, what differs, and which report of a booking holds."""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.silver.manifests import Manifests
from tests.carriers import flight, interchange, landed, pnrgov
from tests.conftest import Draw

TVL = "TVL+011225:0900:011225:1230+NRT+TPE+CI+100'"
HEAD = f"MSG+:22'ORG+CI:TPE'{TVL}EQN+1'"
CHANGES = f"MSG+:141'ORG+CI:TPE'{TVL}EQN+1'"


def listed(name: str, number: str = "", born: str = "800102", sex: str = "F", nation: str = "TWN") -> str:
    document = f"DOC+P:110:111+{number}'DTM+36:310101'LOC+91+{nation}'" if number else ""
    return f"NAD+FL+++{name}'ATT+2++{sex}'DTM+329:{born}'NAT+2+{nation}'{document}"


def traveller(name: str, docs: str = "", place: int = 1, kind: str = "A", form: str = "CA") -> str:
    request = f"SSR+DOCS:HK:1:CI:::::{docs}'" if docs else ""
    ticket = "" if kind == "IN" else f"TKT+0000000000001:T:1'FOP+{form}'"
    return f"TIF+{name}:{kind}:{place}'{request}{ticket}"


def booking(*travellers: str, locator: str = "ABC123", more: str = "", behind: str = "") -> str:
    head = f"SRC'RCI+CI:{locator}::151125:1010'ORG+1A:MUC+34300001:TPE+++T'{more}"
    return head + "".join(travellers) + TVL.replace("+100'", "+100:Y'") + behind


def docs(number: str, name: str, born: str = "02JAN80", sex: str = "F", nation: str = "TWN") -> str:
    return f"/P/{nation}/{number}/{nation}/{born}/{sex}/01JAN31/{name}"


def built(spark: SparkSession, rows: Draw, drawn_keyring: DataFrame, paxlst: str = "", *reports: str) -> DataFrame:
    files = {
        "agency_paxlst": interchange(flight() + paxlst) if paxlst else "",
        "agency_pnrgov": "".join(pnrgov(body, f"2511{day}:0100") for day, body in enumerate(reports, 21)),
    }
    return Manifests.build(**landed(Manifests, spark, rows, **files), keyring=drawn_keyring)


def test_list_and_bookings_are_matched_by_document_then_by_name_and_birth(
    spark: SparkSession, rows: Draw, drawn_keyring: DataFrame, same: Callable[..., None]
) -> None:
    lists = (
        listed("CHEN:MEI HUA", "300000018")
        + listed("LIN:KEN", "300000019", "900203", "M")
        + listed("WU:ANNA", "300000020")
        + listed("HO:LEE")
    )
    told = booking(
        traveller("CHEN+MEI HUA MS", docs("300000018", "CHEN/MEI HUA", "02JAN81")),
        traveller("LIN+KEN MR", docs("300000091", "LIN/KEN", "03FEB90", "M", "TW"), 2),
        traveller("KO+TOM MR", "", 3),
    )
    frame = built(spark, rows, drawn_keyring, lists, HEAD + told).cache()
    same(
        frame,
        Manifests,
        """
        is_in_api | is_in_pnr | api_birth_year | pnr_birth_year | document_differs | date_of_birth_differs
        true      | true      | 1980           | 1981           | false            | true
        true      | true      | 1990           | 1990           | true             | false
        true      | false     | 1980           |                |                  |
        true      | false     | 1980           |                |                  |
        false     | true      |                |                |                  |
        """,
    )
    same(
        frame.where("is_in_api"),
        Manifests,
        """
        pnr_nationality | nationality_differs | name_differs | api_missing_fields
        TWN             | false               | false        | []
        TWN             | false               | false        | []
                        |                     |              | []
                        |                     |              | ["document_number","issuing_state","expiry_date"]
        """,
    )
    keys = frame.agg(
        *(F.count_distinct(name).alias(name) for name in ("passenger_id", "person_key", "document_key")),
        F.count_if(F.col("document_key") != F.col("api_document_key")).alias("others"),
    ).first()
    assert keys is not None
    assert keys.asDict() == {"passenger_id": 5, "person_key": 4, "document_key": 3, "others": 0}


def test_what_a_booking_tells_is_kept_as_keys_and_plain_values(
    spark: SparkSession, rows: Draw, drawn_keyring: DataFrame, same: Callable[..., None]
) -> None:
    card = "CC:::VI:411111XXXXXX0000:0131"
    checked_in = "TRI++1:::1'TIF+CHEN+MEI:A:1'SSD+15A'TBD++2:42:700'"
    told = booking(
        traveller("CHEN+MEI MS", docs("300000018", "CHEN/MEI"), form=card),
        traveller("CHEN+BO MR", docs("300000019", "CHEN/BO", sex="M"), 2, form=card),
        more="ADD++702:1 ROAD:TAIPEI:::TW:100:886912345678'",
        behind=checked_in,
    )
    other = booking(
        traveller("WU+AN MS", docs("300000020", "WU/AN"), form="XX"),
        locator="DEF456",
        more="IFT+4:28::CI+CTCP 0912345678'",
    )
    frame = built(spark, rows, drawn_keyring, "", HEAD + told + other).cache()
    same(
        frame,
        Manifests,
        """
        booked_at_utc       | booking_lead_days | travellers_in_booking_count | form_of_payment | bag_count
        2025-11-15 10:10:00 | 16                | 2                           | card            | 2
        2025-11-15 10:10:00 | 16                | 2                           | card            | 0
        2025-11-15 10:10:00 | 16                | 1                           | other           |
        """,
    )
    keys = frame.agg(*(F.count_distinct(n).alias(n) for n in ("booking_key", "payment_key", "phone_key"))).first()
    assert keys is not None
    assert keys.asDict() == {"booking_key": 2, "payment_key": 1, "phone_key": 1}


def test_infants_have_the_document_that_says_infant(
    spark: SparkSession, rows: Draw, drawn_keyring: DataFrame, same: Callable[..., None]
) -> None:
    of_both = f"SSR+DOCS:HK:1:CI:::::{docs('500000002', 'CHEN/BO', '20SEP2024', 'MI')}'"
    at_leg = f"SSR+DOCS:HK:1:CI:::NRT:TPE:{docs('500000002', 'CHEN/BO AN', '20SEP2024', 'MI')}+::1'"
    told = booking(
        f"TIF+CHEN+MEI MS:A:1'{of_both}SSR+DOCS:HK:1:CI:::::{docs('300000018', 'CHEN/MEI')}'",
        traveller("CHEN+BO", place=2, kind="IN"),
        behind=at_leg,
    )
    same(
        built(spark, rows, drawn_keyring, "", HEAD + told),
        Manifests,
        """
        is_infant | pnr_sex | pnr_birth_year
        false     | F       | 1980
        true      | M       | 2024
        """,
    )


def test_of_a_booking_the_newest_report_holds_since_the_last_whole_one(
    spark: SparkSession, rows: Draw, drawn_keyring: DataFrame, same: Callable[..., None]
) -> None:
    chen = traveller("CHEN+MEI MS", docs("300000018", "CHEN/MEI"))
    lin = traveller("LIN+KEN MR", docs("300000019", "LIN/KEN", "03FEB90", "M"), 2)
    stale = HEAD + booking(chen, locator="OLD111")
    whole = HEAD + booking(chen, lin)
    split = CHANGES + booking(chen) + booking(lin, locator="NEW222", behind="EQN+1'RCI+CI:ABC123'")
    same(
        built(spark, rows, drawn_keyring, "", stale, whole, split),
        Manifests,
        """
        pnr_birth_year | travellers_in_booking_count
        1980           | 1
        1990           | 1
        """,
    )


def test_crew_is_marked_and_two_of_one_name_stay_two(
    spark: SparkSession, rows: Draw, drawn_keyring: DataFrame, same: Callable[..., None]
) -> None:
    twins = listed("CHEN:MEI") * 2 + listed("LIN:BO").replace("NAD+FL", "NAD+FM")
    same(
        built(spark, rows, drawn_keyring, twins),
        Manifests,
        """
        is_crew | is_in_api | flight_leg_id
        false   | true      | CI100-NRT-TPE-20251201
        false   | true      | CI100-NRT-TPE-20251201
        true    | true      | CI100-NRT-TPE-20251201
        """,
    )
