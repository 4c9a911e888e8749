"""What earlier stays of a group came to: rates of overstaying, lengths of stay, counts.

An encoding is fitted, as weights are: it belongs to the model, is made from
training days alone and travels with it. So it is made here and not in Spark. A row of a training day sees all
training days but its own (the rows of a flight-day share their outcome, and
random folds would tell one from the other); a row of any other day sees all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

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


@dataclass(frozen=True)
class Encodings:
    """Daily sums of each group over the training days, from which any row is encoded."""

    daily: dict[str, pl.DataFrame]
    #: Daily sums over all groups, by kind: what a group's rate is drawn towards leaves the same day out.
    usual: dict[str, pl.DataFrame]
    prior_rows: float

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Encodings of ``rows`` (``KEYS``, ``CATEGORIES`` and ``NUMBERS`` of ``features``), in their order."""
        banded = rows.with_columns(*BANDS)
        return pl.concat([self._encoded(banded, name) for name in self.daily], how="horizontal")

    def summed(self) -> Encodings:
        """The same for rows of other days than those of training, without what each of these days holds."""
        whole = {
            name: _undated(daily.group_by(_keys(name)).agg(pl.col(_SUMS).sum())) for name, daily in self.daily.items()
        }
        usual = {kind: _undated(daily.select(pl.col(_SUMS).sum())) for kind, daily in self.usual.items()}
        return Encodings(whole, usual, self.prior_rows)

    def _encoded(self, rows: pl.DataFrame, name: str) -> pl.DataFrame:
        daily, keys = self.daily[name], list(_keys(name))
        everything = daily.group_by(keys).agg(pl.col(_SUMS).sum())
        wanted = rows.select(*keys, "entered_on")
        total = wanted.join(everything, on=keys, how="left", nulls_equal=True, maintain_order="left")
        own = wanted.join(daily, on=[*keys, "entered_on"], how="left", nulls_equal=True, maintain_order="left")
        left = {s: total[s].fill_null(0).cast(pl.Float64) - own[s].fill_null(0).cast(pl.Float64) for s in _SUMS}
        usual, prior = self._usual(wanted, name.partition("/")[0]), self.prior_rows
        rates = {s: _log_odds((left[s] + prior * usual[s]) / (left["rows"] + prior)) for s in _SUMS if s != "rows"}
        told = rates if name.startswith(OTHERS) else rates | {"rows": left["rows"].log1p()}
        return pl.DataFrame({f"{name}:{s}": v.cast(pl.Float32) for s, v in told.items()})

    def _usual(self, wanted: pl.DataFrame, kind: str) -> dict[str, pl.Series]:
        """Rates over all groups on other days than each row's own."""
        daily = self.usual[kind]
        own = wanted.select("entered_on").join(daily, on="entered_on", how="left", maintain_order="left")
        left = {s: float(daily[s].sum()) - own[s].fill_null(0.0) for s in _SUMS}
        return {s: (left[s] / left["rows"].clip(1.0, None)).cast(pl.Float64) for s in _SUMS}


def fit(history: pl.DataFrame, others: pl.DataFrame, prior_rows: float = 50.0) -> Encodings:
    """Encodings from training days: of the cohort's stays, and of stays of other classes.

    Both hold features and outcomes; what is to be learned from must be chosen before (days, outages). Other
    classes may stay longer: theirs count as overstays from the days that would be one in the cohort.
    """
    daily, usual = {}, {}
    for stays, kind, groups in ((history, OWN, GROUPS), (others, OTHERS, OTHER_GROUPS)):
        told = stays.with_columns(*BANDS).with_columns(
            pl.lit(1).alias("rows"),
            (pl.col("is_overstay") if kind == OWN else pl.col("stayed_days") >= LONGEST_DAYS)
            .cast(pl.Int32)
            .alias("overstays"),
            (pl.col("stayed_days") >= NEAR_DAYS).cast(pl.Int32).alias("near"),
        )
        usual[kind] = told.group_by("entered_on").agg(pl.col(_SUMS).sum().cast(pl.Float64))
        for group in groups:
            name = _name(kind, group)
            daily[name] = told.group_by(*group, "entered_on").agg(pl.col(_SUMS).sum().cast(pl.Float64))
    return Encodings(daily, usual, prior_rows)


def _undated(sums: pl.DataFrame) -> pl.DataFrame:
    return sums.with_columns(pl.lit(None, pl.Date).alias("entered_on"))


def _log_odds(rate: pl.Series) -> pl.Series:
    # On this scale the high rates, which matter, are spread as widely as the low ones.
    held = rate.clip(1e-5, 1 - 1e-5)
    return (held / (1 - held)).log()


def _name(kind: str, group: Sequence[str]) -> str:
    return f"{kind}/{'*'.join(group)}"


def _keys(name: str) -> tuple[str, ...]:
    return tuple(name.partition("/")[2].split("*"))
