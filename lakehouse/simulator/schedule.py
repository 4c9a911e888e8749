"""Flights and sailings: which there are, which of them are needed on a day, and who is on which.

Pairs of airports and their carriers are those of openflights where the landing has its
files, else of ``places/routes.csv``; how often they fly follows from how many travel, so
that a leg carries some 50 to 150 simulated travellers at any scale.
"""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lakehouse.simulator.calendar import on
from lakehouse.simulator.draws import Draws, Floats
from lakehouse.simulator.tables import market, table

#: Seats filled by simulated travellers, as a rule.
_A_LEG = 95
#: Travellers of a day that a small airport needs to serve one more country.
_A_COUNTRY = 120
#: Carriers at Taoyuan's first terminal; the others are at the second.
_FIRST_TERMINAL = {"CI", "IT", "TR", "MM", "D7", "AK", "FD", "SL", "VJ", "VZ", "7C", "LJ", "TW", "GK", "CX", "MH"}
_FIRST_TERMINAL |= {"Q1", "VN", "KE", "JL", "Z2", "5J", "SQ", "HX", "UO", "EK", "TK", "NX"}
_OWN_ZONE_HOURS = 8
_EARTH_KM, _KMH, _OWN = 6371.0, 800.0, (25.08, 121.23)

#: Columns of openflights' routes.dat.
_ROUTE = ["carrier", "carrier_id", "own", "own_id", "foreign", "foreign_id", "shared", "stops", "equipment"]

#: Hours at which legs leave or arrive at the agency's ports: weight by hour from 0.
_HOURS = (1, 0.3, 0.2, 0.2, 0.4, 1.5, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4.5, 4, 4, 4, 3, 1.8)
_SEA_HOURS = (0, 0, 0, 0, 0, 0, 0, 1, 3, 4, 4, 3, 2, 3, 4, 4, 3, 2, 1, 0, 0, 0, 0, 0)


def schedule(landing: Path) -> pl.DataFrame:
    """Every flight number in both directions, with the local minute of the day at the agency's port."""
    pairs = _pairs(landing).join(
        table("foreign_ports").select("code", "weight"), left_on="foreign", right_on="code", maintain_order="left"
    )
    times = pl.col("weight").replace_strict({10: 5, 9: 4, 8: 3, 7: 3, 6: 3, 5: 2, 4: 2}, default=1)
    flights = pairs.with_columns(turn=pl.int_ranges(0, times)).explode("turn")
    flights = flights.sort("carrier", "own", "foreign", "turn").with_columns(
        number=pl.int_range(pl.len()).over("carrier") * 2 + 100
    )
    both = pl.concat(
        flights.with_columns(pl.col("number") + add, direction=pl.lit(direction))
        for add, direction in ((0, "exit"), (1, "entry"))
    )
    return _timed(_ported(both))


def _pairs(landing: Path) -> pl.DataFrame:
    """Own port, foreign port and carrier of each route, by air and sea."""
    built_in = (
        table("routes").with_columns(carrier=pl.col("carriers").str.split(" ")).drop("carriers").explode("carrier")
    )
    at_sea = table("foreign_ports").filter(mode="sea")["code"].implode()
    routes = landing / "openflights" / "routes.dat"
    if not routes.exists():
        return built_in
    read = pl.read_csv(routes, has_header=False, infer_schema=False, new_columns=_ROUTE)
    own = table("ports").filter(mode="air")["code"].unique().implode()
    abroad = table("foreign_ports").filter(mode="air")["code"].implode()
    is_known = (
        pl.col("own").is_in(own) & pl.col("foreign").is_in(abroad) & pl.col("carrier").str.contains("^[A-Z0-9]{2}$")
    )
    flown = read.filter(is_known & (pl.col("shared").fill_null("") != "Y")).select("own", "foreign", "carrier")
    if flown.height < 50:
        return built_in
    newer = built_in.join(flown, on=["own", "foreign"], how="anti")
    return pl.concat((flown, newer, built_in.filter(pl.col("foreign").is_in(at_sea)))).unique(maintain_order=True)


def _ported(flights: pl.DataFrame) -> pl.DataFrame:
    """Flights with the port of the agency that they use, and the country at the other end."""
    abroad = table("foreign_ports").rename({"code": "foreign", "weight": "abroad_weight"})
    known = flights.drop("weight").join(abroad, on="foreign", maintain_order="left")
    ports = {(code, mode): port for port, code, mode in table("ports").select("port", "code", "mode").rows()}
    first = pl.col("carrier").is_in(sorted(_FIRST_TERMINAL))
    named = [
        pl.when((pl.col("own") == code) & (pl.col("mode") == mode)).then(pl.lit(port))
        for (code, mode), port in ports.items()
        if (code, mode) != ("TPE", "air")
    ]
    taoyuan = pl.when((pl.col("own") == "TPE") & (pl.col("mode") == "air"))
    terminal = taoyuan.then(pl.when(first).then(pl.lit("桃園一期")).otherwise(pl.lit("桃園二期")))
    return known.with_columns(port=pl.coalesce(terminal, *named)).filter(pl.col("port").is_not_null())


def _timed(flights: pl.DataFrame) -> pl.DataFrame:
    draws = Draws.of(np.arange(len(flights), dtype=np.uint64), "flight")
    sea = flights["mode"].eq("sea").to_numpy()
    hour = np.where(sea, draws.choice("sea", _SEA_HOURS), draws.choice("air", _HOURS))
    minute = hour * 60 + draws.below("minute", 12) * 5
    # Whoever leaves after midnight is inspected on the day before: such departures are put to the morning.
    minute = np.where(flights["direction"].eq("exit").to_numpy() & (minute < 240), minute + 360, minute)
    lat, lon = (np.radians(flights[name].to_numpy()) for name in ("latitude", "longitude"))
    own_lat, own_lon = np.radians(_OWN)
    along = np.sin(lat) * np.sin(own_lat) + np.cos(lat) * np.cos(own_lat) * np.cos(lon - own_lon)
    km = _EARTH_KM * np.arccos(np.clip(along, -1, 1))
    block = np.where(sea, 60 + 6 * np.round(km / 10), 5 * np.round((35 + km / _KMH * 60) / 5)).astype(np.int64)
    countries = flights["country"].to_list()
    return flights.select(
        *("carrier", "number", "direction", "own", "foreign", "port", "mode", "zone"),
        *(pl.Series("minute", minute), pl.Series("block", block), pl.col("abroad_weight").alias("weight")),
        market=pl.Series([market(country) for country in countries], dtype=pl.Int64),
        flight=pl.int_range(pl.len(), dtype=pl.Int64),
    )


def ports_of(flights: pl.DataFrame, demand: pl.DataFrame, sea: bool) -> Floats:
    """Share of each port (columns, as ``table('ports')``) among those who travel to each market (rows).

    Small airports serve as many countries as their share of the day fills, the most
    wanted first; what they leave goes by Taoyuan's two terminals.
    """
    ports = table("ports")
    wanted = np.bincount(demand["market"].to_numpy(), minlength=len(table("markets"))).astype(np.float64)
    served = np.zeros((len(wanted), len(ports)), bool)
    numbers = {port: n for n, port in enumerate(ports["port"])}
    found = flights.filter(mode="sea" if sea else "air").select("market", "port").unique()
    for row, port in found.rows():
        served[row, numbers[port]] = True
    share = np.where(ports["mode"].eq("sea" if sea else "air"), ports["share"], 0.0)
    share /= share.sum()
    if sea:
        return _normal(served * share)
    chance = np.zeros(served.shape)
    for n in np.flatnonzero(share)[2:]:
        target = share[n] * wanted.sum()
        able = np.flatnonzero(served[:, n])
        able = able[np.argsort(-wanted[able], kind="stable")]
        few = able[: max(1, round(target / _A_COUNTRY))]
        chance[few, n] = min(0.45, target / max(1.0, wanted[few].sum()))
    chance *= np.minimum(1.0, 0.8 / np.maximum(chance.sum(axis=1), 1e-9))[:, None]
    rest = 1.0 - chance.sum(axis=1)
    chance[:, :2] = _terminals(served[:, :2], share[:2], wanted * rest) * rest[:, None]
    return _normal(chance)


def _terminals(served: NDArray[np.bool_], share: Floats, wanted: Floats) -> Floats:
    """Each market's shares of Taoyuan's two terminals; where few travel, all use the one that lacks more."""
    chance = _normal(served * share)
    filled = np.zeros(2)
    for row in np.argsort(-wanted, kind="stable"):
        if wanted[row] < 4 * _A_LEG and served[row].all():
            chance[row] = np.eye(2)[np.argmin(filled / share)]
        filled += chance[row] * wanted[row]
    return chance


def _normal(weights: Floats) -> Floats:
    sums = weights.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0))


def boarded(crossings: pl.DataFrame, flights: pl.DataFrame, day: int, seed: int) -> pl.DataFrame:
    """``crossings`` with ``flight``, the leg of the day that each takes: those ``together`` take one.

    Needs ``market`` (where from or to), ``sea``, ``direction``, ``together``, and ``place_key``, by which
    the same people use the same port.
    """
    port = np.full(len(crossings), -1)
    place = Draws(crossings["place_key"].to_numpy()).uniform("port")
    for sea in (False, True):
        rows = np.flatnonzero(crossings["sea"].to_numpy() == sea)
        ends = np.cumsum(ports_of(flights, crossings[rows], sea), axis=1)
        port[rows] = (place[rows, None] >= ends[crossings["market"].to_numpy()[rows]]).sum(axis=1)
    port = np.minimum(port, len(table("ports")) - 1)
    names = table("ports")["port"]
    cells = crossings.with_columns(port=names[port])
    by = ["port", "market", "direction"]
    legs = cells.group_by(by).agg(legs=(pl.len() / _A_LEG).round().clip(1).cast(pl.Int64))
    ranked = _ranked(flights, day, seed)
    able = ranked.group_by(by).agg(able=pl.len().cast(pl.Int64))
    cells = cells.join(legs, on=by, how="left", maintain_order="left").join(
        able, on=by, how="left", maintain_order="left"
    )
    count = np.minimum(cells["legs"].to_numpy(), cells["able"].fill_null(1).to_numpy())
    rank = Draws.of(crossings["together"].to_numpy(), day, "leg").below("leg", count)
    keyed = cells.drop("legs", "able", "port").with_columns(pl.Series("rank", rank), port=names[port])
    return keyed.join(ranked.select(*by, "rank", "flight"), on=[*by, "rank"], how="left", maintain_order="left").drop(
        "rank"
    )


def _ranked(flights: pl.DataFrame, day: int, seed: int) -> pl.DataFrame:
    draws = Draws.of(seed, flights["flight"].to_numpy(), day, "operates")
    order = -np.log1p(-draws.uniform("turn")) / flights["weight"].to_numpy()
    # Three days in four the same flights come first: travellers know their flight.
    usual = (
        -np.log1p(-Draws.of(seed, flights["flight"].to_numpy(), "usual").uniform("turn")) / flights["weight"].to_numpy()
    )
    keyed = flights.with_columns(pl.Series("order", usual + 0.25 * order))
    return keyed.with_columns(
        rank=(pl.col("order").rank("ordinal").over("port", "market", "direction") - 1).cast(pl.Int64)
    )


def legs_of(flights: pl.DataFrame, day: int) -> pl.DataFrame:
    """The legs of a day, one for each of ``flights``: times at both ends, local and UTC."""
    here = datetime.combine(on(day), time())
    offsets = {zone: _offset(zone, here) for zone in flights["zone"].unique()}
    minutes = pl.col("zone").replace_strict(offsets, default=0, return_dtype=pl.Int64)
    at_port = pl.lit(here) + pl.duration(minutes=pl.col("minute"))
    at_port_utc = at_port - pl.duration(hours=_OWN_ZONE_HOURS)
    is_entry = pl.col("direction") == "entry"
    block = pl.duration(minutes=pl.col("block"))
    other_utc = pl.when(is_entry).then(at_port_utc - block).otherwise(at_port_utc + block)
    other = other_utc + pl.duration(minutes=minutes)
    origin, destination = (pl.when(is_entry).then(a).otherwise(b) for a, b in (("foreign", "own"), ("own", "foreign")))
    number = pl.col("number").cast(pl.String)
    stamp = here.strftime("%Y%m%d")
    return flights.select(
        "flight",
        *("carrier", "direction", "port", "mode", "foreign"),
        leg_id=pl.concat_str("carrier", number, pl.lit("-"), origin, pl.lit("-"), destination, pl.lit(f"-{stamp}")),
        flight_number=number,
        origin=origin,
        destination=destination,
        flight_date=pl.lit(here.date()),
        etd_local=pl.when(is_entry).then(other).otherwise(at_port),
        eta_local=pl.when(is_entry).then(at_port).otherwise(other),
        etd_utc=pl.when(is_entry).then(other_utc).otherwise(at_port_utc),
        eta_utc=pl.when(is_entry).then(at_port_utc).otherwise(other_utc),
    )


def _offset(zone: str, day: datetime) -> int:
    offset = day.replace(hour=12, tzinfo=ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0
