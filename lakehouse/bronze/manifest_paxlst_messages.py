"""Passenger and crew lists of the agency's border: the message itself, as the agency's gateway lands them."""

from lakehouse.bronze.paxlst_messages import PaxlstMessages
from lakehouse.carrier_messages import MANIFESTS_SOURCE


class ManifestPaxlstMessages(PaxlstMessages):
    """Each row tells of one passenger or crew list that a carrier sent to the agency.

    Every hour brings a file of all carriers' interchanges, one after the other,
    packed. Columns are those of `bronze.paxlst_messages`.
    """

    source = MANIFESTS_SOURCE
    part = "paxlst-*.edi.gz"
    sample_name = "paxlst-06.edi.gz"
