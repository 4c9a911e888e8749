"""What the records of an inspection tell, column by column, for ``silver.inspections``."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields, reading
from lakehouse.identity import with_document_key, with_identity_key, with_permit_key, with_phone_key, with_sponsor_key
from lakehouse.reference.declared import declared

PURPOSES = ("business", "pleasure", "visiting", "student", "employment", "transit", "crew", "other")
_LEG = fields.flight_leg_id.rules[0].sql("_leg")


def newest(records: DataFrame) -> DataFrame:
    """The highest version of each record; of equal ones the last written. What has no number or version stays."""
    version = reading.whole_number(F.col("version")).cast("int")
    stated = records.withColumns({"_version": version, "recorded_at_utc": reading.moment(F.col("recorded_at"))})
    of_record = Window.partitionBy("record_id", F.col("_version").isNull())
    latest = [F.desc(n) for n in ("_version", "recorded_at_utc", "ingested_at_utc", "source_sha256", "source_line")]
    ranked = stated.withColumns(
        {
            "_place": F.row_number().over(of_record.orderBy(*latest)),
            "versions_count": F.size(F.collect_set("_version").over(of_record)),
            "first_recorded_at_utc": F.min("recorded_at_utc").over(of_record),
        }
    )
    return ranked.where("_place = 1 OR _version IS NULL OR record_id IS NULL")


def with_leg(read: DataFrame) -> DataFrame:
    """``flight_leg_id`` of those who fly, where all that names the leg is there."""
    airports = F.broadcast(declared(read, "port_airports").select("port", "airport"))
    ends = (F.col("foreign_port"), F.col("airport"))
    route = F.when(F.col("direction") == "entry", F.concat_ws("-", *ends)).otherwise(F.concat_ws("-", *reversed(ends)))
    day = F.date_format(reading.iso_day("flight_date"), "yyyyMMdd")
    leg = F.concat("carrier", "flight_number", F.lit("-"), route, F.lit("-"), day)
    by_air = (F.col("mode") == "air") & F.col("airport").isNotNull()
    legged = read.join(airports, "port", "left").withColumn("_leg", F.when(by_air, leg))
    return legged.withColumn("flight_leg_id", F.expr(f"if({_LEG}, _leg, NULL)")).drop("_leg", "airport")


def keyed(chosen: DataFrame, keyring: DataFrame) -> DataFrame:
    """Keys of person, document, permit, sponsor and telephone, from the values that count."""
    who = (F.col(n) for n in ("_nation", "_primary", "_secondary", "_born", "_sex"))
    keyed = with_identity_key(chosen, keyring, *who)
    documented = with_document_key(keyed, keyring, F.col("_issuer"), F.col("_number"))
    permitted = with_permit_key(documented, keyring, F.col("permit_number"))
    sponsored = with_sponsor_key(permitted, keyring, F.col("sponsor_id"))
    return with_phone_key(sponsored, keyring, F.col("contact_phone"))


def when_and_where() -> list[SparkColumn | str]:
    """Times, place, lane, outcome and flight."""
    inspected = reading.moment(F.col("inspected_at"))
    waited = F.unix_timestamp(inspected) - F.unix_timestamp(reading.moment(F.col("queued_at")))
    hour = F.try_to_timestamp(F.substring("inspected_at", 1, 13), F.lit("yyyy-MM-dd'T'HH"))
    return [
        *(inspected.alias("inspected_at_utc"), hour.alias("hour_start_local")),
        *(waited.alias("queue_seconds"), F.col("queued_at").alias("queue_seconds__raw")),
        reading.whole_number(F.col("inspection_seconds")).alias("inspection_seconds"),
        F.col("inspection_seconds").alias("inspection_seconds__raw"),
        *("port_code", F.col("port").alias("port_source_code"), "direction", "outcome", "refusal_reason"),
        F.coalesce("lane", F.lit("not_recorded")).alias("lane"),
        F.coalesce("mode", F.lit("not_reported")).alias("mode"),
        *("referral_id", "flight_leg_id", F.col("carrier").alias("carrier_code"), "flight_number", "foreign_port"),
    ]


def traveller() -> list[SparkColumn | str]:
    """Who was inspected."""
    years = F.floor(F.months_between("_on", "_born") / 12)
    return [
        "person_key",
        F.coalesce("_nation", F.lit("unknown")).alias("nationality"),
        *(F.col("_primary").alias("primary_identifier"), F.col("_secondary").alias("secondary_identifier")),
        *("native_name", F.col("_born").alias("date_of_birth"), F.year("_born").alias("birth_year")),
        F.when(F.col("_born").isNull(), F.col("date_of_birth")).alias("date_of_birth__raw"),
        *(years.alias("age_years"), F.coalesce("_sex", F.lit("not_recorded")).alias("sex")),
        F.coalesce(reading.state(F.col("residence_country")), F.lit("unknown")).alias("residence_country"),
    ]


def document() -> list[SparkColumn | str]:
    """With which document."""
    return [
        *("document_type", F.col("_issuer").alias("issuing_state"), F.col("_number").alias("document_number")),
        *("document_key", F.col("_expires").alias("expiry_date")),
        F.when(F.col("_expires").isNull(), F.col("expiry_date")).alias("expiry_date__raw"),
    ]


def admission() -> list[SparkColumn | str]:
    """As what, for what and until when admitted, and who and where was named."""
    known_purpose = F.when(F.col("purpose").isin(*PURPOSES), F.col("purpose"))
    return [
        F.coalesce(known_purpose, F.lit("not_recorded")).alias("purpose"),
        F.coalesce("class_of_admission", F.lit("not_recorded")).alias("class_of_admission"),
        *("permit_number", "permit_key", reading.iso_day("authorised_until").alias("authorised_until")),
        F.col("authorised_until").alias("authorised_until__raw"),
        *("sponsor_key", "phone_key", F.col("address_county").alias("address_region")),
    ]
