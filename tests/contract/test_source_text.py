"""What no module may do, read from the source itself."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(p for d in ("lakehouse", "jobs", "ml") for p in (ROOT / d).rglob("*.py"))
TABLE_MODULES = [p for p in MODULES if p.parent.name in ("bronze", "silver", "gold", "ops")]

#: The store reads and writes tables; ingest opens landed files through Spark's reader.
MAY_READ = {"lakehouse/store.py", "lakehouse/ingest.py"}
MAY_WRITE = {"lakehouse/store.py"}
MAY_READ_THE_CLOCK = {"lakehouse/store.py"}

#: Serves Spark Connect itself, and so has the side of it that clients have not.
IS_THE_SERVER = {"jobs/connect_server.py"}

#: What Spark Connect does not have, or what runs row by row in Python.
NOT_CONNECT = {"rdd", "sparkContext", "_jvm", "_jsc", "_jdf", "_sc", "foreach", "toLocalIterator", "udf"}


def _attributes(path: Path) -> set[str]:
    return {n.attr for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_the_store_reads_and_writes_tables(path: Path) -> None:
    used = _attributes(path)
    assert _name(path) in MAY_READ or not used & {"read", "readStream"} - _file_reads(path)
    assert _name(path) in MAY_WRITE or not used & {"write", "writeTo", "writeStream"} - _file_writes(path)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_only_what_spark_connect_has_is_used(path: Path) -> None:
    assert _name(path) in IS_THE_SERVER or not _attributes(path) & NOT_CONNECT


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_the_clock_is_read_in_one_place(path: Path) -> None:
    calls = {"now", "utcnow", "today", "current_date", "current_timestamp", "localtimestamp"}
    assert _name(path) in MAY_READ_THE_CLOCK or not _attributes(path) & calls


@pytest.mark.parametrize("path", TABLE_MODULES, ids=_name)
def test_tables_know_no_session_path_or_environment(path: Path) -> None:
    assert not _attributes(path) & {
        "sparkSession",
        "getOrCreate",
        "environ",
        "createDataFrame",
        "cache",
        "persist",
    }


@pytest.mark.parametrize("path", TABLE_MODULES, ids=_name)
def test_a_table_module_is_no_longer_than_a_page_or_three(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 220, "split it by what its parts mean"


def test_all_that_is_imported_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {_normal(re.split(r"[^\w.-]", text)[0]) for text in project["dependencies"]}
    own = {"lakehouse", "jobs", "ml", *sys.stdlib_module_names}
    imported = {name.partition(".")[0] for path in MODULES for name in _imports(path)} - own
    providers = packages_distributions()
    assert not [n for n in sorted(imported) if not declared & {_normal(d) for d in providers.get(n, [])}]


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _imports(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    modules = {n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module}
    return modules | {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}


def _file_reads(path: Path) -> set[str]:
    """``.read()`` as a call reads a file; ``.read.`` begins a Spark reader."""
    return _called(path, "read")


def _file_writes(path: Path) -> set[str]:
    return _called(path, "write")


def _called(path: Path, name: str) -> set[str]:
    tree = ast.parse(path.read_text())
    called = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    as_call = {id(f) for f in called if f.attr == name}
    all_uses = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == name]
    return {name} if all(id(n) in as_call for n in all_uses) else set()
