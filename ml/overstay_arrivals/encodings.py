"""What earlier stays of a group came to: rates of overstaying, lengths of stay, counts.

An encoding is fitted, as weights are: it belongs to the model, is made from
training days alone and travels with it. So it is made here and not in Spark. A
row of a training day sees all training days but its own (the rows of a
flight-day share their outcome, and random folds would tell one from the
other); a row of any other day sees all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from lakehouse.privacy import THIN_BELOW
from ml.overstay_arrivals.cohort import LONGEST_DAYS

#: Nights from which a stay ends just before its deadline.
NEAR_DAYS = 80

#: Columns that are crossed, beside those of ``features``.
BANDS = (
    (pl.col("age_years").fill_nan(None) // 5).cast(pl.Int32).alias("age_band"),
    (pl.col("age_years").fill_nan(None) // 10).cast(pl.Int32).alias("age_decade"),
    pl.col("party_count").clip(1, 6).cast(pl.Int32).alias("party_band"),
)

#: Crossed groups whose earlier stays are looked at.
GROUPS: tuple[tuple[str, ...], ...] = (
    *(("nationality",), ("residence_country",), ("port_code",), ("address_region",), ("flight",)),
    *(("carrier_code",), ("visa_post",), ("age_years",)),
    *(("nationality", "sex", "age_band"), ("nationality", "age_years"), ("nationality", "residence_country")),
    *(("flight", "nationality"), ("flight", "address_region"), ("flight", "age_decade", "sex")),
    *(("address_region", "age_band"), ("address_region", "nationality"), ("port_code", "nationality")),
    *(("port_code", "address_region"), ("carrier_code", "nationality"), ("carrier_code", "address_region")),
    *(("carrier_code", "port_code"), ("port_code", "age_band", "sex"), ("sex", "age_years")),
    *(("nationality", "address_region", "age_decade"), ("nationality", "address_region", "sex")),
    *(("residence_country", "address_region"), ("residence_country", "sex", "age_band")),
    *(("nationality", "class_of_admission", "sex", "age_decade"), ("nationality", "party_band", "age_decade")),
    *(("flight", "nationality", "sex", "age_decade"), ("nationality", "port_code", "age_band", "sex")),
)
#: Groups in which other classes of admission are looked at.
OTHER_GROUPS: tuple[tuple[str, ...], ...] = (
    *(("nationality",), ("residence_country",), ("flight",), ("address_region",), ("port_code",)),
    *(("nationality", "sex", "age_decade"), ("flight", "age_decade"), ("address_region", "age_band", "sex")),
    *(("residence_country", "address_region"), ("carrier_code", "address_region"), ("nationality", "address_region")),
)

OWN, OTHERS = "own", "others"
_SUMS = ("rows", "overstays", "near")
_SUMMED = pl.col(_SUMS).sum()


@dataclass(frozen=True)
class Encodings:
    """Sums of each group over the training days, from which any row is encoded.

    ``OWN`` and ``OTHERS`` name the sums over all groups, towards which a
    group's rate is drawn. ``daily`` holds the same sums by day, as training
    needs them; without it every row is taken for one of another day.
    """

    sums: dict[str, pl.DataFrame]
    daily: dict[str, pl.DataFrame]
    prior_rows: float

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Encodings of ``rows`` (``KEYS``, ``CATEGORIES`` and ``NUMBERS`` of ``features``), in their order."""
        banded = rows.with_columns(*BANDS)
        usual = {kind: _rates(self._left(banded, kind)) for kind in (OWN, OTHERS)}
        found: list[pl.Series] = []
        for name in self.sums:
            if name not in usual:
                left, kind = self._left(banded, name), name.partition("/")[0]
                found += [v.cast(pl.Float32).alias(f"{name}:{s}") for s, v in self._told(left, usual[kind], kind)]
        return pl.DataFrame(found)

    def for_service(self, columns: Iterable[str]) -> Encodings:
        """What the encodings called ``columns`` need for rows of other days than those of training."""
        wanted = {OWN, OTHERS, *(column.partition(":")[0] for column in columns)}
        return Encodings({name: sums for name, sums in self.sums.items() if name in wanted}, {}, self.prior_rows)

    def table(self) -> pl.DataFrame:
        """All sums in one table: the group's name, its keys where it has them, and what stands behind them."""
        named = [sums.select(pl.lit(name).alias("encoding"), pl.all()) for name, sums in self.sums.items()]
        return pl.concat(named, how="diagonal")

    @classmethod
    def from_table(cls, table: pl.DataFrame, prior_rows: float) -> Encodings:
        """Encodings for service from their ``table``."""
        parts = table.partition_by("encoding", as_dict=True, maintain_order=True)
        sums = {str(name): part.select(*_keys(str(name)), *_SUMS) for (name,), part in parts.items()}
        return cls(sums, {}, prior_rows)

    def _left(self, rows: pl.DataFrame, name: str) -> dict[str, pl.Series]:
        """Sums of each row's group over the training days, without the row's own day."""
        keys = list(_keys(name))
        total = _looked_up(rows, self.sums[name], keys)
        if name not in self.daily:
            return total
        own = _looked_up(rows, self.daily[name], [*keys, "entered_on"])
        return {s: total[s] - own[s] for s in _SUMS}

    def _told(
        self, left: dict[str, pl.Series], usual: dict[str, pl.Series], kind: str
    ) -> Iterator[tuple[str, pl.Series]]:
        prior = self.prior_rows
        for s in ("overstays", "near"):
            yield s, _log_odds((left[s] + prior * usual[s]) / (left["rows"] + prior))
        if kind == OWN:
            yield "rows", left["rows"].log1p()


def fit(history: pl.DataFrame, others: pl.DataFrame, prior_rows: float = 50.0, fewest: int = THIN_BELOW) -> Encodings:
    """Encodings from training days: of the cohort's stays, and of stays of other classes.

    Both hold features and outcomes; what is to be learned from must be chosen before (days, outages). Other
    classes may stay longer: theirs count as overstays from the days that would be one in the cohort. Groups of
    fewer than ``fewest`` persons are none, as encodings travel with the model.
    """
    sums, daily = {}, {}
    for stays, kind, groups in ((history, OWN, GROUPS), (others, OTHERS, OTHER_GROUPS)):
        told = stays.with_columns(*BANDS).with_columns(
            pl.lit(1.0).alias("rows"),
            (pl.col("is_overstay") if kind == OWN else pl.col("stayed_days") >= LONGEST_DAYS)
            .cast(pl.Float64)
            .alias("overstays"),
            (pl.col("stayed_days") >= NEAR_DAYS).cast(pl.Float64).alias("near"),
        )
        sums[kind], daily[kind] = told.select(pl.col(_SUMS).sum()), told.group_by("entered_on").agg(_SUMMED)
        for group in groups:
            name = f"{kind}/{'*'.join(group)}"
            whole = told.group_by(*group).agg(_SUMMED).filter(pl.col("rows") >= fewest).sort(*group)
            by_day = told.group_by(*group, "entered_on").agg(_SUMMED)
            sums[name], daily[name] = whole, by_day.join(whole, on=group, how="semi", nulls_equal=True)
    return Encodings(sums, daily, prior_rows)


def _looked_up(rows: pl.DataFrame, sums: pl.DataFrame, keys: list[str]) -> dict[str, pl.Series]:
    """The sums of each row's keys, nought where there are none."""
    if keys:
        found = rows.select(keys).join(sums, on=keys, how="left", nulls_equal=True, maintain_order="left")
        return {s: found[s].fill_null(0.0) for s in _SUMS}
    return {s: sums[s].new_from_index(0, rows.height) for s in _SUMS}


def _rates(sums: dict[str, pl.Series]) -> dict[str, pl.Series]:
    return {s: sums[s] / sums["rows"].clip(1.0, None) for s in _SUMS}


def _log_odds(rate: pl.Series) -> pl.Series:
    # On this scale the high rates, which matter, are spread as widely as the low ones.
    held = rate.clip(1e-5, 1 - 1e-5)
    return (held / (1 - held)).log()


def _keys(name: str) -> tuple[str, ...]:
    group = name.partition("/")[2]
    return tuple(group.split("*")) if group else ()
