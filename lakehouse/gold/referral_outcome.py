"""What became of each referral to secondary inspection."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import DataFrame

from lakehouse import fields
from lakehouse.declare import Gold
from lakehouse.silver.referrals import Referrals


class ReferralOutcome(Gold):
    """Each row tells of one case at secondary inspection: what hit, what came of it, and after how many minutes.

    A projection of ``silver.referrals``, whose label it keeps: confirmed where
    something was found that referrals are made for, or a measure was taken. The
    hits of the random arm are the yardstick of all others. No case is left out;
    the document and the times stay in silver, and so does the officer in bronze.
    A delay that cannot be, such as a decision before its referral, is null.
    """

    owner = "screening-desk"
    grain = "one row per case"
    key = ("referral_id",)
    fresh_within = timedelta(days=2)
    authority = (
        "Directive (EU) 2016/681 (PNR), art. 6(5) and 20: hits reviewed by a person; labels as in silver.referrals"
    )
    indexed = ("referred_on", "hit_kind")
    rules = Referrals.rules

    referral_id = Referrals.referral_id
    inspection_id = Referrals.inspection_id
    referred_on = Referrals.referred_on
    port_code = fields.port_code
    direction = fields.direction
    hit_kind = Referrals.hit_kind
    hit_code = Referrals.hit_code
    disposition = Referrals.disposition
    finding = Referrals.finding
    label = Referrals.label
    decision_minutes = Referrals.decision_minutes
    detection_point = Referrals.detection_point
    claimed_nationality = Referrals.claimed_nationality
    document_type = Referrals.document_type

    @staticmethod
    def build(referrals: Annotated[DataFrame, Referrals]) -> DataFrame:
        return referrals.select(*ReferralOutcome.columns())
