"""What goes wrong between a true record and the one that is landed, each at a rate that can be set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from lakehouse.simulator.draws import Draws
from lakehouse.simulator.inspections import KEYS
from lakehouse.simulator.permits import stamped


def landed(records: pl.DataFrame, draws: Draws, lost: np.ndarray, rates: Mapping[str, float]) -> pl.DataFrame:
    """The records as they are landed: ``KEYS`` and ``due``, the naive local time of landing.

    ``records`` has ``KEYS`` and ``written``; ``lost`` tells whose exit record never comes.
    """
    wrong = _misread(_mistyped(records, draws, rates), draws, rates)
    late = draws.true("late", rates["dirt.late"])
    delay = np.where(late, draws.lognormal("delay", 86_400.0, 1.0), 0.0).astype(np.int64)
    written = wrong.with_columns(
        pl.col("written") + pl.duration(seconds=pl.lit(pl.Series(np.minimum(delay, 20 * 86_400))))
    )
    written = written.with_columns(recorded_at=stamped(written["written"]), due=pl.col("written"))
    corrected, again = _corrected(written, records, draws, rates), _repeated(written, draws, rates)
    kept = ~is_missing(records, draws, lost, rates)
    lacking = records.filter(pl.Series(~kept))["record_id"].implode()
    others = pl.concat((corrected, again)).filter(~pl.col("record_id").is_in(lacking))
    return pl.concat((written.filter(pl.Series(kept)), others)).select(*KEYS, "due")


def is_missing(records: pl.DataFrame, draws: Draws, lost: np.ndarray, rates: Mapping[str, float]) -> np.ndarray:
    """Whose record never comes."""
    drawn = draws.true("missing", rates["dirt.missing_exit"]) & records["direction"].eq("exit").to_numpy()
    return np.asarray(drawn | lost)


def _mistyped(records: pl.DataFrame, draws: Draws, rates: Mapping[str, float]) -> pl.DataFrame:
    """Typed fields: names in each other's place, day and month too, two characters of the number."""
    names, days, number = (
        pl.Series(draws.true(what, rates[f"dirt.{what}"]))
        for what in ("swapped_names", "swapped_day_and_month", "mistyped_number")
    )
    # What is corrected later was wrong at first.
    number = number | pl.Series(draws.true("corrected", rates["dirt.corrected"]))
    primary, secondary = pl.col("primary_identifier"), pl.col("secondary_identifier")
    names = names & (records["secondary_identifier"] != "")
    born, text = pl.col("date_of_birth"), pl.col("document_number")
    turned = pl.concat_str(born.str.slice(0, 5), born.str.slice(8, 2), pl.lit("-"), born.str.slice(5, 2))
    days = days & (records["date_of_birth"].str.slice(8, 2).cast(pl.Int32) <= 12)
    shuffled = pl.concat_str(text.str.head(-2), text.str.tail(1), text.str.slice(-2, 1))
    return records.with_columns(
        primary_identifier=pl.when(names).then(secondary).otherwise(primary),
        secondary_identifier=pl.when(names).then(primary).otherwise(secondary),
        date_of_birth=pl.when(days).then(turned).otherwise(born),
        document_number=pl.when(number).then(shuffled).otherwise(text),
    )


def _misread(records: pl.DataFrame, draws: Draws, rates: Mapping[str, float]) -> pl.DataFrame:
    """Zones: not read at all, or one digit read as the next, so that a check digit does not hold."""
    none = pl.Series(draws.true("zone_not_read", rates["dirt.zone_not_read"]))
    wrong = pl.Series(draws.true("wrong_check_digit", rates["dirt.wrong_check_digit"]))
    zone = pl.col("mrz")
    # The last digit of the day of birth: of a passport's second line, of a card's.
    place = pl.when(pl.col("document_type") == "P").then(45 + 18).otherwise(31 + 5)
    digit = (zone.str.slice(place, 1).cast(pl.Int32, strict=False) + 1) % 10
    changed = pl.concat_str(zone.str.head(place), digit.cast(pl.String), zone.str.slice(place + 1))
    return records.with_columns(mrz=pl.when(none).then(None).when(wrong).then(changed).otherwise(zone))


def _corrected(written: pl.DataFrame, records: pl.DataFrame, draws: Draws, rates: Mapping[str, float]) -> pl.DataFrame:
    """Second versions, as they should have been: records written wrongly the first time, and read again."""
    true = pl.Series(draws.true("corrected", rates["dirt.corrected"]))
    after = pl.Series(np.clip(draws.lognormal("corrected after", 20_000.0, 1.2), 600, 10 * 86_400).astype(np.int64))
    due = written["written"] + pl.select(pl.duration(seconds=pl.lit(after))).to_series()
    return (
        records.with_columns(version=pl.lit("2"), written=due, recorded_at=stamped(due), due=due)
        .select(written.columns)
        .filter(true)
    )


def _repeated(written: pl.DataFrame, draws: Draws, rates: Mapping[str, float]) -> pl.DataFrame:
    """Records sent twice, equal in all."""
    again = pl.Series(draws.true("duplicate", rates["dirt.duplicate"]))
    after = pl.Series(draws.below("sent again", 40_000) + 60)
    return written.with_columns(due=pl.col("due") + pl.duration(seconds=pl.lit(after))).filter(again)
