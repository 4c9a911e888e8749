"""A warehouse compared with a truth on disk: keyed, measured, audited, published, and shown on a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.errors import NotPublished
from lakehouse.evaluation.job import Evaluated, evaluate, publish
from lakehouse.evaluation.measures import Counts, Measured
from lakehouse.evaluation.question import Frames, Question
from lakehouse.evaluation.truth import BEHAVIOURS, CROSSINGS, OtherTruth, Truth
from lakehouse.identity import with_document_key, with_identity_key
from lakehouse.publication import Publication
from lakehouse.silver.inspections import Inspections
from lakehouse.store import Store, of_rows
from tests.lake import Lake
from tests.worlds import drawn

WORLD = "seed 1"


def _truth(folder: Path) -> Path:
    folder.mkdir()
    who = "person_id | nationality | primary_identifier | secondary_identifier | date_of_birth | sex"
    day, persons = {"date_of_birth": pl.Date}, ("issuing_state", "document_number", "is_own")
    kinds = {name: day.get(name, pl.String) for name in (*who.split(" | "), *persons)}
    drawn(
        f"""
        {who} | issuing_state | document_number | is_own
        P1 | TWN | LIN  | MEI HUA | 1980-05-01 | F | TWN | X1234567  | true
        P2 | JPN | SATO | KEN     | 1990-07-02 | M | JPN | TK7654321 | true
        P3 | JPN | SATO | KEN     | 1991-07-02 | M | JPN | TK0000000 | true
        P3 | JPN | SATO | KEN     | 1990-07-02 | M | JPN | TK7654321 | false
        """,
        {**kinds, "is_own": pl.Boolean},
    ).write_parquet(folder / "persons.parquet")
    _each_day(
        folder / "behaviours",
        drawn(
            """
            person_id | behaviour   | onset      | held_out
            P1        | overstaying | 2025-12-05 | true
            P3        | overstaying | 2025-12-05 | true
            """,
            {**dict.fromkeys(BEHAVIOURS, pl.String), "onset": pl.Date, "is_twin": pl.Boolean, "held_out": pl.Boolean},
        ).with_columns(is_twin=pl.lit(False)),
    )
    drawn(
        """
        record_id | person_id | direction | crossed_on | outcome
        I-1       | P1        | entry     | 2025-12-06 | admitted
        I-2       | P2        | entry     | 2025-12-06 | admitted
        I-lost    | P3        | entry     | 2025-12-06 | admitted
        """,
        {**dict.fromkeys(CROSSINGS, pl.String), "crossed_on": pl.Date},
    ).write_parquet(folder / "crossings.parquet")
    return folder


def _each_day(folder: Path, rows: pl.DataFrame) -> None:
    """Rows told on two days, as the simulator tells them."""
    folder.mkdir()
    for day in ("2025-12-06", "2025-12-07"):
        rows.write_parquet(folder / f"{day}.parquet")


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
    names = "inspection_id string, nationality string, primary_identifier string, secondary_identifier string, "
    names += "date_of_birth date, sex string, issuing_state string"
    frame = of_rows(lake.spark, drawn, f"{names}, document_number string")
    keyring = lake.open().store.keyring()
    who = ("nationality", "primary_identifier", "secondary_identifier", "date_of_birth", "sex")
    keyed = with_document_key(
        with_identity_key(frame, keyring, *(frame[name] for name in who)),
        keyring,
        frame["issuing_state"],
        frame["document_number"],
    )
    said = {
        **dict.fromkeys(
            ("recorded_at_utc", "first_recorded_at_utc", "inspected_at_utc", "hour_start_local"),
            "timestamp'2025-12-06 01:00:00'",
        ),
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
    assert "gold.traveller_risk_score" in (found["none", "repeat_short_stays"].not_measured_because or "")
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
    assert [row["world"] for row in rows] == ["seed 1"] * len(world.measured) + ["seed 2"]
    measured = next(row for row in rows if row["is_measured"])
    assert (measured["precision_ratio"], measured["recall_ratio"], measured["is_held_out"]) == (0.5, 1.0, True)
    text = page.read_text()
    assert text.count("<svg") == 1
    assert "held out" in text
    assert "gold.no_such_table is not published in this warehouse." in text
    assert "http://" not in text.replace("http://www.w3.org/", "")


def test_a_truth_that_is_not_whole_is_named(lake: Lake, tmp_path: Path) -> None:
    store = _published(lake, _inspections(lake))
    with pytest.raises(NotPublished, match="holds no persons"):
        evaluate(WORLD, tmp_path / "truth", store)


def test_a_truth_of_another_world_or_keys_of_another_secret_are_named(lake: Lake, tmp_path: Path) -> None:
    rows = _inspections(lake)
    truth = _truth(tmp_path / "truth")
    with pytest.raises(OtherTruth, match="another world"):
        evaluate(
            WORLD, truth, _published(lake, rows.withColumn("inspection_id", F.concat(F.lit("X"), "inspection_id")))
        )
    with pytest.raises(OtherTruth, match="another secret"):
        evaluate(WORLD, truth, _published(lake, rows.withColumn("person_key", F.reverse("person_key"))))
