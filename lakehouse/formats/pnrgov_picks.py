"""What is picked alike from several groups of a PNRGOV message."""

from lakehouse.formats.edifact_picks import At, Components, Elements, Every, One

#: Airline systems write documents into one text, parted by strokes.
_STROKE = "/"

LOCATORS = Every(
    "RCI",
    {"system": At(1, 1), "locator": At(1, 2), "kind": At(1, 3), "day": At(1, 4), "time": At(1, 5)},
    each_from=1,
)
TIMES = Every("DAT", {"qualifier": At(1, 1), "day": At(1, 2), "time": At(1, 3)}, each_from=1)
REQUESTS = Every(
    "SSR",
    {
        "code": At(1, 1),
        "status": At(1, 2),
        "count": At(1, 3),
        "carrier": At(1, 4),
        "from_place": At(1, 7),
        "to_place": At(1, 8),
        "text": At(1, 9),
        "text_pieces": Components(1, 9, _STROKE),
        "details": Elements(2),
        "traveller_reference": At(2, 3),
    },
)
FREE_TEXTS = Every("IFT", {"subject": At(1, 1), "kind": At(1, 2), "carrier": At(1, 4), "texts": Elements(2)})
ADDRESSES = Every("ADD", {"purpose": At(2, 1), "lines": Components(2)})
BAGGAGE = Every(
    "TBD", {"count": At(2, 1), "weight": At(2, 2), "unit": At(2, 3), "pooled": At(4, 1), "tags": Elements(5)}
)
TRAVEL = {
    "departure_day": One("TVL", At(1, 1)),
    "departure_time": One("TVL", At(1, 2)),
    "arrival_day": One("TVL", At(1, 3)),
    "arrival_time": One("TVL", At(1, 4)),
    "departure_place": One("TVL", At(2, 1)),
    "arrival_place": One("TVL", At(3, 1)),
    "carrier": One("TVL", At(4, 1)),
    "operating_carrier": One("TVL", At(4, 2)),
    "number": One("TVL", At(5, 1)),
    "booking_class": One("TVL", At(5, 2)),
}
