"""Worlds to evaluate: gone on with where they are there, and built as far as questions need."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lakehouse.cli import app
from lakehouse.evaluation import worlds
from lakehouse.evaluation.worlds import World, name_of, simulated, steps
from lakehouse.simulator.config import Config, Summary


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Config]:
    """What the simulator is asked for, instead of simulating it."""
    configs: list[Config] = []

    def simulate(config: Config) -> Summary:
        configs.append(config)
        return Summary(date(2025, 12, 1), date(2025, 12, 5), {}, 0.0)

    monkeypatch.setattr(worlds, "simulate", simulate)
    return configs


def test_only_the_days_that_are_missing_are_simulated_beside_linked_code_lists(
    tmp_path: Path, asked: list[Config]
) -> None:
    (tmp_path / "other" / "iso3166").mkdir(parents=True)
    world = World(7, 5, 0.0222, ("couriers",), tmp_path / "seed-7")
    (world.truth / "crossings").mkdir(parents=True)
    for day in (1, 2):
        (world.truth / "crossings" / f"2025-12-0{day}.parquet").touch()
    told: list[str] = []
    simulated(world, tmp_path / "other", told.append)
    (config,) = asked
    assert (config.days, config.seed, config.held_out) == (3, 7, ("couriers",))
    assert (world.landing / "iso3166").resolve() == tmp_path / "other" / "iso3166"
    assert not (world.landing / "openflights").exists()
    assert told == ["seed 7: simulated 2025-12-01 to 2025-12-05"]

    for day in (3, 4, 5):
        (world.truth / "crossings" / f"2025-12-0{day}.parquet").touch()
    simulated(world, tmp_path / "other", told.append)
    assert len(asked) == 1


def test_a_truth_is_called_by_its_seed_else_by_the_folder_that_it_is_in(tmp_path: Path) -> None:
    world = tmp_path / "here" / "truth" / "world"
    world.mkdir(parents=True)
    assert name_of(world.parent) == "here"
    (world / "world.json").write_text('{"seed": 3}')
    assert name_of(world.parent) == "seed 3"


def test_what_no_question_reads_is_not_built() -> None:
    needed = steps()
    assert {"inspections", "silver.inspections", "gold.suspected_in_country_overstayer"} <= set(needed)
    assert "gold.clearance_time" not in needed
    assert all(before <= set(needed) for before in needed.values())


@pytest.mark.parametrize("arguments", [[], ["--seeds", "1", "--truth", "."], ["--seeds", "one"]])
def test_the_command_wants_either_a_truth_or_seeds_that_are_numbers(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["evaluate", *arguments]).exit_code == 2
