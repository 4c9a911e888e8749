"""Elements of the UN Security Council's list, put in the words that ``lakehouse.remarks`` reads.

All functions take the JSON text of a bronze column and give a Spark column.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

_DATES = "array<struct<type_of_date:string,date:string,year:string,from_year:string,to_year:string,note:string>>"
_PLACES = "array<struct<street:string,city:string,state_province:string,country:string,note:string>>"
_ALIASES = (
    "array<struct<quality:string,alias_name:string,note:string,"
    "date_of_birth:string,city_of_birth:string,country_of_birth:string>>"
)
_DOCUMENTS = (
    "array<struct<type_of_document:string,type_of_document2:string,number:string,"
    "issuing_country:string,country_of_issue:string,note:string>>"
)
_VALUES = "array<struct<value:string>>"

#: Texts that stand for no value.
_NOTHING = ("na", "n/a")
#: Words around a number, as in "Libyan passport No. 1", "1 (expired 2016)" or "1, Jordan".
_BEFORE_NUMBER = r"^.*\b(?i:no\.?:?|number:?|passport:?) |^(?:\p{Lu}\p{Ll}+ )+"
_AFTER_NUMBER = r"(?: \([^()]*\)|, \p{Lu}\p{Ll}+[^,]*)$"
#: Where one text holds several names: "A; B", "A (B)" and "A (original script: B)" in two scripts.
_BETWEEN_NAMES = r";|\((?:original script:)?(?=[^\p{IsLatin}()]+(?:\)|$))|(?<=[\p{L}&&[^\p{IsLatin}]])\s*\("
_AROUND_NAME = r"^[\s,]+|[\s,]+$"


def clauses(dates: Column, aliases: Column, places: Column, nationalities: Column, gender: Column) -> Column:
    """All that ``lakehouse.remarks`` reads about one person, as an array of clauses."""
    of_gender = F.array(F.concat(F.lit("Gender "), F.trim(gender)))
    return F.concat(
        _birth_clauses(dates, aliases),
        _place_clauses(places, aliases),
        _nationality_clauses(nationalities),
        of_gender,
    )


def _birth_clauses(dates: Column, aliases: Column) -> Column:
    """``DOB …`` for each date of birth, of the person and of their aliases.

    A date is a day, a year, two years or, where the list has none of these, the
    words of its note.
    """

    def clause(born: Column) -> Column:
        approximate = (born["type_of_date"] == "APPROXIMATELY") | (born["note"] == "Approximately")
        years = F.when(
            born["from_year"].isNotNull() | born["to_year"].isNotNull(),
            F.concat_ws(" to ", born["from_year"], born["to_year"]),
        )
        said = F.coalesce(born["date"], years, F.concat_ws(" ", born["note"], born["year"]))
        return F.concat_ws(" ", F.lit("DOB"), F.when(approximate, "circa"), said)

    of_aliases = F.transform(_listed(aliases, _ALIASES), lambda a: F.concat(F.lit("DOB "), a["date_of_birth"]))
    return F.concat(F.transform(_listed(dates, _DATES), clause), _there(of_aliases))


def _place_clauses(places: Column, aliases: Column) -> Column:
    """``POB …`` for each place of birth, of the person and of their aliases."""
    parts = ("city", "state_province", "country", "note")
    of_person = F.transform(_listed(places, _PLACES), lambda p: F.concat_ws(", ", *(p[n] for n in parts)))
    of_aliases = F.transform(
        _listed(aliases, _ALIASES), lambda a: F.concat_ws(", ", a["city_of_birth"], a["country_of_birth"])
    )
    known = F.filter(F.concat(of_person, of_aliases), lambda place: place != "")
    return F.transform(known, lambda place: F.concat(F.lit("POB "), place))


def _nationality_clauses(nationalities: Column) -> Column:
    """``nationality …`` for each nationality."""
    named = F.transform(_listed(nationalities, _VALUES), lambda n: F.trim(n["value"]))
    known = F.filter(named, lambda name: ~F.lower(name).isin(*_NOTHING))
    return F.transform(known, lambda name: F.concat(F.lit("nationality "), name))


def names(aliases: Column, own_script: Column) -> Column:
    """Names and qualities of the aliases, and the name in its ``own_script``.

    Several in one text, and those in brackets, become several. Good is strong,
    Low is weak; what a person was listed as before is former.
    """

    def each(alias: Column) -> Column:
        quality = (
            F.when(alias["note"].rlike("(?i)(formerly|previously) listed as"), "former")
            .when(alias["quality"] == "Good", "strong")
            .when(alias["quality"] == "Low", "weak")
            .otherwise("not_stated")
        )
        found = F.filter(F.transform(F.split(alias["alias_name"], _BETWEEN_NAMES), _bare), lambda name: name != "")
        return F.transform(found, lambda name: F.struct(name.alias("name"), quality.alias("quality")))

    own = F.array(F.struct(F.trim(own_script).alias("name"), F.lit("strong").alias("quality")))
    others = F.flatten(F.transform(_there(_listed(aliases, _ALIASES)), lambda a: F.coalesce(each(a), F.array())))
    return F.when(own_script.isNotNull(), F.concat(others, own)).otherwise(others)


def _bare(name: Column) -> Column:
    unopened = F.when(~name.contains("("), F.replace(name, F.lit(")"), F.lit(""))).otherwise(name)
    return F.regexp_replace(unopened, _AROUND_NAME, "")


def documents(documents: Column) -> Column:
    """Kind, number, country and raw text of each document that has a number."""

    def read(document: Column) -> Column:
        number = F.regexp_replace(_in_one_line(document["number"]), _AFTER_NUMBER, "")
        country = F.coalesce(document["issuing_country"], document["country_of_issue"])
        return F.struct(
            _kind(document).alias("document_type"),
            F.regexp_replace(number, _BEFORE_NUMBER, "").alias("document_number"),
            F.trim(country).alias("issuing_country"),
            _words(document).alias("raw"),
        )

    return F.transform(F.filter(_listed(documents, _DOCUMENTS), lambda d: d["number"].isNotNull()), read)


def unnumbered_documents(documents: Column) -> Column:
    """Texts of the documents without a number, which nothing can be matched with."""
    return F.transform(F.filter(_listed(documents, _DOCUMENTS), lambda d: d["number"].isNull()), _words)


def _kind(document: Column) -> Column:
    said = F.lower(F.concat_ws(" ", document["type_of_document"], document["type_of_document2"]))
    return (
        F.when(said.rlike("passport|passeport|pasaporte"), "passport")
        .when(said.rlike("driv"), "driving_licence")
        .when(said.rlike("birth certificate"), "birth_certificate")
        .when(said.rlike("social security|fiscal code"), "tax_number")
        .otherwise("national_id")
    )


def _words(document: Column) -> Column:
    parts = ("type_of_document", "type_of_document2", "number", "note")
    return _in_one_line(F.concat_ws(" ", *(document[n] for n in parts)))


def _in_one_line(text: Column) -> Column:
    return F.trim(F.regexp_replace(text, r"\s+", " "))


def _listed(json: Column, kind: str) -> Column:
    return F.coalesce(F.from_json(json, kind), F.array().cast(kind))


def _there(items: Column) -> Column:
    return F.filter(items, lambda item: item.isNotNull())
