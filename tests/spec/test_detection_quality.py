"""A warehouse compared with a truth on disk: keyed, measured, audited, published, and shown on a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import DataFrame

from lakehouse.errors import NotPublished
from lakehouse.evaluation.job import Evaluated, evaluate, publish
from lakehouse.evaluation.measures import Counts, Measured
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import Truth
from lakehouse.identity import with_document_key, with_identity_key
from lakehouse.publication import Publication
from lakehouse.silver.inspections import Inspections
from lakehouse.store import Store
from tests.lake import Lake

WORLD = "seed 1"


def _truth(folder: Path) -> Path:
    folder.mkdir()
    mei = {"nationality": "TWN", "primary_identifier": "LIN", "secondary_identifier": "MEI HUA", "sex": "F"}
    ken = {"nationality": "JPN", "primary_identifier": "SATO", "secondary_identifier": "KEN", "sex": "M"}
    pl.DataFrame(
        {
            "person_id": [1, 2, 3],
            "identities": [
                [{**mei, "date_of_birth": date(1980, 5, 1)}],
                [{**ken, "date_of_birth": date(1990, 7, 2)}],
                [{**ken, "date_of_birth": date(1991, 7, 2)}],
            ],
            "documents": [
                [{"issuing_state": state, "document_number": number, "document_type": "P"}]
                for state, number in (("TWN", "X1234567"), ("JPN", "TK7654321"), ("JPN", "TK0000000"))
            ],
        },
        schema_overrides={"person_id": pl.UInt64},
    ).write_parquet(folder / "persons.parquet")
    pl.DataFrame(
        {
            "person_id": [1, 3],
            "behaviour": "overstaying",
            "group_id": [None, None],
            "onset": date(2025, 12, 5),
            "strength": 1.0,
            "is_twin": False,
            "held_out": True,
        },
        schema_overrides={"person_id": pl.UInt64, "group_id": pl.String},
    ).write_parquet(folder / "behaviours.parquet")
    crossings = {"record_id": ["I-1", "I-2", "I-lost"], "person_id": [1, 2, 3]}
    pl.DataFrame(crossings, schema_overrides={"person_id": pl.UInt64}).write_parquet(folder / "crossings.parquet")
    return folder


def _published(lake: Lake, rows: DataFrame) -> Store:
    bench = lake.open()
    store = bench.store.suited_to(1)
    staged = store.stage(Inspections, rows)
    store.publish(staged, Publication(store.run_id, {}, {}, "", staged.counts))
    return store


def _inspections(lake: Lake) -> DataFrame:
    """Both persons as the pipeline reads them, with names as the zone writes them."""
    drawn = [
        ("I-1", "TWN", "LIN", "MEI<HUA", date(1980, 5, 1), "F", "TWN", "x123 4567"),
        ("I-2", "JPN", "SATO", "KEN", date(1990, 7, 2), "M", "JPN", "TK-7654321"),
    ]
    names = "inspection_id, nationality, primary_identifier, secondary_identifier, date_of_birth, sex, issuing_state"
    frame = lake.spark.createDataFrame(drawn, [*names.split(", "), "document_number"])
    keyring = lake.open().store.keyring()
    who = ("nationality", "primary_identifier", "secondary_identifier", "date_of_birth", "sex")
    keyed = with_document_key(
        with_identity_key(frame, keyring, *(frame[name] for name in who)),
        keyring,
        frame["issuing_state"],
        frame["document_number"],
    )
    said = {
        **dict.fromkeys(("recorded_at_utc", "inspected_at_utc", "hour_start_local"), "timestamp'2025-12-06 01:00:00'"),
        "inspected_on": "date'2025-12-06'",
        "direction": "'entry'",
        "lane": "'counter'",
        "mode": "'air'",
        "outcome": "'admitted'",
        "class_of_admission": "'visa_exempt'",
        "residence_country": "nationality",
        "port_code": "'TWTPE'",
        "port_source_code": "'桃園一期'",
        "purpose": "'pleasure'",
        "versions_count": "1",
        "version_number": "1",
        "source_line": "1",
        **dict.fromkeys(("source_delivery", "source_file"), "'inspections/2025-12-06'"),
    }
    here = {*keyed.columns}
    columns = Inspections.columns()
    return keyed.selectExpr(
        *(
            name if name in here else f"cast({said.get(name, 'null')} as {column.kind}) as {name}"
            for name, column in columns.items()
        )
    )


def _seen(truth: Truth, frames: Frames) -> list[Measured]:
    actual = truth.doers("overstaying")
    persons = truth.persons(frames[Inspections.full_name()]["person_key"])
    return [
        Measured(Inspections.full_name(), "overstaying", "persons", "all", "All in the data.", actual.against(persons))
    ]


ALL_SEEN = Question("overstaying", {Inspections.full_name(): ("person_key",)}, _seen)
NO_SUCH = Question("overstaying", {"gold.no_such_table": ("person_key",)}, _seen)


@pytest.fixture
def evaluated(lake: Lake, tmp_path: Path) -> tuple[Store, Evaluated]:
    store = _published(lake, _inspections(lake))
    return store, evaluate(WORLD, _truth(tmp_path / "truth"), store, (ALL_SEEN, NO_SUCH))


def test_the_truths_persons_are_met_by_the_pipelines_keys_and_those_without_records_are_left_out(
    evaluated: tuple[Store, Evaluated],
) -> None:
    found = {(row.dataset, row.behaviour): row for row in evaluated[1].measured}
    seen = found["silver.inspections", "overstaying"]
    assert seen.counts == Counts(actual=1, unseen=1, named=2, true_positives=1, twins=0, named_twins=0)
    assert seen.is_held_out
    assert found["gold.no_such_table", "overstaying"].not_measured_because == (
        "gold.no_such_table is not published in this warehouse."
    )
    assert "gold.exit_control_match" in (found["none", "wanted_leaving"].not_measured_because or "")
    assert evaluated[1].versions == {"silver.inspections": 1}


def test_figures_are_published_in_the_place_of_the_worlds_earlier_ones_and_shown_on_a_page(
    evaluated: tuple[Store, Evaluated], lake: Lake
) -> None:
    store, world = evaluated
    bench = lake.open()
    other = Evaluated("seed 2", world.measured[:1], {})
    publish(store, bench.auditor, [world, other])
    page = publish(store, bench.auditor, [world])
    rows = lake.rows("ops.detection_quality")
    assert [row["world"] for row in rows] == ["seed 1"] * 4 + ["seed 2"]
    measured = next(row for row in rows if row["is_measured"])
    assert (measured["precision_ratio"], measured["recall_ratio"], measured["is_held_out"]) == (0.5, 1.0, True)
    text = page.read_text()
    assert text.count("<svg") == 1
    assert "held out" in text
    assert "gold.no_such_table is not published in this warehouse." in text
    assert "http://" not in text.replace("http://www.w3.org/", "")


def test_a_truth_that_is_not_whole_is_named(lake: Lake, tmp_path: Path) -> None:
    store = _published(lake, _inspections(lake))
    with pytest.raises(NotPublished, match="holds no persons, behaviours, crossings"):
        evaluate(WORLD, tmp_path / "truth", store)
