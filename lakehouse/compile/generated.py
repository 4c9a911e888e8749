"""Files that are written from the declarations, so that readers without Python see them."""

from __future__ import annotations

from pathlib import Path

from lakehouse.compile import dictionary
from lakehouse.compile.expectations import suite_json
from lakehouse.compile.manifest import manifest
from lakehouse.registry import tables
from lakehouse.settings import PROJECT

#: Patterns of the files that nothing but generation writes.
OWNED = ("dags/manifest.json", "expectations/*.json")


def generated() -> dict[Path, str]:
    """Every generated file by its path below the project, as text that changes only with the declarations."""
    return {
        Path("dags/manifest.json"): manifest(),
        **{Path(f"expectations/{name}.json"): suite_json(table) for name, table in tables().items()},
        **{Path("docs", name): text for name, text in dictionary.files().items()},
    }


def write(project: Path = PROJECT) -> dict[Path, str]:
    """Make every generated file current; what was done to those that were not."""
    faults, wanted = check(project), generated()
    for path in faults:
        if path in wanted:
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(wanted[path], encoding="utf-8")
        else:
            (project / path).unlink()
    done = {"missing": "written", "stale": "rewritten", "orphaned": "removed"}
    return {path: done[fault] for path, fault in faults.items()}


def check(project: Path = PROJECT) -> dict[Path, str]:
    """Files that are missing, stale, or orphaned: nothing is declared for those."""
    wanted = generated()
    faults = {}
    for path, text in wanted.items():
        file = project / path
        if not file.is_file():
            faults[path] = "missing"
        elif file.read_bytes() != text.encode():
            faults[path] = "stale"
    found = (file.relative_to(project) for pattern in OWNED for file in project.glob(pattern))
    return dict(sorted({**faults, **{path: "orphaned" for path in found if path not in wanted}}.items()))
