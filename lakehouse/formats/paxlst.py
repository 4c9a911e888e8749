"""PAXLST, the passenger list message: UN/EDIFACT D.98B to D.24A, as WCO, IATA and ICAO have carriers use it."""

from lakehouse.formats.edifact_messages import Found, Group, tags
from lakehouse.formats.edifact_picks import iso_day

#: Qualifier of the place from which the border is crossed, and of the time of departure.
_LAST_DEPARTURE, _DEPARTURE = "125", "189"

_REPORTING = Group("reporting_party", "NAD", tags("CTA COM"))
_PLACE = Group("place", "LOC", tags("DTM"))
_FLIGHT = Group("flight", "TDT", tags("DTM"), (_PLACE,))
_DOCUMENT = Group("document", "DOC", tags("DTM GEI GIS RFF LOC CPI QTY"))
_TRAVELLER = Group(
    "traveller",
    "NAD",
    tags("ATT DTM MEA GEI GIS FTX LOC COM EMP NAT RFF"),
    (_DOCUMENT, Group("goods", "GID", tags("FTX QTY"))),
    once=frozenset({"DTM+329", "ATT+2"}),
)
PAXLST = Group(
    "PAXLST",
    "UNH",
    tags("BGM RFF DTM LOC CNT AUT"),
    (_REPORTING, _FLIGHT, _TRAVELLER),
    once=tags("BGM RFF"),
    required=("BGM", "TDT"),
)


def departure_date(message: Found) -> str | None:
    """Day on which the leg leaves that crosses the border, YYYY-MM-DD; None where none is told."""
    for flight in message.inside.get("flight", ()):
        for place in flight.inside.get("place", ()):
            for time in place.own.get("DTM", ()) if place.own["LOC"][0].value(1) == _LAST_DEPARTURE else ():
                day = time.value(1, 2) or ""
                if time.value(1, 1) == _DEPARTURE:
                    return iso_day(day[:2], day[2:4], day[4:6])
    return None


#: A made-up list: two travellers on a flight of two legs.
SAMPLE = (
    "UNB+UNOA:4+TESTAIR:ZZ+TESTGOV:ZZ+260101:0600+EX1'\nUNH+M1+PAXLST:D:05B:UN:IATA'\nBGM+745+LIST1+9'\nRFF+TN:TX0001:::1'\n"
    "NAD+MS+++DESK OFFICER'\nCOM+000-555-0100:TE+000-555-0101:FX'\n"
    "TDT+20+ZZ101+++ZZ'\nLOC+92+NRT'\nDTM+189:2601010800:201'\nLOC+92+KIX'\nDTM+232:2601010930:201'\n"
    "TDT+20+ZZ101+++ZZ'\nLOC+125+KIX'\nDTM+189:2601011030:201'\nLOC+87+TPE'\nDTM+232:2601011300:201'\n"
    "NAD+FL+++EXEMPLAR:TESTA:ROI+1 EXAMPLE ROAD+EXAMPLETOWN+EX+00100+JPN'\nATT+2++F'\nDTM+329:800102'\n"
    "MEA+CT++:2'\nGEI+4+ZZZ'\nFTX+BAG+++ZZ000111'\n"
    "LOC+178+NRT'\nLOC+179+TPE'\nLOC+174+JPN'\nLOC+180+:::OSAKA JPN'\nCOM+000 555 0199:TE'\nEMP+4+++1++7'\n"
    "NAT+2+JPN'\nRFF+AVF:TESTPN'\nRFF+ABO:TEST001'\nRFF+SEA:12A'\n"
    "DOC+P:110:111+X00000017'\nDTM+36:310101'\nRFF+AEA:TEST'\nLOC+91+JPN'\nDOC+V+V0000001'\nLOC+91+TWN'\n"
    "NAD+DDU+++O?'SAMPLE:YUSUF'\nATT+2++M'\nDTM+329:19751231:102'\nLOC+178+KIX'\nLOC+179+TPE'\nNAT+2+TWN'\n"
    "DOC+P+300000018'\nDTM+36:20300630:102'\nLOC+91+TWN'\n"
    "CNT+42:2'\nUNT+48+M1'\nUNZ+1+EX1'\n"
)
