"""Other names of those under US sanctions."""

from datetime import timedelta

from lakehouse.bronze.ofac_sdn import OFAC, OFAC_AUTHORITY, OFAC_CSV
from lakehouse.declare import Bronze, Column, Kind, Pii, Volume


class OfacAlt(Bronze):
    """Each row tells of one other name of an entry of the SDN list.

    No header; ``-0-`` is null. 9,682 names in the older release, 11,910 in the
    newer; a name may stand with many entries. Weak names ("low quality") are
    not told apart here: they stand in the remarks, in quotes after a.k.a.
    """

    owner = "watchlists"
    grain = "one row per other name in a landed release"
    fresh_within = timedelta(days=7)
    authority = OFAC_AUTHORITY
    source = OFAC
    part = "alt.csv"
    format = OFAC_CSV
    volume = Volume(at_least=1, at_most=400_000)

    ent_num = Column(Kind.STRING, "Number of the entry that is so called.", pii=Pii.PSEUDONYM)
    alt_num = Column(Kind.STRING, "Number of the name.")
    alt_type = Column(
        Kind.STRING, "aka: also, fka: formerly, nka: now known as.", examples=("aka", "aka", "fka", "nka")
    )
    alt_name = Column(
        Kind.STRING,
        "Other name; of persons SURNAME, Given Names.",
        pii=Pii.DIRECT,
        examples=("AL-TESTARI, Yousef Hameed", "KTC HOLDING", "OBRAZTSOV, Testemir", "MUESTRA, Ejemplo"),
    )
    alt_remarks = Column(Kind.STRING, "Remarks on the name; empty so far.", pii=Pii.DIRECT, examples=(None,))
