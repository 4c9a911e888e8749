"""Mistakes of carriers in what they say of a traveller: a field left out, or other than the document has it."""

from __future__ import annotations

import polars as pl

from lakehouse.simulator.draws import Bits, Draws

_LEFT_OUT = ("date_of_birth", "sex", "nationality", "document_number", "expiry_date", "issuing_state")
_DIGIT, _NAMES, _BIRTH, _STATE = range(4)
_NEXT_DIGIT = {str(digit): str((digit + 1) % 10) for digit in range(10)}


def misread(people: pl.DataFrame, keys: Bits, seed: int, stream: str, missing: float, wrong: float) -> pl.DataFrame:
    """``people`` with a field left out at the rate ``missing``, one that is wrong at the rate ``wrong``.

    Wrong is a digit of the document's number, the two parts of the name
    exchanged, day and month of birth exchanged, or the issuing state taken from
    the nationality; where that would change nothing, it is the digit.
    """
    draws = Draws.of(seed, keys)
    field, mistake = draws.below(f"{stream}/field", len(_LEFT_OUT)), draws.below(f"{stream}/kind", 4)
    drawn = people.with_columns(
        left_out=pl.when(pl.Series(draws.true(f"{stream}/missing", missing))).then(pl.Series(field)),
        mistake=pl.when(pl.Series(draws.true(f"{stream}/wrong", wrong))).then(pl.Series(mistake)),
    )
    mistaken = _mistaken(drawn.filter(pl.col("mistake").is_not_null()).with_columns(_effective().alias("mistake")))
    return (
        drawn.update(mistaken.select("traveller", *_CHANGED), on="traveller")
        .with_columns(
            pl.when(pl.col("left_out") == place).then(None).otherwise(pl.col(name)).alias(name)
            for place, name in enumerate(_LEFT_OUT)
        )
        .drop("left_out", "mistake")
    )


_CHANGED = ("document_number", "primary_identifier", "secondary_identifier", "date_of_birth", "issuing_state")


def _effective() -> pl.Expr:
    birth, day = pl.col("date_of_birth"), pl.col("date_of_birth").dt.day()
    changes = (
        ((pl.col("mistake") == _NAMES) & (pl.col("secondary_identifier") != ""))
        | ((pl.col("mistake") == _BIRTH) & (day <= 12) & (day != birth.dt.month()))
        | ((pl.col("mistake") == _STATE) & (pl.col("issuing_state") != pl.col("nationality")))
    )
    return pl.when(changes).then(pl.col("mistake")).otherwise(pl.lit(_DIGIT))


def _mistaken(people: pl.DataFrame) -> pl.DataFrame:
    birth, number = pl.col("date_of_birth"), pl.col("document_number")
    last = number.str.tail(1).replace_strict(_NEXT_DIGIT, default="0", return_dtype=pl.String)
    # Days above 12 stay in rows where nothing is exchanged; cut, they are dates all the same.
    exchanged = pl.date(birth.dt.year(), birth.dt.day().clip(upper_bound=12), birth.dt.month())
    primary, secondary = pl.col("primary_identifier"), pl.col("secondary_identifier")

    def where(mistake: int, then: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
        return pl.when(pl.col("mistake") == mistake).then(then).otherwise(otherwise)

    return people.with_columns(
        document_number=where(_DIGIT, number.str.head(-1) + last, number),
        primary_identifier=where(_NAMES, secondary, primary),
        secondary_identifier=where(_NAMES, primary, secondary),
        date_of_birth=where(_BIRTH, exchanged, birth),
        issuing_state=where(_STATE, pl.col("nationality"), pl.col("issuing_state")),
    )
