"""Passengers of a flight leg as the carrier's list (API) and as its bookings (PNR) tell of them."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.identity import PRIMARY_LETTERS, SECONDARY_LETTERS, letters

#: Parts of SSR DOCS between strokes, the first being empty (IATA Resolution 830d).
_ISSUER, _NUMBER, _NATION, _BORN, _SEX, _SURNAME, _GIVEN = 2, 3, 4, 5, 6, 8, 9
#: Of a traveller those in the own part of the booking, then those of the legs that refer to the traveller; an infant's
#: often stand with the adult, and no reference leads there.
_DOCUMENT = f"""get(filter(
    concat(
        coalesce(requests, array()),
        filter(coalesce(_of_legs, array()), r -> r.traveller_reference = traveller_reference OR (
            traveller_type = 'IN' AND startswith(get(r.text_pieces, {_GIVEN}), split_part(given_name, ' ', 1))))
    ),
    r -> r.code = 'DOCS'
        AND coalesce(endswith(get(r.text_pieces, {_SEX}), 'I'), false) = coalesce(traveller_type = 'IN', false)
), 0).text_pieces"""
_FORM = """get(flatten(transform(
    filter(tickets, t -> t.payments IS NOT NULL),
    t -> flatten(transform(filter(t.payments, p -> p.forms IS NOT NULL), p -> p.forms)))), 0)"""
_BAGS = """aggregate(
    flatten(transform(
        filter(_check_ins, c -> c.traveller_reference = traveller_reference AND c.baggage IS NOT NULL),
        c -> c.baggage)),
    0L, (sum, bag) -> sum + coalesce(try_cast(bag.count AS bigint), 0L))"""
#: Where a telephone stands: the eighth component of an address, or behind the code of a contact (CTCP, CTCM, CTCR).
_PHONE = """coalesce(
    get(filter(transform(contacts, c -> get(c.lines, 7)), t -> t RLIKE '^[+0-9() -]{7,}$'), 0),
    get(filter(
        flatten(transform(filter(free_texts, f -> f.texts IS NOT NULL), f -> f.texts)),
        t -> t RLIKE '^CTC[A-Z]? *[+0-9]'), 0))"""
#: A title behind the given name, or glued to it.
_TITLE = r"( (MR|MRS|MS|MISS|MSTR|DR)|(?<=[A-Z]{3})(MR|MRS|MISS|MSTR))$"
#: Forms of payment (IATA PADIS, data element 9888).
_FORMS = {"CC": "card", "DC": "card", "CA": "cash", "IN": "invoice", "INV": "invoice", "FF": "miles", "MI": "miles"}
#: What a list has to give of each passenger (WCO/IATA/ICAO API guidelines, 8.1.5: data of the document).
CORE_FIELDS = (*("document_number", "issuing_state", "expiry_date", "nationality", "surname", "date_of_birth", "sex"),)


def announced(passengers: DataFrame, messages: DataFrame) -> DataFrame:
    """Passengers and crew of the lists that hold, with what the list says of each in columns ``api_*``."""
    held = messages.where("counts AND kind <> 'pnr'").select(
        *("source_delivery", "message_number", "flight_leg_id", F.to_date("sent_at_utc").alias("_sent"), "kind")
    )
    joined = passengers.join(F.broadcast(held), ["source_delivery", "message_number"])
    document = "coalesce(get(filter(documents, d -> d.kind IN ('P', 'I', 'C')), 0), get(documents, 0))"
    told = joined.select(
        *("flight_leg_id", "source_delivery", F.col("source_line").alias("_line")),
        *((F.col("kind") == "crew").alias("_of_crew"), "party_qualifier", "_sent", "names"),
        F.expr("get(filter(attributes, a -> a.qualifier = '2'), 0).value").alias("_sex"),
        F.expr("get(filter(dates, d -> d.qualifier = '329'), 0).value").alias("_born"),
        F.expr("get(filter(nationalities, n -> n.qualifier = '2'), 0).country").alias("_nation"),
        F.expr(document).alias("_document"),
    )
    expiry = "get(filter(_document.dates, d -> d.qualifier = '36'), 0).value"
    read = told.select(
        *("flight_leg_id", "source_delivery", "_line"),
        (F.col("_of_crew") | F.col("party_qualifier").eqNullSafe("FM")).alias("is_crew"),
        F.upper("_nation").alias("nationality"),
        F.upper(F.expr("get(filter(_document.places, p -> p.qualifier = '91'), 0).code")).alias("issuing_state"),
        F.col("_document.number").alias("document_number"),
        _past(F.col("_born"), F.col("_sent")).alias("date_of_birth"),
        *(_sex(F.col("_sex")).alias("sex"), F.get("names", F.lit(0)).alias("surname")),
        F.concat_ws(" ", F.expr("slice(names, 2, 2)")).alias("given_name"),
        F.expr(expiry).alias("expiry_date"),
    )
    missing = [F.when(F.col(name).isNull(), F.lit(name)) for name in CORE_FIELDS]
    return read.withColumn("missing_fields", F.array_compact(F.array(*missing)))


def booked(passengers: DataFrame, bookings: DataFrame, messages: DataFrame) -> DataFrame:
    """Travellers of the bookings that hold: of each booking its newest report, not before the last whole one."""
    held = messages.where("counts AND kind = 'pnr'").select(
        *("source_delivery", "message_number", "flight_leg_id", "carrier_code", "flight_date", "sent_at_utc")
    )
    reported = bookings.withColumnRenamed("source_line", "booking_number").join(
        F.broadcast(held), ["source_delivery", "message_number"]
    )
    of_booking = Window.partitionBy("flight_leg_id", "record_locator").orderBy(
        F.desc("sent_at_utc"), "source_delivery", "booking_number"
    )
    newest = reported.withColumn("_place", F.row_number().over(of_booking)).where(
        "_place = 1 OR record_locator IS NULL"
    )
    joined = passengers.drop("message_number").join(
        newest.select(*_of_booking()), ["source_delivery", "booking_number"]
    )
    party = Window.partitionBy("source_delivery", "booking_number")
    told = joined.withColumns(
        {"_document": F.expr(_DOCUMENT), "_form": F.expr(_FORM), "_party": F.count("*").over(party)}
    )
    return told.select(
        *("flight_leg_id", "source_delivery", F.col("source_line").alias("_line")),
        *_identity(),
        (F.col("traveller_type") == "IN").alias("is_infant"),
        *("record_locator", "booked_at_utc", "carrier_code", "agency_code"),
        F.col("_party").alias("travellers_in_booking_count"),
        *_payment(),
        F.coalesce("_phone", F.expr(_PHONE)).alias("phone"),
        F.when(F.size("_check_ins") > 0, F.expr(_BAGS)).alias("bag_count"),
    )


def side_by_side(api: DataFrame, pnr: DataFrame) -> DataFrame:
    """Each passenger of a leg once, with ``api`` and ``pnr`` as structs, null where one does not tell of the passenger.

    Matched by the document's number where both name it, else by name and day of
    birth; what matches neither stands alone.
    """
    sides = [
        side.select(
            *("flight_leg_id", "source_delivery", "_line", F.lit(is_api).alias("_is_api")),
            *(_alphanumeric(F.col("document_number")).alias("_number"), _who().alias("_who")),
            (F.struct(*side.columns) if is_api else F.lit(None)).alias("api"),
            (F.lit(None) if is_api else F.struct(*side.columns)).alias("pnr"),
        )
        for side, is_api in ((api, True), (pnr, False))
    ]
    both = sides[0].unionByName(sides[1])
    of_number = Window.partitionBy("flight_leg_id", "_number")
    is_shared = F.max("_is_api").over(of_number) & ~F.min("_is_api").over(of_number) & (F.col("_number") != "")
    alone = F.concat_ws("|", F.lit("alone"), "source_delivery", "_line")
    unit = F.when(is_shared, F.concat(F.lit("number|"), "_number")).otherwise(F.coalesce("_who", alone))
    united = both.withColumn("_unit", unit)
    # Two of one document or name on a leg stand beside two of the other side, in their order.
    place = F.row_number().over(
        Window.partitionBy("flight_leg_id", "_unit", "_is_api").orderBy("source_delivery", "_line")
    )
    return (
        united.withColumn("_place", place)
        .groupBy("flight_leg_id", "_unit", "_place")
        .agg(F.first("api", True).alias("api"), F.first("pnr", True).alias("pnr"))
    )


def plain_number(side: str) -> Column:
    """The document's number on a side, without what does not count in it."""
    return _alphanumeric(F.col(f"{side}.document_number"))


def plain_name(side: str) -> Column:
    """Letters of the names on a side that count."""
    given = letters(F.col(f"{side}.given_name"), SECONDARY_LETTERS)
    return F.concat(letters(F.col(f"{side}.surname"), PRIMARY_LETTERS), F.lit("|"), given)


def _alphanumeric(text: Column) -> Column:
    return F.upper(F.regexp_replace(text, "[^A-Za-z0-9]", ""))


def _who() -> Column:
    """Names, as far as their letters count, and day of birth."""
    return F.concat(
        *(F.lit("who|"), letters(F.col("surname"), PRIMARY_LETTERS), F.lit("|")),
        *(letters(F.col("given_name"), SECONDARY_LETTERS), F.lit("|"), F.col("date_of_birth").cast("string")),
    )


def _of_booking() -> list[Column | str]:
    created = F.get("locators", F.lit(0))
    ticketed = F.expr("get(filter(times, t -> t.qualifier = '710'), 0)")
    return [
        *("source_delivery", "booking_number", "flight_leg_id", "flight_date", "carrier_code", "record_locator"),
        F.coalesce(_moment(created), _moment(ticketed)).alias("booked_at_utc"),
        F.expr("get(filter(agency, a -> a.agency_number IS NOT NULL), 0).agency_number").alias("agency_code"),
        F.expr(_PHONE).alias("_phone"),
        _of_legs("requests").alias("_of_legs"),
        _of_legs("check_ins").alias("_check_ins"),
    ]


def _of_legs(name: str) -> Column:
    return F.expr(f"flatten(transform(filter(legs, l -> l.{name} IS NOT NULL), l -> l.{name}))")


def _identity() -> list[Column]:
    """Of the document as booked where there is one; of names those of the booking where there is none."""
    given = F.concat_ws(" ", F.expr(f"slice(_document, {_GIVEN + 1}, 3)"))
    plain = F.regexp_replace(F.upper("given_name"), _TITLE, "")
    return [
        F.upper(_piece(_NATION)).alias("nationality"),
        F.upper(_piece(_ISSUER)).alias("issuing_state"),
        _piece(_NUMBER).alias("document_number"),
        _past(_docs_day(_piece(_BORN)), F.col("flight_date")).alias("date_of_birth"),
        _sex(F.substring(_piece(_SEX), 1, 1)).alias("sex"),
        F.coalesce(_piece(_SURNAME), F.col("surname")).alias("surname"),
        F.coalesce(F.when(_piece(_SURNAME).isNotNull(), given), plain).alias("given_name"),
    ]


def _payment() -> list[Column]:
    names = F.create_map(*(F.lit(text) for pair in _FORMS.items() for text in pair))
    form = F.col("_form.form")
    card = F.concat_ws("|", "_form.vendor", "_form.account", "_form.expiry")
    return [
        F.when(form.isNotNull(), F.coalesce(F.try_element_at(names, form), F.lit("other"))).alias("form_of_payment"),
        F.when(F.col("_form.account").isNotNull(), card).alias("card"),
    ]


def _piece(place: int) -> Column:
    return F.nullif(F.trim(F.get("_document", F.lit(place))), F.lit(""))


def _moment(told: Column) -> Column:
    """A day, DDMMYY, and a time, HHMM, of which the second may be missing."""
    text = F.concat(told["day"], F.coalesce(told["time"], F.lit("0000")))
    return F.try_to_timestamp(text, F.lit("ddMMyyHHmm"))


def _docs_day(text: Column) -> Column:
    """DDMMMYY as YYMMDD, DDMMMYYYY as YYYYMMDD."""
    month = F.date_format(F.try_to_date(F.initcap(F.substring(text, 3, 3)), "MMM"), "MM")
    return F.concat(F.substring(text, 6, 4), month, F.substring(text, 1, 2))


def _past(text: Column, today: Column) -> Column:
    """A day of the past, YYMMDD or YYYYMMDD: what would come later than ``today`` was a hundred years before."""
    whole = F.when(F.length(text) == 8, F.try_to_date(text, "yyyyMMdd"))
    short = F.when(F.length(text) == 6, F.try_to_date(text, "yyMMdd"))
    return F.coalesce(whole, F.when(short > today, F.add_months(short, -1200)).otherwise(short))


def _sex(text: Column) -> Column:
    return F.when(text.isin("F", "M", "X"), text)
