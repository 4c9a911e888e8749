"""What the author has to say of the model (Mitchell et al. 2019): sentences, no figures."""

from __future__ import annotations

from ml.card import Card

CARD = Card(
    "High-risk screening on histories (simulated)",
    "Which crossings are worth a second look, by the traveller's crossings before, their rhythm, ports, documents and "
    "bookings, and by who else uses the same means or is on the same flights again?",
    "Trained on what the agency itself had found by the day of training: crossings up to 30 days before the first "
    "refusal, stop or confirmed case of the traveller. Whom nobody examined counts as harmless, which some are not. "
    "The evaluation also trains on the simulator's truth: a ceiling that no agency has.",
    "Inspections of travellers with a person's key, crew left out, of simulated worlds. Test crossings are later than "
    "all of training, or of other worlds; intervals are drawn over persons or groups.",
    (
        "All of it is simulated: the figures tell how well made-up behaviours are found among made-up travellers, and "
        "nothing of a real border.",
        "It learns from whom officers examined. What they never look for it is not taught; the channel for behaviours "
        "unlike all seen is there for that, and most of what it shows is harmless.",
        "A traveller with a second identity begins a new history; links by telephone and card alone remain.",
        "Until a second or third journey a ring or a courier looks like any traveller: first journeys are not found.",
        "Boosting on the same facts, summed up by hand over the crossings, ranks better over all. What the net adds is "
        "that nobody has to sum them up, and what it has learned to see: by distance in that, what nobody taught is "
        "found.",
        "Harmless twins live in a few countries, and false alerts fall on these: the gate refuses the model as long as "
        "they do.",
        "No protected attribute is a feature, and none may become one. Routes, ports and means can stand for origin: "
        "false alerts by nationality, sex and age are part of every evaluation.",
        "A score orders attention. It refuses nobody, and a person decides each case.",
    ),
)
