"""The command line over a small warehouse: what it prints, where, and with which status."""

from __future__ import annotations

import csv
import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import typer
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from typer.testing import CliRunner, Result

from lakehouse import peek
from lakehouse.cli import app, sql
from lakehouse.cli.app import Explaining
from lakehouse.compile import generated
from lakehouse.compile.sample import sample, write_landing
from lakehouse.compile.spark import schema
from lakehouse.declare import Table
from lakehouse.errors import PromiseBroken
from lakehouse.publication import Publication
from lakehouse.registry import table, tables
from lakehouse.store import of_rows
from tests.lake import Lake

CANARY = "K1234567"
Ask = Callable[..., Result]


@pytest.fixture(scope="module")
def ask(spark: SparkSession) -> Iterator[Ask]:
    """Calls the command line in this process, where the tests' session is running."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield lambda *words: CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(word) for word in words])
    for handler in [h for h in root.handlers if h not in before]:
        root.removeHandler(handler)
        handler.close()
    spark.conf.set("spark.sql.shuffle.partitions", "2")


@pytest.fixture(scope="module")
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A warehouse with countries run from samples, an airport without its code, and a person on a list."""
    made = Lake(spark, tmp_path_factory.mktemp("lake"))
    write_landing(made.settings.landing)
    return made


@pytest.fixture(scope="module")
def first_run(ask: Ask, lake: Lake, spark: SparkSession) -> Result:
    result = ask("run", "--landing", lake.settings.landing, "--warehouse", lake.settings.warehouse,
                 "--only", "silver.countries")  # fmt: skip
    made_up(lake, "silver.airports", icao_code=F.lit("no"))
    made_up(lake, "silver.watchlist_entries", primary_name=F.lit(CANARY))
    return result


@pytest.fixture
def warehouse(first_run: Result, lake: Lake) -> Path:
    assert first_run.exit_code == 0, first_run.output
    return lake.settings.warehouse


def made_up(lake: Lake, name: str, **columns: object) -> None:
    """Publish one sample row of a table with some columns set."""
    declared: type[Table] = table(name)
    store = lake.open().store
    frame = of_rows(lake.spark, sample(declared, 1, seed=1), schema(declared)).withColumns(columns)  # type: ignore[arg-type]
    store.publish(store.stage(declared, frame), Publication(store.run_id, {}, {}, "", {}))


def words(result: Result) -> str:
    """All that was said, as one line."""
    return " ".join(result.output.split())


def test_help_needs_neither_spark_nor_great_expectations() -> None:
    code = "import sys, lakehouse.cli; print({'pyspark', 'great_expectations', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_help_of_every_command_shows_examples_that_name_it(ask: Ask) -> None:
    assert "lakehouse run" in ask("--help").stdout
    for command in ("run", "tables", "show", "history", "quarantine", "query", "dictionary", "generate"):
        assert f"\n   lakehouse {command}" in ask(command, "--help").stdout


def test_wrong_usage_has_status_two(ask: Ask, tmp_path: Path) -> None:
    assert ask("run", "--landing", tmp_path / "nowhere").exit_code == 2
    assert ask("run", "--as-of", "yesterday").exit_code == 2
    assert ask("query").exit_code == 2
    assert ask("no-such-command").exit_code == 2


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (PromiseBroken("stays keeps its last good version."), 1, "stays keeps its last good version."),
        (ValueError(CANARY), 1, "not foreseen (ValueError)"),
        (KeyboardInterrupt(), 130, "run again to go on"),
    ],
)
def test_every_fault_is_told_in_one_paragraph(
    fault: BaseException, status: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = typer.Typer(cls=Explaining, pretty_exceptions_enable=False)

    @failing.callback()
    def group() -> None:
        pass

    @failing.command()
    def fail() -> None:
        raise fault

    monkeypatch.setenv("LAKEHOUSE_WAREHOUSE", str(tmp_path))
    result = CliRunner().invoke(failing, ["fail"])
    assert (result.exit_code, result.stdout) == (status, "")
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert CANARY not in result.stderr


def test_a_run_tells_each_step_in_order_and_where_to_look_next(first_run: Result) -> None:
    assert first_run.exit_code == 0, first_run.output
    told = first_run.stdout
    assert [line.split()[:2] for line in told.splitlines()[2:4]] == [
        ["iso3166", "published"],
        ["silver.countries", "published"],
    ]
    assert "2 steps" in told
    assert "lakehouse tables --warehouse" in told
    assert "lakehouse.log" in told
    assert "data_docs" in told


def test_progress_in_a_pipe_is_plain_lines(first_run: Result) -> None:
    assert first_run.stderr.splitlines()[0].startswith("1/2 iso3166: published (")
    assert "\x1b" not in first_run.output
    assert "\r" not in first_run.output


def test_a_refused_file_is_named_with_the_difference_and_gives_status_one(
    ask: Ask, lake: Lake, warehouse: Path
) -> None:
    landing = lake.settings.landing.with_name("broken")
    (landing / "iso3166").mkdir(parents=True)
    for file in (lake.settings.landing / "iso3166").iterdir():
        header, rest = file.read_text(encoding="utf-8").split("\n", 1)
        (landing / "iso3166" / file.name).write_text(f"{header},surplus\n{rest}", encoding="utf-8")
    result = ask("run", "--landing", landing, "--warehouse", warehouse, "--only", "silver.countries")
    assert result.exit_code == 1
    assert "surplus" in words(result)
    assert "Refused or failed" in result.stdout
    assert "files" in result.stdout


def test_where_there_is_no_landing_one_is_simulated_and_said_so(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def simulates(words: list[str]) -> subprocess.CompletedProcess[bytes]:
        asked.append(words)
        landing = Path(words[words.index("--landing") + 1])
        landing.mkdir()
        (landing / "SIMULATED.md").write_text("nobody here exists")
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr("lakehouse.settings.PROJECT", tmp_path)
    monkeypatch.delenv("LAKEHOUSE_LANDING", raising=False)
    monkeypatch.setattr("jobs.pipeline.plan", lambda only=None: {})
    monkeypatch.setattr("lakehouse.cli.run.subprocess.run", simulates)
    result = ask("run", "--warehouse", tmp_path / "warehouse")
    assert result.exit_code == 0, result.output
    assert "90 days of agency feeds are simulated first" in words(result)
    assert "holds simulated feeds" in words(result)
    assert (tmp_path / "landing" / "SIMULATED.md").exists()
    assert asked[0][-3:] == ["--until", "2026-02-28", "--quiet"]


def test_a_simulation_that_fails_leaves_no_landing(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lakehouse.settings.PROJECT", tmp_path)
    monkeypatch.delenv("LAKEHOUSE_LANDING", raising=False)
    failed = subprocess.CompletedProcess[bytes]([], 1)
    monkeypatch.setattr("lakehouse.cli.run.subprocess.run", lambda _words: failed)
    assert ask("run", "--warehouse", tmp_path / "warehouse").exit_code == 1
    assert not (tmp_path / "landing").exists()


def test_only_what_is_built_can_be_run_alone(ask: Ask, warehouse: Path) -> None:
    result = ask("run", "--warehouse", warehouse, "--only", "file_ledger")
    assert result.exit_code == 2
    assert "ops.file_ledger" in words(result)


def test_tables_says_what_is_published_and_what_is_not(ask: Ask, warehouse: Path) -> None:
    result = ask("tables", "--warehouse", warehouse)
    cells = {line.split()[0]: line.split() for line in result.stdout.splitlines()[1:]}
    assert set(cells) == set(tables())
    assert cells["silver.airports"][1] == "1"
    assert cells["gold.stay_ledger"][1:3] == ["not", "yet"]
    assert {line.split(".")[0] for line in ask("tables", "--layer", "gold").stdout.splitlines()[1:]} == {"gold"}


def test_rows_are_counted_from_the_log_as_readers_see_them(lake: Lake, warehouse: Path) -> None:
    store = lake.open().store
    for name in ("silver.countries", "silver.quarantine", "bronze.iso3166_countries", "ops.file_ledger"):
        folder = peek.folder(warehouse, table(name))
        assert peek.rows(folder) == store.read(table(name)).count(), name


def test_the_ledger_and_the_last_crossing_are_read_without_spark(lake: Lake, warehouse: Path) -> None:
    ledger = peek.folder(warehouse, table("ops.file_ledger"))
    read = [row.asDict() for row in lake.open().store.read(table("ops.file_ledger")).collect()]
    found = peek.records(ledger) or []
    assert sorted(r["source_file"] for r in found) == sorted(r["source_file"] for r in read)
    assert read, "the ledger tells of files"
    assert peek.records(warehouse / "nothing") is None
    assert peek.last_day(warehouse / "nothing", "day") is None


def test_rows_are_counted_past_checkpoints_and_deletions(spark: SparkSession, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "up"
    spark.sql(
        f"CREATE TABLE delta.`{folder}` (n bigint, day date) USING delta TBLPROPERTIES "
        "('delta.checkpointInterval'='2', 'delta.enableDeletionVectors'='true')"
    )
    for n in range(4):
        rows = spark.range(n * 10, n * 10 + 10, 1, 1).selectExpr(
            "id AS n", "date_add(DATE'2016-01-01', cast(id AS int)) AS day"
        )
        rows.write.format("delta").mode("append").save(str(folder))
    assert sorted(row["n"] for row in peek.records(folder) or []) == [*range(40)]
    assert peek.last_day(folder, "day") == date(2016, 2, 9)
    spark.sql(f"DELETE FROM delta.`{folder}` WHERE n IN (3, 33)")
    assert list((folder / "_delta_log").glob("*.checkpoint.parquet"))
    assert peek.rows(folder) == 38
    assert peek.last_day(folder, "day") is None, "a file with deletions may have lost its latest day"
    assert [commit.version for commit in peek.commits(folder)] == [5, 4, 3, 2, 1, 0]
    assert peek.rows(tmp_path / "nothing") is None


def test_history_lists_versions_with_what_each_read(ask: Ask, warehouse: Path) -> None:
    result = ask("history", "countries", "--warehouse", warehouse)
    assert "bronze.iso3166_countries v" in result.stdout
    assert result.stdout.splitlines()[0].split()[:3] == ["version", "published", "run"]
    assert ask("history", "file_ledger", "--warehouse", warehouse, "--limit", "1").stdout.count("\n") == 2


def test_history_of_what_is_not_published_says_what_to_do(ask: Ask, warehouse: Path) -> None:
    result = ask("history", "gold.stay_ledger", "--warehouse", warehouse)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "`lakehouse run`" in result.stderr


def test_show_explains_a_table_and_masks_direct_identifiers(ask: Ask, warehouse: Path) -> None:
    result = ask("show", "watchlist_entries", "--warehouse", warehouse)
    assert result.exit_code == 0, result.output
    assert CANARY not in result.output
    assert "primary_name •••" in words(result)
    said = words(result)
    declared = table("silver.watchlist_entries")
    for fact in (declared.owner, declared.grain, declared.authority, declared.pii_purpose, "reads bronze.ofac_sdn"):
        assert fact in said
    for name, column in declared.columns().items():
        assert name in said
        assert column.meaning in said


def test_show_opens_the_session_that_it_needs(warehouse: Path) -> None:
    code = "from lakehouse.cli import main; main()"
    asked = [sys.executable, "-c", code, "show", "silver.countries", "--rows", "1", "--warehouse", str(warehouse)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "row 1" in done.stdout


def test_show_of_an_unpublished_table_shows_its_declaration(ask: Ask, warehouse: Path) -> None:
    result = ask("show", "gold.stay_ledger", "--warehouse", warehouse)
    assert result.exit_code == 0
    assert "not yet: `lakehouse run` builds it" in result.stdout


def test_an_unknown_table_names_those_that_are_near(ask: Ask, warehouse: Path) -> None:
    result = ask("show", "gold.stay_leger", "--warehouse", warehouse)
    assert result.exit_code == 1
    assert "gold.stay_ledger" in result.stderr


def test_quarantine_counts_by_rule_and_shows_samples(ask: Ask, warehouse: Path) -> None:
    result = ask("quarantine", "--table", "airports", "--warehouse", warehouse)
    counted, samples = result.stdout.split("Up to 3 of each")
    assert "silver.airports icao_code has the form [A-Z0-9]{4} blanked 1" in " ".join(counted.split())
    assert samples.splitlines()[2].split()[-1] == "no"
    assert "Nothing of silver.countries" in ask("quarantine", "--table", "countries", "--warehouse", warehouse).stdout


def test_query_understands_names_with_their_layer(ask: Ask, warehouse: Path) -> None:
    text = "SELECT countries.name_en, silver.countries.country_code AS code FROM silver.countries ORDER BY 2 LIMIT 1"
    result = ask("query", text, "--warehouse", warehouse)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0].split() == ["name_en", "code"]


def test_csv_and_json_are_all_that_is_on_standard_output(ask: Ask, warehouse: Path) -> None:
    text = (
        "SELECT DATE'2016-09-19' d, TIMESTAMP'2016-09-19 01:02:03' t, NULL n, 1.5 x, array(1, 2) l, true b, 'a,\"b' s"
    )
    found = ask("query", "--format", "csv", text, "--warehouse", warehouse)
    assert list(csv.reader(io.StringIO(found.stdout))) == [
        ["d", "t", "n", "x", "l", "b", "s"],
        ["2016-09-19", "2016-09-19T01:02:03Z", "", "1.5", "[1, 2]", "true", 'a,"b'],
    ]
    found = ask("query", "--format", "json", text, "--warehouse", warehouse)
    (row,) = json.loads(found.stdout)
    assert row == {
        "d": "2016-09-19", "t": "2016-09-19T01:02:03Z", "n": None, "x": 1.5, "l": [1, 2], "b": True, "s": 'a,"b'
    }  # fmt: skip


def test_json_without_rows_is_an_empty_array(ask: Ask, warehouse: Path) -> None:
    found = ask("query", "--format", "json", "SELECT 1 AS one WHERE false", "--warehouse", warehouse)
    assert json.loads(found.stdout) == []


def test_json_refuses_two_columns_of_one_name(ask: Ask, warehouse: Path) -> None:
    found = ask("query", "--format", "json", "SELECT 1 AS n, 2 AS n", "--warehouse", warehouse)
    assert (found.exit_code, found.stdout) == (1, "")
    assert "another name with AS" in found.stderr


def test_a_result_that_was_cut_says_so_beside_it(ask: Ask, warehouse: Path) -> None:
    found = ask("query", "--limit", "2", "SELECT id FROM range(3) ORDER BY id", "--warehouse", warehouse)
    assert [line.strip() for line in found.stdout.splitlines()] == ["id", "0", "1"]
    assert "The first 2 rows" in found.stderr
    assert ask("query", "--limit", "3", "SELECT id FROM range(3)", "--warehouse", warehouse).stderr == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT nme FROM silver.countries", "`nme` cannot be resolved"),
        ("SELECT name_en FORM silver.countries x y", "near 'countries'"),
        ("SELECT * FROM countries", "Did you mean silver.countries?"),
        ("SELECT * FROM silver.countris", "There is no table silver.countris"),
        ("SELECT * FROM gold.stay_ledger", "not published"),
        ("DROP TABLE silver.countries", "DROP is not what"),
        ("WITH a AS (SELECT 1) INSERT INTO silver.countries SELECT * FROM a", "INSERT would write"),
        ("SELECT * FROM delta.`/tmp/x`", "names a file"),
        ("SELECT * FROM parquet.x", "names a file"),
        ("", "It only reads"),
    ],
)
def test_a_wrong_query_is_told_in_one_line_without_java(ask: Ask, warehouse: Path, text: str, said: str) -> None:
    found = ask("query", text, "--warehouse", warehouse)
    assert (found.exit_code, found.stdout) == (1, "")
    assert said in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1
    assert not any(word in found.stderr for word in ("\tat ", "JVM", "Py4J", "SQLSTATE"))


def test_a_query_that_fails_on_its_way_shows_no_cell(
    ask: Ask, warehouse: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "SELECT cast(primary_name AS int) FROM silver.watchlist_entries"
    found = ask("query", text, "--warehouse", warehouse)
    console = capfd.readouterr()
    assert found.exit_code == 1
    assert "[CAST_INVALID_INPUT]" in found.stderr
    assert "It befell: cast(primary_name AS int)" in found.stderr
    log = (warehouse / "logs" / "lakehouse.log").read_text()
    assert CANARY not in found.output + console.out + console.err + log


def test_who_asks_for_personal_data_is_told_what_it_is_kept_for(ask: Ask, warehouse: Path) -> None:
    found = ask("query", "SELECT count(*) FROM silver.watchlist_entries", "--warehouse", warehouse)
    assert table("silver.watchlist_entries").pii_purpose in found.stderr


@pytest.mark.parametrize(
    ("asked", "run", "views"),
    [
        ("SELECT * FROM gold.stays", "SELECT * FROM      stays", {"stays": "gold.stays"}),
        ("SELECT * FROM `gold` . `stays` s", f"SELECT * FROM {'':11}stays s", {"stays": "gold.stays"}),
        ("select gold.stays.n from GOLD.Stays", "select      stays.n from      stays", {"stays": "gold.stays"}),
        ("SELECT 'gold.stays', \"gold.stays\" -- gold.stays", None, {}),
        ("SELECT r'gold.stays\\', 'it''s \\' gold.stays' /* gold.stays */", None, {}),
        ("SELECT gold.n FROM gold.other AS gold", None, {}),
        (
            "SELECT * FROM gold.stays JOIN silver.stays USING (n)",
            "SELECT * FROM gold_stays JOIN silver_stays USING (n)",
            {"gold_stays": "gold.stays", "silver_stays": "silver.stays"},
        ),
        (
            "WITH stays AS (SELECT 1), b AS (SELECT * FROM gold.stays) SELECT * FROM b",
            "WITH stays AS (SELECT 1), b AS (SELECT * FROM gold_stays) SELECT * FROM b",
            {"gold_stays": "gold.stays"},
        ),
    ],
)
def test_names_of_tables_become_views_and_every_other_word_keeps_its_place(
    asked: str, run: str | None, views: dict[str, str]
) -> None:
    understood = sql.query(asked, ("gold.stays", "silver.stays"))
    assert understood == sql.Query(run or asked, views)


def test_a_word_that_writes_is_no_harm_in_backticks_or_quotes() -> None:
    text = "SELECT `update`, 'DELETE' FROM gold.stays -- INSERT"
    assert sql.query(text, ("gold.stays",)).views == {"stays": "gold.stays"}


def test_generated_files_are_found_missing_stale_and_orphaned_and_made_current(tmp_path: Path) -> None:
    (tmp_path / "expectations").mkdir()
    (tmp_path / "expectations" / "gold.gone.json").write_text("{}")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "manifest.json").write_text("{}")
    manifest, gone = Path("dags/manifest.json"), Path("expectations/gold.gone.json")
    found = generated.check(tmp_path)
    assert (found.pop(manifest), found.pop(gone)) == ("stale", "orphaned")
    assert set(found.values()) == {"missing"}
    done = generated.write(tmp_path)
    assert (done[manifest], done[gone]) == ("rewritten", "removed")
    assert generated.check(tmp_path) == {}
