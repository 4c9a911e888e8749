"""What the codes of the US I-94 arrivals stand for, out of a SAS program."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Source, Supersession, Volume
from lakehouse.formats.sas_labels import SasLabels

#: Rows that belong together: every format has to be in a file.
_ROWS = (
    ("i94cntyl", "582", "MEXICO Air Sea, and Not Reported (I-94, no land arrivals)"),
    ("i94cntyl", "209", "JAPAN"),
    ("i94cntyl", "239", "INVALID: UNKNOWN COUNTRY"),
    ("i94prtl", "NYC", "NEW YORK, NY"),
    ("i94prtl", "INT", "INT'L FALLS, MN"),
    ("i94prtl", "CP", "No PORT Code (CP)"),
    ("i94model", "1", "Air"),
    ("i94addrl", "NY", "NEW YORK"),
    ("i94addrl", "99", "All Other Codes"),
    ("i94visa", "2", "Pleasure"),
)
_FORMATS, _CODES, _LABELS = zip(*_ROWS, strict=True)


class I94Labels(Bronze):
    """Each row tells what one code of the I-94 arrivals stands for.

    The file is a program: four ``value`` statements hold countries (289),
    ports (660), modes and states, and a comment holds the three visa
    categories. Seen in it: labels padded with blanks, codes too ('CP '), a
    doubled quote (INT''L), invalid and collapsed countries labelled as such
    ("INVALID: …", "Collapsed …", "No Country Code (…)"), ports that are no ports
    ("No PORT Code (…)"), a misspelt state (WISCONSON).
    """

    owner = "border-records"
    grain = "one row per code of a format in a landed file"
    fresh_within = timedelta(days=3650)
    authority = "SAS label descriptions of the I-94 arrivals, US NTTO"
    source = Source("i94_labels", "US National Travel and Tourism Office", Supersession.LATEST)
    part = "*.SAS"
    format = SasLabels(formats=("i94cntyl", "i94prtl", "i94model", "i94addrl"), comments=("I94VISA",))
    volume = Volume(at_least=5, at_most=20_000)

    format_name = Column(Kind.STRING, "SAS format, or variable, that the code belongs to.", examples=_FORMATS)
    code = Column(Kind.STRING, "Code as it stands in the records.", examples=_CODES)
    label = Column(Kind.STRING, "What the code stands for, as published.", examples=_LABELS)
