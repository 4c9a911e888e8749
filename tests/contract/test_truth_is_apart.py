"""Nothing in the pipeline can read the truth: not by import and not by name.

That a run opens nothing of it is tested where all tables are built: ``tests/golden``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from lakehouse.declare import Table
from lakehouse.ops.detection_quality import DetectionQuality
from lakehouse.registry import tables
from lakehouse.settings import Settings

ROOT = Path(__file__).parents[2]
#: What makes the truth, and what compares with it.
APART = ("lakehouse.evaluation", "lakehouse.simulator")
COMMANDS = ("lakehouse.cli.evaluate", "lakehouse.cli.simulate")
#: The application names the commands; what they read is imported when one of them runs.
NAMES_COMMANDS = "lakehouse.cli.app"


def _modules() -> dict[str, Path]:
    found = {}
    for folder in ("lakehouse", "jobs", "dags", "ml"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            found[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


MODULES = _modules()
PIPELINE = sorted(m for m in MODULES if not m.startswith(APART) and m not in COMMANDS)

each_module = pytest.mark.parametrize("module", PIPELINE)


@cache
def _imports(module: str) -> frozenset[str]:
    """Modules of the project that a module imports, wherever in it."""
    tree = ast.parse(MODULES[module].read_text())
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    packages = {".".join(name.split(".")[:n]) for name in named for n in range(1, name.count(".") + 2)}
    return frozenset((named | packages) & set(MODULES))


@each_module
def test_no_module_of_the_pipeline_leads_to_the_truth_by_imports(module: str) -> None:
    reached: set[str] = set()
    pending = [module]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += _imports(name) - (set(COMMANDS) if name == NAMES_COMMANDS else set())
    assert not sorted(m for m in reached if m.startswith(APART) or m in COMMANDS)


@each_module
def test_no_module_of_the_pipeline_names_the_truth(module: str) -> None:
    source = MODULES[module].read_text()
    texts = [n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    code = re.sub(r"#.*", "", source)
    names = {n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name)}
    arguments = {n.arg for n in ast.walk(ast.parse(source)) if isinstance(n, ast.arg | ast.keyword) and n.arg}
    assert "lakehouse.evaluation" not in code
    assert "lakehouse.simulator" not in code
    assert not {name for name in names | arguments if re.search(r"truth", name)}
    # In prose the word may stand; a path or the name of a file may not.
    assert not [t for t in texts if re.search(r"(^|/)truth(/|$)|(persons|behaviours)\.parquet|--truth", t)]


def test_settings_hold_no_path_to_the_truth() -> None:
    assert {field.name for field in fields(Settings)} == {
        *("landing", "warehouse", "key_file", "driver_memory", "cores"),
        *("mlflow", "tracking_uri"),
    }
    assert "TRUTH" not in (ROOT / "lakehouse" / "settings.py").read_text().upper()


@pytest.mark.parametrize("table", tables().values(), ids=tables())
def test_no_table_is_built_from_what_the_evaluation_publishes(table: type[Table]) -> None:
    assert DetectionQuality not in table.inputs().values()
