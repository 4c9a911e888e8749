"""The session that suits a landing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lakehouse.session import SMALL_BYTES, is_small


@pytest.mark.parametrize("linked", [False, True], ids=["in the landing", "linked from elsewhere"])
def test_a_landing_is_small_by_the_bytes_of_its_sources(tmp_path: Path, *, linked: bool) -> None:
    landing = tmp_path / "landing"
    folder = tmp_path / "elsewhere" if linked else landing / "i94_arrivals"
    (folder / "2016").mkdir(parents=True)
    if linked:
        landing.mkdir()
        (landing / "i94_arrivals").symlink_to(folder)
    assert is_small(landing)
    with (folder / "2016" / "many.parquet").open("wb") as file:
        file.truncate(SMALL_BYTES)
    assert not is_small(landing)
