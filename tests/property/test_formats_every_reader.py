"""What every reader of driver formats promises, tried on every declared kind of file."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.bronze.cbp_wait_times import CbpWaitTimes
from lakehouse.bronze.exit_bans import ExitBans
from lakehouse.bronze.hk_daily_traffic import HkDailyTraffic
from lakehouse.bronze.i94_labels import I94Labels
from lakehouse.bronze.inspections import Inspections
from lakehouse.bronze.iso3166_countries import Iso3166Countries
from lakehouse.bronze.iso3166_country_codes import Iso3166CountryCodes
from lakehouse.bronze.nia_port_daily import NiaPortDaily
from lakehouse.bronze.ofac_add import OfacAdd
from lakehouse.bronze.ofac_alt import OfacAlt
from lakehouse.bronze.ofac_comments import OfacComments
from lakehouse.bronze.ofac_sdn import OfacSdn
from lakehouse.bronze.openflights_airlines import OpenflightsAirlines
from lakehouse.bronze.openflights_airports import OpenflightsAirports
from lakehouse.bronze.openflights_routes import OpenflightsRoutes
from lakehouse.bronze.un_consolidated import UnConsolidated
from lakehouse.declare import Bronze, Pii
from lakehouse.errors import SourceSurprise
from lakehouse.formats import ArrowFormat, Record

without_deadline = settings(deadline=None)

TABLES: tuple[type[Bronze], ...] = (
    CbpWaitTimes, ExitBans, HkDailyTraffic, I94Labels, Inspections, Iso3166Countries, Iso3166CountryCodes,
    NiaPortDaily, OfacAdd, OfacAlt, OfacComments, OfacSdn, OpenflightsAirlines, OpenflightsAirports, OpenflightsRoutes,
    UnConsolidated,
)  # fmt: skip
every_table: Callable[..., Any] = pytest.mark.parametrize("table", TABLES, ids=lambda t: t.short_name())


def example_rows(table: type[Bronze], count: int = 12) -> list[dict[str, Any]]:
    """Rows of the declared examples, which belong together by their place."""
    columns = table.raw_columns().items()
    return [
        {name: c.examples[n % len(c.examples)] if c.examples else str(n + 1) for name, c in columns}
        for n in range(count)
    ]


def example_file(table: type[Bronze]) -> bytes:
    content = table.format.render(example_rows(table), table)
    assert isinstance(content, bytes)
    return content


def read(content: bytes, table: type[Bronze]) -> list[Record]:
    if isinstance(table.format, ArrowFormat):
        rows = table.format.table(content, table).to_pylist()
        return [Record(row.pop("source_line"), row) for row in rows]
    return list(table.format.records(content, table))


def by_text(row: dict[str, Any]) -> str:
    return str(sorted(row.items(), key=lambda item: item[0]))


@every_table
def test_the_declared_examples_make_a_file_that_reads_back(table: type[Bronze]) -> None:
    records = read(example_file(table), table)
    assert sorted((r.values for r in records), key=by_text) == sorted(example_rows(table), key=by_text)
    assert all(list(r.values) == list(table.raw_columns()) for r in records)


@every_table
def test_lines_are_counted_from_one_and_never_go_back(table: type[Bronze]) -> None:
    lines = [record.line for record in read(example_file(table), table)]
    assert lines == sorted(set(lines))
    assert lines[0] >= 1


@every_table
def test_a_file_cut_anywhere_is_refused_or_gives_whole_records_only(table: type[Bronze]) -> None:
    content = example_file(table)
    whole = read(content, table)
    for end in range(0, len(content), max(1, len(content) // 300)):
        try:
            part = read(content[:end], table)
        except SourceSurprise:
            continue
        assert part == whole[: len(part)]


@pytest.mark.parametrize("table", [I94Labels, UnConsolidated], ids=lambda t: t.short_name())
def test_a_format_with_an_end_is_refused_wherever_it_is_cut(table: type[Bronze]) -> None:
    content = example_file(table).rstrip()
    for end in [*range(0, len(content), max(1, len(content) // 300)), len(content) - 1]:
        with pytest.raises(SourceSurprise):
            read(content[:end], table)


@every_table
@without_deadline
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_but_never_break_the_reader(table: type[Bronze], content: bytes) -> None:
    refusal(content, table)


@every_table
@without_deadline
@given(data=st.data())
def test_a_file_damaged_anywhere_is_read_or_refused_but_never_breaks_the_reader(
    table: type[Bronze], data: st.DataObject
) -> None:
    content = example_file(table)
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    noise = data.draw(st.binary(max_size=8) | st.sampled_from([b"'", b'"', b",", b"\n", b"<", b";", b"&", b"="]))
    refusal(content[:start] + noise + content[end:], table)


@every_table
@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\t"], ids=["no bytes", "a line end", "blanks"])
def test_an_empty_file_is_refused(table: type[Bronze], content: bytes) -> None:
    with pytest.raises(SourceSurprise):
        read(content, table)


@every_table
def test_text_that_is_not_utf_8_is_refused(table: type[Bronze]) -> None:
    content = example_file(table)
    middle = content.index(b"\n", len(content) // 2) - 2
    with pytest.raises(SourceSurprise):
        read(content[:middle] + b"\xe9\xff" + content[middle:], table)


@every_table
def test_a_nul_byte_is_refused(table: type[Bronze]) -> None:
    content = example_file(table)
    middle = len(content) // 2
    with pytest.raises(SourceSurprise):
        read(content[:middle] + b"\0" + content[middle:], table)


@every_table
def test_a_refusal_never_quotes_what_is_personal(table: type[Bronze]) -> None:
    personal = [c for c in table.raw_columns().values() if c.pii is Pii.DIRECT]
    texts = {example for column in personal for example in column.examples if example}
    content = example_file(table)
    for start in range(0, len(content), 61):
        said = refusal(content[:start] + b'"\xff"' + content[start:], table) + refusal(content[:start], table)
        assert not [text for text in texts if text in said]


def refusal(content: bytes, table: type[Bronze]) -> str:
    try:
        assert read(content, table), "a reader without records has to refuse"
    except SourceSurprise as surprise:
        return str(surprise)
    return ""
