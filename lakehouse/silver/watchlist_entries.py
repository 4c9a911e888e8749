"""Persons on the watchlists of the US and the UN."""

from datetime import date, timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.functions import arrow_udf
from pyspark.sql.pandas.types import from_arrow_type

from lakehouse import fields, reading, un_list
from lakehouse.bronze.ofac_alt import OfacAlt
from lakehouse.bronze.ofac_comments import OfacComments
from lakehouse.bronze.ofac_sdn import OfacSdn
from lakehouse.bronze.un_consolidated import UnConsolidated
from lakehouse.country_names import code_of, codes_by_name
from lakehouse.declare import Column, DateBetween, Holds, Kind, NotNull, OneOf, Pii, Silver
from lakehouse.remarks import FACTS, facts_of_batch
from lakehouse.scripts import script_of
from lakehouse.silver.countries import Countries

_ALIASES = "array<struct<name:string,quality:string,script:string>>"
_BIRTHS = "array<struct<earliest_date:date,latest_date:date,precision:string,raw:string>>"
_DOCUMENTS = "array<struct<document_type:string,document_number:string,issuing_country:string,raw:string>>"
_ENTRY = ("source_delivery", "release_number", "ent_num")
_SHARED = ("list_name", "entry_id", "primary_name", "programmes", "listed_on", "listed_on__raw", "remarks")


class WatchlistEntries(Silver):
    """Each row tells of one person on a watchlist: every name, birth date and document the list gives.

    Of OFAC's list, what is known of a person stands in the remarks as clauses,
    which ``lakehouse.remarks`` reads; remarks that go on in the comments are
    joined first. UN elements are put in the same words. Nothing is judged or
    merged: dates that contradict each other stay side by side, an approximate
    one is not widened, and a person on both lists is two entries.

    Left out: entities, vessels and aircraft (4,356 of 8,976 in OFAC's newer
    release, 273 of 1,003 on the UN list), addresses, positions and links to
    other entries. What speaks of a birth, nationality, document, sex or alias
    and cannot be read is kept in ``unread_clauses``, to be counted.
    """

    owner = "watchlist-desk"
    grain = "one row per list and person"
    key = ("list_name", "entry_id")
    fresh_within = timedelta(days=7)
    authority = "SDN list, US OFAC (31 CFR chapter V); Consolidated List, UN Security Council"
    pii_purpose = "recognising listed persons among travellers takes their names, birth dates and documents"
    ignored = {
        **dict.fromkeys(("call_sign", "vess_type", "tonnage", "grt", "vess_flag", "vess_owner"), "of vessels only"),
        **dict.fromkeys(("alt_remarks", "sort_key", "sort_key_last_mod"), "empty in all releases"),
        **dict.fromkeys(("title", "titles", "designations"), "free words that nothing is matched by"),
        **dict.fromkeys(("version_number", "list_types"), "the same for all entries"),
        "addresses": "where a person lived: nothing is matched by it",
        "alt_num": "number of the alias within the list",
        "data_id": "the reference number is the permanent one",
        "list_generated_at": "the delivery tells the release",
        "last_day_updated": "the list is taken whole at each release",
    }
    rules = (
        Holds("NOT exists(aliases, a -> a.name = '')", "no alias is empty"),
        Holds(
            "forall(dates_of_birth, b -> b.earliest_date <= b.latest_date)",
            "births do not end before they begin",
        ),
    )

    list_name = Column(Kind.STRING, "The list.", (NotNull(), OneOf(("ofac_sdn", "un_consolidated"))))
    entry_id = Column(
        Kind.STRING,
        "The list's number of the entry: OFAC's ent_num, the UN's permanent reference.",
        (NotNull(),),
        pii=Pii.PSEUDONYM,
        examples=tuple(map(str, range(90_001, 90_101))),
    )
    list_release = Column(Kind.STRING, "Delivery of the list and its release number.", (NotNull(),))
    primary_name = Column(Kind.STRING, "Name of the entry; OFAC: SURNAME, Given Names.", (NotNull(),), pii=Pii.DIRECT)
    aliases = Column(
        _ALIASES,
        "Other names with quality (strong, weak, former, not_stated) and script. OFAC: weak are those in the "
        "remarks. UN: with the name in its original script.",
        pii=Pii.DIRECT,
        examples=([("AL-TUSTARI, Yousef", "strong", "latin")], []),
    )
    dates_of_birth = Column(
        _BIRTHS,
        "Dates of birth, also those given with aliases: first and last day by the words, and precision (day, "
        "month, year, range; circa: may lie before or after).",
        pii=Pii.DIRECT,
        examples=([(date(1971, 1, 1), date(1971, 12, 31), "year", "1971")], []),
    )
    documents = Column(
        _DOCUMENTS,
        "Documents with a number; country as ISO 3166 alpha-3, else as the list names it.",
        pii=Pii.DIRECT,
        examples=([("passport", "X17", "IRQ", "Passport X17 (Iraq)")], []),
    )
    nationalities = Column(
        Kind.STRINGS,
        "Nationalities and citizenships, ISO 3166 alpha-3; else the name behind 'ofac:' or 'un:'.",
        examples=(["IRQ"], ["RUS", "ofac:Palestinian"], []),
    )
    places_of_birth = Column(
        Kind.STRINGS,
        "Places of birth in words, also those given with aliases.",
        pii=Pii.DIRECT,
        examples=(["Exampletown, Iraq"], []),
    )
    sex = fields.sex
    programmes = Column(Kind.STRINGS, "Sanctions programmes; UN: the committee.", examples=(["SDGT"],))
    listed_on = Column(
        Kind.DATE,
        "Day of listing; OFAC's list does not tell.",
        (DateBetween(date(1990, 1, 1), date(2100, 1, 1)),),
        lenient=True,
    )
    remarks = Column(Kind.STRING, "Remarks in full.", pii=Pii.DIRECT)
    unread_clauses = Column(
        Kind.STRINGS,
        "What of the known matters could not be read.",
        pii=Pii.DIRECT,
        examples=([], ["DOB unknown"]),
    )
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(
        sdn: Annotated[DataFrame, OfacSdn],
        alt: Annotated[DataFrame, OfacAlt],
        comments: Annotated[DataFrame, OfacComments],
        un: Annotated[DataFrame, UnConsolidated],
        countries: Annotated[DataFrame, Countries],
    ) -> DataFrame:
        entries = _ofac(sdn, alt, comments).unionByName(_un(un))
        # The stub asks for a kind of function that Spark takes from its annotations, and warns of.
        read_clauses = arrow_udf(facts_of_batch, from_arrow_type(FACTS))  # type: ignore[call-overload]
        read = entries.withColumn("facts", read_clauses("clauses"))
        return read.crossJoin(F.broadcast(codes_by_name(countries, "code_of"))).select(
            *(*_SHARED, "source_delivery", "source_line", "facts.dates_of_birth", "facts.places_of_birth"),
            F.concat_ws("#", "source_delivery", "release_number").alias("list_release"),
            _aliases().alias("aliases"),
            _documents().alias("documents"),
            _nationalities().alias("nationalities"),
            F.coalesce("facts.sex", F.lit("not_recorded")).alias("sex"),
            F.concat("facts.unread_clauses", "unread").alias("unread_clauses"),
        )


def _ofac(sdn: DataFrame, alt: DataFrame, comments: DataFrame) -> DataFrame:
    quality = F.when(F.col("alt_type") == "fka", "former").otherwise("strong")
    name = F.struct(F.col("alt_name").alias("name"), quality.alias("quality"))
    names = alt.groupBy(*_ENTRY).agg(F.collect_list(name).alias("names"))
    parts = F.array_sort(F.collect_list(F.struct("source_line", "remarks")))
    more = comments.groupBy(*_ENTRY).agg(F.array_join(parts["remarks"], "").alias("more"))
    persons = sdn.where("sdn_type = 'individual'").join(names, [*_ENTRY], "left").join(more, [*_ENTRY], "left")
    # Cut inside words: the comment goes on without a blank.
    remarks = F.nullif(F.concat_ws("", "remarks", "more"), F.lit(""))
    return persons.select(
        F.lit("ofac_sdn").alias("list_name"),
        F.col("ent_num").alias("entry_id"),
        F.col("sdn_name").alias("primary_name"),
        F.coalesce("names", F.array()).alias("names"),
        F.split(F.regexp_replace(F.trim(remarks), r"\.$", ""), r";\s*").alias("clauses"),
        F.array().cast(_DOCUMENTS).alias("documents"),
        F.array().cast("array<string>").alias("unread"),
        F.split("program", r"\] \[").alias("programmes"),
        F.lit(None).cast("date").alias("listed_on"),
        F.lit(None).cast("string").alias("listed_on__raw"),
        remarks.alias("remarks"),
        *("source_delivery", "release_number", "source_line"),
    )


def _un(un: DataFrame) -> DataFrame:
    parts = ("first_name", "second_name", "third_name", "fourth_name")
    full_name = F.concat_ws(" ", *(F.trim(part) for part in parts))
    told = ("dates_of_birth", "aliases", "places_of_birth", "nationalities", "gender")
    return un.where("entry_kind = 'individual'").select(
        F.lit("un_consolidated").alias("list_name"),
        F.col("reference_number").alias("entry_id"),
        full_name.alias("primary_name"),
        un_list.names(F.col("aliases"), F.col("name_original_script")).alias("names"),
        un_list.clauses(*(F.col(name) for name in told)).alias("clauses"),
        un_list.documents(F.col("documents")).alias("documents"),
        un_list.unnumbered_documents(F.col("documents")).alias("unread"),
        F.array("un_list_type").alias("programmes"),
        reading.day(F.substring("listed_on", 1, 10), "yyyy-MM-dd").alias("listed_on"),
        F.col("listed_on").alias("listed_on__raw"),
        F.col("comments").alias("remarks"),
        *("source_delivery", "release_number", "source_line"),
    )


def _aliases() -> SparkColumn:
    weak = F.transform("facts.weak_aliases", lambda n: F.struct(n.alias("name"), F.lit("weak").alias("quality")))
    every = F.array_sort(F.array_distinct(F.concat("names", weak)))
    return F.transform(every, lambda a: F.struct(a["name"], a["quality"], script_of(a["name"]).alias("script")))


def _documents() -> SparkColumn:
    def conformed(document: SparkColumn) -> SparkColumn:
        country = document["issuing_country"]
        return document.withField("issuing_country", F.coalesce(code_of(country, F.col("code_of")), country))

    return F.transform(F.concat("facts.documents", "documents"), conformed)


def _nationalities() -> SparkColumn:
    prefix = F.when(F.col("list_name") == "ofac_sdn", "ofac:").otherwise("un:")
    return F.array_distinct(
        F.transform("facts.nationalities", lambda n: F.coalesce(code_of(n, F.col("code_of")), F.concat(prefix, n)))
    )
