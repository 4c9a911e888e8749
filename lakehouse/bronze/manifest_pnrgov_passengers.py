"""Bookings on flights over the agency's border: each traveller of a booking, as the agency's gateway lands them."""

from lakehouse.bronze.pnrgov_passengers import PnrgovPassengers
from lakehouse.carrier_messages import MANIFESTS_SOURCE


class ManifestPnrgovPassengers(PnrgovPassengers):
    """Each row tells of one traveller in a booking that a carrier reported to the agency.

    Every hour brings a file of all carriers' interchanges, one after the other,
    packed. Columns are those of `bronze.pnrgov_passengers`.
    """

    source = MANIFESTS_SOURCE
    part = "pnrgov-*.edi.gz"
    sample_name = "pnrgov-06.edi.gz"
