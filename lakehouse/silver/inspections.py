"""Inspections of travellers at the agency's ports, each as it stands after late and corrected records."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.bronze.inspections import Inspections as LandedInspections
from lakehouse.conforming import conformed
from lakehouse.declare import Between, Column, DateBetween, Holds, Kind, NotNull, OneOf, Pii, Silver, Unit
from lakehouse.inspection_records import admission, document, keyed, newest, traveller, when_and_where, with_leg
from lakehouse.mrz.reading import parsed
from lakehouse.silver.source_codes import SourceCodes
from lakehouse.typed_and_read import chosen, differences

REFUSAL_REASONS = ("A", "B", "C", "D", "E", "F", "G", "H", "I")
#: What is read of a record.
READ = (
    *("record_id", "version", "recorded_at", "inspected_at", "inspected_on", "queued_at", "inspection_seconds"),
    *("port", "direction", "lane", "mode", "carrier", "flight_number", "flight_date", "foreign_port"),
    *("document_type", "issuing_state", "document_number", "expiry_date", "nationality", "primary_identifier"),
    *("secondary_identifier", "native_name", "date_of_birth", "sex", "mrz", "residence_country", "purpose"),
    *("class_of_admission", "permit_number", "authorised_until", "outcome", "refusal_reason", "referral_id"),
    *("sponsor_id", "contact_phone", "address_county"),
    *("source_file", "source_sha256", "source_line", "ingested_at_utc"),
)


def _key(meaning: str) -> Column:
    return Column(Kind.STRING, meaning, pii=Pii.PSEUDONYM, examples=(*(f"{n:032x}" for n in range(20)), None))


class Inspections(Silver):
    """Each row tells of one inspection at primary control: who, with which document, where, and what came of it.

    A record comes late, is sent twice, or is corrected: the highest version
    counts, and ``versions_count`` how many there are, repeats not counted. A
    correction keeps the day of the inspection, by which the table is rebuilt
    piece by piece.

    Of the machine-readable zone the number, the day of birth and the expiry date
    are taken where the zone's own check digit for them holds (ICAO Doc 9303-3,
    4.9), else as typed. Names, states and sex have no check digit: they are the
    zone's where it could be read, for a zone is printed once and typing is done
    at each crossing. Where the two differ ``typed_differently`` says so, also of
    names put into each other's place and of a day and month that changed places.
    Values that cannot be read are blanked; a record without its number, version,
    time, port or a possible outcome is refused.
    """

    owner = "border-records"
    grain = "one row per inspection"
    key = ("inspection_id",)
    fresh_within = timedelta(days=1)
    authority = "platform: docs/feeds.md; ICAO Doc 9303 for documents and zones"
    pii_purpose = "matching persons over entries, exits, documents and lists takes names, birth dates and documents"
    slice = "inspected_on"
    delivery_is_slice = True
    indexed = ("source_delivery",)
    ignored = {"officer_id": "no dataset judges officers"}
    rules = (
        Holds(
            "(direction = 'entry') = (outcome IN ('admitted', 'refused'))",
            "entries are admitted or refused, exits depart or are stopped",
        ),
    )

    inspection_id = Column(Kind.STRING, "Record of the agency.", (NotNull(),))
    versions_count = fields.counted("Versions of the record, repeats not counted.")
    version_number = Column(
        Kind.INT, "The version that counts: the highest.", (NotNull(), Between(1, 100)), Unit.NUMBER
    )
    recorded_at_utc = Column(
        Kind.TIMESTAMP,
        "When that version was written.",
        (NotNull(),),
        examples=(datetime(2025, 12, 20, 12, tzinfo=UTC), datetime(2025, 12, 21, tzinfo=UTC)),
    )
    first_recorded_at_utc = Column(
        Kind.TIMESTAMP,
        "When the first version at hand was written: how late the record came.",
        (NotNull(),),
        examples=(datetime(2025, 12, 20, 12, tzinfo=UTC),),
    )
    inspected_at_utc = Column(
        Kind.TIMESTAMP,
        "When the traveller was inspected.",
        (NotNull(),),
        examples=tuple(datetime(2025, 12, 1 + n, n, tzinfo=UTC) for n in range(20)),
    )
    inspected_on = Column(
        Kind.DATE,
        "Local day of the inspection.",
        (NotNull(), DateBetween(date(1990, 1, 1), date(2100, 1, 1))),
        examples=(date(2025, 12, 1), date(2025, 12, 2), date(2025, 12, 20)),
    )
    hour_start_local = Column(
        Kind.TIMESTAMP, "Local hour of the inspection.", (NotNull(),), examples=(datetime(2025, 12, 1, 8),)
    )
    queue_seconds = Column(
        Kind.INT, "Wait before it; null where not measured.", (Between(0, 86_400),), Unit.SECONDS, lenient=True
    )
    inspection_seconds = Column(Kind.INT, "How long it took.", (Between(0, 86_400),), Unit.SECONDS, lenient=True)
    port_code = fields.port_code
    port_source_code = Column(
        Kind.STRING, "Port as the agency names it.", (NotNull(),), examples=("桃園一期", "高雄機場")
    )
    direction = fields.direction
    lane = fields.lane
    mode = fields.mode
    outcome = Column(
        Kind.STRING, "What came of it.", (NotNull(), OneOf(("admitted", "refused", "departed", "stopped")))
    )
    refusal_reason = Column(
        Kind.STRING,
        "Letter of the reason in Annex V, part B of the Schengen Borders Code.",
        (OneOf(REFUSAL_REASONS),),
        lenient=True,
    )
    referral_id = Column(Kind.STRING, "Case at secondary inspection.", examples=("R-1", None))
    flight_leg_id = fields.flight_leg_id
    carrier_code = Column(
        Kind.STRING, "Carrier (IATA), or the agency's code of a ship's line.", examples=("CI", "BR", None)
    )
    flight_number = Column(Kind.STRING, "Number without leading noughts.", examples=("100", "198", None))
    foreign_port = Column(
        Kind.STRING, "Where the flight comes from or goes to: IATA, or UN/LOCODE.", examples=("NRT", "HKG", None)
    )
    document_type = Column(
        Kind.STRING,
        "P passport, V visa, I identity or travel card, C crew certificate.",
        (OneOf(("P", "V", "I", "C")),),
        lenient=True,
    )
    issuing_state = Column(Kind.STRING, "State that issued it, alpha-3 or ICAO's own code.", examples=("TWN", "JPN"))
    document_number = Column(
        Kind.STRING,
        "Number: of the zone where its check digit holds, else as typed.",
        pii=Pii.DIRECT,
        examples=("X1234567", "TK7654321"),
    )
    expiry_date = Column(Kind.DATE, "Last day of validity, chosen likewise.", examples=(date(2030, 1, 1),))
    document_key = _key("Keyed hash of issuing state and number.")
    person_key = fields.person_key
    nationality = fields.nationality
    primary_identifier = Column(
        Kind.STRING, "Of the zone where its names can be read, else as typed.", pii=Pii.DIRECT, examples=("LIN", "SATO")
    )
    secondary_identifier = Column(Kind.STRING, "Chosen likewise.", pii=Pii.DIRECT, examples=("MEI HUA", "KEN"))
    native_name = Column(Kind.STRING, "Name in the script of the country.", pii=Pii.DIRECT, examples=("林美華", None))
    date_of_birth = Column(
        Kind.DATE,
        "Day of birth, chosen as the number is.",
        (DateBetween(date(1890, 1, 1), date(2100, 1, 1)),),
        lenient=True,
        pii=Pii.DIRECT,
        examples=(date(1980, 5, 1), date(1990, 7, 2)),
    )
    birth_year = Column(Kind.INT, "Year of it.", (Between(1890, 2100),), Unit.YEAR, lenient=True, examples=(1980, 1990))
    age_years = fields.age_years
    sex = fields.sex
    residence_country = fields.residence_country
    purpose = fields.purpose
    class_of_admission = Column(
        Kind.STRING,
        "Legal class, as docs/feeds.md lists them.",
        (NotNull(),),
        examples=("citizen", "visa_exempt", "migrant_worker"),
    )
    permit_number = Column(
        Kind.STRING, "Visa, permit or residence certificate used.", pii=Pii.DIRECT, examples=("RP1", None)
    )
    permit_key = _key("Keyed hash of the permit's number.")
    authorised_until = Column(Kind.DATE, "Last day of the authorised stay.", examples=(date(2026, 1, 1), None))
    sponsor_key = _key("Keyed hash of the sponsor named on the arrival card.")
    phone_key = _key("Keyed hash of the telephone named on the arrival card.")
    address_region = Column(Kind.STRING, "County of the first address.", examples=("台北市", None))
    zone_format = Column(
        Kind.STRING, "Format of the machine-readable zone; null where none was read.", examples=("TD3", None)
    )
    wrong_check_digits = Column(
        Kind.STRINGS, "Check digits of the zone that do not hold.", examples=([], ["document_number"])
    )
    typed_differently = Column(
        Kind.STRINGS,
        "Fields in which zone and typed values differ: document_number, date_of_birth, expiry_date, sex, nationality, "
        "names; beside them how: names_swapped, day_and_month_swapped. Of numbers and days only where the zone's check "
        "digit holds.",
        examples=([], ["date_of_birth"]),
    )
    source_delivery = Column(
        Kind.STRING,
        "The day spoken of, 'inspections/2025-12-01': what is late or corrected touches that day.",
        (NotNull(),),
        examples=("inspections/2025-12-01",),
    )
    source_file = Column(Kind.STRING, "File of the version that counts.", (NotNull(),))
    source_line = fields.source_line

    @staticmethod
    def build(
        records: Annotated[DataFrame, LandedInspections], codes: Annotated[DataFrame, SourceCodes], keyring: DataFrame
    ) -> DataFrame:
        dated = newest(records.select(*READ)).withColumn("_on", reading.iso_day("inspected_on"))
        read = parsed(conformed(dated, codes, "port", "nia_port", "port_code"), "mrz", "_on")
        return keyed(with_leg(read).withColumns(chosen()), keyring).select(
            *(F.col("record_id").alias("inspection_id"), "versions_count", F.col("_version").alias("version_number")),
            *("recorded_at_utc", "first_recorded_at_utc", F.col("_on").alias("inspected_on")),
            *when_and_where(),
            *traveller(),
            *document(),
            *admission(),
            *(F.col("zone.format").alias("zone_format"), differences().alias("typed_differently")),
            F.coalesce("zone.wrong_check_digits", F.array().cast("array<string>")).alias("wrong_check_digits"),
            F.concat(F.lit("inspections/"), "inspected_on").alias("source_delivery"),
            *("source_file", "source_line"),
        )
