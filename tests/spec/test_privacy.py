"""What stands between a person and a reader: keyed hashes, and cells too thin to be shown."""

import hashlib
import hmac
import stat
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.compile.sample import sample
from lakehouse.compile.spark import schema
from lakehouse.privacy import ensure_key, keyring_of, pool_thin_cells, with_person_key, withhold_thin_rows
from lakehouse.silver.watchlist_entries import WatchlistEntries
from lakehouse.store import of_rows
from tests.lake import Lake

SECRET = b"a secret for tests only"


@pytest.mark.parametrize("identifier", ["A1234567", "36926912330", "Ünïcødé 護照", ""])
def test_a_person_key_is_hmac_sha_256_of_context_and_identifier(spark: SparkSession, identifier: str) -> None:
    keyring = of_rows(spark, [keyring_of(SECRET)], "inner string, outer string")
    frame = of_rows(spark, [(identifier,)], "document string")

    keyed = with_person_key(frame, keyring, F.col("document"), "passport", "person_key").first()

    expected = hmac.new(SECRET, f"passport|{identifier}".encode(), hashlib.sha256).hexdigest()[:32]
    assert keyed is not None
    assert keyed["person_key"] == expected


def test_equal_numbers_of_different_documents_get_different_keys(spark: SparkSession) -> None:
    keyring = of_rows(spark, [keyring_of(SECRET)], "inner string, outer string")
    frame = of_rows(spark, [("7",)], "number string")
    for context in ("passport", "permit"):
        frame = with_person_key(frame, keyring, F.col("number"), context, context)

    assert frame.where("passport = permit").count() == 0


def test_a_null_identifier_has_no_key_and_keeps_its_row(spark: SparkSession) -> None:
    keyring = of_rows(spark, [keyring_of(SECRET)], "inner string, outer string")
    frame = of_rows(spark, [(1, None)], "row int, document string")

    keyed = with_person_key(frame, keyring, F.col("document"), "passport", "person_key")

    assert [tuple(r) for r in keyed.collect()] == [(1, None, None)]


def test_a_secret_longer_than_a_block_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 64 bytes"):
        keyring_of(b"x" * 65)


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = ensure_key(tmp_path / "keys" / "person.key")

    inner, outer = path.read_text().strip().split(",")
    secret = bytes(b ^ 0x36 for b in bytes.fromhex(inner))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert keyring_of(secret) == (inner, outer)
    assert len(secret.rstrip(b"\0")) > 16
    assert list(path.parent.iterdir()) == [path]


def test_the_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = ensure_key(tmp_path / "person.key")
    first = path.read_text()

    assert ensure_key(path).read_text() == first


def test_a_run_that_comes_second_keeps_the_key_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "person.key"
    path.write_text("the first run's key\n")
    monkeypatch.setattr(Path, "exists", lambda self: False)

    ensure_key(path)

    assert path.read_text() == "the first run's key\n"
    assert [p.name for p in tmp_path.iterdir()] == ["person.key"]


def _cells(spark: SparkSession, **persons: int) -> DataFrame:
    rows = [("TPE", country, count, 2 * count) for country, count in persons.items()]
    return of_rows(spark, rows, "port string, country string, persons long, bags long")


def _pooled(cells: DataFrame) -> dict[str, tuple[int | None, int | None, int]]:
    shown = pool_thin_cells(cells, "country", "persons", sums=["bags"], per=["port"])
    assert shown.columns == ["port", "country", "cells_count", "persons", "bags"]
    return {r["country"]: (r["persons"], r["bags"], r["cells_count"]) for r in shown.collect()}


def test_cells_of_ten_or_more_are_shown_as_they_are(spark: SparkSession) -> None:
    assert _pooled(_cells(spark, JPN=10, KOR=200)) == {"JPN": (10, 20, 1), "KOR": (200, 400, 1)}


def test_thin_cells_are_put_together_with_all_their_sums(spark: SparkSession) -> None:
    shown = _pooled(_cells(spark, JPN=50, FJI=9, TON=4, WSM=1))

    assert shown == {"JPN": (50, 100, 1), "withheld": (14, 28, 3)}


def test_a_pool_below_ten_takes_the_smallest_other_cell_in(spark: SparkSession) -> None:
    """Else the thin cells could be found by subtracting what is shown from a total."""
    shown = _pooled(_cells(spark, JPN=50, KOR=12, FJI=5, TON=4))

    assert shown == {"JPN": (50, 100, 1), "withheld": (21, 42, 3)}


def test_a_pool_of_exactly_ten_needs_no_other_cell(spark: SparkSession) -> None:
    assert _pooled(_cells(spark, JPN=50, FJI=6, TON=4)) == {"JPN": (50, 100, 1), "withheld": (10, 20, 2)}


def test_a_group_that_is_thin_as_a_whole_keeps_one_row_without_counts(spark: SparkSession) -> None:
    assert _pooled(_cells(spark, FJI=5, TON=4)) == {"withheld": (None, None, 2)}


def test_each_group_is_pooled_by_itself(spark: SparkSession) -> None:
    rows = [("TPE", "FJI", 6), ("TPE", "TON", 6), ("KHH", "FJI", 6), ("KHH", "JPN", 30)]
    cells = of_rows(spark, rows, "port string, country string, persons long")

    shown = pool_thin_cells(cells, "country", "persons", per=["port"])

    found = {(r["port"], r["country"], r["persons"], r["cells_count"]) for r in shown.collect()}
    assert found == {("TPE", "withheld", 12, 2), ("KHH", "withheld", 36, 2)}


def test_thin_rows_stay_and_lose_their_measures(spark: SparkSession) -> None:
    frame = of_rows(spark, [("a", 9, 1.5), ("b", 10, 2.5)], "hour string, persons int, wait double")

    shown = withhold_thin_rows(frame, "persons", ["persons", "wait"])

    assert [tuple(r) for r in shown.orderBy("hour").collect()] == [("a", None, None), ("b", 10, 2.5)]


def test_rows_staged_in_memory_show_no_value_in_a_plan(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    store = lake.open().store.suited_to(1)
    frame = of_rows(store.spark, sample(WatchlistEntries, 3, seed=1), schema(WatchlistEntries))
    names = [row["primary_name"] for row in frame.select("primary_name").collect()]
    staged = store.stage(WatchlistEntries, frame)
    staged.rows().explain(extended=True)
    said = capsys.readouterr().out
    assert "primary_name" in said, "the plan was printed"
    assert not [name for name in names if name in said]
