"""Who may become champion, by whose word, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from lakehouse.errors import ModelUnknown, PromotionRefused
from ml import policy
from ml.evaluated import Comparison, Evaluated
from ml.measures import Interval as Ends
from ml.packaging import Graph
from ml.policy import Policy
from ml.registry import Registry, Version
from ml.runs import log_run
from ml.tracking import Tracking
from tests.ml.conftest import AT, CARD, ORIGIN, folder, group

Train = Callable[..., Version]
_NUMBERS = count(1)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> str:
    """A model of the test's own, with a policy that allows the age and the sex."""
    name = f"test_model_{next(_NUMBERS)}"
    allowed = {"age": "a test", "sex": "a test"}
    stated = Policy(
        name, "tests", "To be tested.", "None is needed.", allowed, policy.POLICIES["overstay_risk"].review_until
    )
    monkeypatch.setitem(policy.POLICIES, name, stated)
    return name


@pytest.fixture
def registry(tracking: Tracking) -> Registry:
    return Registry(tracking)


@pytest.fixture
def trained(
    tracking: Tracking, registry: Registry, model: str, evaluated: Callable[..., Evaluated], graph: Callable[..., Graph]
) -> Train:
    def train(**otherwise: Any) -> Version:
        # Without what is drawn, as each picture takes a tenth of a second.
        plain: dict[str, Any] = {"drift": {}, "contributions": {}, "curves": (), "calibration": ()}
        logged = log_run(tracking, model, evaluated(**plain | otherwise), graph(), CARD, ORIGIN, "trainer")
        return registry.version(model, str(logged.version))

    return train


@pytest.fixture
def crowned(registry: Registry, model: str, trained: Train) -> Version:
    """A champion."""
    version = trained()
    registry.approve(model, "challenger", "reviewer", "the figures hold", AT)
    return registry.promote(model, str(version.number), AT)


def test_what_is_trained_challenges_and_an_approved_challenger_becomes_champion(
    registry: Registry, model: str, trained: Train
) -> None:
    version = trained()
    assert version.aliases == ("challenger",)

    registry.approve(model, "challenger", "reviewer", "the figures hold", AT)
    champion = registry.promote(model, "challenger", AT)

    assert champion.aliases == ("champion",)
    assert champion.tags["approved_by"] == "reviewer"
    assert champion.tags["approved_because"] == "the figures hold"
    assert champion.tags["approved_at_utc"] == AT.isoformat()
    assert registry.champion(model) == version.number


def test_without_approval_nothing_is_promoted(registry: Registry, model: str, trained: Train) -> None:
    trained()
    with pytest.raises(PromotionRefused, match="no reviewer has approved it"):
        registry.promote(model, "challenger", AT)
    assert registry.champion(model) is None


def test_nobody_approves_of_their_own_model_nor_without_a_reason(
    registry: Registry, model: str, trained: Train
) -> None:
    trained()
    with pytest.raises(PromotionRefused, match="Trainer trained it"):
        registry.approve(model, "challenger", "Trainer", "it is mine", AT)
    with pytest.raises(PromotionRefused, match="names who approves, and why"):
        registry.approve(model, "challenger", "reviewer", " ", AT)


@pytest.mark.parametrize(
    ("otherwise", "reason"),
    [
        ({"comparison": Comparison("pr_auc", "the base rate", Ends(0.02, -0.01, 0.05))}, "not better than the base"),
        ({"comparison": Comparison("pr_auc", "the base rate", Ends(0.02, float("nan"), 0.05))}, "by more than noise"),
        ({"calibration_error": 0.05}, "not calibrated: the expected calibration error is 0.0500, 0.0200 at most"),
        ({"calibration_error": float("nan")}, "not calibrated"),
        ({"groups": {"sex": [group("M", Ends(2.6, 1.8, 3.4))]}}, "false alerts on sex M are 2.60 times those on all"),
        ({"groups": {"age": [group("65_on", Ends(0.3, 0.1, 0.6))]}}, "false alerts on age 65_on are 0.30 times"),
        ({"groups": {}}, "no false alerts by group were measured"),
        ({"features": {"a": ("age_years",), "b": ("beside_count",)}}, "uses age and was not compared"),
    ],
)  # fmt: skip
def test_the_gate_refuses(
    registry: Registry, model: str, trained: Train, otherwise: dict[str, Any], reason: str
) -> None:
    trained(**otherwise)
    with pytest.raises(PromotionRefused, match=reason):
        registry.approve(model, "challenger", "reviewer", "in haste", AT)
    with pytest.raises(PromotionRefused, match=reason):
        registry.promote(model, "challenger", AT)
    assert registry.champion(model) is None


def test_a_group_outside_the_bounds_by_noise_alone_does_not_refuse(
    registry: Registry, model: str, trained: Train
) -> None:
    trained(groups={"age": [group("18_24", Ends(2.6, 0.8, 6.0), negatives=120)]})

    assert registry.refused_because(registry.version(model, "challenger")) == []


def test_a_protected_attribute_passes_once_it_was_compared_with_going_without(
    registry: Registry, model: str, trained: Train
) -> None:
    without = Comparison("pr_auc", "the same without age", Ends(0.01, -0.01, 0.03))
    trained(features={"a": ("age_years",), "b": ("beside_count",)}, without_protected=without)

    assert registry.refused_because(registry.version(model, "challenger")) == []


def test_a_challenger_compared_with_a_former_champion_has_to_be_evaluated_again(
    registry: Registry, model: str, trained: Train
) -> None:
    late = trained()
    first = trained()
    registry.approve(model, str(first.number), "reviewer", "better", AT)
    registry.approve(model, str(late.number), "reviewer", "better", AT)
    registry.promote(model, str(first.number), AT)

    with pytest.raises(PromotionRefused, match="was compared with a baseline, but the champion is version 2 now"):
        registry.promote(model, str(late.number), AT)


def test_one_step_rolls_back_and_the_one_rolled_back_needs_a_new_approval(
    registry: Registry, model: str, trained: Train, crowned: Version
) -> None:
    better = trained(comparison=Comparison("pr_auc", f"version {crowned.number}", Ends(0.02, 0.01, 0.03)))
    registry.approve(model, "challenger", "reviewer", "better by two points", AT)
    registry.promote(model, "challenger", AT)

    back = registry.roll_back(model, "duty officer", "alerts doubled overnight", AT + timedelta(hours=1))

    assert back.number == crowned.number == registry.champion(model)
    assert registry.version(model, str(better.number)).tags["rolled_back_because"] == "alerts doubled overnight"
    with pytest.raises(PromotionRefused, match="it was rolled back after its approval"):
        registry.promote(model, str(better.number), AT + timedelta(hours=2))
    with pytest.raises(PromotionRefused, match="first champion"):
        registry.roll_back(model, "duty officer", "once more", AT + timedelta(hours=2))


def test_evidence_that_was_changed_afterwards_is_refused(
    registry: Registry, tracking: Tracking, model: str, trained: Train
) -> None:
    version = trained(calibration_error=0.05)
    path = next(p for p in (folder(tracking) / "artifacts").rglob("evidence.json") if version.run_id in p.parts)
    path.write_text(path.read_text().replace('"calibration_error": 0.05', '"calibration_error": 0.01'))

    with pytest.raises(PromotionRefused, match="its evidence was changed"):
        registry.approve(model, "challenger", "reviewer", "looks good", AT)


def test_what_is_not_registered_is_said_with_what_is(registry: Registry, model: str, trained: Train) -> None:
    trained()
    with pytest.raises(ModelUnknown, match=f"There is no model nothing. Known: .*{model}"):
        registry.versions("nothing")
    with pytest.raises(ModelUnknown, match=f"{model} has no version champion"):
        registry.version(model, "champion")
    with pytest.raises(ModelUnknown, match="no champion"):
        registry.roll_back(model, "x", "y", AT)
