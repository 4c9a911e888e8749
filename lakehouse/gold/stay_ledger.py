"""The ledger of stays."""

from datetime import timedelta
from typing import Annotated

from pyspark.sql import DataFrame

from lakehouse import fields
from lakehouse.declare import Gold
from lakehouse.silver.stays import Stays


class StayLedger(Gold):
    """Each row tells how one admission stands: entered, had to leave, left, days used, days left or over.

    A projection of ``silver.stays``, whose rule it keeps: judged as of one day,
    a deadline on or after it has not passed, and a departure after it is not
    known. No stay is left out; stays without a deadline have a state of their
    own, and ``recording_artefact`` says where a missing exit may be one of
    recording only. The traveller is a keyed hash; names, documents, flights and
    addresses stay in silver.
    """

    owner = "overstay-desk"
    grain = "one row per admission"
    key = ("admission_id",)
    fresh_within = timedelta(days=2)
    authority = "US DHS Entry/Exit Overstay Report, methodology"
    slice = "entered_on"
    indexed = ("state", "authorised_until")
    rules = Stays.rules

    admission_id = Stays.admission_id
    traveller_key = fields.traveller_key
    person_key = Stays.person_key
    border_state = fields.border_state
    port_code = fields.port_code
    entered_on = Stays.entered_on
    authorised_until = Stays.authorised_until
    deadline_kind = Stays.deadline_kind
    exited_on = Stays.exited_on
    as_of_date = Stays.as_of_date
    state = Stays.state
    state_reason = Stays.state_reason
    exit_match = Stays.exit_match
    is_expected_departure = Stays.is_expected_departure
    used_days = Stays.used_days
    left_days = Stays.left_days
    over_days = Stays.over_days
    recording_artefact = Stays.recording_artefact
    nationality = fields.nationality
    residence_country = fields.residence_country
    class_of_admission = fields.class_of_admission
    purpose = fields.purpose
    mode = fields.mode
    sex = fields.sex
    age_years = fields.age_years

    @staticmethod
    def build(stays: Annotated[DataFrame, Stays]) -> DataFrame:
        return stays.select(*StayLedger.columns())
