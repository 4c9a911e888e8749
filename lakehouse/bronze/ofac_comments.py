"""Remarks of the SDN list that are too long for it."""

from datetime import timedelta

from lakehouse.bronze.ofac_sdn import OFAC, OFAC_AUTHORITY, OFAC_CSV
from lakehouse.declare import Bronze, Column, Kind, Pii, Volume


class OfacComments(Bronze):
    """Each row tells how the remarks of one entry go on after their 1,000 characters.

    Put it behind the remarks without a blank: they are cut inside words. In the
    older release at hand ten of the 13 rows belong to no entry of its sdn.csv:
    the file is from a later list. The five rows of the newer release fit.
    """

    owner = "watchlists"
    grain = "one row per entry with long remarks in a landed release"
    fresh_within = timedelta(days=7)
    authority = OFAC_AUTHORITY
    source = OFAC
    part = "sdn_comments.csv"
    format = OFAC_CSV
    volume = Volume(at_least=1, at_most=50_000)

    ent_num = Column(Kind.STRING, "Number of the entry.", pii=Pii.PSEUDONYM)
    remarks = Column(
        Kind.STRING,
        "Remarks from the 1,001st character on.",
        pii=Pii.DIRECT,
        examples=("ding S.A.S.; Linked To: KTC HOLDING.", " Passport X0000018 (Iraq)."),
    )
