"""Parquet files: checked by their footers and verified to the last byte."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakehouse.bronze.i94_arrivals import I94Arrivals
from lakehouse.declare import Kind
from lakehouse.errors import SourceSurprise
from lakehouse.formats.parquet import Parquet

FORM = Parquet()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            name: st.none() | (TEXTS if column.kind == Kind.STRING else st.floats(allow_nan=False))
            for name, column in I94Arrivals.raw_columns().items()
        }
    ),
    min_size=1,
    max_size=2,
)
reuses_its_folder = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def small_file() -> bytes:
    return FORM.render([dict.fromkeys(I94Arrivals.raw_columns())] * 3, I94Arrivals)


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(SourceSurprise) as surprise:
        FORM.inspect(path, I94Arrivals)
    return str(surprise.value)


@reuses_its_folder
@given(rows=ROWS)
def test_rows_come_back_as_they_were_written(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    path = tmp_path / "day.parquet"
    path.write_bytes(FORM.render(rows, I94Arrivals))
    assert FORM.inspect(path, I94Arrivals) == len(rows)
    FORM.verify(path)
    assert pq.read_table(path).to_pylist() == rows


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    content = small_file()
    for end in range(0, len(content), 37):
        assert "not a whole Parquet file" in refused(tmp_path / "day.parquet", content[:end])


@reuses_its_folder
@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused_but_never_break_the_reader(tmp_path: Path, content: bytes) -> None:
    refused(tmp_path / "day.parquet", content)
    refused(tmp_path / "day.parquet", b"PAR1" + content + b"PAR1")


def test_missing_unknown_and_retyped_columns_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "day.parquet"
    path.write_bytes(small_file())
    table = pq.read_table(path).drop_columns(["gender"]).append_column("sex", pa.array(["F"] * 3))
    pq.write_table(table.set_column(0, "cicid", pa.array(["1"] * 3)), path)
    said = refused(path, path.read_bytes())
    assert "missing: gender" in said
    assert "unknown: sex" in said
    assert "cicid is string, declared double" in said
