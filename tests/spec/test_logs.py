"""The log tells what happened, and holds no cell of any table."""

from __future__ import annotations

import json
import logging
import subprocess
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from lakehouse import logs
from lakehouse.errors import PromiseBroken, WarehouseUnwritable

CANARY = "K1234567"
NAME = "OKONKWO"

JAVA = f"""py4j.protocol.Py4JJavaError: An error occurred while calling o115.save.
: org.apache.spark.SparkException: [TASK_WRITE_FAILED] Task failed while writing rows to file:/tmp/x. SQLSTATE: 58030
\tat org.apache.spark.sql.errors.QueryExecutionErrors$.taskFailed(QueryExecutionErrors.scala:140)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: org.apache.spark.sql.delta.DeltaInvariantViolationException: [DELTA_VIOLATE_CONSTRAINT_WITH_VALUES] CHECK \
constraint promises violated by row with values:
 - passport : {CANARY}
 - name : {NAME}
\t... 12 more"""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before = list(root.handlers)
    yield logs.configure(tmp_path)
    for handler in [h for h in root.handlers if h not in before]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_a_record_is_one_line_of_json_with_its_fields(log: Path) -> None:
    facts = {"table": "gold.stay_ledger", "day": date(2016, 9, 19), "rows_count": 3, "took_seconds": 0.5}
    logging.getLogger("lakehouse.store").info("published", extra=facts)
    (line,) = lines(log)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO", "logger": "lakehouse.store", "message": "published", **facts, "day": "2016-09-19"
    }  # fmt: skip


def test_of_an_object_in_a_field_only_the_class_is_kept(log: Path) -> None:
    logging.getLogger("jobs.steps").error("failed", extra={"fault": ValueError(CANARY), "parts": [Path("a"), {1: 2}]})
    assert lines(log)[0]["fault"] == "ValueError"
    assert lines(log)[0]["parts"] == ["a", {"1": 2}]


@pytest.mark.parametrize(
    "said",
    [
        f"""[CAST_INVALID_INPUT] The value '{CANARY}' of the type "STRING" cannot be cast to "INT".""",
        f"[CAST_INVALID_INPUT] The value 'O'{NAME} {CANARY}' of the type",
        f"[CAST_INVALID_INPUT] The value '\n{CANARY}' of the type",
        f'For input string: "{CANARY}"',
        f"Malformed records are detected in record parsing: [{NAME},{CANARY}]",
        f"could not convert string to float: '{NAME}'",
        f"unconverted data remains: {CANARY}",
        f"CHECK constraint promises violated by row with values:\n - name : {NAME}\n - passport : {CANARY}",
        "born 1961-07-09 in a place",
    ],
)
def test_what_a_fault_says_of_values_is_left_out(said: str) -> None:
    for text in (logs.first_words(said), logs.redacted(f"ValueError: {said}"), logs.redacted(said)):
        assert not any(cell in text for cell in (CANARY, NAME, "1961"))


def test_conditions_classes_and_frames_of_java_stay() -> None:
    assert logs.redacted(JAVA).splitlines() == [
        "py4j.protocol.Py4JJavaError: An error occurred while calling o115.save.",
        ": org.apache.spark.SparkException: [TASK_WRITE_FAILED] Task failed while writing rows to file:/tmp/x. "
        "SQLSTATE: …",
        "\tat org.apache.spark.sql.errors.QueryExecutionErrors$.taskFailed(QueryExecutionErrors.scala:140)",
        "\tat java.base/java.lang.Thread.run(Thread.java:840)",
        "Caused by: org.apache.spark.sql.delta.DeltaInvariantViolationException: "
        "[DELTA_VIOLATE_CONSTRAINT_WITH_VALUES] CHECK constraint promises violated by row with values:",
        "…",
        "\t... 12 more",
    ]


def test_frames_of_python_stay_without_their_source_lines() -> None:
    def fail() -> None:
        raise PromiseBroken("gold.stay_ledger keeps its last good version") from KeyError("K1234567")

    with pytest.raises(PromiseBroken) as caught:
        fail()
    said = logs.trace(caught.value).splitlines()
    assert said[0].startswith("KeyError: …")
    assert said[-1] == "lakehouse.errors.PromiseBroken: gold.stay_ledger keeps its last good version"
    assert any(line.endswith(", in fail") for line in said)
    assert not any("raise " in line or CANARY in line for line in said)


def test_redacting_twice_changes_nothing() -> None:
    once = logs.redacted(JAVA)
    assert logs.redacted(once) == once


def test_a_failed_cast_in_spark_reaches_neither_log_nor_console(
    log: Path, spark: SparkSession, capfd: pytest.CaptureFixture[str]
) -> None:
    passports = spark.createDataFrame([(CANARY,)], "passport string")
    with pytest.raises(PySparkException) as caught:
        passports.select(F.col("passport").cast("int")).collect()
    logging.getLogger("jobs.steps").error("step failed", exc_info=caught.value)
    passports.createOrReplaceTempView("passports")
    with pytest.raises(PySparkException):
        spark.sql("SELECT cast(passport AS int) FROM passports").collect()
    console = capfd.readouterr()
    assert CANARY not in log.read_text() + console.out + console.err
    assert "[CAST_INVALID_INPUT]" in log.read_text()
    assert "\\tat org.apache.spark" in log.read_text()


def test_libraries_speak_to_the_log_and_not_to_the_console(log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("py4j").error("An error occurred while calling o1.load: '%s'", CANARY, extra={"cell": CANARY})
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"value '{CANARY}'", UserWarning, stacklevel=1)
    console = capfd.readouterr()
    assert (console.out, console.err) == ("", "")
    assert [line["logger"] for line in lines(log)] == ["py4j", "py.warnings"]
    assert CANARY not in log.read_text()


def test_what_programs_started_within_print_goes_to_the_log(log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with logs.console_kept():
        said = f"echo WARNING: incubator modules; echo \"bad value '{CANARY}'\" >&2"
        subprocess.run(["sh", "-c", said], check=True)
    print("afterwards")
    for _ in range(100):
        if len(lines(log)) == 2:
            break
        subprocess.run(["sleep", "0.05"], check=True)
    assert [line["message"] for line in lines(log)] == ["WARNING: incubator modules", "bad value …"]
    assert capfd.readouterr().out == "afterwards\n"


def test_a_second_call_moves_the_log(log: Path, tmp_path: Path) -> None:
    moved = logs.configure(tmp_path / "other")
    logging.getLogger("lakehouse").warning("here")
    assert logs.configured() == moved == tmp_path / "other" / "logs" / "lakehouse.log"
    assert (len(lines(moved)), len(lines(log))) == (1, 0)


def test_a_log_that_has_grown_large_is_set_aside(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 10)
    logging.getLogger("lakehouse").warning("before")
    logs.configure(tmp_path)
    assert log.read_text() == ""
    assert "before" in log.with_name("lakehouse.log.1").read_text()


def test_a_log_that_cannot_be_written_is_told_with_what_to_do(log: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WarehouseUnwritable, match="LAKEHOUSE_WAREHOUSE"):
        logs.configure(tmp_path / "file")
