"""What the author has to say of the model (Mitchell et al. 2019): sentences, no figures."""

from __future__ import annotations

from ml.card import Card

CARD = Card(
    "Flight risk of restricted persons",
    "At the end of a day, how likely is it that a person who may not leave tries to within the next seven days?",
    "An attempt is an inspection at exit while a restriction is in force, met by the document that it names or by the "
    "person's key (gold.exit_control_match). What was only announced, or is like by name alone, is none.",
    "A row for each restricted person and day on which a restriction held and was known. Test days are later than all "
    "of training, with seven days between; intervals are drawn over persons.",
    (
        "Where the feeds are simulated the figures tell how well made-up attempts are foreseen among made-up persons, "
        "and nothing of a real border.",
        "It sees attempts that exit control saw. Who leaves under another name and document is met by no restriction, "
        "counts as having stayed, and so is not learned from.",
        "Days within a week before an attempt are alike and of one person: there is as much to learn from as there are "
        "attempts, not days. Weights are held back by a prior for that.",
        "A booking is known when a carrier's first booking message of the leg comes: a day before departure of some "
        "flights, at departure of the others. Of bookings the newest report alone is kept, so one that was cancelled "
        "is not learned from.",
        "Whom exit control stopped may be in custody: no table tells, and the score counts the days on.",
        "No protected attribute is a feature, and none may become one. The kind of an order stands for some: who owes "
        "military service is a man.",
        "A score orders attention. It stops nobody, and a person decides each case.",
    ),
)
