"""Entries and exits of travellers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pyspark.sql import DataFrame

from lakehouse import fields
from lakehouse.bronze.i94_arrivals import I94Arrivals
from lakehouse.crossing_records import crossings_of_agency, crossings_of_i94
from lakehouse.declare import Between, Column, DateBetween, Holds, Kind, NotNull, OneOf, Silver, Unit
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.source_codes import SourceCodes

#: State whose agency lands its own inspections, and its clocks.
AGENCY_STATE, AGENCY_ZONE = "TWN", "Asia/Taipei"
#: Columns of the I-94 that crossings are made from.
I94_READ = (
    *("i94yr", "i94mon", "cicid", "admnum", "i94cit", "i94res", "i94port", "i94mode", "i94visa", "i94addr", "i94bir"),
    *("arrdate", "depdate", "biryear", "gender", "visatype", "visapost", "airline", "fltno", "dtaddto", "dtadfile"),
    *("entdepa", "ingested_at_utc", "source_delivery", "source_line"),
)
FIRST_DAY = DateBetween(date(1990, 1, 1), date(2100, 1, 1))


class Crossings(Silver):
    """Each row tells of one person crossing a border once, in one direction.

    An I-94 record gives an entry and, where a departure was matched to it, an
    exit. The departure must not lie before the arrival nor after the day the
    record was read: such an exit goes to quarantine and the entry stays. What
    is known only of the entry (class, deadline, flight, address) is null on
    exits, and the I-94 names no port of departure.

    The agency's inspections are a crossing each where the traveller was admitted
    or departed; who was refused or stopped crossed no border and stands in
    ``silver.inspections`` alone. Its exits name port, flight and lane, but not
    the entry that they end: ``silver.entry_exit_matches`` finds it.
    """

    owner = "border-records"
    grain = "one row per crossing"
    key = ("crossing_id",)
    fresh_within = timedelta(days=2)
    authority = (
        "I-94 arrival records (8 CFR 235.1(h)); the agency's inspections (docs/feeds.md); "
        "codes by ISO 3166-1 and UN/LOCODE"
    )
    slice = "source_delivery"
    indexed = ("crossed_on", "border_state")
    ignored = {
        "count": "always 1",
        "i94yr": "part of the identifier only",
        "occup": "empty for 99.7 % of arrivals",
        "entdepd": "there exactly when a departure is: knows the outcome",
        "matflag": "there exactly when a departure is: knows the outcome",
        "entdepu": "empty for 99.99 % of arrivals",
        "insnum": "an identifier of the person that nothing needs",
    }
    rules = (
        Holds("crossed_on >= entered_on", "an exit is not before its entry"),
        Holds(
            "entered_on IS NOT NULL OR (direction = 'exit' AND inspected_at_utc IS NOT NULL)",
            "the day of the entry is known, but of the agency's exits",
        ),
        Holds("crossed_on <= read_on", "a crossing is not after the day its record was read"),
    )

    crossing_id = Column(Kind.STRING, "Record of the source and direction.", (NotNull(),))
    admission_id = Column(Kind.STRING, "Record of the source; joins an exit of the I-94 to its entry.", (NotNull(),))
    border_state = fields.border_state
    direction = fields.direction
    crossed_on = Column(
        Kind.DATE,
        "Day of the crossing at the port.",
        (NotNull(), FIRST_DAY),
        examples=(date(2016, 4, 2), date(2016, 4, 20)),
    )
    entered_on = Column(
        Kind.DATE,
        "Day of the entry that the crossing belongs to; null for the agency's exits, which do not tell.",
        (FIRST_DAY,),
        examples=(date(2016, 4, 1), date(2016, 4, 2)),
    )
    inspected_at_utc = Column(
        Kind.TIMESTAMP,
        "Moment of the crossing; the I-94 tells the day only.",
        examples=tuple(datetime(2016, 4, 1 + n, n, tzinfo=UTC) for n in range(20)),
    )
    read_on = Column(
        Kind.DATE,
        "Day by which the record was known: read from its file, or written by the agency.",
        (NotNull(),),
        examples=(date(2026, 1, 2),),
    )
    port_code = fields.port_code
    mode = fields.mode
    lane = fields.lane
    nationality = fields.nationality
    residence_country = fields.residence_country
    traveller_key = fields.traveller_key
    person_key = replace(
        fields.person_key,
        meaning="Keyed hash of the person over all documents; of the I-94, which tells no more, of the document.",
    )
    birth_year = Column(
        Kind.INT,
        "Year of birth.",
        (Between(1890, 2100),),
        Unit.YEAR,
        lenient=True,
        examples=(1982, 2012, None),
    )
    age_years = fields.age_years
    sex = fields.sex
    purpose = fields.purpose
    class_of_admission = fields.class_of_admission
    carrier_code = Column(
        Kind.STRING,
        "Carrier as the source codes it, an IATA code for most flights.",
        examples=("CI", "BR", None),
    )
    flight_number = Column(Kind.STRING, "Flight number without leading noughts.", examples=("4", "32", None))
    flight_leg_id = fields.flight_leg_id
    address_region = Column(
        Kind.STRING, "State or county of the first address, as the source codes it.", examples=("NY", "CA", None)
    )
    visa_post = Column(Kind.STRING, "Post that issued the visa, as the source codes it.", examples=("LND", None))
    deadline_kind = Column(
        Kind.STRING,
        "How long the traveller may stay: until a date, for the duration of the status (D/S), without end as citizens "
        "and residents, or not known.",
        (OneOf(("date", "duration_of_status", "none_needed", "unreadable", "not_recorded")),),
    )
    authorised_until = Column(
        Kind.DATE,
        "Last day of the authorised stay.",
        (FIRST_DAY,),
        lenient=True,
        examples=(date(2016, 6, 30), None),
    )
    recorded_on = Column(
        Kind.DATE,
        "Day the source loaded the record.",
        (FIRST_DAY,),
        lenient=True,
        leaks="late loads go with lost departures",
        examples=(date(2016, 4, 1), date(2016, 4, 2)),
    )
    arrival_flag = Column(
        Kind.STRING,
        "How the source recorded the arrival.",
        leaks="depends on how the departure was matched",
        examples=("G", "O"),
    )
    exit_is_reported = Column(
        Kind.BOOLEAN,
        "Whether the source reports a departure for this entry, good or bad.",
        leaks="the outcome itself",
    )
    source_delivery = fields.source_delivery
    source_line = fields.source_line

    @staticmethod
    def build(
        arrivals: Annotated[DataFrame, I94Arrivals],
        inspections: Annotated[DataFrame, Inspections],
        codes: Annotated[DataFrame, SourceCodes],
        keyring: DataFrame,
    ) -> DataFrame:
        of_agency = crossings_of_agency(inspections, AGENCY_STATE, tuple(Crossings.columns()))
        of_i94 = crossings_of_i94(arrivals.select(*I94_READ), codes, keyring)
        return of_i94.unionByName(of_agency, allowMissingColumns=True)
