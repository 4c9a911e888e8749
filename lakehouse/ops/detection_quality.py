"""How well datasets find what the simulator did."""

from datetime import UTC, datetime, timedelta

from lakehouse import fields
from lakehouse.declare import Between, Column, Holds, Kind, NotNull, OneOf, Ops, Unit

UNITS = ("persons", "pairs", "groups", "cells", "reports", "attempts")


class DetectionQuality(Ops):
    """Each row tells how well one dataset finds one behaviour in one simulated world, at one operating point.

    Synthetic: the worlds are made up, and so is their truth, which only
    ``lakehouse evaluate`` reads. Precision is the share of what is named that is
    so in truth, recall the share of what is so in truth, and appears in the
    data, that is named; both with Wilson's 95 % interval, which takes the named
    for independent draws. Persons who never crossed cannot be found: they are
    left out of recall and counted (``unseen_count``). Twins are made to look
    like the behaviour without being it. A behaviour that no dataset looks for
    yet keeps its row, with the reason and without figures.
    """

    owner = "data-science"
    grain = "one row per world, dataset, behaviour, unit and operating point"
    key = ("world", "dataset", "behaviour", "unit", "operating_point")
    fresh_within = timedelta(days=90)
    authority = "Wilson 1927 (interval); Hubert and Arabie 1985 (adjusted Rand index); platform: the simulator's truth"
    rules = (
        Holds("true_positives_count <= named_count", "what is rightly named is named"),
        Holds("true_positives_count <= actual_count", "what is rightly named is so in truth"),
        Holds("named_twins_count <= twins_count", "twins that are named are twins"),
        Holds("precision_low_ratio <= precision_ratio", "an interval holds its share"),
        Holds("precision_ratio <= precision_high_ratio", "an interval holds its share, above"),
        Holds("recall_low_ratio <= recall_ratio", "an interval holds its share, of recall"),
        Holds("recall_ratio <= recall_high_ratio", "an interval holds its share, of recall above"),
        Holds("is_measured = (not_measured_because IS NULL)", "what is not measured says why"),
    )

    world = Column(Kind.STRING, "The simulated world, as the command names it: 'seed 1'.", (NotNull(),))
    dataset = Column(
        Kind.STRING, "Dataset that is compared with the truth; 'none' where there is none yet.", (NotNull(),)
    )
    behaviour = Column(Kind.STRING, "Behaviour that was simulated.", (NotNull(),))
    unit = Column(Kind.STRING, "What is counted.", (NotNull(), OneOf(UNITS)))
    operating_point = Column(Kind.STRING, "From where on something counts as named, in words.", (NotNull(),))
    ranked_by = Column(Kind.STRING, "Column of the dataset whose value must reach the threshold; null where none.")
    threshold_number = Column(Kind.DOUBLE, "Least value that counts as named; null where none.", (), Unit.NUMBER)
    is_held_out = Column(
        Kind.BOOLEAN, "Whether the behaviour was kept out of all that detectors were made from.", (NotNull(),)
    )
    is_measured = Column(Kind.BOOLEAN, "Whether there are figures.", (NotNull(),))
    not_measured_because = Column(Kind.STRING, "Why there are none.")
    definition = Column(Kind.STRING, "What counts as so in truth, and what as named.", (NotNull(),))
    actual_count = fields.counted_unless_thin("So in truth, and in the data.")
    unseen_count = fields.counted_unless_thin("So in truth, left out: nothing in the data tells of them.")
    named_count = fields.counted_unless_thin("Named by the dataset.")
    true_positives_count = fields.counted_unless_thin("Named, and so in truth.")
    precision_ratio = fields.ratio("Rightly named, of those named.")
    precision_low_ratio = fields.ratio("Lower end of its interval.")
    precision_high_ratio = fields.ratio("Upper end of its interval.")
    recall_ratio = fields.ratio("Rightly named, of those so in truth and in the data.")
    recall_low_ratio = fields.ratio("Lower end of its interval.")
    recall_high_ratio = fields.ratio("Upper end of its interval.")
    twins_count = fields.counted_unless_thin("Benign twins in the data.")
    named_twins_count = fields.counted_unless_thin("Benign twins that are named.")
    named_twins_ratio = fields.ratio("Twins that are named, of all in the data.")
    agreement_ratio = Column(
        Kind.DOUBLE,
        "Adjusted Rand index of communities and true groups: 1 the same, 0 as by chance; null of other datasets.",
        (Between(-1, 1),),
        Unit.RATIO,
    )
    wrongly_named = Column(
        "map<string,bigint>",
        "Wrongly named, counted by what the data tell of why; null where nothing is told.",
        examples=({"the exit record is missing": 3}, None),
    )
    evaluated_at_utc = Column(
        Kind.TIMESTAMP, "When it was measured.", (NotNull(),), examples=(datetime(2026, 1, 2, tzinfo=UTC),)
    )
    run_id = Column(Kind.STRING, "Evaluation that measured it.", (NotNull(),))
