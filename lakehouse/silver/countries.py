"""Countries and territories, and what they are called."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.bronze.iso3166_countries import Iso3166Countries
from lakehouse.bronze.iso3166_country_codes import Iso3166CountryCodes
from lakehouse.declare import PROVENANCE, Column, Kind, Matches, NotNull, Silver
from lakehouse.reference.declared import declared
from lakehouse.reference.names import name_key

#: English names in the inputs under which a country is found.
_NAMES = (
    "iso_name_en",
    "name_en",
    "cldr_display_name",
    "official_name_en",
    "unterm_english_short",
    "formal_name_en",
)


class Countries(Silver):
    """Each row tells of one country or territory of ISO 3166-1: its codes, names and region.

    ``name_en`` is the customary name of Unicode CLDR, such as "Taiwan" or
    "South Korea"; ISO's own stands beside it. The sources give Chinese names in
    simplified characters only; those in traditional ones, as Taiwan uses them,
    are declared in ``lakehouse/reference``, also from CLDR. For Taiwan ISO's
    file leaves the region empty and the UN gives no name: Asia, Eastern Asia,
    "Taiwan" and 台湾 are from the second file, 台灣 from CLDR. Antarctica has no region.

    ``known_as`` is what to match names of other sources with: every English
    name of the two files and the declared older ones, without case, accents,
    punctuation, "the" and "and" (``reference.names.name_key``). Two-letter
    names are not among them. Were a country listed twice, the last line counts.
    """

    owner = "reference-data"
    grain = "one row per country or territory of ISO 3166-1"
    key = ("country_code",)
    fresh_within = timedelta(days=3650)
    authority = "ISO 3166-1; names by Unicode CLDR and UNTERM; regions by UN M49"
    ignored = {
        "region_code": "the region is named",
        "sub_region_code": "the sub-region is named",
        "intermediate_region": "no dataset divides sub-regions",
        "intermediate_region_code": "no dataset divides sub-regions",
        "intermediate_region_name": "no dataset divides sub-regions",
        "capital": "no dataset asks for it",
        "continent": "regions are those of UN M49",
    }

    country_code = Column(
        Kind.STRING,
        "ISO 3166-1 alpha-3.",
        (NotNull(), Matches("[A-Z]{3}")),
        examples=("TWN", "JPN", "KOR", "USA", "DEU", "CHN", "HKG", "VNM", "IDN", "GBR"),
    )
    alpha2_code = Column(
        Kind.STRING,
        "ISO 3166-1 alpha-2.",
        (NotNull(), Matches("[A-Z]{2}")),
        examples=("TW", "JP", "KR", "US", "DE", "CN", "HK", "VN", "ID", "GB"),
    )
    numeric_code = Column(Kind.STRING, "ISO 3166-1 numeric.", (NotNull(), Matches("[0-9]{3}")), examples=("158", "004"))
    name_en = Column(Kind.STRING, "Customary name in English.", (NotNull(),), examples=("Taiwan", "Japan"))
    iso_name_en = Column(Kind.STRING, "Short name in English, as ISO has it.", (NotNull(),), examples=("Viet Nam",))
    formal_name_en = Column(
        Kind.STRING,
        "Formal name in English, by the UN; null for those that it lists under none.",
        examples=("the Republic of Korea", None),
    )
    name_zh_hant = Column(
        Kind.STRING, "Name in traditional Chinese, as used in Taiwan.", examples=("台灣", "日本", None)
    )
    name_zh_hans = Column(Kind.STRING, "Name in simplified Chinese.", examples=("台湾", "日本", None))
    region = Column(Kind.STRING, "Region, by UN M49; null for Antarctica.", examples=("Asia", "Europe", None))
    sub_region = Column(Kind.STRING, "Sub-region, by UN M49.", examples=("Eastern Asia", None))
    standing = Column(
        Kind.STRING,
        "Independent, or whose part or territory it is, as the source words it.",
        examples=("Independent", "Part of CN", "Territory of US"),
    )
    known_as = Column(
        Kind.STRINGS,
        "English names as matched, without what spellings differ in.",
        (NotNull(),),
        examples=(("TAIWAN", "TAIWAN PROVINCE OF CHINA"), ("JAPAN",)),
    )

    @staticmethod
    def build(
        listed: Annotated[DataFrame, Iso3166Countries], described: Annotated[DataFrame, Iso3166CountryCodes]
    ) -> DataFrame:
        # Both files call the numeric code country_code; ISO's keeps its noughts.
        more = _last_of_each(described).drop("alpha_2", "country_code")
        ours = declared(listed, "country_names").withColumnRenamed("name_en", "our_name")
        aliased = declared(listed, "country_aliases").groupBy("country_code")
        aliases = aliased.agg(F.collect_list("alias").alias("aliases"))
        found = (
            _last_of_each(listed)
            .join(more, "alpha_3", "left")
            .withColumnsRenamed({"country_code": "numeric_code", "alpha_3": "country_code"})
            .join(ours, "country_code", "left")
            .join(aliases, "country_code", "left")
        )
        return found.withColumns(_names()).select(
            *("country_code", F.col("alpha_2").alias("alpha2_code"), "numeric_code"),
            *("name_en", "iso_name_en", "formal_name_en", "name_zh_hant", "name_zh_hans"),
            F.coalesce("region", "region_name").alias("region"),
            F.coalesce("sub_region", "sub_region_name").alias("sub_region"),
            F.regexp_replace("is_independent", "^Yes$", "Independent").alias("standing"),
            _known_as().alias("known_as"),
        )


def _last_of_each(lines: DataFrame) -> DataFrame:
    """One line for each country, without its provenance."""
    place = F.row_number().over(Window.partitionBy("alpha_3").orderBy(F.desc("source_line")))
    return lines.withColumn("_place", place).where("_place = 1").drop("_place", *PROVENANCE)


def _names() -> dict[str, SparkColumn]:
    customary = F.when(F.length("cldr_display_name") > 2, F.col("cldr_display_name"))
    # The UN marks some names with a star, and adds the article in brackets.
    chinese, formal = (
        F.regexp_replace(name, r"[ *]+$", "") for name in ("unterm_chinese_short", "unterm_english_formal")
    )
    return {
        "name_en": F.coalesce("our_name", customary, "name"),
        "iso_name_en": F.col("name"),
        "formal_name_en": formal,
        "name_zh_hans": F.coalesce(chinese, "official_name_cn"),
    }


def _known_as() -> SparkColumn:
    names = F.concat(F.array(*_NAMES), F.coalesce("aliases", F.array().cast("array<string>")))
    keys = F.array_distinct(F.transform(F.array_compact(names), name_key))
    return F.array_sort(F.filter(keys, lambda key: F.length(key) > 2))
