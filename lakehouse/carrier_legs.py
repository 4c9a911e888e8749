"""Which flight leg over which border a carrier's message is about, and which messages of a leg count."""

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from lakehouse import fields
from lakehouse.reference.declared import declared

#: Columns of messages from which legs are told; the header's come from both kinds.
_HEADER = ("source_delivery", "source_line", "departure_date", "recipient", "prepared_on", "prepared_at")
#: States whose systems messages are addressed to, by the name of the recipient.
BORDER_OF_RECIPIENT = {"USCSAPIS": "USA", "USADHS": "USA", "AUCBPS": "AUS", "KRC": "KOR"}
#: Lists of crew by the code of BGM (UN/EDIFACT 1001); all others are of passengers.
CREW_LISTS = ("250",)
_PLACES = "flatten(transform(flights, f -> f.places))"
_LEG_FORM = fields.flight_leg_id.rules[0].sql("flight_leg_id")


def lists(messages: DataFrame, border: str | None) -> DataFrame:
    """PAXLST messages with the leg that each is about; ``border`` is the state that received them, where one did.

    The leg is the one whose places are the last before (125) and the first
    behind (87) the border. Times are as long as they are exact.
    """
    leg = messages.select(
        *_HEADER,
        F.expr(f"get(filter({_PLACES}, p -> p.qualifier = '125'), 0)").alias("_from"),
        F.expr(f"get(filter({_PLACES}, p -> p.qualifier = '87'), 0)").alias("_to"),
        F.expr("get(filter(flights, f -> exists(f.places, p -> p.qualifier IN ('125', '87'))), 0)").alias("_flight"),
        F.when(F.col("document_code").isin(*CREW_LISTS), "crew").otherwise("api").alias("kind"),
        F.expr("try_cast(get(filter(counts, c -> c.qualifier = '42'), 0).count AS bigint)").alias("declared_count"),
    )
    carrier = F.coalesce("_flight.carrier", F.substring("_flight.flight", 1, 2))
    return _placed(
        leg.select(
            *(*_HEADER, "kind", "declared_count", F.lit(True).alias("is_whole"), carrier.alias("carrier_code")),
            *(F.col("_flight.flight").alias("_number"), F.col("_from.place").alias("origin")),
            F.col("_to.place").alias("destination"),
            _list_time("_from.times", "189").alias("etd_local"),
            _list_time("_to.times", "232").alias("eta_local"),
        ),
        border,
    )


def reports(messages: DataFrame, border: str | None) -> DataFrame:
    """PNRGOV messages with the leg that each is about; those of function 141 tell of changes alone."""
    whole = F.coalesce(F.col("function_code") != "141", F.lit(True))
    return _placed(
        messages.select(
            *(*_HEADER, F.lit("pnr").alias("kind"), F.lit(None).cast("bigint").alias("declared_count")),
            *(whole.alias("is_whole"), F.col("carrier").alias("carrier_code"), F.col("flight_number").alias("_number")),
            *(F.col("departure_place").alias("origin"), F.col("arrival_place").alias("destination")),
            _time(F.concat(_day_month_year("departure_day"), F.coalesce("departure_time", F.lit("")))).alias(
                "etd_local"
            ),
            _time(F.concat(_day_month_year("arrival_day"), F.coalesce("arrival_time", F.lit("")))).alias("eta_local"),
        ),
        border,
    )


def over_borders(messages: Iterable[DataFrame], airports: DataFrame) -> DataFrame:
    """Messages of ``lists`` and ``reports`` with leg, border state and direction; those that name no such leg are gone.

    The border is that of the state that received the message; where the
    recipient is not known, that of the state of arrival, to which lists and
    bookings are owed by rule. ``counts`` tells which messages hold: of lists of
    a kind the newest, of bookings the newest whole report and what changed since.
    """
    first, *others = messages
    for other in others:
        first = first.unionByName(other)
    country = _countries(airports)
    ends = first
    for end in ("origin", "destination"):
        of_end = country.select(F.col("iata_code").alias(end), F.col("country_code").alias(f"_{end}_country"))
        ends = ends.join(F.broadcast(of_end), end, "left")
    state = ends.withColumn("border_state", F.coalesce("_border", "_destination_country"))
    comes = F.coalesce(F.col("_destination_country") == F.col("border_state"), F.lit(False))
    goes = F.coalesce(F.col("_origin_country") == F.col("border_state"), F.lit(False))
    direction = F.when(comes & ~goes, "entry").when(goes & ~comes, "exit")
    moment = F.when(comes, F.coalesce("eta_local", "etd_local")).otherwise(F.col("etd_local"))
    found = state.withColumns({"direction": direction, "flight_date": moment.cast("date")})
    day = F.date_format("flight_date", "yyyyMMdd")
    named = F.concat_ws("-", F.concat("carrier_code", "flight_number"), "origin", "destination", day)
    legs = found.withColumn("flight_leg_id", named)
    return _with_counting(legs.where(f"direction IS NOT NULL AND flight_date IS NOT NULL AND {_LEG_FORM}"))


def _countries(airports: DataFrame) -> DataFrame:
    """Country of each airport; the agency's own are known without any list of airports."""
    own = declared(airports, "port_airports").select(F.col("airport").alias("iata_code")).distinct()
    listed = airports.select("iata_code", "country_code").join(F.broadcast(own), "iata_code", "left_anti")
    return listed.unionByName(own.withColumn("country_code", F.lit("TWN")))


def _with_counting(legs: DataFrame) -> DataFrame:
    of_kind = Window.partitionBy("flight_leg_id", "kind")
    newest = F.struct("sent_at_utc", "source_delivery", "message_number")
    marked = legs.withColumn("_newest", newest)
    whole = F.max(F.when(F.col("is_whole"), F.col("_newest"))).over(of_kind)
    return marked.withColumn("counts", F.coalesce(F.col("_newest") >= whole, F.lit(True))).drop("_newest")


def _placed(messages: DataFrame, border: str | None) -> DataFrame:
    """Numbers without carrier and leading noughts, the time of sending, and the border where it is known."""
    number = F.expr(
        "regexp_extract(_number, concat('^(?:', coalesce(carrier_code, ''), ')? *0*([0-9]{1,5}[A-Z]?)$'), 1)"
    )
    pairs = [F.lit(text) for pair in BORDER_OF_RECIPIENT.items() for text in pair]
    state = F.lit(border) if border else F.try_element_at(F.create_map(*pairs), F.col("recipient"))
    sent = _time(F.concat("prepared_on", F.coalesce("prepared_at", F.lit(""))))
    return messages.select(
        *("source_delivery", F.col("source_line").alias("message_number"), "kind", "is_whole", "declared_count"),
        *(sent.alias("sent_at_utc"), F.try_to_date("departure_date").alias("departure_date"), state.alias("_border")),
        *("carrier_code", number.alias("flight_number"), "origin", "destination", "etd_local", "eta_local"),
    )


def _list_time(times: str, qualifier: str) -> Column:
    return _time(F.expr(f"get(filter({times}, t -> t.qualifier = '{qualifier}'), 0).value"))


def _time(text: Column) -> Column:
    """A time of as many digits as it has: with or without century, hours and minutes."""
    forms = {6: "yyMMdd", 8: "yyyyMMdd", 10: "yyMMddHHmm", 12: "yyyyMMddHHmm"}
    read = [F.when(F.length(text) == length, F.try_to_timestamp(text, F.lit(form))) for length, form in forms.items()]
    return F.coalesce(*read)


def _day_month_year(column: str) -> Column:
    """DDMMYY turned round."""
    return F.concat(F.substring(column, 5, 2), F.substring(column, 3, 2), F.substring(column, 1, 2))
