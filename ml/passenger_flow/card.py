"""What the author has to say of the model (Mitchell et al. 2019): sentences, no figures."""

from __future__ import annotations

from ml.card import Card

CARD = Card(
    "Passenger flow, a week ahead",
    "How many will pass a port, entering or leaving, on each of the coming seven days, and where hours are recorded "
    "in each of their hours?",
    "The count as the agency publishes it (Taiwan and Hong Kong, by day), of passengers who landed (CBP, by hour), or "
    "of the agency's own inspections, whatever came of them.",
    "All series of a port and direction together, each told against its own level of four weeks. Models are trained "
    "before each of several cuts and forecast the days up to the next from origins a week apart; the one that is kept "
    "is that of the last cut. Intervals come from the errors of the thirteen weeks before the origin.",
    (
        "It knows the calendar and earlier counts. Closings, openings, storms and cancelled flights are seen when "
        "they are counted: in the weeks after a border opens or closes forecasts lag behind, and intervals are too "
        "narrow at first.",
        "It is told the count of the day before. Where an agency publishes later than that, forecasts reach less far "
        "than seven days from the day they are made.",
        "Series of fewer than ten passengers a day, or known for less than two weeks, are not forecast.",
        "Intervals hold for single days and hours; those of a week or of several ports together are not their sum.",
        "It says how many come, not how long they wait: that depends on the booths that are open.",
    ),
)
