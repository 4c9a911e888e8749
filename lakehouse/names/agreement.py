"""From which odds on two names count as one person's: apart from the model, which takes seconds to load."""

#: Log odds above which names alone make a match: 1 in 10,000 random pairs of the published names lies above.
NAMES_AGREE = 0.4
#: Log odds below which a pair is no candidate, whatever the other evidence.
NO_CANDIDATE = -3.0
