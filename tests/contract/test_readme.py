"""The README's walk-through is done as written: a dataset is added by one module and one test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from lakehouse.registry import sources, tables

ROOT = Path(__file__).parents[2]
COPIED = ("lakehouse", "jobs", "ml", "tests", "infra", "dags", "pyproject.toml", "docs", "expectations")


def test_the_walk_through_adds_a_dataset_that_keeps_every_contract(tmp_path: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / ".jars").symlink_to(ROOT / ".jars")
    readme = (ROOT / "README.md").read_text()
    files = dict(re.findall(r"^`([\w/]+\.py)`:\n\n```python\n(.*?)^```", readme, flags=re.M | re.S))
    assert sorted(files) == ["lakehouse/gold/arrivals_by_mode.py", "tests/spec/test_arrivals_by_mode.py"]
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    _run(tmp_path, "-c", "from lakehouse.cli import main; main()", "generate")

    assert (tmp_path / "expectations" / "gold.arrivals_by_mode.json").exists()
    assert "gold.arrivals_by_mode" in (tmp_path / "dags" / "manifest.json").read_text()
    assert "arrivals_by_mode" in (tmp_path / "docs" / "lineage.svg").read_text()
    tests = (
        "tests/spec/test_arrivals_by_mode.py",
        "tests/contract/test_every_table.py",
        "tests/contract/test_closure.py",
    )
    said = _run(
        tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", "arrivals_by_mode or ArrivalsByMode"
    )
    assert int(re.findall(r"(\d+) passed", said)[-1]) >= 9
    assert "failed" not in said


def test_the_readme_counts_what_is_declared_and_names_every_source() -> None:
    readme = (ROOT / "README.md").read_text()
    found = [name for name, table in tables().items() if hasattr(table, "build")]
    silver, gold = (sum(name.startswith(layer) for name in found) for layer in ("silver.", "gold."))
    assert f"{len(sources())} sources become {silver} silver entities and {gold} gold datasets." in readme
    landing = readme.partition("## The landing")[2].partition("## Privacy")[0]
    assert not [source.name for source in sources() if f"`{source.name}`" not in landing]


def test_links_lead_to_what_is_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(), flags=re.S)
        for link in re.findall(r"\]\(([^)#\s]+)", text):
            assert "://" in link or (page.parent / link).exists(), f"{page.name}: {link}"


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for number, page in enumerate(pages, 1):
        title = page.read_text().splitlines()[0].removeprefix(f"# {number}. ")
        assert f"{number}. [{title}]({page.name})" in listed.splitlines()


def _run(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
