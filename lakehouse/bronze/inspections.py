"""Inspections of travellers at the agency's ports, as they are landed by port and hour."""

from datetime import timedelta
from math import inf

from lakehouse.declare import Bronze, Column, Kind, NotNull, Pii, Source, Supersession, Volume
from lakehouse.formats.ndjson import Ndjson

#: Made-up inspections: record, version, written, inspected, queued, seconds, port, direction, lane, carrier, number,
#: flight day, other port, number of the document, nationality, names, native name, birth, sex, purpose, class,
#: until, outcome.
_MADE_UP = (
    "INS-1|1|2025-12-01T08:15:31+08:00|2025-12-01T08:15:30+08:00|2025-12-01T08:05:00+08:00|45|桃園二期|entry|counter|JL|809|2025-12-01|NRT|TK1234567|JPN|SATO|KEN||1980-05-01|M|pleasure|visa_exempt|2026-02-28|admitted",
    "INS-2|1|2025-12-01T09:10:12+08:00|2025-12-01T09:10:10+08:00||12|桃園一期|exit|e_gate|CI|100|2025-12-01|NRT|312345678|TWN|LIN|MEI-HUA|林美華|1990-07-02|F|pleasure|citizen||departed",
    "INS-1|2|2025-12-02T10:00:00+08:00|2025-12-01T08:15:30+08:00|2025-12-01T08:05:00+08:00|45|桃園二期|entry|counter|JL|809|2025-12-01|NRT|TK1234567|JPN|SATO|KEN||1980-05-10|M|business|visa_exempt|2026-02-28|admitted",
    "INS-3|1|2025-12-20T18:40:02+08:00|2025-12-20T18:40:00+08:00|2025-12-20T18:31:00+08:00|70|高雄機場|exit|counter|JL|812|2025-12-20|NRT|TK1234567|JPN|SATO|KEN||1980-05-01|M|business|visa_exempt||departed",
)
(
    _RECORDS, _VERSIONS, _WRITTEN, _INSPECTED, _QUEUED, _SECONDS, _PORTS, _DIRECTIONS, _LANES, _CARRIERS, _FLIGHTS,
    _FLIGHT_DAYS, _FOREIGN, _NUMBERS, _STATES, _PRIMARY, _SECONDARY, _NATIVE, _BIRTHS, _SEXES, _PURPOSES, _CLASSES,
    _UNTIL, _OUTCOMES,
) = (tuple(c or None for c in cell) for cell in zip(*(made.split("|") for made in _MADE_UP), strict=True))  # fmt: skip


def _text(meaning: str, examples: tuple[str | None, ...] = (None,), pii: Pii = Pii.NONE, *rules: NotNull) -> Column:
    return Column(Kind.STRING, meaning, rules, pii=pii, examples=examples)


class Inspections(Bronze):
    """Each row tells what was written of one inspection: as first recorded, or a correction of it.

    One record per version of an inspection, in the file of the port and hour in
    which it was written; docs/feeds.md lists the keys. All values are the texts
    as they were landed. Files are many and small: a port and hour may have one
    record or some thousands.
    """

    owner = "border-records"
    grain = "one row per record of a landed file"
    fresh_within = timedelta(days=1)
    authority = "National Immigration Agency, primary control; docs/feeds.md"
    source = Source("inspections", "National Immigration Agency", Supersession.EACH)
    part = "*.ndjson.gz"
    format = Ndjson()
    volume = Volume(at_least=1, at_most=200_000, drift=inf)
    slice = "inspected_on"
    sample_name = "TPE2-08.ndjson.gz"

    record_id = _text("The inspection, for good: a correction repeats it.", _RECORDS)
    version = _text("1, and one more with each correction.", _VERSIONS)
    recorded_at = _text("When the record was written, local with offset.", _WRITTEN)
    inspected_at = _text("When the traveller was inspected.", _INSPECTED)
    inspected_on = _text(
        "Local day of that, YYYY-MM-DD.", tuple(at and at[:10] for at in _INSPECTED), Pii.NONE, NotNull()
    )
    queued_at = _text("When the traveller joined the queue, where it was measured.", _QUEUED)
    inspection_seconds = _text("How long the inspection took.", _SECONDS)
    port = _text("Port, as the agency names it.", _PORTS)
    direction = _text("entry or exit.", _DIRECTIONS)
    lane = _text("e_gate, counter or crew.", _LANES)
    mode = _text("air or sea.", ("air",))
    carrier = _text("Carrier, IATA code, or the agency's code of a ship's line.", _CARRIERS)
    flight_number = _text("Number without leading noughts.", _FLIGHTS)
    flight_date = _text("Scheduled local day of the flight at the agency's port.", _FLIGHT_DAYS)
    foreign_port = _text("Where the flight comes from or goes to: IATA or UN/LOCODE.", _FOREIGN)
    document_type = _text("P passport, V visa, I identity or travel card, C crew certificate.", ("P",))
    issuing_state = _text("State that issued the document, alpha-3.", _STATES)
    document_number = _text("Number, as typed or read at the counter.", _NUMBERS, Pii.DIRECT)
    expiry_date = _text("Last day of validity.", ("2030-01-01",))
    nationality = _text("Nationality, alpha-3.", _STATES)
    primary_identifier = _text("Primary identifier, as typed or read.", _PRIMARY, Pii.DIRECT)
    secondary_identifier = _text("Secondary identifier.", _SECONDARY, Pii.DIRECT)
    native_name = _text("Name in the script of the country.", _NATIVE, Pii.DIRECT)
    date_of_birth = _text("Day of birth.", _BIRTHS, Pii.DIRECT)
    sex = _text("F, M or X.", _SEXES)
    mrz = _text("Machine-readable zone as the reader saw it, lines separated by a newline.", (None,), Pii.DIRECT)
    residence_country = _text("Country of usual residence, as declared.", _STATES)
    purpose = _text("Purpose of the journey.", _PURPOSES)
    class_of_admission = _text("Legal class.", _CLASSES)
    permit_number = _text("Visa, permit or residence certificate used.", (None,), Pii.DIRECT)
    authorised_until = _text("Last day of the authorised stay.", _UNTIL)
    outcome = _text("admitted, refused, departed or stopped.", _OUTCOMES)
    refusal_reason = _text("Letter of the reason in Annex V, part B of the Schengen Borders Code.")
    referral_id = _text("Case at secondary inspection.")
    sponsor_id = _text("Inviting person or enterprise named on the arrival card.", (None,), Pii.DIRECT)
    contact_phone = _text("Telephone in the country named on the arrival card.", (None,), Pii.DIRECT)
    address_county = _text("County of the first address.", ("台北市", None))
    officer_id = _text("Officer who inspected; none at e-Gates.", (None,), Pii.DIRECT)
