"""How each gold dataset stood whenever that changed."""

from datetime import timedelta

from lakehouse import fields
from lakehouse.declare import Between, Column, Holds, Kind, NotNull, Ops, Unit


class DatasetService(Ops):
    """Each row tells how one gold dataset stood when a run checked it, and whether it was in service.

    A dataset is in service while its last publication is no older, by the run's
    clock, than the dataset promises to be fresh. What is published has passed
    its audit: a version that fails is never seen. Datasets are checked after all
    were refreshed, and a row is added where a new version is out or freshness
    has changed; until the next row the last one holds. What was never published
    has no row.
    """

    owner = "platform-operations"
    grain = "one row per dataset and check that found another version or freshness"
    key = ("dataset", "checked_at_utc", "version_number")
    fresh_within = timedelta(days=2)
    authority = "platform: docs/decisions"
    rules = (
        Holds(
            "is_in_service = (unix_seconds(checked_at_utc) - unix_seconds(last_published_at_utc)"
            " <= 60 * fresh_within_minutes)",
            "what is fresh is in service",
        ),
    )

    dataset = Column(Kind.STRING, "Gold table, by its full name.", (NotNull(),), examples=("gold.a", "gold.b"))
    checked_at_utc = Column(Kind.TIMESTAMP, "Clock of the run that checked.", (NotNull(),))
    version_number = Column(Kind.LONG, "Version that readers saw then.", (NotNull(), Between(0, 10**9)), Unit.NUMBER)
    last_published_at_utc = Column(Kind.TIMESTAMP, "Clock of the run that published it.", (NotNull(),))
    rows_count = fields.counted_unless_thin("Rows of that version; null where its files do not say.")
    fresh_within_minutes = Column(
        Kind.LONG, "How old the dataset may be, as declared.", (NotNull(), Between(1, 10**9)), Unit.MINUTES,
        examples=(2_880, 57_600),
    )  # fmt: skip
    is_in_service = Column(Kind.BOOLEAN, "Published, its audit held, and fresh.", (NotNull(),))
    run_id = Column(Kind.STRING, "Run that checked.", (NotNull(),))
