"""What a model version must show before a reviewer may make it champion."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ml import measures
from ml.evaluated import Comparison, Evaluated
from ml.policy import Policy, check_features

#: Stands for what a first champion is compared with.
BASELINE = "baseline"


@dataclass(frozen=True)
class Difference:
    """How much better the version is than another, on the same rows, with its interval."""

    measure: str
    against: str
    estimate: float
    low: float
    high: float

    @classmethod
    def of(cls, found: Comparison) -> Difference:
        ends = found.difference
        return cls(found.measure, found.against, float(ends.estimate), float(ends.low), float(ends.high))


@dataclass(frozen=True)
class GroupRatio:
    """Share of false alerts of a group over that of all, with its interval."""

    attribute: str
    group: str
    negatives: int
    estimate: float
    low: float
    high: float

    @classmethod
    def of(cls, attribute: str, found: measures.GroupRatio) -> GroupRatio:
        ends = found.relative
        return cls(
            attribute, found.group, found.negatives, float(ends.estimate), float(ends.low), float(ends.high)
        )  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """What the gate judges by, as it was when the version was evaluated; kept with the run.

    ``champion`` is the version that was champion then (None: there was none).
    """

    model: str
    champion: int | None
    comparison: Difference
    calibration_error: float
    groups: tuple[GroupRatio, ...]
    features: Mapping[str, tuple[str, ...]]
    without_protected: Difference | None
    is_simulated: bool

    @classmethod
    def of(cls, model: str, champion: int | None, found: Evaluated) -> Evidence:
        """The evidence in an evaluation."""
        without = found.without_protected
        return cls(
            model,
            champion,
            Difference.of(found.comparison),
            float(found.calibration_error),
            tuple(GroupRatio.of(name, one) for name, many in sorted(found.groups.items()) for one in many),
            {name: tuple(columns) for name, columns in sorted(found.features.items())},
            Difference.of(without) if without else None,
            found.is_simulated,
        )

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Evidence:
        said = json.loads(text)
        without = said["without_protected"]
        return cls(
            said["model"],
            said["champion"],
            Difference(**said["comparison"]),
            said["calibration_error"],
            tuple(GroupRatio(**one) for one in said["groups"]),
            {name: tuple(columns) for name, columns in said["features"].items()},
            Difference(**without) if without else None,
            said["is_simulated"],
        )

    def digest(self) -> str:
        """Sixteen digits over all of it: an approval is of this evidence and no other."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]


def complaints(evidence: Evidence, policy: Policy, champion: int | None) -> list[str]:
    """Every reason against the version while ``champion`` is the one to replace; none where it may be promoted.

    Raises ``PolicyBroken`` where a feature is made from what the policy does not allow.
    """
    protected = check_features(policy, evidence.features)
    return [
        *_not_better(evidence, champion),
        *_not_calibrated(evidence, policy),
        *_unfair(evidence, policy),
        *_not_compared(evidence, protected),
    ]


def _not_better(evidence: Evidence, champion: int | None) -> list[str]:
    found = evidence.comparison
    if evidence.champion != champion:
        was = f"version {evidence.champion}" if evidence.champion else "a baseline"
        now = f"version {champion}" if champion else "none"
        return [f"it was compared with {was}, but the champion is {now} now: evaluate it again"]
    if not found.low > 0:
        return [
            f"it is not better than {found.against} by more than noise: {found.measure} differs by "
            f"{found.estimate:+.4f} ({found.low:+.4f} to {found.high:+.4f})"
        ]
    return []


def _not_calibrated(evidence: Evidence, policy: Policy) -> list[str]:
    error, most = evidence.calibration_error, policy.calibration_error_at_most
    # Not a number is no evidence of calibration.
    if not error <= most:
        return [f"it is not calibrated: the expected calibration error is {error:.4f}, {most:.4f} at most"]
    return []


def _unfair(evidence: Evidence, policy: Policy) -> list[str]:
    if policy.model != "passenger_flow" and not evidence.groups:
        return ["no false alerts by group were measured"]
    said = []
    for found in evidence.groups:
        outside = not policy.ratio_from <= found.estimate <= policy.ratio_to
        beyond_noise = found.low > 1 or found.high < 1
        if math.isfinite(found.estimate) and outside and beyond_noise:
            said.append(
                f"false alerts on {found.attribute} {found.group} are {found.estimate:.2f} times those on all "
                f"({found.low:.2f} to {found.high:.2f}), outside {policy.ratio_from:g} to {policy.ratio_to:g}"
            )
    return said


def _not_compared(evidence: Evidence, protected: set[str]) -> list[str]:
    if protected and evidence.without_protected is None:
        return [f"it uses {', '.join(sorted(protected))} and was not compared with a model that does not"]
    return []
