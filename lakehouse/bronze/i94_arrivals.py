"""US I-94 arrivals, one Parquet file a day, as published."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Pii, Source, Supersession, Volume
from lakehouse.formats.parquet import Parquet

I94 = Source("i94_arrivals", "US National Travel and Tourism Office", Supersession.EACH)

#: Made-up departures: most within three months, some open, one before its arrival.
DEPARTURES = (*(20548.0 + 5 * n for n in range(17)), 20690.0, 20712.0, None, None, 20716.0, 20540.0)


class I94Arrivals(Bronze):
    """Each row tells of one arrival of a non-immigrant, and of the departure matched to it.

    Values are as published: codes and dates as doubles (days since 1960-01-01),
    the deadline as MMDDYYYY text. A file holds the arrivals of one day.
    """

    owner = "border-records"
    grain = "one row per row of a landed file"
    fresh_within = timedelta(days=2)
    authority = "I-94 international arrivals, SAS label descriptions of the US NTTO"
    source = I94
    part = "*.parquet"
    format = Parquet()
    sample_name = "2016-04-01.parquet"
    volume = Volume(at_least=50, at_most=1_000_000)

    cicid = Column(Kind.DOUBLE, "Record number within the month.")
    i94yr = Column(Kind.DOUBLE, "Year of arrival.", examples=(2016.0,))
    i94mon = Column(Kind.DOUBLE, "Month of arrival.", examples=(4.0,))
    i94cit = Column(Kind.DOUBLE, "Country of citizenship, I-94 code.", examples=(245.0, 209.0, 438.0, 582.0, 135.0))
    i94res = Column(Kind.DOUBLE, "Country of residence, I-94 code.", examples=(245.0, 209.0, 438.0, 582.0, 135.0))
    i94port = Column(Kind.STRING, "Port of arrival, I-94 code.", examples=("NYC", "MIA", "LOS", "XXX"))
    arrdate = Column(Kind.DOUBLE, "Day of arrival, days since 1960-01-01.", examples=(20545.0, 20546.0))
    i94mode = Column(
        Kind.DOUBLE,
        "Mode of transport, 1 air, 2 sea, 3 land, 9 not reported.",
        examples=(1.0, 1.0, 1.0, 2.0, 9.0),
    )
    i94addr = Column(Kind.STRING, "State of the first address.", examples=("NY", "FL", "CA", None))
    depdate = Column(
        Kind.DOUBLE,
        "Day of departure, days since 1960-01-01.",
        examples=DEPARTURES,
    )
    i94bir = Column(Kind.DOUBLE, "Age in years.", examples=(34.0, 61.0, 4.0, 28.0, None, 45.0, 19.0))
    i94visa = Column(Kind.DOUBLE, "Purpose, 1 business, 2 pleasure, 3 student.", examples=(1.0, 2.0, 2.0, 3.0))
    count = Column(Kind.DOUBLE, "Always 1.", examples=(1.0,))
    dtadfile = Column(Kind.STRING, "Day the record was added to the file, YYYYMMDD.", examples=("20160401", "20160608"))
    visapost = Column(Kind.STRING, "Post that issued the visa.", examples=("LND", "TPE", None))
    occup = Column(Kind.STRING, "Occupation in the US.", examples=(None, None, "STU"))
    entdepa = Column(Kind.STRING, "Arrival flag.", examples=("G", "O"))
    entdepd = Column(Kind.STRING, "Departure flag.", examples=("O", "D", None))
    entdepu = Column(Kind.STRING, "Update flag.", examples=(None,))
    matflag = Column(Kind.STRING, "Arrival and departure records match.", examples=("M", None))
    biryear = Column(Kind.DOUBLE, "Year of birth.", examples=(1982.0, 1955.0, 2012.0, 1988.0, None, 1971.0, 1997.0))
    dtaddto = Column(
        Kind.STRING,
        "Admitted until, MMDDYYYY or D/S.",
        examples=(
            "06292016",
            "09302016",
            "06302016",
            "09302016",
            "D/S",
            "07012016",
            "09302016",
            "06282016",
            "10012016",
            None,
            "06292016",
        ),
    )
    gender = Column(Kind.STRING, "Sex, F, M, X or U.", examples=("M", "F", "X", "U", None))
    insnum = Column(Kind.STRING, "INS number.", pii=Pii.DIRECT, examples=(None, None, "3900"))
    airline = Column(Kind.STRING, "Airline of arrival.", examples=("CI", "BR", "AA", None))
    admnum = Column(Kind.DOUBLE, "Admission number, masked by the publisher's keyed hash.", pii=Pii.DIRECT)
    fltno = Column(Kind.STRING, "Flight number of arrival.", examples=("00004", "LAND", None))
    visatype = Column(Kind.STRING, "Class of admission.", examples=("WT", "B2", "B1", "F1"))
