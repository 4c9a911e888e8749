"""What a commit says of itself, so that the next run knows what is new."""

from __future__ import annotations

import ast
import hashlib
import json
import threading
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lakehouse.declare import Table
from lakehouse.settings import PROJECT

#: More touched values than this are not listed: the reader takes the whole table.
MOST_TOUCHED = 5000

#: Modules whose change alters no table: they move, audit and show what builds make.
_CARRIERS = (
    "lakehouse.store",
    "lakehouse.disk",
    "lakehouse.publication",
    "lakehouse.errors",
    "lakehouse.settings",
    "lakehouse.formats",
    "ml.registry",
    "ml.tracking",
    "ml.gate",
    "ml.policy",
    "ml.training",
)


@dataclass(frozen=True)
class Publication:
    """One published version of a table, kept in its Delta commit.

    ``inputs`` are the versions read, ``parameters`` the arguments, ``code`` a
    fingerprint of the declaration. ``touched`` lists, for columns that
    downstream tables are sliced by, the values that changed; a column that is
    missing there means all. ``counts``: staged, refused and blanked rows.
    ``put_aside``: this or an earlier publication sent rows to quarantine.
    """

    run_id: str
    inputs: dict[str, int]
    parameters: dict[str, str]
    code: str
    counts: dict[str, int]
    touched: dict[str, list[str]] = field(default_factory=dict)
    put_aside: bool = False
    version: int = -1
    at_utc: str = ""

    @property
    def made_from(self) -> tuple[dict[str, int], dict[str, str], str]:
        """Versions, arguments and code: as long as these stay, so does the table."""
        return self.inputs, self.parameters, self.code

    def to_json(self) -> str:
        """The publication as Delta's ``userMetadata``."""
        said = asdict(self)
        said.pop("version")
        return json.dumps({"lakehouse": said}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | None, version: int) -> Publication | None:
        """The publication in a commit's ``userMetadata``; None for commits of upkeep."""
        said: dict[str, Any] | None = json.loads(text).get("lakehouse") if text else None
        return cls(**{**said, "version": version}) if said else None


# Python 3.11 raises SystemError where two threads parse at once (python/cpython issue 106905).
_PARSING = threading.Lock()


def fingerprint(table: type[Table]) -> str:
    """Twelve hexadecimal digits over the sources that ``table`` is built by.

    A change of its module, or of a module of the project that it imports other
    than another table's, rebuilds the table at the next run.
    """
    with _PARSING:
        sources = _imports(table.__module__)
    return hashlib.sha256("\n".join(_source(name) for name in sources).encode()).hexdigest()[:12]


@cache
def _imports(module: str) -> list[str]:
    found, pending = set(), [module]
    while pending:
        name = pending.pop()
        if name in found or name.startswith(_CARRIERS):
            continue
        found.add(name)
        for node in ast.walk(ast.parse(_source(name))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(("lakehouse", "ml")):
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
                pending += [n for n in names if _path(n) and not _is_table(n)]
    return sorted(found)


def _is_table(module: str) -> bool:
    return module.startswith(("lakehouse.bronze", "lakehouse.silver", "lakehouse.gold", "lakehouse.ops"))


def _path(module: str) -> Path | None:
    path = PROJECT / (module.replace(".", "/") + ".py")
    return path if path.exists() else None


@cache
def _source(module: str) -> str:
    path = _path(module)
    return path.read_text() if path else ""
