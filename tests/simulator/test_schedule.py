"""Flights: of openflights where it is landed, at ports that serve them, filled as flights are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lakehouse.simulator.calendar import epoch
from lakehouse.simulator.config import Config
from lakehouse.simulator.schedule import legs_of, schedule
from lakehouse.simulator.tables import gateways, market, table


def test_routes_are_those_of_openflights_where_it_is_landed(tmp_path: Path) -> None:
    folder = tmp_path / "openflights"
    folder.mkdir()
    pairs = [("TPE", code) for code in table("foreign_ports").filter(mode="air")["code"]][:60]
    lines = [f"XY,1,{own},2,{foreign},3,,0,333" for own, foreign in pairs]
    (folder / "routes.dat").write_text("\n".join([*lines, "AA,1,TPE,2,NRT,3,Y,0,777", "AA,1,JFK,2,LAX,3,,0,777"]))
    landed, built_in = schedule(tmp_path), schedule(tmp_path / "nowhere")
    assert set(landed.filter(own="TPE", foreign="NRT")["carrier"]) == {"XY"}
    assert "XY" not in set(built_in["carrier"])
    assert set(landed.filter(mode="sea")["foreign"]) == set(built_in.filter(mode="sea")["foreign"])


def test_flight_numbers_are_unique_and_every_route_goes_both_ways(tmp_path: Path) -> None:
    flights = schedule(tmp_path)
    assert flights.select(pl.struct("carrier", "number").is_unique().all()).item()
    ways = flights.group_by("port", "foreign", "carrier").agg(pl.col("direction").n_unique())
    assert (ways["direction"] == 2).all()


def test_a_leg_has_local_times_of_both_airports(tmp_path: Path) -> None:
    flights = schedule(tmp_path).filter((pl.col("foreign") == "LAX") & (pl.col("direction") == "entry")).head(1)
    day = epoch(datetime(2025, 12, 2).date())
    leg = legs_of(flights.with_columns(minute=pl.lit(360), block=pl.lit(840)), day).row(0, named=True)
    assert leg["eta_local"] == datetime(2025, 12, 2, 6, 0)
    assert leg["eta_utc"] == datetime(2025, 12, 1, 22, 0)
    assert leg["etd_utc"] == datetime(2025, 12, 1, 8, 0)
    assert leg["etd_local"] == datetime(2025, 12, 1, 0, 0)
    assert leg["leg_id"].endswith("-LAX-TPE-20251202")


def test_small_markets_change_at_hubs_and_large_worlds_fly_direct() -> None:
    assert gateways(0.0222)[market("NLD")] != market("NLD")
    assert gateways(1.0)[market("NLD")] == market("NLD")
    assert gateways(0.0222)[market("JPN")] == market("JPN")
    hubs = gateways(0.0222)
    assert (hubs[hubs] == hubs).all()


def test_parties_board_one_flight_and_flights_are_filled(world: Config, records: pl.DataFrame) -> None:
    told = pl.read_parquet(world.truth / "crossings" / "*.parquet")
    known = (
        records.filter(version="1").unique("record_id").select("record_id", "carrier", "flight_number", "flight_date")
    )
    parties = told.join(known, on="record_id").group_by("trip_id", "direction", "crossed_on").agg(
        pl.struct("carrier", "flight_number", "flight_date").n_unique().alias("legs")
    )  # fmt: skip
    assert parties["legs"].max() == 1
    sizes = known.group_by("carrier", "flight_number", "flight_date").len()["len"].to_numpy()
    # Where half of the travellers are.
    assert 30 < np.average(sizes, weights=sizes) < 150


def test_ports_and_carriers_are_served(records: pl.DataFrame) -> None:
    flights = schedule(Path("/nowhere")).select("carrier", "port", pl.col("foreign").alias("foreign_port")).unique()
    strange = records.select("carrier", "port", "foreign_port").unique().join(
        flights, on=["carrier", "port", "foreign_port"], how="anti"
    )  # fmt: skip
    assert strange.is_empty()


@pytest.mark.parametrize(("lane", "seconds"), [("e_gate", 12), ("counter", 55), ("crew", 20)])
def test_lanes_take_their_time(records: pl.DataFrame, lane: str, seconds: int) -> None:
    took = records.filter(lane=lane)["inspection_seconds"].cast(pl.Int64)
    assert took.median() == pytest.approx(seconds, rel=0.12)
