"""Refused records and blanked values of every table."""

from datetime import timedelta

from lakehouse.declare import Column, Kind, NotNull, OneOf, Silver


class Quarantine(Silver):
    """Each row tells of one broken promise: which record, which column, which rule, which raw value.

    A refused record is not in its table; a blanked value is null there and the
    record stays. Of bronze tables it holds what reading found wrong with single
    records of a good file (docs/decisions/0011). Values of columns that are personal are withheld: delivery and
    line lead to them in bronze. Rows are replaced together with the part of the
    table that they were refused from.
    """

    owner = "platform-operations"
    grain = "one row per record, column and broken rule"
    key = ("table_name", "source_delivery", "record_key", "column_name", "rule")
    fresh_within = timedelta(days=2)
    authority = "platform: docs/decisions"

    table_name = Column(Kind.STRING, "Table that the record was meant for.", (NotNull(),))
    source_delivery = Column(
        Kind.STRING, "Delivery of the source; empty where the table is built from many.", (NotNull(),)
    )
    source_line = Column(Kind.LONG, "Line or row in the file, where the record comes from one.")
    record_key = Column(Kind.STRING, "Key of the record in its table.", (NotNull(),))
    column_name = Column(Kind.STRING, "Column that the rule speaks of; empty for rules over several.", (NotNull(),))
    rule = Column(Kind.STRING, "The broken promise, in words.", (NotNull(),))
    consequence = Column(
        Kind.STRING,
        "What happened: the record was refused, or the value blanked.",
        (NotNull(), OneOf(("refused", "blanked"))),
    )
    raw_value = Column(
        Kind.STRING,
        "The value that broke it, or the values of the rule's columns; 'withheld' where personal.",
    )
    quarantined_at_utc = Column(Kind.TIMESTAMP, "When it was put aside.", (NotNull(),))
    run_id = Column(Kind.STRING, "Run that put it aside.", (NotNull(),))
