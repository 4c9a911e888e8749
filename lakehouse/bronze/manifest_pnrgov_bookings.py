"""Bookings on flights over the agency's border: each booking, as the agency's gateway lands them."""

from lakehouse.bronze.pnrgov_bookings import PnrgovBookings
from lakehouse.carrier_messages import MANIFESTS_SOURCE


class ManifestPnrgovBookings(PnrgovBookings):
    """Each row tells of one booking (PNR) on a flight that a carrier reported to the agency.

    Every hour brings a file of all carriers' interchanges, one after the other,
    packed. Columns are those of `bronze.pnrgov_bookings`.
    """

    source = MANIFESTS_SOURCE
    part = "pnrgov-*.edi.gz"
    sample_name = "pnrgov-06.edi.gz"
