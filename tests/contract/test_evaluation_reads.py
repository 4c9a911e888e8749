"""The evaluation asks of tables and columns that are declared, about behaviours that are simulated."""

from __future__ import annotations

import pytest

from lakehouse.evaluation.question import Question
from lakehouse.evaluation.questions import NO_DATASET_YET, QUESTIONS
from lakehouse.evaluation.truth import INSPECTIONS
from lakehouse.registry import tables
from lakehouse.silver.inspections import Inspections
from lakehouse.simulator.behaviours import BEHAVIOURS


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: f"{q.behaviour} by {q.dataset}")
def test_questions_read_declared_columns(question: Question) -> None:
    for name, columns in question.reads.items():
        assert name in tables()
        assert set(columns) <= set(tables()[name].columns())


def test_every_simulated_behaviour_is_asked_about_or_said_not_to_be() -> None:
    asked = {question.behaviour for question in QUESTIONS}
    assert not asked & set(NO_DATASET_YET)
    assert asked | set(NO_DATASET_YET) == {behaviour.name for behaviour in BEHAVIOURS}


def test_the_truth_is_met_by_declared_columns() -> None:
    assert set(INSPECTIONS) <= set(Inspections.columns())
