"""What the author has to say of the model (Mitchell et al. 2019): sentences, no figures."""

from __future__ import annotations

from ml.card import Card

CARD = Card(
    "Overstay risk at arrival (I-94)",
    "How likely is it, when a flight has arrived, that no departure of this visa-waiver traveller will be recorded "
    "within seven days of the deadline?",
    "Overstay: no departure recorded by the last day of the authorised stay and seven days, judged once these have "
    "passed. Days on which a flight, a carrier at a port, or a port plainly lost its departures are found by a "
    "declared rule (ml/overstay_arrivals/cohort.py) and left out of training; figures are shown with and without them.",
    "Admissions of classes WT and WB to the USA in April 2016, real records. Clean: arrived by air, record loaded "
    "within a day. Split by the day of arrival; encodings of a training day leave that day's outcomes out.",
    (
        "The version that is put up uses nationality, residence, sex and age only where it gains by them beyond noise "
        "and false alerts by group stay within the policy; otherwise the one without them is. Flights, carriers, "
        "ports and addresses still tell of them, so false alerts by group are measured on both.",
        "A missing departure is no proof of an overstay: departures by land and lost records look the same.",
        "All outcomes of training are known when the test's days are scored. In service outcomes ripen 97 days after "
        "arrival, so the gap would be a season; one month of records cannot show what that costs.",
        "Scores order attention; a score alone refuses nobody.",
        "Learned from arrivals to the USA: for another border it must be trained on that border's own stays.",
        "Lists of the highest scores hold the passengers of few flights whose departures are seldom recorded.",
        "Deadlines, load delays, arrival flags and the order of records are barred: they know the outcome or may have "
        "been written after the arrival.",
    ),
)
