"""What a person is: name, birth, documents, home - all a function of who it is, the same every day."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from lakehouse.simulator.behaviours import CASTS
from lakehouse.simulator.draws import Bits, Draws, Ints
from lakehouse.simulator.names import names
from lakehouse.simulator.populations import (
    CREW,
    HOME,
    POPULATIONS,
    RESIDENTS,
    STUDENTS,
    WORKERS,
    household,
    market_of,
    member,
    person,
    population,
    population_of_cast,
)
from lakehouse.simulator.tables import markets

#: Identities of one person: the own, the own respelled in a new passport, and one that is made up.
OWN, RESPELLED, ALIAS = 0, 1, 2

_CAST = [cast.name for cast in CASTS]
_WANTED, _NAMESAKES = (population_of_cast(_CAST.index(name)) for name in ("wanted", "namesakes"))

#: Days for which a passport is valid.
_VALID = 3650
#: Passports are renewed this many days before they expire: many states admit none that expires within half a year.
_RENEWED_BEFORE = 190

_LETTERS = np.array(list("ABCDEFGHJKLMNPRSTUVWXYZ"))

#: Nationalities whose documents print the name in a script of their own beside Latin letters.
_OTHER_SCRIPT = ("TWN", "CHN", "JPN", "KOR", "THA", "IND", "RUS", "EGY", "PAK", "LKA", "NPL", "BGD", "MMR", "KHM")
_OTHER_LETTERS = r"[^\x00-\x{36F}\x{1E00}-\x{1EFF}]"

#: Blocks of ``_kinds_of_homes`` after that of visitors.
_LIVES_HERE, _CREW = 1, 2

#: Where a wife keeps the name of her family.
_KEPT = ("TWN", "CHN", "HKG", "MAC", "KOR", "VNM")


def births(seed: int, persons: Bits, reference: int) -> Ints:
    """Days of birth since 1970-01-01; nobody is born after the ``reference``, the world's first day."""
    codes, place = population(persons), member(persons)
    home, own = Draws.of(seed, household(persons), "birth"), Draws.of(seed, persons, "birth")
    ages = np.zeros(256, np.int64), np.zeros(256, np.int64)
    for code, declared in POPULATIONS.items():
        ages[0][code], ages[1][code] = declared.age
    low, high = ages[0][codes], ages[1][codes]
    years = low + (high - low) * home.uniform("age") ** 1.15
    adult = reference - (years * 365.25).astype(np.int64) - own.below("day", 1_400)
    child = adult + ((25 + 14 * own.uniform("after")) * 365.25).astype(np.int64)
    youngest = reference - 60 - own.below("young", 5_000)
    return np.where(place < 2, adult, np.minimum(child, youngest))


def identities(seed: int, persons: Bits, identity: Ints, day: Ints, reference: int) -> pl.DataFrame:
    """What the documents say that ``persons`` (n,) show on a ``day`` (n,), under one of their identities each."""
    place, codes = market_of(seed, persons), population(persons)
    frame = _homes(place, codes)
    named = _named_after(persons, codes)
    own, home = Draws.of(seed, named), Draws.of(seed, household(named))
    other = Draws.of(seed, persons, identity.astype(np.uint64), "identity")
    born = births(seed, named, reference)
    # Another day of birth in a made-up identity, and of a namesake.
    shift = 30 + other.below("birth", 1_400)
    apart = np.where(other.true("later", 0.5), shift, -shift)
    shifted = born + np.where((identity >= ALIAS) | (codes == _NAMESAKES), apart, 0)
    female = _female(own, codes, member(persons))
    return pl.concat(
        (
            frame.select("market", "nationality", "residence_country", "document_type", "origin"),
            _names(frame, own, home, other, female, identity, member(persons), 1970 + born // 365),
            _documents(frame, Draws.of(seed, persons), identity, day),
            pl.DataFrame(
                {
                    "date_of_birth": pl.Series(shifted.astype(np.int32)).cast(pl.Date),
                    "sex": pl.Series(np.where(female, "F", "M")),
                }
            ),
        ),
        how="horizontal",
    )


def _named_after(persons: Bits, codes: Ints) -> Bits:
    """Whose name people have: a namesake has that of one of the wanted."""
    number = (persons & np.uint64((1 << 48) - 1)).astype(np.int64)
    return np.where(codes == _NAMESAKES, person(_WANTED, number), persons)


def _female(own: Draws, codes: Ints, place: Ints) -> np.ndarray:
    """Women: one of the two heads of a household, as a rule; three quarters of care workers' states' workers."""
    share = np.where(codes == WORKERS, 0.55, np.where(place == 0, 0.35, np.where(place == 1, 0.85, 0.5)))
    return own.true("sex", share)


def _homes(place: Ints, codes: Ints) -> pl.DataFrame:
    """What follows from people's market and from why they travel: nationality, home, kind and numbers of documents."""
    kinds = _kinds_of_homes()
    kind = np.where(np.isin(codes, (RESIDENTS, WORKERS, STUDENTS)), _LIVES_HERE, np.where(codes == CREW, _CREW, 0))
    return kinds[kind * (len(kinds) // 3) + np.where(place == HOME, 0, place + 1)]


@cache
def _kinds_of_homes() -> pl.DataFrame:
    """A row for citizens and one for each market: of visitors, of those who live here, of crew."""
    citizens = {"market": HOME, "country": "TWN", "nationality": "TWN", "origin": "TWN", "letters": "", "digits": 9}
    abroad = markets().select(pl.col("market").cast(pl.Int32), *list(citizens)[1:])
    own = pl.concat((pl.DataFrame([citizens], abroad.schema), abroad))
    # Visitors from mainland China show the travel permit for Taiwan, a card.
    card = pl.when(country="CHN").then(pl.lit("I")).otherwise(pl.lit("P"))
    return pl.concat(
        (
            own.select(pl.all().exclude("country"), residence_country="country", document_type=card),
            own.select(pl.all().exclude("country"), residence_country=pl.lit("TWN"), document_type=card),
            own.select(pl.all().exclude("country"), residence_country="country", document_type=pl.lit("C")),
        )
    )


def _names(
    frame: pl.DataFrame,
    own: Draws,
    home: Draws,
    other: Draws,
    female: np.ndarray,
    identity: Ints,
    place: Ints,
    years: Ints,
) -> pl.DataFrame:
    """Names: one family, one family name, but where a wife keeps hers."""
    high, low = np.uint64(0xFFFFFFFF00000000), np.uint64(0xFFFFFFFF)
    kept = frame["origin"].is_in(_KEPT).to_numpy() & (place == 1)
    family = np.where(kept, own.bits("family"), home.bits("family"))
    again = identity >= RESPELLED
    given = np.where(identity >= ALIAS, other.bits("given"), own.bits("given"))
    draws = np.stack(
        (
            (home.bits("tradition") & high) | (own.bits("pattern") & low),
            (family & high) | (given & low),
            np.where(identity >= ALIAS, other.bits("more"), own.bits("more")),
            np.where(again, other.bits("spelling"), home.bits("spelling")),
        ),
        axis=1,
    )
    found = names(frame["origin"], female, draws, years)
    joined = pl.concat_str(["native_primary", "native_secondary"])
    spaced = pl.concat_str(["native_primary", "native_secondary"], separator=" ").str.strip_chars()
    native = pl.when(frame["origin"].is_in(["TWN", "CHN", "HKG", "MAC", "KOR", "JPN"])).then(joined).otherwise(spaced)
    return found.select(
        "primary_identifier",
        "secondary_identifier",
        native_name=pl.when(frame["nationality"].is_in(_OTHER_SCRIPT) & native.str.contains(_OTHER_LETTERS)).then(
            native
        ),
    )


def _documents(frame: pl.DataFrame, own: Draws, identity: Ints, day: Ints) -> pl.DataFrame:
    """Number and expiry of the document in use on each row's day, one of those that follow each other for life."""
    since = own.below("issued", _VALID)
    issue = (day + _RENEWED_BEFORE + since) // _VALID
    number = Draws.of(own.key, issue, identity, "document")
    drawn = frame.select("nationality", "letters", "digits").with_columns(
        pl.Series("number", number.below("digits", 1_000_000_000)).cast(pl.String).str.zfill(9),
        pl.Series("letter", _LETTERS[number.below("letter", len(_LETTERS))]),
        expiry_date=pl.Series(((issue + 1) * _VALID - since - 1).astype(np.int32)).cast(pl.Date),
    )
    prefix = (
        pl.when(pl.col("letters").str.ends_with("?"))
        .then(pl.col("letters").str.replace("?", "", literal=True) + pl.col("letter"))
        .otherwise("letters")
    )
    return drawn.select(
        "expiry_date",
        issuing_state=pl.col("nationality"),
        document_number=pl.concat_str(prefix, pl.col("number").str.head(pl.col("digits"))),
    )
