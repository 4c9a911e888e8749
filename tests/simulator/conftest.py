"""A small world, made once for all tests of it: with more behaviours and more dirt than there would be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from lakehouse.simulator import feeds
from lakehouse.simulator.config import Config
from lakehouse.simulator.world import simulate

GIVEN = {
    "behaviour.overstaying.base_rate": 0.1,
    "behaviour.several_identities.base_rate": 0.002,
    "behaviour.wanted_leaving.base_rate": 0.004,
    "behaviour.false_documents.base_rate": 0.004,
    "dirt.missing_exit": 0.05,
    "dirt.wrong_check_digit": 0.03,
    "dirt.late": 0.05,
    "dirt.corrected": 0.03,
    "dirt.duplicate": 0.03,
}


@pytest.fixture(scope="session")
def no_others() -> Callable[[], None]:
    """What others write from the world is not written here: it has tests of its own."""
    patch = pytest.MonkeyPatch()
    patch.setattr(feeds, "write_day", lambda *_given: None)
    return patch.undo


def config(folder: Path, days: int) -> Config:
    """A world of some 900 crossings a day in ``folder``."""
    return Config(
        folder / "landing", folder / "truth", days, 0.006, seed=7, given=GIVEN, held_out=("couriers", "absconding")
    )


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, no_others: Callable[[], None]) -> Config:
    """Six days at once."""
    made = config(tmp_path_factory.mktemp("world"), 6)
    simulate(made)
    no_others()
    return made


@pytest.fixture(scope="session")
def records(world: Config) -> pl.DataFrame:
    """All inspections landed."""
    files = sorted((world.landing / "inspections").glob("*/*.ndjson.gz"))
    return pl.concat([pl.read_ndjson(f, infer_schema_length=None).cast(pl.String) for f in files], how="diagonal")


@pytest.fixture(scope="session")
def truth(world: Config) -> Callable[[str], pl.DataFrame]:
    """A table of what is true."""
    return lambda name: pl.read_parquet(world.truth / name / "*.parquet").unique(maintain_order=True)
