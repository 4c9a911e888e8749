"""PNRGOV, bookings as carriers report them to states: IATA, PNRGOV EDIFACT Implementation Guide, 10.1 to 15.1."""

from lakehouse.formats.edifact_messages import Found, Group, tags
from lakehouse.formats.edifact_picks import iso_day

_PAYMENT = Group("payment", "FOP", tags("IFT ADD MON"))
_TICKET = Group("ticket", "TKT", tags("MON PTK TXD DAT"), (_PAYMENT,))
_PASSENGER = Group("passenger", "TIF", tags("FTI IFT REF FAR SSR ADD EBD"), (_TICKET,))
_CHECK_IN = Group("check_in", "TRI", tags("TIF SSD TBD DAT ORG REF"))
_LEG = Group("leg", "TVL", tags("TRA RPI APD SSR RCI IFT DAT ORG REF TBD"), (_CHECK_IN,))
_SPLIT = Group("split", "EQN", tags("RCI"))
_SERVICE = Group("service", "MSG", tags("TVL RPI SSR IFT DAT ORG RCI REF"))
#: A step of the booking's history: who, when, and what was added (A) or cancelled (X).
_CHANGE = Group(
    "change",
    "ABI",
    tags("SAC DAT ORG RCI REF TIF FTI IFT FAR SSR ADD EBD TKT MON PTK TXD FOP TVL TRA RPI APD TRI SSD TBD"),
)
_BOOKING = Group(
    "booking",
    "SRC",
    tags("RCI SSR DAT IFT REF ORG ADD EBD LTS"),
    (_PASSENGER, _LEG, _SPLIT, _SERVICE, _CHANGE),
    required=("RCI",),
)
PNRGOV = Group(
    "PNRGOV",
    "UNH",
    tags("MSG ORG TVL EQN ERC"),
    (_BOOKING,),
    once=tags("MSG TVL"),
    required=("MSG", "TVL"),
)


def departure_date(message: Found) -> str | None:
    """Day on which the flight leaves, YYYY-MM-DD; None where none is told."""
    day = message.own["TVL"][0].value(1) or ""
    return iso_day(day[4:6], day[2:4], day[:2])


#: Two made-up bookings on a flight: a traveller with an infant, and one whose booking was split.
SAMPLE = (
    "UNB+UNOA:4+TESTAIR:ZZ+TESTGOV:ZZ+260101:0600+EX1'\nUNH+M1+PNRGOV:11:1:IA+TESTFLIGHT1'\n"
    "MSG+:22'\nORG+ZZ:TPE+00000001'\nTVL+010126:1030:010126:1300+KIX+TPE+ZZ+0101'\nEQN+2'\n"
    "SRC'\nRCI+ZZ:TEST01::151225:1010'\nSSR+AVML:HK:1:ZZ'\nDAT+700:151225:1010+710:151225:1200'\n"
    "IFT+4:28::ZZ+EXAMPLE REMARK+CTCR 000555010'\nREF+:0000000001'\n"
    "ORG+ZZ:NRT+00000001:NRT+++A+JP:JPY+D000001'\n"
    "ADD++702:1 EXAMPLE ROAD:EXAMPLETOWN:EX::JP:00100:0005550101'\nEBD+JPY:4000.00+2::N'\n"
    "TIF+EXEMPLAR:I+TESTA MS:A:1:1'\nFTI+ZZ:0000000001:::ELITE'\nIFT+4:15:9+EXAMPLE FARE'\nREF+:00000000AA'\n"
    "FAR+N+++++MIL24'\nSSR+DOCS:HK:1:ZZ:::::/P/JPN/X00000017/JPN/02JAN80/F/01JAN31/EXEMPLAR/TESTA'\n"
    "TKT+0000000000001:T:1'\nMON+B:2888.00:JPY+T:2957.94:JPY'\nPTK+NR++151225:1010+ZZ+006+NRT'\n"
    "TXD++3.10:::AY6'\nDAT+710:151225:1200'\nFOP+CC:::VI:XXXXXXXX0000:0131'\nIFT+4:43+TESTA EXEMPLAR+1 EXAMPLE ROAD'\n"
    "TIF+EXEMPLAR:I+ROI:IN:2'\nSSR+DOCS:HK:1:ZZ:::::/P/JPN/X00000025/JPN/02JAN25/FI/01JAN31/EXEMPLAR/ROI'\n"
    "TVL+010126:1030::1300+KIX+TPE+ZZ:YY+0101:B'\nRPI+2+HK'\nAPD+767'\nSSR+SEAT:HK:1:ZZ:::KIX:TPE+15A::1'\n"
    "DAT+2:311225:1030'\nTRI++108:::1'\nTIF+EXEMPLAR+TESTA MS:A:1'\nSSD+15A++++Y'\n"
    "TBD++2:23:700++HP:NRT-001+006:0000000001:2:TPE'\n"
    "EQN+1'\nRCI+ZZ:TEST09'\nMSG+8'\nTVL+010126:1500:050126+TPE:EXAMPLE HOTEL++VN+00001:ROH'\n"
    "ABI+1+:NRTRR+NRT++ZZ'\nDAT+ZT:151225:1010'\nSAC+++A'\nTIF+EXEMPLAR+ROI:IN:2'\n"
    "LTS+0/O/EXAMPLE HISTORY'\n"
    "SRC'\nRCI+YY:TEST02'\nDAT+700:161225:0900'\nORG+YY:TPE'\n"
    "TIF+O?'SAMPLE+YUSUF:A:1'\nSSR+DOCS:HK:1:YY:::::/P/TWN/300000018/TWN/31DEC75/M/30JUN30/OSAMPLE/YUSUF'\n"
    "TVL+010126:1030::1300+KIX+TPE+ZZ:YY+0101:M'\nRPI+1+HK'\n"
    "UNT+56+M1'\nUNZ+1+EX1'\n"
)
