"""Countries with their names in several languages and catalogues."""

from datetime import timedelta

from lakehouse.bronze.iso3166_countries import ISO3166
from lakehouse.declare import Bronze, Column, Kind, Volume
from lakehouse.formats.delimited import Delimited

#: Real countries: codes, standing, names, capital, continent, region and sub-region.
_COUNTRIES = (
    "TWN|TW|158|Yes|Taiwan|台湾|Taiwan||||Taipei|AS|Asia|Eastern Asia|",
    "JPN|JP|392|Yes|Japan|日本|Japan|Japan|Japan|日本|Tokyo|AS|Asia|Eastern Asia|",
    "USA|US|840|Yes|United States of America|美利坚合众国|US|United States of America (the)"
    "|the United States of America|美利坚合众国|Washington|NA|Americas|Northern America|",
    "VNM|VN|704|Yes|Viet Nam|越南|Vietnam|Viet Nam|the Socialist Republic of Viet Nam|越南|Hanoi|AS|Asia"
    "|South-eastern Asia|",
    "ALA|AX|248|Part of FI|Åland Islands|奥兰群岛|Åland Islands||||Mariehamn|EU|Europe|Northern Europe|",
    "NAM|NA|516|Yes|Namibia|纳米比亚|Namibia|Namibia|the Republic of Namibia|纳米比亚|Windhoek|AF|Africa"
    "|Sub-Saharan Africa|Southern Africa",
    "ATA|AQ|10|International|Antarctica|南极洲|Antarctica|||||AN|||",
)
(
    _ALPHA_3, _ALPHA_2, _NUMBERS, _STANDINGS, _NAMES, _CHINESE, _CLDR, _UN_NAMES, _UN_FORMAL, _UN_CHINESE,
    _CAPITALS, _CONTINENTS, _REGIONS, _SUBS, _BETWEEN,
) = zip(*([cell or None for cell in country.split("|")] for country in _COUNTRIES), strict=True)  # fmt: skip

_REASONS = {
    "other languages than English and Chinese are not matched against": (
        "official_name_ar", "official_name_es", "official_name_fr", "official_name_ru",
        "UNTERM Arabic Formal", "UNTERM Arabic Short", "UNTERM French Formal", "UNTERM French Short",
        "UNTERM Russian Formal", "UNTERM Russian Short", "UNTERM Spanish Formal", "UNTERM Spanish Short",
        "UNTERM Chinese Formal", "Languages",
    ),
    "a code of another field than borders": (
        "FIFA", "Dial", "MARC", "GAUL", "FIPS", "WMO", "ITU", "IOC", "DS", "TLD", "Geoname ID", "EDGAR",
        "wikidata_id",
    ),
    "money plays no part": (
        "ISO4217-currency_name", "ISO4217-currency_alphabetic_code", "ISO4217-currency_numeric_code",
        "ISO4217-currency_minor_unit", "ISO4217-currency_country_name",
    ),
    "repeats a column that is read, as a number": (
        "M49", "Global Code", "Global Name", "Region Code", "Sub-region Code", "Intermediate Region Code",
    ),
    "a group of states that no dataset reports on": (
        "Small Island Developing States (SIDS)", "Land Locked Developing Countries (LLDC)",
        "Least Developed Countries (LDC)",
    ),
}  # fmt: skip
_UNREAD = {name: reason for reason, names in _REASONS.items() for name in names}


class Iso3166CountryCodes(Bronze):
    """Each row tells how one country or territory is called and coded elsewhere.

    249 rows of 56 columns, of which 15 are read. A blank that does not break
    (U+00A0) stands for null. 54 territories have no name in UNTERM, Taiwan
    among them; numbers have lost their leading zeros; is_independent holds
    18 wordings, from "Yes" to "Part of CN".
    """

    owner = "reference-data"
    grain = "one row per country or territory in a landed file"
    fresh_within = timedelta(days=3650)
    authority = "datasets/country-codes, from ISO, UN Statistics Division, UNTERM and CLDR"
    source = ISO3166
    part = "country-codes.csv"
    format = Delimited(
        named={
            "ISO3166-1-Alpha-3": "alpha_3",
            "ISO3166-1-Alpha-2": "alpha_2",
            "ISO3166-1-numeric": "country_code",
            "CLDR display name": "cldr_display_name",
            "UNTERM English Short": "unterm_english_short",
            "UNTERM English Formal": "unterm_english_formal",
            "UNTERM Chinese Short": "unterm_chinese_short",
            "Capital": "capital",
            "Continent": "continent",
            "Region Name": "region_name",
            "Sub-region Name": "sub_region_name",
            "Intermediate Region Name": "intermediate_region_name",
        }
    )
    volume = Volume(at_least=1, at_most=1_000)
    ignored = _UNREAD

    alpha_3 = Column(Kind.STRING, "ISO 3166-1 alpha-3.", examples=_ALPHA_3)
    alpha_2 = Column(Kind.STRING, "ISO 3166-1 alpha-2.", examples=_ALPHA_2)
    country_code = Column(Kind.STRING, "ISO 3166-1 numeric, without leading zeros.", examples=_NUMBERS)
    is_independent = Column(Kind.STRING, "Yes, or whose part or territory it is.", examples=_STANDINGS)
    official_name_en = Column(Kind.STRING, "Name in English, by the UN Statistics Division.", examples=_NAMES)
    official_name_cn = Column(Kind.STRING, "Name in simplified Chinese.", examples=_CHINESE)
    cldr_display_name = Column(Kind.STRING, "Customary name in English, by Unicode CLDR.", examples=_CLDR)
    unterm_english_short = Column(Kind.STRING, "Short name in English, by the UN.", examples=_UN_NAMES)
    unterm_english_formal = Column(Kind.STRING, "Formal name in English, by the UN.", examples=_UN_FORMAL)
    unterm_chinese_short = Column(Kind.STRING, "Short name in simplified Chinese, by the UN.", examples=_UN_CHINESE)
    capital = Column(Kind.STRING, "Capital.", examples=_CAPITALS)
    continent = Column(Kind.STRING, "Continent, two letters.", examples=_CONTINENTS)
    region_name = Column(Kind.STRING, "Region, by UN M49.", examples=_REGIONS)
    sub_region_name = Column(Kind.STRING, "Sub-region, by UN M49.", examples=_SUBS)
    intermediate_region_name = Column(
        Kind.STRING, "Region between country and sub-region, by UN M49.", examples=_BETWEEN
    )
