"""The simulated world: the same again, never rewritten, and landed as docs/feeds.md says."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lakehouse.mrz.check_digits import check_digit
from lakehouse.simulator import crossing, feeds
from lakehouse.simulator.behaviours import rates
from lakehouse.simulator.beside import Beside
from lakehouse.simulator.calendar import crossings_expected, epoch
from lakehouse.simulator.config import Config, OtherWorld
from lakehouse.simulator.outbox import FEEDS
from lakehouse.simulator.people import OWN, RESPELLED, identities
from lakehouse.simulator.populations import CITIZENS, CLASSES, HOME, LEISURE, MEMBER_BITS, market_of, person
from lakehouse.simulator.tables import table
from lakehouse.simulator.world import World, simulate
from tests.simulator.conftest import GIVEN, config

Truth = Callable[[str], pl.DataFrame]
FEEDS_PAGE = Path(__file__).parents[2] / "docs" / "feeds.md"


def digests(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): sha256(p.read_bytes()).hexdigest() for p in files}


def test_days_added_one_by_one_are_those_made_at_once_and_rewrite_nothing(
    world: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "write_day", lambda *_given: None)
    simulate(config(tmp_path, 4))
    before = digests(tmp_path / "landing") | digests(tmp_path / "truth" / "crossings")
    simulate(config(tmp_path, 2))
    after = digests(tmp_path / "landing") | digests(tmp_path / "truth" / "crossings")
    assert before.items() <= after.items()
    assert digests(tmp_path / "landing") == digests(world.landing)
    assert digests(tmp_path / "truth") == digests(world.truth)


def test_the_end_of_a_day_stays_as_it_was_while_the_next_is_lived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "write_day", lambda *_given: None)
    made = config(tmp_path, 2)
    made.keep()
    with Beside(0) as beside:
        lived = World(made, made.start, beside)
        ended, _, _ = lived.lived(made.start, lived.before())
        kept = dict(ended.pending)
        lived.lived(made.start + timedelta(days=1), ended)
    assert all(ended.pending[feed].equals(rows) for feed, rows in kept.items())


def test_a_world_is_not_continued_as_another(world: Config) -> None:
    with pytest.raises(OtherWorld, match="seed 7"):
        simulate(Config(world.landing, world.truth, 1, world.scale, seed=8, given=GIVEN, held_out=world.held_out))


def test_what_is_not_chosen_is_that_of_the_world_there(world: Config) -> None:
    assert Config.of(world.landing, world.truth, 6).made_from() == world.made_from()


def documented(feed: str) -> list[str]:
    """Columns of a feed, from its section of docs/feeds.md."""
    section = FEEDS_PAGE.read_text().split(f"## {feed}:")[1].split("\n## ")[0]
    if "| key |" in section:
        cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
        return re.findall(r"`(\w+)`", " ".join(cells))
    listed = max(re.findall(r"`([^`]*)`", section, re.DOTALL), key=len)
    while "(" in listed:
        listed = re.sub(r"\([^()]*\)", "", listed)
    return re.findall(r"\w+", listed)


@pytest.mark.parametrize("feed", list(FEEDS))
def test_a_feed_has_the_documented_keys_in_every_file(world: Config, feed: str) -> None:
    files = sorted((world.landing / feed).glob("*/*"))
    assert files
    for path in files:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = data.decode().splitlines()
        heads = [list(json.loads(line)) for line in lines] if ".ndjson" in path.name else [lines[0].split(",")]
        assert all(sorted(head) == sorted(documented(feed)) for head in heads), path


def test_values_are_texts_or_null(world: Config) -> None:
    path = next((world.landing / "inspections").glob("*/*"))
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        assert all(value is None or isinstance(value, str) for value in json.loads(line).values())


def test_crossings_are_as_many_as_expected_at_the_ports_shares(world: Config) -> None:
    counts = pl.read_parquet(world.world / "daily_counts.parquet")
    expected = sum(crossings_expected(date(2025, 12, day)) for day in range(1, 7)) * world.scale
    assert counts["crossings"].sum() == pytest.approx(expected, rel=0.08)
    found = counts.group_by("port").agg(pl.col("crossings").sum() / counts["crossings"].sum())
    shares = dict(table("ports").select("port", "share").iter_rows())
    for port, share in found.iter_rows():
        assert share == pytest.approx(shares[port], abs=0.03), port
    ways = counts.group_by("direction").agg(pl.col("crossings").sum())["crossings"]
    assert ways.min() / ways.max() > 0.8  # type: ignore[operator]


def holds(zone: str, first: int, length: int) -> bool:
    """Whether the check digit after a field of a zone's second line holds."""
    return check_digit(zone[first : first + length]) == zone[first + length]


def test_zones_hold_but_at_the_set_rate(records: pl.DataFrame) -> None:
    zones = records.filter(pl.col("document_type") == "P")["mrz"].drop_nulls().to_list()
    births = np.array([holds(zone, 45 + 13, 6) for zone in zones])
    assert all(holds(zone, 45, 9) and holds(zone, 45 + 21, 6) for zone in zones)
    assert 1 - births.mean() == pytest.approx(GIVEN["dirt.wrong_check_digit"], abs=0.01)


def test_zones_have_the_names_of_the_counter(records: pl.DataFrame) -> None:
    short = records.filter(
        (pl.col("document_type") == "P")
        & pl.col("mrz").is_not_null()
        & (pl.col("primary_identifier").str.len_chars() + pl.col("secondary_identifier").str.len_chars() < 36)
        & (pl.col("secondary_identifier") != "")
    )
    parts = [
        # Doc 9303 part 3, section 4.6: apostrophes go, hyphens and spaces become fillers.
        pl.col(name).str.to_uppercase().str.replace_all("'", "", literal=True).str.replace_all("[- ]", "<")
        for name in ("primary_identifier", "secondary_identifier")
    ]
    name = pl.concat_str(parts, separator="<<")
    same = short.select(pl.col("mrz").str.slice(5, 39).str.strip_chars_end("<") == name).to_series()
    assert same.mean() == pytest.approx(0.999, abs=0.002)


def test_exit_records_are_missing_at_the_set_rate(truth: Truth, records: pl.DataFrame) -> None:
    crossings = truth("crossings")
    exits = crossings.filter(direction="exit")
    twins = truth("behaviours").filter(cast="lost_exit_records")["person_id"].implode()
    others = exits.filter(~pl.col("person_id").is_in(twins))
    assert 1 - others["is_landed"].mean() == pytest.approx(GIVEN["dirt.missing_exit"], abs=0.015)  # type: ignore[operator]
    lost = crossings.filter(~pl.col("is_landed"))["record_id"]
    assert set(lost).isdisjoint(records["record_id"])


def test_records_come_late_corrected_and_twice(records: pl.DataFrame) -> None:
    first = records.filter(version="1")
    assert records.filter(version="2").height / first.height == pytest.approx(GIVEN["dirt.corrected"], abs=0.012)
    twice = first.height - first.unique().height
    assert twice / first.height == pytest.approx(GIVEN["dirt.duplicate"], abs=0.012)
    assert first.unique()["record_id"].is_unique().all()
    late = (pl.col("recorded_at").str.head(10) > pl.col("inspected_on")).mean()
    assert first.select(late).item() > 0.01


def test_a_correction_says_what_the_document_says(records: pl.DataFrame, truth: Truth) -> None:
    numbers = truth("crossings").select("record_id", "person_id", "identity_number")
    said = records.filter(version="2").join(numbers, on="record_id")
    known = truth("persons").select("person_id", "identity_number", "document_number").unique()
    assert said.join(known, on=["person_id", "identity_number", "document_number"], how="anti").is_empty()


def test_nobody_enters_twice_without_leaving(truth: Truth) -> None:
    crossings = truth("crossings").filter(pl.col("outcome").is_in(["admitted", "departed"])).sort("record_id")
    before = pl.col("direction").shift().over("person_id")
    assert crossings.filter(pl.col("direction") == before).is_empty()


def test_a_journey_comes_back_with_the_same_document(truth: Truth, records: pl.DataFrame) -> None:
    # Second versions and unspoilt first ones: the number that most records of a journey state.
    known = truth("crossings").select("record_id", "person_id", "trip_id", "identity_number")
    there = records.filter(pl.col("mrz").is_not_null() & (pl.col("document_type") == "P")).select(
        "record_id", number=pl.col("mrz").str.slice(45, 9)
    )
    by = ["person_id", "trip_id"]
    assert there.join(known, on="record_id").group_by(by).agg(pl.col("number").n_unique())["number"].max() == 1


def test_a_person_keeps_name_and_document_from_day_to_day() -> None:
    numbers = (np.arange(500) * 7 % (CLASSES * 20)) << MEMBER_BITS
    people = np.concatenate((person(CITIZENS, numbers), person(LEISURE, numbers)))
    own, day = np.full(len(people), OWN), epoch(date(2025, 12, 1))
    today, later = (identities(1, people, own, np.full(len(people), d), day) for d in (day, day + 80))
    steady = [name for name in today.columns if name not in ("document_number", "expiry_date")]
    assert today.select(steady).equals(later.select(steady))
    renewed = (today["document_number"] != later["document_number"]).mean()
    assert renewed == pytest.approx(80 / 3650, abs=0.012)
    assert (today["expiry_date"] > pl.Series([date(2026, 5, 1)])).all()


def test_a_new_passport_may_respell_the_name_and_nothing_else() -> None:
    people = person(CITIZENS, np.arange(300) << MEMBER_BITS)
    day = np.full(300, epoch(date(2025, 12, 1)))
    own, new = (identities(1, people, np.full(300, which), day, int(day[0])) for which in (OWN, RESPELLED))
    same = ["native_name", "date_of_birth", "sex", "nationality"]
    assert own.select(same).equals(new.select(same))
    assert (own["primary_identifier"] != new["primary_identifier"]).any()
    assert (own["document_number"] != new["document_number"]).all()


def test_families_have_one_name_and_parents_older_than_children() -> None:
    homes = np.repeat(np.arange(200), 4)
    people = person(CITIZENS, (homes << MEMBER_BITS) | np.tile(np.arange(4), 200))
    day = epoch(date(2025, 12, 1))
    told = identities(1, people, np.zeros(800, np.int64), np.full(800, day), day)
    members = told.with_columns(home=pl.Series(homes), place=pl.Series(np.tile(np.arange(4), 200)))
    fathers = members.filter(place=0).select("home", name="native_name", born="date_of_birth")
    children = members.filter(pl.col("place") > 1).join(fathers, on="home")
    assert (children["native_name"].str.head(1) == children["name"].str.head(1)).mean() > 0.95  # type: ignore[operator]
    assert (children["date_of_birth"] > children["born"]).all()
    assert (children["date_of_birth"] < date(2025, 12, 1)).all()


def test_native_names_are_of_another_script(records: pl.DataFrame) -> None:
    written = records.select("nationality", "native_name").filter(pl.col("native_name").is_not_null())
    assert {"TWN", "JPN", "KOR", "CHN", "THA"} <= set(written["nationality"])
    assert {"VNM", "GBR", "DEU", "SGP", "IDN"}.isdisjoint(written["nationality"])
    assert written["native_name"].str.contains(r"[\x{370}-\x{1DFF}\x{1F00}-\x{FFFF}]").all()


@pytest.mark.parametrize("scale", [0.0005, 0.005, 0.01])
def test_a_place_that_a_small_cohort_does_not_fill_is_left_out(scale: float) -> None:
    nobody = np.zeros(2, np.uint64)
    assert market_of(1, nobody).tolist() == [HOME, HOME]
    first = epoch(date(2025, 12, 1))
    for day in range(first, first + 3):
        assert (crossing.candidates(1, scale, rates({}), day, first)["person"] > 0).all()
