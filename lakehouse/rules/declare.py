"""Vocabulary in which every risk rule is declared. Standard library only."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from lakehouse.errors import DeclarationError

BOTH = ("entry", "exit")


class Severity(StrEnum):
    """What a hit asks for, the mildest first."""

    #: Look at it together with other hits.
    LOW = "low"
    #: Refer to secondary inspection where officers are free.
    MEDIUM = "medium"
    #: Refer at once.
    HIGH = "high"


@dataclass(frozen=True)
class RiskRule:
    """One rule: when it hits, why it may, and who answers for it.

    ``condition`` is Spark SQL over the columns of ``silver.screening_facts``;
    NULL is no hit. ``tells`` is what an officer reads at a hit. ``digests``
    holds one for each version: a rule that is changed without a new version
    does not load. ``off_because`` is empty while the rule is switched on.
    """

    code: str
    tells: str
    condition: str
    severity: Severity
    owner: str
    purpose: str
    legal_basis: str
    digests: tuple[str, ...]
    directions: tuple[str, ...] = BOTH
    off_because: str = ""

    def __post_init__(self) -> None:
        said = _complaints(self)
        if said:
            raise DeclarationError(f"The rule {self.code}: " + "; ".join(said))

    @property
    def version(self) -> int:
        """Number of the version, from 1."""
        return len(self.digests)

    @property
    def is_on(self) -> bool:
        return not self.off_because

    @property
    def hits(self) -> str:
        """Condition with its directions, never NULL."""
        sides = ", ".join(f"'{direction}'" for direction in self.directions)
        return f"coalesce(direction IN ({sides}) AND ({self.condition}), false)"

    @property
    def digest(self) -> str:
        """Eight digits over what decides whether and how gravely it hits."""
        return digest_of(self.code, self.condition, self.severity, self.directions)

    def words(self) -> set[str]:
        """Every name in the condition: columns, and functions of SQL."""
        return set(re.findall(r"[a-z_][a-z0-9_]*", re.sub(r"'[^']*'", "", self.condition)))


def digest_of(code: str, condition: str, severity: Severity, directions: tuple[str, ...]) -> str:
    """Eight digits over a rule, however its condition is broken into lines."""
    said = "\n".join((code, " ".join(condition.split()), severity, *directions))
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def _complaints(rule: RiskRule) -> list[str]:
    said = []
    if not re.fullmatch(r"[a-z][a-z0-9_]{3,40}", rule.code):
        said.append("its code is lower case with underscores")
    said += [
        f"{name} has to be a sentence"
        for name in ("tells", "purpose")
        if not re.fullmatch(r"[A-Z].{10,}\.", getattr(rule, name))
    ]
    said += [f"{name} is missing" for name in ("condition", "owner", "legal_basis") if not getattr(rule, name).strip()]
    if not rule.directions or set(rule.directions) - set(BOTH):
        said.append(f"directions are among {' and '.join(BOTH)}")
    if rule.digests[-1:] != (rule.digest,):
        said.append(f"it is not what its last version was: add '{rule.digest}' to its digests, as a new version")
    return said
