"""What was known of a traveller at the moment of inspection: all that risk rules may ask."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.booking_facts import agencies_by_day, booked, cards_by_day
from lakehouse.declare import Between, Column, Holds, Kind, NotNull, OneOf, Silver, Unit
from lakehouse.silver.absconding import Absconding
from lakehouse.silver.document_reports import REPORT_KINDS, DocumentReports
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.flight_legs import FlightLegs
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.journeys import Journeys
from lakehouse.silver.manifests import Manifests
from lakehouse.silver.person_flags import PersonFlags

#: Days over which admissions without a visa are counted.
CHAIN_DAYS = 180
_BEFORE = {"refused": "refused", "overstayed": "overstayed", "confirmed_case": "confirmed"}
_PRESENTED = (
    *("inspection_id", "inspected_on", "inspected_at_utc", "direction", "port_code", "flight_leg_id", "person_key"),
    *("document_key", "class_of_admission", "wrong_check_digits", "permit_key", "expiry_date", "outcome"),
    "zone_format",
)


def _days(meaning: str) -> Column:
    return Column(Kind.INT, meaning, (Between(0, 40_000),), Unit.DAYS, examples=(3, 200, None))


class ScreeningFacts(Silver):
    """Each row tells what the agency knew of a traveller and a document at one inspection, when it began.

    Nothing that became known later is here: findings count from the day after
    they were made, reports from the moment they were written, bookings and
    passenger lists where the leg's first message of the kind had come (a later
    one may have mended it), cards and agencies with the journeys until then.
    What came of the inspection is not here either. Nationality, sex and age are
    left out on purpose: no rule may ask for them (Directive (EU) 2016/681,
    art. 6(4)).

    Parties of a card are bookings by which a person was first paid for by it,
    until and with the day; those of an agency are persons it booked for and
    those of them flagged, until the day before. All inspections have a row,
    those of crew too; what a source cannot tell is null. Built whole, as a late
    record changes what was known at every later inspection.
    """

    owner = "screening-desk"
    grain = "one row per inspection"
    key = ("inspection_id",)
    fresh_within = timedelta(days=1)
    authority = "Directive (EU) 2016/681 (PNR), art. 6: criteria set beforehand; platform: docs/feeds.md"
    indexed = ("inspected_on",)
    rules = (
        Holds("agency_flagged_count <= agency_persons_count", "the flagged are among the agency's travellers"),
        Holds("restriction IS NULL OR direction = 'exit'", "restrictions are on leaving"),
    )

    inspection_id = Inspections.inspection_id
    inspected_on = Inspections.inspected_on
    inspected_at_utc = Inspections.inspected_at_utc
    direction = fields.direction
    port_code = fields.port_code
    flight_leg_id = fields.flight_leg_id
    person_key = fields.person_key
    class_of_admission = Inspections.class_of_admission
    wrong_check_digits = replace(Inspections.wrong_check_digits, rules=(NotNull(),))
    expired_days = _days("Days since the document's last day.")
    reported_kind = Column(
        Kind.STRING, "Report on the document in force at that moment, the first.", (OneOf(REPORT_KINDS),)
    )
    is_document_of_another = Column(
        Kind.BOOLEAN,
        "The inspection of the document before was of another person, and zones without a wrong check digit tell both.",
        (NotNull(),),
    )
    refused_before_days = _days("Days since the person was first refused entry.")
    overstayed_before_days = _days("Days since the person first overstayed.")
    confirmed_before_days = _days("Days since a case of the person was first confirmed.")
    restriction = Column(
        Kind.STRING, "Strictest restriction on leaving in force for person or document.", (OneOf(("notify", "stop")),)
    )
    missing_days = _days("Days since the worker was reported missing, by permit or document, where that is open.")
    exempt_entries_count = fields.counted("Admissions without a visa in the 180 days before.")
    form_of_payment = Manifests.form_of_payment
    booking_lead_days = replace(Manifests.booking_lead_days, lenient=False)
    party_persons_count = Journeys.party_persons_count
    announced_differently = Column(
        Kind.STRINGS,
        "What carrier and document, or booking and list, tell differently: document, nationality, date_of_birth.",
        (NotNull(),),
        examples=([], ["document"]),
    )
    card_parties_count = Column(
        Kind.LONG, "Parties that the means of payment has paid for.", (Between(1, 10**9),), Unit.COUNT, examples=(1, 4)
    )
    agency_persons_count = Column(
        Kind.LONG, "Persons whom the agency booked for before.", (Between(0, 10**9),), Unit.COUNT, examples=(900, None)
    )
    agency_flagged_count = Column(
        Kind.LONG, "Of them flagged by then.", (Between(0, 10**9),), Unit.COUNT, examples=(3, 9, None)
    )
    all_flagged_ratio = fields.ratio("Share of the flagged among the travellers of all agencies, by then.")

    @staticmethod
    def build(
        inspections: Annotated[DataFrame, Inspections],
        reports: Annotated[DataFrame, DocumentReports],
        flags: Annotated[DataFrame, PersonFlags],
        restrictions: Annotated[DataFrame, ExitRestrictions],
        absences: Annotated[DataFrame, Absconding],
        manifests: Annotated[DataFrame, Manifests],
        legs: Annotated[DataFrame, FlightLegs],
        journeys: Annotated[DataFrame, Journeys],
    ) -> DataFrame:
        seen = inspections.select(*_PRESENTED).withColumns(_of_documents_and_stays())
        seen = seen.join(_findings(flags), "person_key", "left").withColumns(
            {f"{name}_before_days": _since(f"_{name}_on") for name in _BEFORE.values()}
        )
        journey = journeys.select("person_key", "flight_leg_id", "travelled_on", "payment_key", "agency_code",
                                  "party_persons_count")  # fmt: skip
        told = (
            seen.join(_reports(seen, reports), "inspection_id", "left")
            .join(_restrictions(seen, restrictions), "inspection_id", "left")
            .join(_absences(seen, absences), "inspection_id", "left")
            .join(booked(manifests, legs), ["person_key", "flight_leg_id"], "left")
            .join(journey, ["person_key", "flight_leg_id"], "left")
            .join(cards_by_day(journeys), ["payment_key", "travelled_on"], "left")
            .join(agencies_by_day(journeys, flags), ["agency_code", "travelled_on"], "left")
        )
        return told.withColumns(_as_known()).select(*ScreeningFacts.columns())


def _of_documents_and_stays() -> dict[str, SparkColumn]:
    of_document = Window.partitionBy("document_key").orderBy("inspected_at_utc", "inspection_id")
    is_read = F.col("zone_format").isNotNull() & (F.size("wrong_check_digits") == 0)
    before = F.lag(F.struct("person_key", is_read.alias("is_read"))).over(of_document)
    another = is_read & before["is_read"] & (before["person_key"] != F.col("person_key"))
    day = F.unix_date("inspected_on")
    chain = Window.partitionBy("person_key").orderBy(day).rangeBetween(-CHAIN_DAYS, -1)
    exempt = (F.col("outcome") == "admitted") & (F.col("class_of_admission") == "visa_exempt")
    expired = F.datediff("inspected_on", "expiry_date")
    return {
        "is_document_of_another": F.coalesce(F.col("document_key").isNotNull() & another, F.lit(False)),
        "exempt_entries_count": F.when(F.col("person_key").isNull(), 0).otherwise(F.count_if(exempt).over(chain)),
        "expired_days": F.when(expired > 0, expired),
    }


def _findings(flags: DataFrame) -> DataFrame:
    days = (F.min(F.when(F.col("kind") == kind, F.col("flagged_on"))).alias(f"_{n}_on") for kind, n in _BEFORE.items())
    return flags.groupBy("person_key").agg(*days)


def _since(day: str) -> SparkColumn:
    return F.when(F.col(day) < F.col("inspected_on"), F.datediff("inspected_on", day))


def _reports(seen: DataFrame, reports: DataFrame) -> DataFrame:
    told = reports.select("document_key", F.explode("reports").alias("report"))
    withdrawn = F.col("report.withdrawn_on")
    in_force = (F.col("report.reported_at_utc") <= F.col("inspected_at_utc")) & (
        withdrawn.isNull() | (withdrawn > F.col("inspected_on"))
    )
    kind = F.min_by("report.report_kind", F.struct("report.reported_at_utc", "report.report_kind"))
    return (
        seen.join(F.broadcast(told), "document_key")
        .where(in_force)
        .groupBy("inspection_id")
        .agg(kind.alias("reported_kind"))
    )


def _restrictions(seen: DataFrame, restrictions: DataFrame) -> DataFrame:
    runs = (F.col("valid_from") <= F.col("inspected_on")) & (
        F.col("in_force_until").isNull() | (F.col("in_force_until") >= F.col("inspected_on"))
    )
    found = _by_either(seen.where("direction = 'exit'"), restrictions, ("person_key", "document_key"))
    # The stricter is the later word: notify, stop.
    return found.where(runs).groupBy("inspection_id").agg(F.max("restriction").alias("restriction"))


def _absences(seen: DataFrame, absences: DataFrame) -> DataFrame:
    is_open = (F.col("reported_on") < F.col("inspected_on")) & (
        F.col("ended_on").isNull() | (F.col("ended_on") >= F.col("inspected_on"))
    )
    found = _by_either(seen, absences, ("permit_key", "document_key")).where(is_open)
    return found.groupBy("inspection_id").agg(F.max(F.datediff("inspected_on", "reported_on")).alias("missing_days"))


def _by_either(seen: DataFrame, told: DataFrame, keys: tuple[str, str]) -> DataFrame:
    """Inspections with what is told by either key: by two joins, as one with OR is a product of all with all."""
    rest = [name for name in told.columns if name not in seen.columns]
    first, second = (seen.join(F.broadcast(told.select(key, *rest).where(F.col(key).isNotNull())), key) for key in keys)
    return first.unionByName(second)


def _as_known() -> dict[str, SparkColumn]:
    """Facts of bookings and lists, where their messages had come by then."""
    now = F.col("inspected_at_utc")
    in_pnr, in_api = (F.coalesce(F.col(f"_{kind}_at_utc") <= now, F.lit(False)) for kind in ("pnrgov", "paxlst"))
    other = in_api & (F.col("_api_document_key") != F.col("document_key"))
    between = {name: in_api & in_pnr & F.col(f"_{name}_differs") for name in ("nationality", "date_of_birth")}
    between["document"] = other | (in_api & in_pnr & F.col("_document_differs"))
    told = (F.when(differs, name) for name, differs in sorted(between.items()))
    booking = ("form_of_payment", "booking_lead_days", "party_persons_count")
    means = ("card_parties_count", "agency_persons_count", "agency_flagged_count", "all_flagged_ratio")
    return {
        **{name: F.when(in_pnr, F.col(name)) for name in (*booking, *means)},
        "announced_differently": F.array_compact(F.array(*told)),
    }
