"""One Spark for the whole test session, and tables drawn as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chispa import assert_df_equality
from hypothesis import settings as hypothesis_settings
from pyspark.sql import DataFrame, SparkSession

from lakehouse.compile.spark import conform
from lakehouse.declare import Table
from lakehouse.privacy import KEY_SCHEMA, keyring_of
from lakehouse.session import open_session
from lakehouse.settings import Settings
from lakehouse.store import of_rows
from tests.lake import Lake

# The first example of a test pays for imports; how long one takes is not what is tested.
hypothesis_settings.register_profile("project", deadline=None)
hypothesis_settings.load_profile("project")

Draw = Callable[[type[Table], str], DataFrame]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    home = tmp_path_factory.mktemp("spark")
    settings = Settings(home / "landing", home / "warehouse", home / "person.key", driver_memory="2g", cores="2")
    session = open_session(settings, small=True)
    yield session
    session.stop()


@pytest.fixture
def rows(spark: SparkSession) -> Draw:
    """Read a drawn table as a frame with the declared columns that it names.

    A row ending ``x N`` stands for N equal rows; an empty cell is null; a cell
    of a nested column is JSON.
    """

    def read(of: type[Table], drawing: str) -> DataFrame:
        header, *lines = [[cell.strip() for cell in line.split("|")] for line in drawing.strip().splitlines()]
        values = []
        for line in lines:
            cells, repeat = line[: len(header)], line[len(header) :]
            assert len(cells) == len(header), f"{line} has not the cells of {header}"
            times = int(repeat[0].removeprefix("x")) if repeat else 1
            values += [[cell or None for cell in cells]] * times
        frame = of_rows(spark, [tuple(cells) for cells in values], ", ".join(f"{name} string" for name in header))
        kinds = {name: column.kind for name, column in of.columns().items()}
        return frame.selectExpr(*(_typed(name, str(kinds[name])) for name in header))

    return read


def _typed(name: str, kind: str) -> str:
    if kind.startswith(("array", "map", "struct")):
        return f"from_json({name}, '{kind}') as {name}"
    return f"cast({name} as {kind}) as {name}"


@pytest.fixture
def same(rows: Draw) -> Callable[[DataFrame, type[Table], str], None]:
    """Assert that a built frame equals a drawn one, in the columns drawn, in any order of rows."""

    def check(built: DataFrame, of: type[Table], drawing: str) -> None:
        expected = rows(of, drawing)
        actual = conform(built, of).select(*expected.columns)
        assert_df_equality(actual, expected, ignore_row_order=True, ignore_nullable=True, ignore_metadata=True)

    return check


@pytest.fixture(scope="session")
def drawn_keyring(spark: SparkSession) -> DataFrame:
    """A keyring with a key that is no secret."""
    return of_rows(spark, [keyring_of(b"a key for tests, no secret")], KEY_SCHEMA)


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    """An empty landing and warehouse of their own."""
    return Lake(spark, tmp_path)
