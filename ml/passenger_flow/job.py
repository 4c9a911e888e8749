"""From the published counts to a forecasting model that reviewers can judge."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from lakehouse.errors import TooLittleKnown
from lakehouse.store import Store
from ml.origin import Origin, origin
from ml.passenger_flow.card import CARD
from ml.passenger_flow.evaluate import OURS, evaluated, judge, judge_library
from ml.passenger_flow.forecast import Service
from ml.passenger_flow.panel import Floats, Panel, panels
from ml.passenger_flow.series import flow
from ml.passenger_flow.settings import FULL, SMALL, Settings
from ml.passenger_flow.train import Block, train
from ml.registry import Registry
from ml.runs import log_run
from ml.serving import load
from ml.tracking import Tracking
from ml.training import Candidate, training_of

__all__ = ["CARD", "MODEL", "Rows", "made", "read", "settings_of"]

MODEL = "passenger_flow"


@dataclass(frozen=True)
class Rows:
    """All series, and where they come from."""

    panels: tuple[Panel, ...]
    origin: Origin
    is_simulated: bool


def read(store: Store) -> Rows:
    """All series of the warehouse, each table in one version. Raises ``NotPublished`` and ``TooLittleKnown``."""
    reads = training_of(MODEL).reads
    found = origin(store, reads)
    told = flow(*(store.read(table, found.data[table.full_name()]) for table in reads))
    rows = pl.DataFrame(told.toArrow())
    if rows.is_empty():
        raise TooLittleKnown("Nobody is counted at any port: land daily counts, waiting times or inspections first.")
    return Rows(tuple(panels(rows)), found, store.settings.may_be_simulated)


def settings_of(*, small: bool, seeds: tuple[int, ...] = ()) -> Settings:
    """The size that is asked for, on all the cores that this process may use."""
    size = SMALL if small else FULL
    return replace(size, seeds=seeds or size.seeds, threads=len(os.sched_getaffinity(0)))


def made(rows: Rows, tracking: Tracking, settings: Settings, trained_by: str = "") -> list[Candidate]:
    """Train, evaluate and log the trees; the champion, where there is one, forecasts the same days."""
    trained = train(rows.panels, settings)
    others = champion_forecasts(tracking, trained.blocks)
    champion = next(iter(others), None)
    found = evaluated(
        trained,
        judge(trained.blocks, others),
        judge_library(trained.blocks, settings),
        settings,
        champion,
        is_simulated=rows.is_simulated,
    )
    run = log_run(tracking, MODEL, found, trained.graph(), CARD, rows.origin, trained_by)
    return [Candidate(OURS, found, run)]


def champion_forecasts(tracking: Tracking, blocks: Sequence[Block]) -> Mapping[str, Sequence[Floats]]:
    """What the champion forecasts of the same rows, by its name; nothing where there is no champion."""
    number = Registry(tracking).champion(MODEL)
    if number is None:
        return {}
    service = Service.of(load(tracking, MODEL, str(number)).graph)
    return {f"version {number}": [service.expected(block.rows) for block in blocks]}
