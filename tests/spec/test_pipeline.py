"""In which order the steps of a run are taken."""

from types import SimpleNamespace
from typing import Any

import pytest

from jobs import pipeline

#: Passengers wait for messages and codes, and seen for passengers; nobody waits for lists.
STEPS: dict[str, set[str]] = {
    "codes": set(),
    "lists": set(),
    "messages": set(),
    "named": {"codes"},
    "passengers": {"messages", "codes"},
    "seen": {"passengers"},
}


def test_the_longest_chain_behind_a_step_is_counted() -> None:
    assert pipeline.steps_behind(STEPS) == {
        "codes": 2,
        "lists": 0,
        "messages": 2,
        "named": 0,
        "passengers": 1,
        "seen": 0,
    }


def test_steps_with_the_longest_chain_behind_them_are_begun_first(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    bench: Any = SimpleNamespace(
        auditor=SimpleNamespace(write_pages=lambda _audits: None), store=SimpleNamespace(discard=lambda: None)
    )

    def step(_bench: Any, name: str) -> Any:
        return SimpleNamespace(name=name, audits=(), outcome="published")

    monkeypatch.setattr(pipeline, "AT_ONCE", 1)
    monkeypatch.setattr(pipeline, "refresh_table", step)
    monkeypatch.setattr(pipeline, "ingest_source", step)
    report = pipeline.run(bench, STEPS, started=begun.append)
    assert begun == ["codes", "messages", "passengers", "lists", "named", "seen"]
    assert [s.name for s in report.steps] == begun
