"""What a run was made from: versions of the tables it read, and the code that read them."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from lakehouse.declare import Table
from lakehouse.errors import NotPublished
from lakehouse.settings import PROJECT
from lakehouse.store import Store

#: What makes a model: the code of both packages, and the versions of all libraries.
_CODE = ("ml/**/*.py", "lakehouse/**/*.py", "infra/requirements.lock")


@dataclass(frozen=True)
class Origin:
    """Delta versions of the tables read, by full name; the commit, and a fingerprint of the code as it was run.

    ``is_changed`` tells that the working tree was not what the commit holds.
    """

    data: dict[str, int]
    commit: str
    is_changed: bool
    fingerprint: str


def origin(store: Store, inputs: Iterable[type[Table]]) -> Origin:
    """Versions that readers see now of ``inputs``, and the code; raises ``NotPublished``."""
    return Origin(data_versions(store, inputs), *code_version())


def data_versions(store: Store, inputs: Iterable[type[Table]]) -> dict[str, int]:
    """The version of each table that readers see; raises ``NotPublished``.

    Pass them to ``Store.read``, so that what is read is what is said to be.
    """
    versions = {}
    for table in inputs:
        last = store.last(table)
        if last is None:
            raise NotPublished(f"{table.full_name()} is not published yet. `lakehouse run` builds it.")
        versions[table.full_name()] = last.version
    return dict(sorted(versions.items()))


def code_version() -> tuple[str, bool, str]:
    """Commit ('unknown' outside a checkout), whether the tree differs from it, and twelve digits over the code."""
    commit = _git("rev-parse", "HEAD") or "unknown"
    is_changed = bool(_git("status", "--porcelain", "--untracked-files=no"))
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _CODE for path in PROJECT.glob(pattern)}):
        digest.update(f"{path.relative_to(PROJECT)}\0".encode())
        digest.update(path.read_bytes())
    return commit, is_changed, digest.hexdigest()[:12]


def _git(*arguments: str) -> str:
    try:
        said = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return ""
    return said.stdout.strip()
