"""Behaviours and their twins: as rare as set, alike in number, told in the truth alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
import pytest

from lakehouse.errors import DeclarationError, LakehouseError
from lakehouse.simulator import casts
from lakehouse.simulator.behaviours import BEHAVIOURS, CAST_OF_ROLE, ROLE_OF, rates
from lakehouse.simulator.calendar import epoch
from lakehouse.simulator.config import Config
from tests.simulator.conftest import GIVEN

Truth = Callable[[str], pl.DataFrame]
FIRST = epoch(date(2025, 12, 1))


def journeys(scale: float, given: dict[str, float]) -> pl.DataFrame:
    """All journeys of casts in sixty days, from a time when all have begun."""
    set_ = rates(given)
    return pl.concat(casts.setting_out(3, scale, set_, FIRST + 60 + day, FIRST) for day in range(60))


@pytest.fixture(scope="module")
def sixty_days() -> pl.DataFrame:
    return journeys(0.05, {})


@pytest.mark.parametrize("behaviour", sorted({cast.behaviour for cast in CAST_OF_ROLE.values()}))
def test_twins_are_as_many_on_as_many_journeys(sixty_days: pl.DataFrame, behaviour: str) -> None:
    twin = {role: cast.is_twin for role, cast in CAST_OF_ROLE.items() if cast.behaviour == behaviour}
    some = sixty_days.filter(pl.col("role").is_in(list(twin))).with_columns(twin=pl.col("role").replace_strict(twin))
    did, alike = (some.filter(twin=is_twin) for is_twin in (False, True))
    share = next(b.base_rate for b in BEHAVIOURS if b.name == behaviour)
    assert did["person"].n_unique() == pytest.approx(casts.TRAVELLERS * 0.05 * share, rel=0.15)
    assert alike["person"].n_unique() == pytest.approx(did["person"].n_unique(), rel=0.15)
    per_person = [len(rows) / rows["person"].n_unique() for rows in (did, alike)]
    assert per_person[0] == pytest.approx(per_person[1], rel=0.1)


def test_a_behaviour_set_to_none_is_not_there_and_others_stay_as_they_are(sixty_days: pl.DataFrame) -> None:
    without = journeys(0.05, {"behaviour.couriers.base_rate": 0.0})
    roles = [ROLE_OF[name] for name in ("couriers", "tour_regulars", "guests_of_a_sponsor")]
    assert without.filter(pl.col("role").is_in(roles)).is_empty()
    assert without.equals(sixty_days.filter(~pl.col("role").is_in(roles)))


def shared(frame: pl.DataFrame, name: str, column: str) -> float:
    """How many values of a column a group has, over its journeys."""
    some = frame.filter(pl.col("role") == ROLE_OF[name]).group_by("group").agg(pl.col(column).n_unique() / pl.len())
    return float(some[column].mean())  # type: ignore[arg-type]


def test_couriers_share_what_each_of_their_twins_shares_alone(sixty_days: pl.DataFrame) -> None:
    for column in ("agency", "phone", "sponsor", "payment"):
        assert shared(sixty_days, "couriers", column) < 0.3, column
    assert shared(sixty_days, "tour_regulars", "agency") < 0.1 < shared(sixty_days, "tour_regulars", "phone")
    assert (
        shared(sixty_days, "guests_of_a_sponsor", "sponsor") < 0.1 < shared(sixty_days, "guests_of_a_sponsor", "agency")
    )


def test_rings_share_flights_without_bookings_and_families_share_both(sixty_days: pl.DataFrame) -> None:
    rings = sixty_days.filter(pl.col("role") == ROLE_OF["rings"])
    families = sixty_days.filter(pl.col("role") == ROLE_OF["families_together"])
    assert rings["party"].n_unique() == len(rings)
    assert rings["together"].n_unique() < 0.5 * len(rings)
    assert families["party"].n_unique() == families["together"].n_unique() < 0.3 * len(families)


def test_routes_are_moved_from_the_onset_on() -> None:
    set_, role = rates({}), ROLE_OF["displaced"]
    early = pl.concat(casts.setting_out(3, 0.2, set_, FIRST - 60 + day, FIRST) for day in range(30))
    late = pl.concat(casts.setting_out(3, 0.2, set_, FIRST + 60 + day, FIRST) for day in range(30))
    before, after = (set(f.filter(pl.col("role") == role)["market"]) for f in (early, late))
    assert not before & (after - before)
    assert after - before


def test_overstays_and_their_twins_come_at_the_set_rate(truth: Truth) -> None:
    told = truth("behaviours").filter(behaviour="overstaying")
    crossings = truth("crossings").join(told, on="person_id").filter(direction="entry", outcome="admitted")
    found = dict(crossings.group_by("cast").agg(pl.col("person_id").n_unique()).iter_rows())
    visitors = truth("crossings").filter(direction="entry", outcome="admitted").join(
        truth("persons").filter((pl.col("residence_country") != "TWN") & (pl.col("document_type") != "C")),
        on=["person_id", "identity_number"],
    )["record_id"].n_unique()  # fmt: skip
    assert found["overstayers"] / visitors == pytest.approx(GIVEN["behaviour.overstaying.base_rate"], rel=0.45)
    twins = found["extended_stays"] + found["lost_exit_records"]
    assert twins == pytest.approx(found["overstayers"], rel=0.45)


def test_the_wanted_are_stopped_unless_they_go_by_another_name(truth: Truth) -> None:
    wanted = truth("behaviours").filter(cast="wanted")
    tried = truth("crossings").join(wanted, on="person_id").filter(direction="exit")
    acts = tried.filter(pl.col("crossed_on") > pl.col("onset"))
    assert (acts.filter(identity_number=0)["outcome"] == "stopped").mean() > 0.9  # type: ignore[operator]
    assert (acts.filter(identity_number=2)["outcome"] == "departed").all()
    namesakes = truth("crossings").join(truth("behaviours").filter(cast="namesakes"), on="person_id")
    assert (namesakes["outcome"] != "stopped").all()


def test_namesakes_have_the_names_of_the_wanted_and_other_documents(world: Config) -> None:
    from lakehouse.simulator.people import identities

    groups = np.arange(20)
    told = [
        identities(
            world.seed,
            casts.members(ROLE_OF[name], groups, np.zeros_like(groups)),
            np.zeros(20, np.int64),
            np.full(20, FIRST),
            FIRST,
        )
        for name in ("wanted", "namesakes")
    ]
    names = ["native_name", "primary_identifier", "sex"]
    assert told[0].select(names).equals(told[1].select(names))
    assert (told[0]["document_number"] != told[1]["document_number"]).all()
    assert (told[0]["date_of_birth"] != told[1]["date_of_birth"]).mean() > 0.9  # type: ignore[operator]


def test_what_is_held_out_is_noted_and_nothing_of_the_truth_is_landed(world: Config, truth: Truth) -> None:
    told = truth("behaviours")
    assert set(told.filter("held_out")["behaviour"]) == {"couriers", "absconding"}
    assert set(told.filter(~pl.col("held_out"))["behaviour"]).isdisjoint({"couriers", "absconding"})
    assert not {path.name for path in world.landing.iterdir()} & {"truth", "persons", "behaviours", "world"}


def test_everybody_who_crosses_is_a_known_person_and_so_are_workers_who_leave_their_employers(truth: Truth) -> None:
    people, crossed = (set(truth(name)["person_id"]) for name in ("persons", "crossings"))
    absent = set(truth("behaviours").filter(behaviour="absconding")["person_id"])
    assert crossed <= people
    assert people - crossed <= absent <= people


def test_false_documents_are_shown_twice_or_listed(truth: Truth, world: Config) -> None:
    bearers = truth("behaviours").filter(cast="bearers_of_false_documents")["person_id"].implode()
    shown = truth("persons").filter(pl.col("person_id").is_in(bearers))
    assert (~shown["is_own"]).any()
    listed = pl.concat(
        pl.read_csv(path, infer_schema=False) for path in (world.landing / "lost_stolen_documents").glob("*/*.csv")
    )
    made_up = shown.filter(identity_number=2)["document_number"]
    assert set(made_up) & set(listed["document_number"])


def test_a_rate_that_is_not_known_or_no_share_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"dirt\.latte"):
        rates({"dirt.latte": 0.1})
    with pytest.raises(DeclarationError, match=r"dirt\.late"):
        rates({"dirt.late": 1.5})


def test_a_behaviour_that_is_not_known_cannot_be_held_out(world: Config) -> None:
    with pytest.raises(LakehouseError, match="smugling"):
        Config(world.landing, world.truth, held_out=("smugling",))
