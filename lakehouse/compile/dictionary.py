"""The data dictionary: what every table and column means, as a page, as Markdown and as a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from markupsafe import Markup, escape

from lakehouse.compile.lineage import svg
from lakehouse.compile.templates import filled
from lakehouse.declare import Bronze, Column, Gold, Kind, Ops, Pii, Rule, Silver, Supersession, Table
from lakehouse.registry import tables

#: Layers in the order in which readers look for tables.
LAYERS: tuple[type[Table], ...] = (Gold, Silver, Bronze, Ops)
SEEN = {
    Supersession.EACH: "every delivery in its newest release",
    Supersession.LATEST: "the newest delivery only",
    Supersession.ALL: "all releases of all deliveries",
}


def files() -> dict[str, str]:
    """Every file of the dictionary by its path below ``docs``; it changes only with the declarations."""
    declared = tables()
    return {
        "dictionary.html": page(declared),
        "dictionary.md": markdown(declared),
        "lineage.svg": svg(declared),
    }


def write(folder: Path) -> Path:
    """Write every file below ``folder``; the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "dictionary.html"


def page(declared: Mapping[str, type[Table]]) -> str:
    """The dictionary as one page of HTML that loads nothing."""
    return filled(
        "dictionary.html",
        tables=declared,
        layers=list(_by_layer(declared)),
        readers=_readers(declared),
        columns_count=sum(len(t.columns()) for t in declared.values()),
        promises_count=sum(len(t.promises()) for t in declared.values()),
        lineage=Markup(svg(declared)),
        said=lambda table: [_as_html(paragraph) for paragraph in paragraphs(table)],
        words=words,
        duration=duration,
        module=module,
        breakable=_breakable,
        seen=SEEN,
    )


def markdown(declared: Mapping[str, type[Table]]) -> str:
    """The dictionary as Markdown, for readers on a Git host, which shows no HTML."""
    readers = _readers(declared)
    lines = [
        "# Data dictionary",
        "",
        "Compiled from the tables' declarations by `lakehouse generate`; `dictionary.html` has a filter too.",
        "",
        "![Lineage of all tables, from landed files to gold](lineage.svg)",
    ]
    for layer, members in _by_layer(declared):
        lines += ["", f"## {layer.layer.capitalize()}", "", paragraphs(layer)[0]]
        for table in members:
            lines += ["", *_table_lines(table, readers[table.full_name()])]
    return "\n".join(lines) + "\n"


def paragraphs(table: type[Table]) -> list[str]:
    """A declaration's docstring: what each row tells, then the rule."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", (table.__doc__ or "").strip())]


def words(rule: Rule, column: str) -> str:
    """A promise in words beside its column's name."""
    return rule.words(column).removeprefix(f"{column} ")


def duration(span: timedelta) -> str:
    """A span as readers say it: ``36 hours``, ``2 days``."""
    hours = span.total_seconds() / 3600
    number, unit = (hours / 24, "day") if hours % 24 == 0 else (hours, "hour")
    return f"{number:g} {unit}{'' if number == 1 else 's'}"


def module(table: type[Table]) -> str:
    """File that declares ``table``, from the project's root on."""
    return table.__module__.replace(".", "/") + ".py"


def _by_layer(declared: Mapping[str, type[Table]]) -> Iterator[tuple[type[Table], list[type[Table]]]]:
    for layer in LAYERS:
        members = [declared[name] for name in sorted(declared) if declared[name].layer == layer.layer]
        if members:
            yield layer, members


def _readers(declared: Mapping[str, type[Table]]) -> dict[str, list[type[Table]]]:
    """Tables that read each table."""
    return {
        name: [declared[n] for n in sorted(declared) if table in declared[n].inputs().values()]
        for name, table in declared.items()
    }


def _as_html(text: str) -> Markup:
    return Markup(re.sub("``(.+?)``", r"<code>\1</code>", str(escape(text))))


def _breakable(kind: Kind | str) -> Markup:
    """A type, with places where a line may end: nested ones are long."""
    return Markup(re.sub("(&lt;|[,:])", r"\1<wbr>", str(escape(kind))))


def _table_lines(table: type[Table], readers: list[type[Table]]) -> Iterator[str]:
    yield f"### {table.full_name()}"
    for paragraph in paragraphs(table):
        yield from ("", _as_markdown(paragraph.replace("``", "`")))
    yield ""
    for fact, said in _facts(table, readers):
        yield f"- **{fact}**: {said}"
    yield from ("", "| column | type | meaning | promises | person |", "| --- | --- | --- | --- | --- |")
    for name, column in table.columns().items():
        yield _column_line(name, column)
    if table.rules:
        yield from ("", "Promises over the whole row:", "")
        yield from (f"- {_as_markdown(rule.because)}" for rule in table.rules)
    if table.ignored:
        yield from ("", "Columns of its inputs that are not used:", "")
        yield from (f"- `{name}`: {_as_markdown(reason)}" for name, reason in table.ignored.items())


def _facts(table: type[Table], readers: list[type[Table]]) -> Iterator[tuple[str, str]]:
    yield "Rule from", _as_markdown(table.authority)
    yield "Owner", table.owner
    yield "Grain", _as_markdown(table.grain)
    yield "Key", ", ".join(f"`{name}`" for name in table.key)
    yield "Fresh within", duration(table.fresh_within)
    if table.slice:
        yield "Slice", f"`{table.slice}`"
    if issubclass(table, Bronze):
        source = table.source
        yield (
            "Source",
            f"`{source.name}/{table.part}`, {source.publisher}; readers see {SEEN[source.supersession]}",
        )
    if table.inputs():
        yield "Reads", _links(list(table.inputs().values()))
    if readers:
        yield "Read by", _links(readers)
    if table.pii_purpose:
        yield "Personal data", _as_markdown(table.pii_purpose)


def _column_line(name: str, column: Column) -> str:
    promises = "; ".join(words(rule, name) for rule in column.rules) + (" (else blanked)" if column.lenient else "")
    meaning = column.meaning + (f" Leaks: {column.leaks}." if column.leaks else "")
    cells = (
        f"`{name}`",
        f"`{column.kind}`{f', {column.unit}' if column.unit else ''}",
        _as_markdown(meaning),
        _as_markdown(promises),
        "" if column.pii is Pii.NONE else column.pii.value,
    )
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _links(linked: list[type[Table]]) -> str:
    return ", ".join(f"[{t.full_name()}](#{t.full_name().replace('.', '')})" for t in linked)


def _as_markdown(text: str) -> str:
    """``text`` with the signs escaped that Markdown would act on, outside of code."""
    return re.sub(r"(`[^`]*`)|([\\*<>\[\]]|\b_|_\b)", lambda m: m[1] or "\\" + m[2], text)
