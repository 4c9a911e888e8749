"""Bookings on flights over the agency's border: the message for a flight, as the agency's gateway lands them."""

from lakehouse.bronze.pnrgov_messages import PnrgovMessages
from lakehouse.carrier_messages import MANIFESTS_SOURCE


class ManifestPnrgovMessages(PnrgovMessages):
    """Each row tells of one report of the bookings on a flight, as a carrier sent it to the agency.

    Every hour brings a file of all carriers' interchanges, one after the other,
    packed. Columns are those of `bronze.pnrgov_messages`.
    """

    source = MANIFESTS_SOURCE
    part = "pnrgov-*.edi.gz"
    sample_name = "pnrgov-06.edi.gz"
