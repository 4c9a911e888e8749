"""What the codes of the sources are in international standards."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.bronze.i94_labels import I94Labels
from lakehouse.declare import Column, Holds, Kind, NotNull, OneOf, Silver
from lakehouse.reference.code_sets import FORMS, I94_SETS, STANDARDS
from lakehouse.reference.declared import declared
from lakehouse.reference.names import with_country_code
from lakehouse.silver.countries import Countries


class SourceCodes(Silver):
    """Each row tells what one code of one source stands for, and what it is in the standard.

    The I-94 label file gives codes of countries, ports, modes, purposes and
    states. A country is mapped where its label is a name of ``silver.countries``;
    labels that say the code is invalid, collapsed or none are not, nor are
    states and territories that ISO 3166-1 no longer holds or never held
    (Yugoslavia, Netherlands Antilles, Kosovo). Ports cannot be derived: a
    UN/LOCODE often is the IATA code of the city, but then again SFR is San
    Fernando there and Opa Locka is OPK. They are declared one by one in
    ``lakehouse/reference/codes.csv``, with the edition of the code list in which
    each was seen, as are the ports of Taiwan, the control points of Hong Kong,
    and eight codes of countries that stand in the arrivals but not in the label
    file. What was declared for a label holds while the label stays as it is.

    Several codes may be one place: terminals, or an airport and a harbour. What
    is not known for sure stays unmapped, as ``i94:NCA``, and ``reason`` says why.
    It also marks 20 I-94 ports, Palm Springs the largest, whose arrivals by air
    mostly came on flights that land elsewhere: there the code is a place, but
    not the one where travellers entered. Were a code labelled twice, the first
    label counts.
    """

    owner = "reference-data"
    grain = "one row per code of a source"
    key = ("code_set", "source_code")
    fresh_within = timedelta(days=3650)
    authority = "ISO 3166-1; ISO 3166-2:US; UNECE Recommendation 16 (UN/LOCODE)"
    rules = (
        Holds(
            "is_mapped OR conformed_code = concat(split_part(code_set, '_', 1), ':', source_code)",
            "a code that is not mapped is the source's own behind the source's name",
        ),
        *(
            Holds(
                f"code_set <> '{code_set}' OR NOT is_mapped OR conformed_code RLIKE r'^({form})$'",
                f"a mapped code of {code_set} has the form {form}",
            )
            for code_set, form in FORMS.items()
        ),
    )

    code_set = Column(Kind.STRING, "Source, and kind of code.", (NotNull(), OneOf(tuple(STANDARDS))))
    source_code = Column(
        Kind.STRING,
        "Code as the source writes it, without blanks at its ends.",
        (NotNull(),),
        examples=("245", "NYC", "1", "2", "XXX"),
    )
    label = Column(
        Kind.STRING,
        "What the source says it stands for; declared where the source has no list.",
        examples=("CHINA, PRC", "NEW YORK, NY", None),
    )
    standard = Column(
        Kind.STRING,
        "What codes of the set are conformed to; platform is this platform's own vocabulary.",
        (NotNull(), OneOf(tuple(dict.fromkeys(STANDARDS.values())))),
    )
    conformed_code = Column(
        Kind.STRING,
        "Code in the standard; where none is known the source's own behind the source's name.",
        (NotNull(),),
        examples=("CHN", "USNYC", "air", "pleasure", "i94:XXX"),
    )
    is_mapped = Column(Kind.BOOLEAN, "The standard's code is known.", (NotNull(),))
    mapped_by = Column(
        Kind.STRING,
        "How it is known: by label, by rule, or the list or count it was seen in; null where it is not.",
        examples=("label", "UN/LOCODE 2022-2", None),
    )
    reason = Column(Kind.STRING, "Why so, where that is not plain.", examples=("stands in Tsim Sha Tsui", None))

    @staticmethod
    def build(labels: Annotated[DataFrame, I94Labels], countries: Annotated[DataFrame, Countries]) -> DataFrame:
        known = declared(labels, "codes").withColumnsRenamed(
            {"label": "declared_label", "conformed_code": "declared_code"}
        )
        codes = _published(labels).join(known, ["code_set", "source_code"], "full")
        found = with_country_code(codes, countries, "label", "country_code").withColumn("_found", _found())
        source = F.split_part("code_set", F.lit("_"), F.lit(1))
        standards = F.create_map(*(F.lit(text) for pair in STANDARDS.items() for text in pair))
        return found.select(
            *("code_set", "source_code", F.coalesce("label", "declared_label").alias("label")),
            F.try_element_at(standards, F.col("code_set")).alias("standard"),
            F.coalesce("_found.code", F.concat(source, F.lit(":"), "source_code")).alias("conformed_code"),
            F.col("_found").isNotNull().alias("is_mapped"),
            F.col("_found.by").alias("mapped_by"),
            "reason",
        )


def _published(labels: DataFrame) -> DataFrame:
    """Codes with the labels that the source gives them, each once."""
    sets = F.create_map(*(F.lit(text) for pair in I94_SETS.items() for text in pair))
    coded = labels.select(
        F.try_element_at(sets, F.col("format_name")).alias("code_set"),
        F.trim("code").alias("source_code"),
        *("label", "source_line"),
    )
    first = Window.partitionBy("code_set", "source_code").orderBy("source_line")
    return coded.withColumn("_place", F.row_number().over(first)).where("_place = 1").drop("_place", "source_line")


def _found() -> SparkColumn:
    """Code in the standard and how it is known, from the first way that gives one; null from none."""
    # A label that has changed may stand for another place.
    agrees = F.coalesce(F.col("label") == F.col("declared_label"), F.lit(True))
    ways = (
        (F.when(agrees, F.col("declared_code")), F.col("source")),
        (F.when(F.col("code_set") == "i94_country", F.col("country_code")), F.lit("label")),
        (_by_rule(), F.lit("rule")),
    )
    return F.coalesce(*(F.when(code.isNotNull(), F.struct(code.alias("code"), by.alias("by"))) for code, by in ways))


def _by_rule() -> SparkColumn:
    """Modes and purposes by their label, states by their code."""
    word = F.replace(F.lower("label"), F.lit(" "), F.lit("_"))
    state = F.concat(F.lit("US-"), "source_code")
    rules = {"i94_mode": word, "i94_visa": word, "i94_state": state}
    return F.coalesce(
        *(
            F.when((F.col("code_set") == code_set) & code.rlike(f"^({FORMS[code_set]})$"), code)
            for code_set, code in rules.items()
        )
    )
