"""Countries by ISO 3166-1 with the regions of the UN."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.delimited import Delimited

#: A delivery is iso3166.csv and country-codes.csv.
ISO3166 = Source("iso3166", "ISO 3166 Maintenance Agency, as re-published", Supersession.LATEST, parted=True)

#: Real countries: name, codes, region, sub-region, intermediate region and their codes.
_COUNTRIES = (
    "Taiwan, Province of China|TW|TWN|158||||||",
    "Japan|JP|JPN|392|Asia|Eastern Asia||142|030|",
    "United States of America|US|USA|840|Americas|Northern America||019|021|",
    "Viet Nam|VN|VNM|704|Asia|South-eastern Asia||142|035|",
    "Indonesia|ID|IDN|360|Asia|South-eastern Asia||142|035|",
    "Germany|DE|DEU|276|Europe|Western Europe||150|155|",
    "Namibia|NA|NAM|516|Africa|Sub-Saharan Africa|Southern Africa|002|202|018",
    "Antarctica|AQ|ATA|010||||||",
)
_NAMES, _ALPHA_2, _ALPHA_3, _NUMBERS, _REGIONS, _SUBS, _BETWEEN, _REGION_CODES, _SUB_CODES, _BETWEEN_CODES = zip(
    *([cell or None for cell in country.split("|")] for country in _COUNTRIES), strict=True
)
_UNREAD = {"iso_3166-2": "the alpha-2 code with a prefix"}


class Iso3166Countries(Bronze):
    """Each row tells the codes of one country or territory, and its region.

    249 rows, all codes unique; Antarctica and Taiwan have no region, though
    ``iso3166_country_codes`` places Taiwan in Eastern Asia. Numbers keep the leading
    zeros that it drops. NA is Namibia, not a null.
    """

    owner = "reference-data"
    grain = "one row per country or territory in a landed file"
    fresh_within = timedelta(days=3650)
    authority = "ISO 3166-1; regions by UN M49"
    source = ISO3166
    part = "iso3166.csv"
    format = Delimited(
        named={
            "alpha-2": "alpha_2",
            "alpha-3": "alpha_3",
            "country-code": "country_code",
            "sub-region": "sub_region",
            "intermediate-region": "intermediate_region",
            "region-code": "region_code",
            "sub-region-code": "sub_region_code",
            "intermediate-region-code": "intermediate_region_code",
        }
    )
    volume = Volume(at_least=1, at_most=1_000)
    ignored = _UNREAD

    name = Column(Kind.STRING, "Short name in English, as ISO has it.", examples=_NAMES)
    alpha_2 = Column(Kind.STRING, "ISO 3166-1 alpha-2.", examples=_ALPHA_2)
    alpha_3 = Column(Kind.STRING, "ISO 3166-1 alpha-3.", examples=_ALPHA_3)
    country_code = Column(Kind.STRING, "ISO 3166-1 numeric, three digits.", examples=_NUMBERS)
    region = Column(Kind.STRING, "Region.", examples=_REGIONS)
    sub_region = Column(Kind.STRING, "Sub-region.", examples=_SUBS)
    intermediate_region = Column(Kind.STRING, "Region between country and sub-region.", examples=_BETWEEN)
    region_code = Column(Kind.STRING, "Region, M49 code.", examples=_REGION_CODES)
    sub_region_code = Column(Kind.STRING, "Sub-region, M49 code.", examples=_SUB_CODES)
    intermediate_region_code = Column(Kind.STRING, "Intermediate region, M49 code.", examples=_BETWEEN_CODES)
