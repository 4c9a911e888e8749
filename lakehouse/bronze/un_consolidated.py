"""Persons and entities under sanctions of the UN Security Council."""

from datetime import timedelta

from lakehouse.declare import Bronze, Column, Kind, Pii, Source, Supersession, Volume
from lakehouse.formats.xml_records import Entry, Group, XmlRecords

_SHARED_SCALARS = {
    "DATAID": "data_id",
    "VERSIONNUM": "version_number",
    "FIRST_NAME": "first_name",
    "UN_LIST_TYPE": "un_list_type",
    "REFERENCE_NUMBER": "reference_number",
    "LISTED_ON": "listed_on",
    "NAME_ORIGINAL_SCRIPT": "name_original_script",
    "COMMENTS1": "comments",
    "SORT_KEY": "sort_key",
    "SORT_KEY_LAST_MOD": "sort_key_last_mod",
}
_PERSON_SCALARS = {
    "SECOND_NAME": "second_name",
    "THIRD_NAME": "third_name",
    "FOURTH_NAME": "fourth_name",
    "GENDER": "gender",
}
_SHARED_GROUPS = (Group("LIST_TYPE", "list_types"), Group("LAST_DAY_UPDATED", "last_day_updated"))
_ADDRESS = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE")
_ALIAS = ("QUALITY", "ALIAS_NAME", "NOTE")
_DOCUMENT = (
    "TYPE_OF_DOCUMENT",
    "TYPE_OF_DOCUMENT2",
    "NUMBER",
    "ISSUING_COUNTRY",
    "DATE_OF_ISSUE",
    "CITY_OF_ISSUE",
    "COUNTRY_OF_ISSUE",
    "NOTE",
)
_PERSON = Entry(
    kind="individual",
    within="INDIVIDUALS",
    element="INDIVIDUAL",
    scalars=_SHARED_SCALARS | _PERSON_SCALARS,
    groups=(
        *_SHARED_GROUPS,
        Group("TITLE", "titles"),
        Group("DESIGNATION", "designations"),
        Group("NATIONALITY", "nationalities"),
        Group("INDIVIDUAL_ALIAS", "aliases", (*_ALIAS, "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH")),
        Group("INDIVIDUAL_ADDRESS", "addresses", _ADDRESS),
        Group(
            "INDIVIDUAL_DATE_OF_BIRTH",
            "dates_of_birth",
            ("TYPE_OF_DATE", "DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE"),
        ),
        Group(
            "INDIVIDUAL_PLACE_OF_BIRTH",
            "places_of_birth",
            ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY", "NOTE"),
        ),
        Group("INDIVIDUAL_DOCUMENT", "documents", _DOCUMENT),
    ),
    required=("DATAID", "REFERENCE_NUMBER", "FIRST_NAME"),
)
_ENTITY = Entry(
    kind="entity",
    within="ENTITIES",
    element="ENTITY",
    scalars=_SHARED_SCALARS,
    groups=(
        *_SHARED_GROUPS,
        Group("ENTITY_ALIAS", "aliases", _ALIAS),
        Group("ENTITY_ADDRESS", "addresses", _ADDRESS),
    ),
    required=("DATAID", "REFERENCE_NUMBER", "FIRST_NAME"),
)

_JSON = "JSON list of objects"


class UnConsolidated(Bronze):
    """Each row tells of one person or entity on the Security Council's consolidated list.

    What may repeat is kept as JSON lists of objects with the publisher's element
    names in lower case; empty elements, such as the alias that every entry
    without one has, are left out. 730 persons and 273 entities in the list at
    hand. Birth dates are days, years or ranges (BETWEEN), or nothing but a note;
    ten listing dates carry a zone (2017-10-25-04:00), twelve reference numbers end
    in a blank, and one name in its own script holds two broken characters (U+FFFD).
    """

    owner = "watchlists"
    grain = "one row per person or entity in a landed list"
    fresh_within = timedelta(days=7)
    authority = "UN Security Council Consolidated List, schema sc-sanctions.xsd"
    source = Source("un_consolidated", "UN Security Council", Supersession.LATEST)
    part = "*.xml"
    format = XmlRecords(
        root="CONSOLIDATED_LIST",
        attributes={
            "dateGenerated": "list_generated_at",
            "xmlns:xsi": None,
            "xsi:noNamespaceSchemaLocation": None,
        },
        kind="entry_kind",
        entries=(_PERSON, _ENTITY),
    )
    volume = Volume(at_least=1, at_most=50_000)

    entry_kind = Column(Kind.STRING, "individual or entity.", examples=("individual", "individual", "entity"))
    list_generated_at = Column(
        Kind.STRING, "When the list was generated, ISO 8601 in UTC.", examples=("2026-02-27T00:00:09.554Z",)
    )
    data_id = Column(Kind.STRING, "Number of the entry (DATAID).", pii=Pii.PSEUDONYM)
    version_number = Column(Kind.STRING, "Version of the entry (VERSIONNUM).", examples=("1",))
    first_name = Column(
        Kind.STRING,
        "First name; of entities the whole name.",
        pii=Pii.DIRECT,
        examples=("TESTO", "YUSUF", "ROI"),
    )
    second_name = Column(
        Kind.STRING, "Second part of a person's name.", pii=Pii.DIRECT, examples=("EXEMPLUM", "HAMID", None)
    )
    third_name = Column(
        Kind.STRING, "Third part of a person's name.", pii=Pii.DIRECT, examples=(None, "AL-TESTARI", None)
    )
    fourth_name = Column(Kind.STRING, "Fourth part of a person's name.", pii=Pii.DIRECT, examples=(None,))
    name_original_script = Column(
        Kind.STRING, "Name in its own script.", pii=Pii.DIRECT, examples=(None, "يوسف حامد التستري", None)
    )
    un_list_type = Column(Kind.STRING, "Committee that listed the entry.", examples=("DRC", "Al-Qaida", "Taliban"))
    reference_number = Column(
        Kind.STRING,
        "Permanent reference: committee, i for individual or e for entity, number.",
        pii=Pii.PSEUDONYM,
        examples=("CDi.901", "QDi.902", "TAe.903"),
    )
    listed_on = Column(Kind.STRING, "Day of listing, YYYY-MM-DD.", examples=("2012-12-31", "2001-01-25", "2014-06-30"))
    gender = Column(Kind.STRING, "Male or Female; mostly not given.", examples=("Male", None, None))
    comments = Column(
        Kind.STRING,
        "Reasons and history.",
        pii=Pii.DIRECT,
        examples=("Reportedly resides in Exampletown.", None, "Dealer in examples."),
    )
    list_types = Column(Kind.STRING, f"Lists, {_JSON}.", examples=('[{"value": "UN List"}]',))
    last_day_updated = Column(
        Kind.STRING,
        f"Days of change, YYYY-MM-DD, {_JSON}.",
        examples=('[{"value": "2016-10-13"}, {"value": "2020-08-19"}]', None, None),
    )
    titles = Column(Kind.STRING, f"Titles, {_JSON}.", pii=Pii.DIRECT, examples=(None, '[{"value": "Mullah"}]', None))
    designations = Column(
        Kind.STRING,
        f"Positions held, {_JSON}.",
        pii=Pii.DIRECT,
        examples=('[{"value": "Minister of Examples"}]', None, None),
    )
    nationalities = Column(
        Kind.STRING,
        f"Nationalities, country names, {_JSON}.",
        examples=('[{"value": "Rwanda"}]', '[{"value": "Iraq"}, {"value": "Jordan"}]', None),
    )
    aliases = Column(
        Kind.STRING,
        f"Other names with quality (Good, Low; of entities a.k.a., f.k.a.), {_JSON}.",
        pii=Pii.DIRECT,
        examples=(
            '[{"quality": "Good", "alias_name": "Testo Exemplar"}, {"quality": "Low", "alias_name": "Abu Test"}]',
            '[{"quality": "Good", "alias_name": "Yousef Al-Tustari", "date_of_birth": "1 Jan. 1971"}]',
            '[{"quality": "f.k.a.", "alias_name": "Roi Example Money Exchange"}]',
        ),
    )
    addresses = Column(
        Kind.STRING,
        f"Addresses, {_JSON}.",
        pii=Pii.DIRECT,
        examples=('[{"country": "Rwanda", "note": "as of early 2016"}]', None, '[{"city": "Exampletown"}]'),
    )
    dates_of_birth = Column(
        Kind.STRING,
        f"Birth dates, each with its type (EXACT, APPROXIMATELY, BETWEEN), {_JSON}.",
        pii=Pii.DIRECT,
        examples=(
            '[{"type_of_date": "EXACT", "date": "1971-06-14"}]',
            '[{"type_of_date": "APPROXIMATELY", "year": "1968"},'
            ' {"type_of_date": "BETWEEN", "from_year": "1960", "to_year": "1963"}]',
            None,
        ),
    )
    places_of_birth = Column(
        Kind.STRING,
        f"Birth places, {_JSON}.",
        pii=Pii.DIRECT,
        examples=('[{"city": "Exampletown", "country": "Rwanda"}]', None, None),
    )
    documents = Column(
        Kind.STRING,
        f"Passports and identity cards, {_JSON}.",
        pii=Pii.DIRECT,
        examples=(
            '[{"type_of_document": "Passport", "number": "X0000019", "issuing_country": "Rwanda"}]',
            None,
            None,
        ),
    )
    sort_key = Column(Kind.STRING, "Sort key; empty so far.", examples=(None,))
    sort_key_last_mod = Column(Kind.STRING, "Change of the sort key; empty so far.", examples=(None,))
