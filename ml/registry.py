"""Versions of models: who is champion, who challenges, who approved what and why, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lakehouse.errors import ModelUnknown, PromotionRefused
from ml.gate import Evidence, complaints
from ml.policy import policy_of
from ml.tracking import Tracking

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

CHAMPION, CHALLENGER = "champion", "challenger"
EVIDENCE_FILE = "evidence.json"
#: Stands in tags for no version.
NONE = "none"


@dataclass(frozen=True)
class Version:
    """One registered version: the run that made it, the aliases it bears, and what its tags say."""

    model: str
    number: int
    run_id: str
    aliases: tuple[str, ...]
    tags: Mapping[str, str]

    @property
    def is_champion(self) -> bool:
        return CHAMPION in self.aliases


class Registry:
    """The registry of one tracking store. Times are given, as everywhere in the platform."""

    def __init__(self, tracking: Tracking) -> None:
        self.tracking = tracking

    @property
    def _client(self) -> MlflowClient:
        return self.tracking.client

    # -- looking

    def models(self) -> list[str]:
        """Names of all registered models."""
        return sorted(found.name for found in self._client.search_registered_models())

    def versions(self, model: str) -> list[Version]:
        """Every version, newest first; raises ``ModelUnknown``."""
        aliases = self._aliases(model)
        if aliases is None:
            known = ", ".join(self.models()) or "none is registered yet"
            raise ModelUnknown(f"There is no model {model}. Known: {known}.")
        found = self._client.search_model_versions(f"name='{model}'")
        return sorted((_version(one, aliases) for one in found), key=lambda one: -one.number)

    def version(self, model: str, wanted: str) -> Version:
        """The version with a number or an alias; raises ``ModelUnknown``."""
        for one in self.versions(model):
            if wanted in (str(one.number), *one.aliases):
                return one
        raise ModelUnknown(f"{model} has no version {wanted}. `lakehouse model show {model}` lists all.")

    def champion(self, model: str) -> int | None:
        """Number of the champion; None where there is none."""
        number = (self._aliases(model) or {}).get(CHAMPION)
        return int(number) if number else None

    def evidence(self, version: Version) -> Evidence:
        """What the version was registered with; raises ``PromotionRefused`` where that was changed since."""
        import mlflow

        text = mlflow.artifacts.load_text(f"runs:/{version.run_id}/{EVIDENCE_FILE}")
        found = Evidence.from_json(text)
        if found.digest() != version.tags.get("evidence"):
            raise PromotionRefused(
                f"{version.model} version {version.number}: its evidence was changed since it was registered."
            )
        return found

    def refused_because(self, version: Version) -> list[str]:
        """Every reason of the gate against the version now; none where a reviewer may let it through."""
        return complaints(self.evidence(version), policy_of(version.model), self.champion(version.model))

    # -- changing

    def register(self, model: str, run_id: str, evidence: Evidence, tags: Mapping[str, str]) -> int:
        """Make the model of a run the challenger; the number of its version."""
        if self._aliases(model) is None:
            self._client.create_registered_model(model, description=policy_of(model).purpose)
        tags = {**tags, "evidence": evidence.digest(), "simulated": str(evidence.is_simulated).lower()}
        made = self._client.create_model_version(model, f"runs:/{run_id}/model", run_id, tags=tags)
        self._client.set_registered_model_alias(model, CHALLENGER, made.version)
        return int(made.version)

    def approve(self, model: str, wanted: str, by: str, because: str, at: datetime) -> Version:
        """Record that a reviewer approves of a version and its evidence; raises ``PromotionRefused``.

        Nobody approves of what they trained themselves, and reasons are given.
        """
        version = self.version(model, wanted)
        said = [] if by.strip() and because.strip() else ["an approval names who approves, and why"]
        if by.strip().casefold() == version.tags.get("trained_by", "").casefold():
            said.append(f"{by} trained it: somebody else has to approve")
        _raise(version, "cannot be approved", said + self.refused_because(version))
        self._tag(version, "approved", {"by": by, "because": because, "evidence": version.tags["evidence"]}, at)
        return self.version(model, str(version.number))

    def promote(self, model: str, wanted: str, at: datetime) -> Version:
        """Make an approved version champion; raises ``PromotionRefused`` with every reason."""
        version, before = self.version(model, wanted), self.champion(model)
        if version.is_champion:
            return version
        _raise(version, "may not become champion", self.refused_because(version) + _not_approved(version))
        self._tag(version, "promoted", {"over": str(before or NONE)}, at)
        self._client.set_registered_model_alias(model, CHAMPION, str(version.number))
        if CHALLENGER in version.aliases:
            self._client.delete_registered_model_alias(model, CHALLENGER)
        return self.version(model, str(version.number))

    def roll_back(self, model: str, by: str, because: str, at: datetime) -> Version:
        """Make the champion's predecessor champion again; raises ``PromotionRefused`` where there is none.

        The one rolled back needs a new approval to come again.
        """
        version = next((one for one in self.versions(model) if one.is_champion), None)
        if version is None:
            raise ModelUnknown(f"{model} has no champion, so there is nothing to roll back.")
        over = version.tags.get("promoted_over", NONE)
        said = [] if by.strip() and because.strip() else ["a roll-back names who does it, and why"]
        if over == NONE:
            said.append("it is the first champion: there is none before it")
        _raise(version, "cannot be rolled back", said)
        self._tag(version, "rolled_back", {"by": by, "because": because, "to": over}, at)
        self._client.set_registered_model_alias(model, CHAMPION, over)
        return self.version(model, over)

    def _aliases(self, model: str) -> dict[str, str] | None:
        """Numbers of versions by alias; None where the model is not registered."""
        from mlflow.exceptions import MlflowException

        try:
            return dict(self._client.get_registered_model(model).aliases)
        except MlflowException as fault:
            if fault.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            return None

    def _tag(self, version: Version, what: str, said: Mapping[str, str], at: datetime) -> None:
        for name, value in {**said, "at_utc": at.isoformat()}.items():
            self._client.set_model_version_tag(version.model, str(version.number), f"{what}_{name}", value.strip())


def _version(found: Any, aliases: Mapping[str, str]) -> Version:
    # A search leaves out the aliases of versions: the model knows them.
    borne = tuple(sorted(name for name, number in aliases.items() if int(number) == int(found.version)))
    return Version(found.name, int(found.version), found.run_id, borne, dict(found.tags))


def _not_approved(version: Version) -> list[str]:
    tags = version.tags
    if "approved_by" not in tags:
        return ["no reviewer has approved it: `lakehouse model approve` records who does, and why"]
    if tags.get("approved_evidence") != tags.get("evidence"):
        return ["the approval is of other evidence"]
    if tags["approved_at_utc"] <= tags.get("rolled_back_at_utc", ""):
        return ["it was rolled back after its approval: it needs a new one"]
    return []


def _raise(version: Version, verdict: str, reasons: list[str]) -> None:
    if reasons:
        raise PromotionRefused(f"{version.model} version {version.number} {verdict}: {'; '.join(reasons)}.")
