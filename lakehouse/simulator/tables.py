"""The declared tables of ``places/``, read once."""

from functools import cache
from pathlib import Path

import polars as pl

PLACES = Path(__file__).parent / "places"


@cache
def table(name: str) -> pl.DataFrame:
    """A table of ``places/``; empty cells are empty texts."""
    return pl.read_csv(PLACES / f"{name}.csv").with_columns(pl.col(pl.String).fill_null(""))


@cache
def markets() -> pl.DataFrame:
    """Countries of residence, with ``market``, their place in all other tables."""
    return table("markets").with_row_index("market")


@cache
def market(country: str) -> int:
    """Place of a country of residence among the markets."""
    return int(markets()["country"].to_list().index(country))
