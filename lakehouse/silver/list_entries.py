"""Entries of every list that travellers are matched against, in one form."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Column, Holds, Kind, NotNull, OneOf, Pii, Silver
from lakehouse.identity import with_document_key
from lakehouse.silver.document_reports import DocumentReports
from lakehouse.silver.exit_restrictions import ExitRestrictions
from lakehouse.silver.watchlist_entries import WatchlistEntries

LISTS = ("ofac_sdn", "un_consolidated", "exit_bans", "document_reports")
_NAMES = "array<struct<name:string,quality:string>>"
_BIRTHS = "array<struct<earliest_date:date,latest_date:date>>"
_KEYS = tuple(f"{n:032x}" for n in range(20))


class ListEntries(Silver):
    """Each row tells of one entry of a list: names, births, nationalities and documents by which it is recognised.

    The lists are those of ``silver.watchlist_entries`` (OFAC, UN), the exit bans
    of ``silver.exit_restrictions`` with the name in both scripts, and the
    documents of ``silver.document_reports`` that were lost, stolen or revoked,
    which have no holder's name here. All entries are here, also bans that hold
    no more and reports that were withdrawn: on which day one holds is asked
    where a day is given. Documents whose state is not told by its alpha-3 code
    have no key, and are left out; they stay in ``silver.watchlist_entries``.
    """

    owner = "watchlist-desk"
    grain = "one row per list and entry"
    key = ("entry_key",)
    fresh_within = timedelta(days=2)
    authority = (
        "SDN list, US OFAC; Consolidated List, UN Security Council; Immigration Act (入出國及移民法), art. 6, 18 and 21"
    )
    pii_purpose = "recognising listed persons among travellers takes their names, birth dates and documents"
    indexed = ("list_name",)
    rules = (
        Holds("forall(births, b -> b.earliest_date <= b.latest_date)", "births do not end before they begin"),
        Holds("NOT exists(names, n -> n.name = '')", "no name is empty"),
    )

    entry_key = Column(
        Kind.STRING,
        "The list and its number of the entry: 'ofac_sdn:2674'; of a reported document its key.",
        (NotNull(),),
        pii=Pii.PSEUDONYM,
        examples=tuple(f"exit_bans:B{n}" for n in range(100)),
    )
    list_name = Column(Kind.STRING, "The list.", (NotNull(), OneOf(LISTS)))
    entry_id = Column(
        Kind.STRING, "The list's number of the entry.", (NotNull(),), pii=Pii.PSEUDONYM, examples=("B1", "90001")
    )
    names = Column(
        _NAMES,
        "Every name with its quality: primary, native, strong, weak, former, not_stated.",
        (NotNull(),),
        pii=Pii.DIRECT,
        examples=([("LIN, MEI HUA", "primary"), ("林美華", "native")], [("SATO, KEN", "primary")], []),
    )
    births = Column(
        _BIRTHS,
        "Dates of birth, each as its first and last possible day.",
        (NotNull(),),
        pii=Pii.DIRECT,
        examples=([(date(1980, 5, 1), date(1980, 5, 1))], [(date(1990, 1, 1), date(1990, 12, 31))], []),
    )
    nationalities = Column(
        Kind.STRINGS, "Nationalities as the list has them, most as alpha-3.", (NotNull(),), examples=(["TWN"], [])
    )
    sex = fields.sex
    listed_person_key = replace(fields.person_key, meaning="Person of the entry, keyed as travellers are; of bans.")
    document_keys = Column(
        Kind.STRINGS,
        "Keyed hashes of its documents, by issuing state and number.",
        (NotNull(),),
        pii=Pii.PSEUDONYM,
        examples=(*([key] for key in _KEYS), []),
    )

    @staticmethod
    def build(
        entries: Annotated[DataFrame, WatchlistEntries],
        restrictions: Annotated[DataFrame, ExitRestrictions],
        reports: Annotated[DataFrame, DocumentReports],
        keyring: DataFrame,
    ) -> DataFrame:
        listed = _sanctioned(entries, keyring).unionByName(_banned(restrictions), allowMissingColumns=True)
        every = listed.unionByName(_reported(reports), allowMissingColumns=True)
        empty = {n: F.coalesce(n, F.array()) for n in ("names", "births", "nationalities", "document_keys")}
        return every.withColumns(empty).select(
            F.concat_ws(":", "list_name", "entry_id").alias("entry_key"),
            *("list_name", "entry_id", "names", "births", "nationalities"),
            F.coalesce("sex", F.lit("not_recorded")).alias("sex"),
            *("listed_person_key", "document_keys"),
        )


def _sanctioned(entries: DataFrame, keyring: DataFrame) -> DataFrame:
    entry = ("list_name", "entry_id")
    documents = entries.select(*entry, F.explode("documents").alias("document"))
    state = F.when(F.col("document.issuing_country").rlike("^[A-Z]{3}$"), F.col("document.issuing_country"))
    keyed = with_document_key(documents, keyring, state, F.col("document.document_number"))
    keys = keyed.groupBy(*entry).agg(F.array_sort(F.collect_set("document_key")).alias("document_keys"))
    primary = _name(F.col("primary_name"), F.lit("primary"))
    others = F.transform("aliases", lambda a: _name(a["name"], a["quality"]))
    births = F.transform("dates_of_birth", lambda b: F.struct(b["earliest_date"], b["latest_date"]))
    return entries.join(keys, [*entry], "left").select(
        *entry,
        F.concat(F.array(primary), others).cast(_NAMES).alias("names"),
        births.cast(_BIRTHS).alias("births"),
        *("nationalities", "sex", "document_keys"),
    )


def _banned(restrictions: DataFrame) -> DataFrame:
    written = F.concat_ws(", ", "primary_identifier", "secondary_identifier")
    told = (("primary", F.nullif(written, F.lit(""))), ("native", F.nullif(F.trim("native_name"), F.lit(""))))
    names = F.array_compact(F.array(*(F.when(n.isNotNull(), _name(n, F.lit(quality))) for quality, n in told)))
    born = F.struct(F.col("date_of_birth").alias("earliest_date"), F.col("date_of_birth").alias("latest_date"))
    births = F.array_compact(F.array(F.when(F.col("date_of_birth").isNotNull(), born)))
    return restrictions.select(
        F.lit("exit_bans").alias("list_name"),
        F.col("ban_id").alias("entry_id"),
        *(names.cast(_NAMES).alias("names"), births.cast(_BIRTHS).alias("births")),
        F.array("nationality").alias("nationalities"),
        *(
            "sex",
            F.col("person_key").alias("listed_person_key"),
            F.array_compact(F.array("document_key")).alias("document_keys"),
        ),
    )


def _reported(reports: DataFrame) -> DataFrame:
    return reports.select(
        F.lit("document_reports").alias("list_name"),
        F.col("document_key").alias("entry_id"),
        F.array("document_key").alias("document_keys"),
    )


def _name(name: SparkColumn, quality: SparkColumn) -> SparkColumn:
    return F.struct(name.alias("name"), quality.alias("quality"))
