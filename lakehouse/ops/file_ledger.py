"""Every landed file ever seen."""

from datetime import timedelta

from lakehouse.declare import Between, Column, Kind, NotNull, OneOf, Ops, Unit

OUTCOMES = ("accepted", "refused", "repeated")


class FileLedger(Ops):
    """Each row tells what became of a landed file the first time it met that fate.

    Files are known by their content: the same bytes under any name are
    'repeated' and add nothing; new bytes under a known name are accepted as the
    delivery's next release. Readers of bronze see only files that stand here as
    accepted, in the releases that their source's supersession makes current.
    """

    owner = "platform-operations"
    grain = "one row per file, content and outcome"
    key = ("source", "source_file", "source_sha256", "outcome", "reason")
    fresh_within = timedelta(days=2)
    authority = "platform: docs/decisions"

    source = Column(Kind.STRING, "Landing folder of the source.", (NotNull(),))
    source_file = Column(Kind.STRING, "File in the landing, from the source's folder on.", (NotNull(),))
    source_sha256 = Column(Kind.STRING, "SHA-256 of the file's bytes.", (NotNull(),))
    source_delivery = Column(Kind.STRING, "Delivery that the file belongs to.", (NotNull(),))
    delivery_sha256 = Column(Kind.STRING, "SHA-256 over the names and hashes of the delivery's files.", (NotNull(),))
    release_number = Column(
        Kind.INT, "Release of the delivery, from 1; null unless accepted.", (Between(1, 10**6),), Unit.NUMBER
    )
    outcome = Column(Kind.STRING, "What became of the file.", (NotNull(), OneOf(OUTCOMES)))
    reason = Column(Kind.STRING, "Why it was refused, or which file it repeats; empty when accepted.", (NotNull(),))
    bytes_count = Column(Kind.LONG, "Size of the file.", (NotNull(), Between(0, 10**15)), Unit.COUNT)
    rows_count = Column(Kind.LONG, "Records read from it; null unless accepted.", (Between(0, 10**12),), Unit.COUNT)
    seen_at_utc = Column(Kind.TIMESTAMP, "When the outcome was first recorded.", (NotNull(),))
    run_id = Column(Kind.STRING, "Run that recorded it.", (NotNull(),))
