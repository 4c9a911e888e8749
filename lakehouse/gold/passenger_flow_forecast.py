"""How many pass each port, as forecast a week ahead, beside what came."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.declare import Between, Column, Gold, Holds, Kind, Model, NotNull, OneOf, Unit
from lakehouse.privacy import THIN_BELOW, withhold_thin_rows
from lakehouse.silver.inspections import Inspections
from lakehouse.silver.port_daily_counts import PortDailyCounts
from lakehouse.silver.wait_times import WaitTimes
from ml.passenger_flow.series import BASES, INSPECTED, SPANS, flow

_AFTER = ("actual_count", "error_count", "error_ratio")


def _end(meaning: str) -> Column:
    return fields.counted_unless_thin(f"{meaning}; null where no earlier forecast of any series can be judged.")


class PassengerFlowForecast(Gold):
    """Each row tells how many were forecast to pass a port one way on a day or in an hour, and how many came.

    A forecast is made at the end of a local day and reaches seven days: the
    coming week, and the eight weeks before it, each as it would have been told
    by the model's version from what was known by then. Weeks are counted back from
    the last day that is known; those that the version had learned from have no row,
    so every error is one of days it had not seen. Three bases stand side by side
    and must not be added up: counts that agencies publish, by day; passengers
    who landed (CBP), by hour; the agency's inspections, by day and hour, whatever
    came of them. Terminals that the agency names apart have rows of their own.

    Half of the actual counts that an interval is to miss lie on either side of
    it; intervals are conformal, by the errors of the thirteen weeks before
    (``ml/passenger_flow``; docs/passenger-flow.md tells how well they hold).
    Where the agency's inspections are fewer than ten, the actual count and the
    error are withheld; published counts are public.

    Left out, as it cannot be forecast: what is known for less than two weeks or
    passes fewer than ten a day, and what has no count on the last day before the
    forecast. ``silver`` tables hold the counts of all of them. I-94 arrivals are left out: they
    are published for one month.
    """

    owner = "border-operations"
    grain = "one row per basis, port as the agency names it, direction, and day or hour"
    key = ("basis", "border_state", "span", "port_code", "port_source_code", "direction", "starts_local")
    fresh_within = timedelta(days=2)
    authority = (
        "daily counts as the agencies of Taiwan and Hong Kong publish them; CBP Airport Wait Times; the agency's "
        "inspections (docs/feeds.md); intervals by split conformal prediction (Lei et al. 2018)"
    )
    indexed = ("starts_local", "port_code")
    rules = (
        Holds(
            "lower_95_count <= lower_80_count AND upper_80_count <= upper_95_count",
            "the wider interval holds the narrower",
        ),
        Holds("forecast_count BETWEEN lower_80_count AND upper_80_count", "the forecast lies in its intervals"),
        Holds("NOT is_coming OR actual_count IS NULL", "of what is to come nothing is known"),
        Holds("error_count = forecast_count - actual_count", "the error is the forecast less the actual count"),
    )

    border_state = fields.border_state
    basis = Column(
        Kind.STRING,
        "What is counted: travellers by published counts, passengers who landed, or inspections.",
        (NotNull(), OneOf(BASES)),
    )
    span = Column(Kind.STRING, "What a row is of: a day or an hour.", (NotNull(), OneOf(SPANS)))
    port_code = fields.port_code
    port_source_code = Column(
        Kind.STRING, "Port as the source names it.", (NotNull(),), examples=("桃園一期", "Airport", "ORD")
    )
    direction = fields.direction
    starts_local = Column(
        Kind.TIMESTAMP,
        "Start of the day or hour, by the clocks there.",
        (NotNull(),),
        examples=(datetime(2021, 8, 30), datetime(2021, 8, 31)),
    )
    known_until = Column(
        Kind.DATE, "Last day that was known to the forecast.", (NotNull(),), examples=(date(2021, 8, 29),)
    )
    lead_days = Column(Kind.INT, "Days from that day to the one forecast.", (NotNull(), Between(1, 7)), Unit.DAYS)
    forecast_count = fields.counted("How many were forecast: as likely more as fewer.")
    lower_80_count = _end("Lower end of the interval that is to hold four in five")
    upper_80_count = _end("Upper end of the same")
    lower_95_count = _end("Lower end of the interval that is to hold nineteen in twenty")
    upper_95_count = _end("Upper end of the same")
    is_coming = Column(Kind.BOOLEAN, "Whether it lies after the last day known.", (NotNull(),))
    actual_count = fields.counted_unless_thin("How many came; null of what is to come, and where thin.")
    error_count = Column(
        Kind.LONG, "Forecast less actual count.", (Between(-(10**12), 10**12),), Unit.COUNT, examples=(-40, 12, None)
    )
    error_ratio = Column(
        Kind.DOUBLE,
        "Error over the actual count; null where nobody came.",
        (Between(-1, 10**12),),
        Unit.RATIO,
        examples=(-0.1, 0.02, None),
    )
    model_version_number = fields.model_version_number
    is_approved = fields.is_approved

    @staticmethod
    def build(
        counts: Annotated[DataFrame, PortDailyCounts],
        waits: Annotated[DataFrame, WaitTimes],
        inspections: Annotated[DataFrame, Inspections],
        model: Annotated[Any, Model("passenger_flow")],
    ) -> DataFrame:
        from ml.passenger_flow.forecast import ENDS, forecasts

        made = forecasts(flow(counts, waits, inspections), model.graph)
        whole = {name: F.floor(name) if name.startswith("lower") else F.ceil(name) for name in ENDS}
        told = made.withColumns(
            whole | {name: F.round(name).cast("bigint") for name in ("forecast_count", "actual_count")}
        )
        error = F.col("forecast_count") - F.col("actual_count")
        judged = told.withColumns(
            {
                "error_count": error,
                "error_ratio": error / F.nullif("actual_count", F.lit(0)),
                "model_version_number": F.lit(model.version),
                "is_approved": F.lit(model.is_champion),
                "_persons": F.when(F.col("basis") == INSPECTED, F.col("actual_count")).otherwise(THIN_BELOW),
            }
        )
        return withhold_thin_rows(judged, "_persons", _AFTER).select(*PassengerFlowForecast.columns())
