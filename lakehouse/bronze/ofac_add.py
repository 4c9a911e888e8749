"""Addresses of those under US sanctions."""

from datetime import timedelta

from lakehouse.bronze.ofac_sdn import OFAC, OFAC_AUTHORITY, OFAC_CSV
from lakehouse.declare import Bronze, Column, Kind, Pii, Volume


class OfacAdd(Bronze):
    """Each row tells of one address of an entry of the SDN list.

    No header; ``-0-`` is null. Every entry has at least one row, of nulls where
    no address is known. 11,696 rows in the older release, whose last cell is
    cut to ``-0``, and 13,837 in the newer.
    """

    owner = "watchlists"
    grain = "one row per address in a landed release"
    fresh_within = timedelta(days=7)
    authority = OFAC_AUTHORITY
    source = OFAC
    part = "add.csv"
    format = OFAC_CSV
    volume = Volume(at_least=1, at_most=400_000)

    ent_num = Column(Kind.STRING, "Number of the entry.", pii=Pii.PSEUDONYM)
    add_num = Column(Kind.STRING, "Number of the address.")
    address = Column(
        Kind.STRING,
        "Street or post box.",
        pii=Pii.DIRECT,
        examples=(None, "Ibis House, The Examples", None, "Calle 1 No. 2-03"),
    )
    city_state_province_postal_code = Column(
        Kind.STRING,
        "City, state or province and postal code.",
        pii=Pii.DIRECT,
        examples=("Exampletown", "London EC9N 9ZZ", None, "Cali"),
    )
    country = Column(Kind.STRING, "Country, by name.", examples=("Iraq", "United Kingdom", None, "Colombia"))
    add_remarks = Column(Kind.STRING, "Remarks on the address; empty so far.", pii=Pii.DIRECT, examples=(None,))
